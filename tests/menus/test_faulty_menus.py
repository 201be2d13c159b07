"""Every kind of fault: one thing is spoilt in a valid menu, and the checker names its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.adapters.yaml.documents import Tree, read
from gateway.domain.faults_and_errors.codes import CODES
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.telecom.channel import Keys
from gateway.handler_api import HandlerContract, ListField, TextField
from tests.menus.sample import CHANNELS, FILES, HANDLERS, place, write

CASES_FILE = Path(__file__).parent / "faulty_menus.yaml"
EVERYTHING_WRONG = Path(__file__).parent / "everything_wrong"
MARK = "#!"

#: M007 is told of a file before its text is read (test_yaml_files.py), M106 of a PO file
#: (test_po_files.py), M110 of a dialogue (test_dialogues.py), M035 of a language that does not come
#: with the gateway (test_own_sentences.py), M074 of a service and its call
#: (test_declared_calls.py), M083 to M086 and M094 of datasets that stand beside
#: (test_look_up_faults.py), M087 of forms (tests/test_declared_forms.py), M121 to M127 and M129 of
#: words (test_words_of_a_language.py), M130 of what was published (contracts/test_live_forms.py).
NOT_IN_THE_TABLE = {
    "M007", "M035", "M074", "M083", "M084", "M085", "M086", "M087", "M094", "M106", "M110",
    "M121", "M122", "M123", "M124", "M125", "M126", "M127", "M129", "M130",
}  # fmt: skip

#: Shortcuts that were given away long ago.
PUBLISHED = {"77": "water"}


def _cases() -> list[Mapping[str, str]]:
    tree = read(CASES_FILE, "T").tree
    assert isinstance(tree, list)
    return [_texts(case) for case in tree]


def _texts(case: Tree) -> Mapping[str, str]:
    assert isinstance(case, dict)
    return {key: value for key, value in case.items() if isinstance(value, str)}


CASES = _cases()


def spoilt(case: Mapping[str, str]) -> dict[str, str]:
    """Returns the files of the valid menu with the one fault of a case."""
    files = dict(FILES)
    if "old" in case:
        assert files[case["file"]].count(case["old"]) == 1
        files[case["file"]] = files[case["file"]].replace(case["old"], case["new"])
    else:
        files[case["file"]] = case["new"]
    return files


def marked_line(text: str) -> int:
    """Returns the number of the line with the mark; the first when there is none."""
    lines = text.splitlines()
    return next((number for number, line in enumerate(lines, start=1) if MARK in line), 1)


def faults_of(folder: Path, files: Mapping[str, str | bytes]) -> tuple[Fault, ...]:
    """Returns the faults of a menu that is expected to have some."""
    with pytest.raises(MenuInvalid) as caught:
        load(write(folder, files), HANDLERS, CHANNELS, PUBLISHED)
    return caught.value.faults


def test_the_menu_that_cases_spoil_is_valid(tmp_path: Path) -> None:
    release = load(write(tmp_path, FILES), HANDLERS, CHANNELS)

    assert {"home", "language", "clinics", "results"} == set(release.services)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_the_one_fault_is_named_with_its_line(case: Mapping[str, str], tmp_path: Path) -> None:
    files = spoilt(case)

    faults = faults_of(tmp_path, files)

    line = marked_line(files[case["file"]])
    assert {(case["file"], line, case["code"])} == set(map(place, faults)), faults
    assert case.get("says", "") in faults[0].sentence
    assert all(isinstance(fault.sentence, Sentence) for fault in faults), "no page could say it"


def test_every_code_of_a_menu_has_a_case() -> None:
    codes = {code for code in CODES if code.startswith("M")}

    assert codes == {case["code"] for case in CASES} | NOT_IN_THE_TABLE


EIGHT_DIGITS = "digits\n    length: 8"


def test_a_number_from_1_on_is_taken_from_no_key(tmp_path: Path) -> None:
    numbered = FILES["results.yaml"].replace(EIGHT_DIGITS, "integer\n    min: 1\n    max: 8")

    assert load(write(tmp_path, {**FILES, "results.yaml": numbered}), HANDLERS, CHANNELS)


def test_a_number_from_0_on_is_taken_where_the_channel_has_another_key_for_back(
    tmp_path: Path,
) -> None:
    numbered = FILES["results.yaml"].replace(EIGHT_DIGITS, "integer\n    max: 8")
    channel = replace(CHANNELS[0], keys=Keys(back="9", home="99"))

    assert load(write(tmp_path, {**FILES, "results.yaml": numbered}), HANDLERS, [channel])


def test_a_list_longer_than_the_key_for_more_is_refused(tmp_path: Path) -> None:
    rows = {"clinics": ListField(9, {"id": TextField(4), "name": TextField(20)})}
    contract = HandlerContract(outcomes={"found": rows, "none": {}})
    handlers = {**HANDLERS, "list_clinics": replace(HANDLERS["list_clinics"], contract=contract)}

    with pytest.raises(MenuInvalid) as caught:
        load(write(tmp_path, FILES), handlers, CHANNELS)

    assert ["M055"] == [fault.code for fault in caught.value.faults]


def test_pages_are_not_measured_for_a_channel_without_ussd(tmp_path: Path) -> None:
    only_sms = [channel for channel in CHANNELS if not channel.service_code]
    files = {**FILES, "results.yaml": FILES["results.yaml"].replace("Year?", "Year " * 20)}

    assert load(write(tmp_path, files), HANDLERS, only_sms)


def test_a_menu_with_everything_wrong_is_refused_with_every_fault_at_its_line() -> None:
    paths = [*EVERYTHING_WRONG.iterdir(), *(EVERYTHING_WRONG.parent / "datasets").iterdir()]
    files = {path.name: path.read_text("utf-8") for path in sorted(paths)}
    marked = [
        (name, number, code)
        for name, text in files.items()
        for number, line in enumerate(text.splitlines(), start=1)
        for code in line.partition(MARK)[2].split()
    ]

    with pytest.raises(MenuInvalid) as caught:
        load(EVERYTHING_WRONG, HANDLERS, CHANNELS, PUBLISHED)

    # Each place once: a question that is too long is so on more than one channel.
    assert sorted(marked) == sorted(set(map(place, caught.value.faults)))
    codes = {code for code in CODES if code.startswith("M")}
    # With a strict `reading` (M097) every page of it would be too hard; it has no glossary.
    words = {*(f"M{number}" for number in range(121, 128)), "M129"}
    assert codes - words - {"M035", "M087", "M097", "M106", "M110", "M130"} == {
        code for _, _, code in marked
    }


def test_what_follows_from_a_faulty_part_alone_is_not_told(tmp_path: Path) -> None:
    faulty = {
        "    next: year": "    nxet: year",
        "length: 8": "length: eight",
        'text: {en: "Year?", sw: "Mwaka?"}': "text: [Year?]",
        "handler: exam_results": "handler: exam_result",
    }
    text = FILES["results.yaml"]
    for old, new in faulty.items():
        assert old in text
        text = text.replace(old, f"{new} {MARK}")
    marked = [n for n, line in enumerate(text.splitlines(), start=1) if MARK in line]

    faults = faults_of(tmp_path, {**FILES, "results.yaml": text})

    assert marked == [fault.line for fault in faults], faults


def test_a_service_that_an_unreadable_file_may_open_is_not_called_unreachable(
    tmp_path: Path,
) -> None:
    spare = "service: spare\ntitle: Spare\nscreens: {only: {end: Spare}}\n"
    unread = "service: [\nscreens: {first: {open: spare}}\n"

    named = faults_of(tmp_path, {**FILES, "spare.yaml": spare, "unread.yaml": unread})
    (tmp_path / "unread.yaml").write_text(unread.replace("spare", "spares"), "utf-8")
    with pytest.raises(MenuInvalid) as not_named:
        load(tmp_path, HANDLERS, CHANNELS)

    assert "M026" not in {fault.code for fault in named}
    assert "M026" in {fault.code for fault in not_named.value.faults}
