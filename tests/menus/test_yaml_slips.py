"""Slips of the pen in a YAML file: each is told at its own place, by name, with what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.golden_dialogues.files import found_in
from gateway.adapters.menu_files.load import load, sources
from gateway.adapters.menu_files.own_sentences import OWN_NAME
from gateway.adapters.yaml.documents import parse
from gateway.domain.faults_and_errors.errors import FilesInvalid, MenuInvalid
from gateway.domain.faults_and_errors.fault import Fault
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

FILE = """\
service: results
shortcut: 31
title: {en: "Exam results", sw: "Matokeo"}
screens:
  candidate:
    input: digits
    text: {en: "Candidate number?", sw: "Namba?"}
    next: year
  year:
    text: "Which year?"
    next: done
  done:
    end: "Bye"
"""

YEAR = '"Which year?"'
NEXT = "    next: year"
FLOW = '{en: "Candidate number?", sw: "Namba?"}'
#: What is exchanged for what, then line, column, and words of the sentence.
REFUSED = {
    "no closing quote": (YEAR, '"Which year?', 10, 11, 'no closing quote (")'),
    "no closing quote of a single-quoted text": (YEAR, "'Which year?", 10, 11, "quote (')"),
    "no closing quote before a brace": (
        FLOW, '{en: "Candidate number?", sw: "Namba?}', 7, 41, "no closing quote"),
    "no closing quote before the next language": (
        FLOW, '{en: "Candidate number?, sw: "Namba?"}', 7, 16, "no closing quote"),
    "no opening quote": (YEAR, 'Which year?"', 10, 11, "does not begin with one"),
    "no closing brace": (FLOW, FLOW[:-1], 7, 11, "add }"),
    "no closing bracket": ("shortcut: 31", "goals: [3, 4", 2, 8, "add ]"),
    "one space too many": (NEXT, " " + NEXT, 8, 6, "one space too many"),
    "one space too few": (NEXT, NEXT[1:], 8, 4, "one space too few"),
    "one space too many in the first line of a map": (
        "    input", "     input", 6, 6, "one space too many"),
    "a no-break space in the indentation": (
        NEXT, "\u00a0" + NEXT[1:], 8, 1, "no-break space (U+00A0)"),
    "no-break spaces alone in the indentation": (
        NEXT, "\u00a0" * 4 + NEXT[4:], 8, 1, "no-break space (U+00A0)"),
    "a no-break space before a key": (
        NEXT, "   \u00a0" + NEXT[4:], 8, 4, "no-break space (U+00A0)"),
    "a no-break space behind a colon": (
        "next: year", "next:\u00a0year", 8, 10, "no-break space (U+00A0)"),
    "a no-break space at the end of a text": (
        YEAR, "Which year\u00a0", 10, 11, "at the edge of this text"),
    "an ideographic space": ("next: year", "next:\u3000year", 8, 10, "An ideographic space"),
    "a zero-width space in a key": ("next: year", "next\u200b: year", 8, 5, "U+200B"),
    "a byte order mark within": ("next: year", "\ufeffnext: year", 8, 5, "U+FEFF"),
    "a tab in the indentation": (NEXT, "\tnext: year", 8, 1, "indent with spaces"),
    "curly quotes": (YEAR, "\u201cWhich year?\u201d", 10, 11, 'straight ones: "Which year?"'),
    "curly single quotes": (YEAR, "\u2018Which year?\u2019", 10, 11, "straight ones"),
    "a curly quote and a straight one": (YEAR, '\u201cWhich year?"', 10, 11, "straight ones"),
    "curly quotes between braces": (
        FLOW, "{en: \u201cNumber?\u201d, sw: Namba}", 7, 16, "straight ones"),
    "a full-width colon": ("next: year", "next\uff1ayear", 8, 9, "fullwidth colon (U+FF1A)"),
    "no space behind a colon": ("next: year", "next:year", 8, 9, "write `next: year`"),
    "a semicolon for a colon": ("next: year", "next; year", 8, 9, "write `next: year`"),
    "an equals sign for a colon": ("next: year", "next = year", 8, 9, "write `next: year`"),
    "a dash of another kind before an item": (
        "shortcut: 31", "goals:\n  \u2013 3\n  \u2013 4", 3, 3, "en dash (U+2013)"),
    "a service code without quotes": (YEAR, "*384*2026#", 10, 11, '"*384*2026#"'),
    "a text that begins with @": (YEAR, "@all", 10, 11, '"@all"'),
    "a text that begins with %": (YEAR, "%5 off", 10, 11, '"%5 off"'),
    "a text that begins with a back-tick": (YEAR, "`x`", 10, 11, '"`x`"'),
    "a text with a colon and a space": (YEAR, "Year: which?", 10, 11, '"Year: which?"'),
    "a text that is cut off by #": (YEAR, "Dial #1 for help", 10, 11, "From #1 on"),
    "nothing left of a text that begins with #": (YEAR, "#384#", 10, 10, "From #384# on"),
}  # fmt: skip

#: What stands for "Which year?", and what is read.
ACCEPTED = {
    "quotes": ('"Which year?"', "Which year?"),
    "single quotes": ("'Which year?'", "Which year?"),
    "no quotes": ("Which year?", "Which year?"),
    "an apostrophe": ("The citizens' year", "The citizens' year"),
    "a doubled apostrophe": ("'It''s the year'", "It's the year"),
    "quotes within": ('The "good" year', 'The "good" year'),
    "a quote within single quotes": ("'5\"'", '5"'),
    "curly quotes within a text": ("The \u201cgood\u201d year", "The \u201cgood\u201d year"),
    "curly quotes that are meant": ('"\u201cWhich?\u201d"', "\u201cWhich?\u201d"),
    "a curly apostrophe": ("L\u2019ann\u00e9e", "L\u2019ann\u00e9e"),
    "guillemets": ("\u00abQuelle ann\u00e9e\u00bb", "\u00abQuelle ann\u00e9e\u00bb"),
    "a no-break space within a text": ("Quelle ann\u00e9e\u00a0?", "Quelle ann\u00e9e\u00a0?"),
    "a no-break space at the end between quotes": ('"a\u00a0"', "a\u00a0"),
    "a joiner of letters within a text": ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
    "a full-width colon in a text": ("\u5e74\uff1a\u4f55\u5e74", "\u5e74\uff1a\u4f55\u5e74"),
    "a dash within a text": ("2024 \u2013 2025", "2024 \u2013 2025"),
    "a dash between quotes": ('"\u2013 3"', "\u2013 3"),
    "a minus sign": ("-3", "-3"),
    "a colon without a space": ("08:30", "08:30"),
    "a time that other readers take for 510": ("8:30", "8:30"),
    "a number with a leading zero": ("010", "010"),
    "the country code of Norway": ("no", "no"),
    "yes": ("Yes", "Yes"),
    "on": ("on", "on"),
    "nothing, as a word": ("null", "null"),
    "a day": ("2026-12-01", "2026-12-01"),
    "a service code between quotes": ('"*384*2026#"', "*384*2026#"),
    "a # without a space before it": ("Dial*384#", "Dial*384#"),
    "a # between quotes": ('"Dial #1"', "Dial #1"),
    "a comment": ("Which year?  # asked since 2024", "Which year?"),
    "a comment behind quotes": ('"Which year?" #2024', "Which year?"),
    "an @ within": ("a@b.example", "a@b.example"),
    "a percent sign behind": ("5%", "5%"),
    "a block": ("|-\n      Year:\n      # which?", "Year:\n# which?"),
    "a placeholder between quotes": ('"{candidate}: which year?"', "{candidate}: which year?"),
    "a tab behind a text": ("Which year?\t", "Which year?"),
}


def told(source: bytes) -> list[Fault]:
    try:
        return list(parse(source, "f.yaml", "M").faults)
    except FilesInvalid as invalid:
        return list(invalid.faults)


@pytest.mark.parametrize("label", REFUSED)
def test_a_slip_is_told_once_at_its_place_with_what_to_write(label: str) -> None:
    before, after, line, column, words = REFUSED[label]
    assert FILE.count(before) == 1

    faults = told(FILE.replace(before, after).encode())

    assert [(line, column)] == [(fault.line, fault.column) for fault in faults], faults
    assert words in faults[0].sentence


@pytest.mark.parametrize("label", ACCEPTED)
def test_what_only_looks_like_a_slip_is_read_as_it_is_written(label: str) -> None:
    written, text = ACCEPTED[label]

    document = parse(FILE.replace(YEAR, written).encode(), "f.yaml", "M")

    assert () == document.faults
    assert isinstance(document.tree, dict)
    assert text == document.tree["screens"]["year"]["text"]  # type: ignore[call-overload, index]


def test_as_much_is_accepted_as_is_refused() -> None:
    assert len(ACCEPTED) >= len(REFUSED)


@pytest.mark.parametrize("key", ["no", "yes", "on", "off", "010", "8:30", "null", "00", "1e3"])
def test_a_key_is_the_text_that_is_written(key: str) -> None:
    assert {key: key} == parse(f"{key}: {key}\n".encode(), "f.yaml", "M").tree


CAFE = FILE.replace("Bye", "Caf\u00e9 \u2013 bye")
ENCODINGS = {
    "cp1252": (13, "byte E9 stands here. In Windows-1252 it is '\u00e9'"),
    "latin-1": (13, "save the file as utf-8"),
    "utf-16": (1, "UTF-16"),
    "utf-16-le": (1, "UTF-16"),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_file_that_is_not_utf8_says_what_it_seems_to_be(encoding: str) -> None:
    line, words = ENCODINGS[encoding]
    text = CAFE.replace("\u2013", "-") if encoding == "latin-1" else CAFE

    (fault,) = told(text.encode(encoding))

    assert (line, "M007") == (fault.line, fault.code)
    assert words.lower() in fault.sentence.lower()


def test_a_byte_order_mark_at_the_beginning_is_no_fault() -> None:
    assert [] == told(FILE.encode("utf-8-sig"))


def test_a_slip_far_before_the_place_where_the_parser_stops_is_found() -> None:
    lines = "".join(f'line_{number}: "It\'s {number}"\n' for number in range(40))

    (fault,) = told(f"{FILE.replace(YEAR, YEAR[1:-1].join(chr(39) + ' '))}{lines}".encode())

    assert 10 == fault.line


#: What editors, systems and office programs leave beside a file.
LEFT_BEHIND = (
    ".#clinics.yaml", "#clinics.yaml#", "clinics.yaml~", ".clinics.yaml.swp", "._clinics.yaml",
    "~$clinics.yaml", ".clinics.yaml", ".clinics.yml", "clinics.yaml.bak", "clinics.yaml.orig",
)  # fmt: skip


@pytest.mark.parametrize("name", LEFT_BEHIND)
def test_what_is_not_a_menu_is_passed_over(name: str, tmp_path: Path) -> None:
    expected = load(write(tmp_path, FILES), HANDLERS, CHANNELS).id
    (tmp_path / name).write_bytes(b"\x00\x05\x16\x07 no menu")

    assert expected == load(tmp_path, HANDLERS, CHANNELS).id
    assert {*FILES, OWN_NAME} == set(sources(tmp_path))


def test_the_lock_of_an_editor_leads_nowhere_and_stops_nothing(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    for name in (".#clinics.yaml", ".#a.dialogue.yaml"):
        (tmp_path / name).symlink_to("asha@host.4711:1")

    assert load(tmp_path, HANDLERS, CHANNELS)
    assert {*FILES, OWN_NAME} == set(sources(tmp_path))
    assert [] == found_in(tmp_path)


def faults_of(folder: Path, files: dict[str, str]) -> list[Fault]:
    with pytest.raises(MenuInvalid) as caught:
        load(write(folder, {**FILES, **files}), HANDLERS, CHANNELS)
    return list(caught.value.faults)


@pytest.mark.parametrize("name", ["clinics (copy).yaml", "clinics - Copy.yaml", "a_clinics.yaml"])
def test_a_copied_file_is_told_as_the_copy_that_it_is(name: str, tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, {name: FILES["clinics.yaml"]})

    assert (name, "M020") == (Path(fault.file).name, fault.code)
    assert "This file is a copy of clinics.yaml" in fault.sentence


def test_a_copy_with_another_id_is_told_where_it_takes_what_is_given(tmp_path: Path) -> None:
    copy = FILES["clinics.yaml"].replace("service: clinics", "service: second")

    faults = faults_of(tmp_path, {"clinics (copy).yaml": copy})

    assert {"clinics (copy).yaml"} == {Path(fault.file).name for fault in faults}


def test_a_language_that_was_never_begun_is_told_once_for_each_file(tmp_path: Path) -> None:
    main = FILES["main.yaml"].replace("sw: Kiswahili}", "sw: Kiswahili, so: Soomaali}")

    faults = faults_of(tmp_path, {"main.yaml": main})

    begun = [fault for fault in faults if "translations export so so.po" in fault.sentence]
    files = [Path(fault.file).name for fault in begun]
    assert sorted(set(files)) == sorted(files)
    assert {"main.yaml", "clinics.yaml", "results.yaml"} == set(files)
    (clinics,) = (fault for fault in begun if fault.file.endswith("clinics.yaml"))
    assert "Soomaali (so) is in main.yaml, and 6 texts of this file lack it." in clinics.sentence


def test_a_text_that_a_translation_has_left_out_is_told_at_its_place(tmp_path: Path) -> None:
    results = FILES["results.yaml"].replace('{en: "Year?", sw: "Mwaka?"}', '{en: "Year?"}')

    (fault,) = faults_of(tmp_path, {"results.yaml": results})

    assert "This text is missing in Kiswahili (sw)." == fault.sentence


def test_a_currency_that_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    main = FILES["main.yaml"].replace("home:\n", "currency: Shilling\nhome:\n")
    results = FILES["results.yaml"].replace("{grade}", "{grade|money}")

    faults = faults_of(tmp_path, {"main.yaml": main, "results.yaml": results})

    assert ["M010"] == [fault.code for fault in faults]
