"""Which questions one SMS may ask about several values, and which not, with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import FilesInvalid
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

EIGHT = "digits\n    length: 8"
SERVICE = """\
service: asked
shortcut: 77
title: {en: Asked, sw: Asked}
PROOF
screens:
  candidate:
    input: INPUT
    text: {en: "Number?", sw: "Namba?"}
    next: NEXT
  year:
    text: {en: "Year?", sw: "Mwaka?"}
    choice:
      1: {label: "LABEL", value: "2024", next: FIRST}
      2: {label: "2025", value: "2025", next: FIRST}
FURTHER
  out:
    end: {en: "{candidate}: out, {year}", sw: "{candidate}: tayari, {year}"}
  none:
    end: {en: "{candidate}: none, {year}", sw: "{candidate}: bado, {year}"}
"""
READS = "  ask:\n    handler: is_out\n    outcomes: {out: out, not_out: none}"
THEN_ASKS = (
    READS.replace("not_out: none", "not_out: sure")
    + """
  sure:
    text: {en: "{candidate}: book?", sw: "{candidate}: weka?"}
    choice:
      1: {label: {en: "Yes", sw: "Ndiyo"}, value: "yes", next: book}
      2: {label: {en: "No", sw: "Hapana"}, value: "no", next: none}
  book:
    handler: book_place
    outcomes: {found: out, unknown: none}"""
)
THEN_WRITES = THEN_ASKS.replace("not_out: sure", "not_out: book").partition("  sure:")[0] + (
    "  book:" + THEN_ASKS.partition("  book:")[2]
)
#: Of two segments, which is right for one value.
THEN_TELLS_MUCH = (
    READS.replace("not_out: none", "not_out: much")
    + f"""
  much:
    end: {{en: "{{candidate}} {{year}} {"long " * 55}", sw: "{{candidate}} {{year}}"}}
  unused:
    handler: is_out
    outcomes: {{out: out, not_out: none}}"""
)
TYPED = """\
  ask:
    input: digits
    length: 3
    text: {en: "Code?", sw: "Kodi?"}
    next: read
  read:
    handler: is_out
    outcomes: {out: out, not_out: none}"""
DAY = TYPED.replace("input: digits\n    length: 3", "input: date")
MORE = """
  more:
    input: digits
    length: 3
    text: {en: "Code?", sw: "Kodi?"}
    next: read"""
SHOWS_PERSONAL = """\
  ask:
    handler: own_record
    outcomes: {found: out}
  unused:
    handler: is_out
    outcomes: {out: out, not_out: none}"""


def told(folder: Path, **written: str) -> str:
    """What is said of a menu with such a service; nothing where it can be served."""
    known = {
        "INPUT": f"{EIGHT}\n    many: 5",
        "NEXT": "year",
        "FIRST": "ask",
        "LABEL": "2024",
        "PROOF": "",
        "FURTHER": READS,
    }
    service = SERVICE
    for name, text in (known | written).items():
        service = service.replace(name, text)
    home = FILES["main.yaml"].replace("    12: {", "    3: {open: asked}\n    12: {")
    try:
        load(write(folder, {**FILES, "main.yaml": home, "asked.yaml": service}), HANDLERS, CHANNELS)
    except FilesInvalid as invalid:
        return "\n".join(f"{fault.code} {fault.sentence}" for fault in invalid.faults)
    return ""


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"INPUT": "digits\n    length: 6\n    many: 2"},
        {"INPUT": "case_number\n    many: 5"},
        {"FURTHER": THEN_ASKS},  # what writes is chosen by who has read the answer
        {"FURTHER": TYPED, "INPUT": EIGHT},
        {"FURTHER": DAY},  # each value has its own behind it
        {"FURTHER": DAY, "PROOF": "proof: fact"},
    ],
)
def test_several_values_are_taken_by_what_reads(tmp_path: Path, written: dict[str, str]) -> None:
    assert told(tmp_path, **written) == ""


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"FURTHER": THEN_WRITES}, "M099 'book_place' writes"),
        ({"FURTHER": SHOWS_PERSONAL}, "M099 'own_record' shows what is personal"),
        ({"FURTHER": THEN_TELLS_MUCH}, "M099 5 times 'much' may need 10 segments in language en"),
        ({"FURTHER": TYPED}, "M099 'ask' is typed as well"),
        ({"FURTHER": DAY.replace("next: read", "next: more") + MORE}, "M099 'more' is typed"),
        ({"FURTHER": TYPED, "PROOF": "proof: fact"}, "M099 'asked' says `proof: fact`"),
        ({"FURTHER": DAY, "PROOF": "proof: pin"}, "M099 'asked' says `proof: pin`"),
        ({"PROOF": "proof: fact"}, "M099 'asked' says `proof: fact`"),
        ({"LABEL": "10231456"}, "M099 Line '10231456' of 'year' is read as a value"),
        ({"INPUT": "digits\n    length: 4\n    many: 5"}, "M009 Only `digits` of a `length` of 6"),
        ({"INPUT": "digits\n    max: 8\n    many: 5"}, "M009 Only `digits` of a `length` of 6"),
        ({"INPUT": "integer\n    max: 99999999\n    many: 5"}, "M009 Only `digits` of a `length`"),
        ({"INPUT": "date\n    many: 5"}, "M009 Only `digits` of a `length`"),
        (
            {"INPUT": "digits\n    length: 8\n    many: 5\n    skip: 99"},
            "M009 A question with `skip`",
        ),
        (
            {"INPUT": "digits\n    length: 8\n    many: 5\n    secret: true"},
            "M009 A question with `sec",
        ),
        ({"INPUT": f"{EIGHT}\n    many: 1"}, "M003 Expected 2 or more"),
        ({"INPUT": f"{EIGHT}\n    many: 6"}, "M003 Expected 5 or less"),
    ],
)
def test_what_is_one_values_alone_is_not_asked_about_several(
    tmp_path: Path, written: dict[str, str], reason: str
) -> None:
    assert reason in told(tmp_path, **written)
