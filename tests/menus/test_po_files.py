"""PO files as translators send them back: each fault is named at its line of that file."""

from __future__ import annotations

import pytest

from gateway.adapters.menu_files.translation.po_files import read
from gateway.domain.faults_and_errors.errors import FilesInvalid

HEADER = """\
msgid ""
msgstr ""
"Language: sw\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
ENTRY = """\
msgctxt "permits.yaml:title"
msgid "Permits"
msgstr "Vibali"

"""


def faults_of(source: bytes) -> list[tuple[int, str]]:
    """Returns line and sentence of each fault of a file that is expected to have some."""
    with pytest.raises(FilesInvalid) as caught:
        read(source, "sw.po")
    assert {("sw.po", "M106")} == {(fault.file, fault.code) for fault in caught.value.faults}
    return [(fault.line, fault.sentence) for fault in caught.value.faults]


def test_an_entry_is_read_with_its_line() -> None:
    po = read((HEADER + ENTRY).encode(), "sw.po")

    (entry,) = po.entries
    assert "sw" == po.language
    assert ("permits.yaml:title", "Permits", "Vibali") == (
        entry.context,
        entry.source,
        entry.translation,
    )
    assert (7, False) == (entry.line, entry.fuzzy)


def test_a_byte_order_mark_is_no_fault() -> None:
    marked = b"\xef\xbb\xbf" + (HEADER + ENTRY).encode()

    assert read((HEADER + ENTRY).encode(), "sw.po") == read(marked, "sw.po")


@pytest.mark.parametrize("source", ["", ENTRY, HEADER.replace('"Language: sw\\n"\n', "")])
def test_a_file_that_does_not_say_its_language_is_told_how(source: str) -> None:
    ((line, sentence),) = faults_of(source.encode())

    assert 1 == line
    assert 'write "Language: sw\\n" into its header' in sentence


def test_a_file_in_other_letters_than_utf_8_is_refused_at_its_line() -> None:
    latin = (HEADER + ENTRY.replace("Vibali", "Vibalí")).encode("latin-1")

    assert [(8, "This is not UTF-8 text.")] == faults_of(latin)


def test_a_header_that_names_other_letters_is_refused_at_its_line() -> None:
    source = HEADER.replace("charset=utf-8", "charset=ISO-8859-1") + ENTRY

    ((line, sentence),) = faults_of(source.encode())

    assert 4 == line
    assert "ISO-8859-1; save the file as UTF-8" in sentence


def test_a_control_character_is_refused_at_its_line() -> None:
    source = HEADER + ENTRY.replace("Vibali", "Vi\x07bali")

    assert [(8, "There is a control character in this line.")] == faults_of(source.encode())


def test_what_is_no_entry_is_refused_at_its_line() -> None:
    ((line, sentence),) = faults_of((HEADER + "perhaps\n").encode())

    assert 6 == line
    assert sentence.startswith("This is no PO file: ")


def test_two_translations_of_one_text_are_refused() -> None:
    other = ENTRY.replace("Vibali", "Ruhusa")

    ((line, sentence),) = faults_of((HEADER + ENTRY + other).encode())

    assert 11 == line
    assert "permits.yaml:title is translated otherwise in line 7." == sentence


@pytest.mark.parametrize("other", [ENTRY, ENTRY.replace("Vibali", ""), "#, fuzzy\n" + ENTRY])
def test_the_same_said_twice_or_left_open_is_no_fault(other: str) -> None:
    assert 2 == len(read((HEADER + ENTRY + other).encode(), "sw.po").entries)
