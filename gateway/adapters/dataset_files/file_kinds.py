"""What a file is by its first bytes, whatever its name says, and how its letters are coded."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gateway.domain.faults_and_errors.sentence import Sentence

#: How a compound file begins, which old workbooks and encrypted ones are (MS-CFB, 2.2).
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
#: How the archives begin that workbooks of today are.
_ARCHIVE = b"PK\x03\x04"

#: How a file begins that gzip has compressed, and a document that shows tables and holds none.
_COMPRESSED, _PDF = b"\x1f\x8b", b"%PDF-"
#: How web pages begin, and the workbooks in XML of 2003: portals name both `.xls`.
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|table|meta|\?xml|\?mso)", re.IGNORECASE
)
_LOOKED_AT = 200
#: What stands in the archives that workbooks are: those of Excel, and those of LibreOffice.
_OF_WORKBOOKS = ("[Content_Types].xml", "mimetype")

_MARK = "\ufeff"
#: UTF-8, with a mark at its beginning or without.
UTF_8 = "utf-8-sig"
#: What a spreadsheet saves as 'Unicode text' begins with one of these.
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_UNPACK = Sentence("This is an archive. Unpack it, and give the file in it.")
_AS_WORKBOOK = Sentence(" Save it as 'Excel workbook' (.xlsx), or as CSV.")


def why_unreadable(path: Path) -> Sentence | None:
    """Returns why a file cannot be read and what to do about it; None where it may be.

    Raises OSError for one that cannot be opened.
    """
    with path.open("rb") as file:
        beginning = file.read(_LOOKED_AT)
    start = beginning[: len(_COMPOUND)]
    is_named_workbook = path.suffix.lower() == ".xlsx"
    if start == _COMPOUND and is_named_workbook:
        return Sentence("This is a workbook behind a password. Save it without one.")
    if start == _COMPOUND:
        return Sentence("This is an old workbook (.xls).") + _AS_WORKBOOK
    if start.startswith(_PDF):
        return Sentence(
            "This is a PDF: what it shows as a table is none. Ask for the table as a workbook or "
            "as CSV."
        )
    if _PAGE.match(beginning):
        return (
            Sentence("This is a web page that is named as a table. Open it in the spreadsheet.")
            + _AS_WORKBOOK
        )
    if start.startswith(_COMPRESSED):
        return _UNPACK
    if start.startswith(_ARCHIVE) and not is_named_workbook:
        named_otherwise = Sentence("This is a workbook, and not named .xlsx.") + _AS_WORKBOOK
        return named_otherwise if _is_workbook(path) else _UNPACK
    return None


def _is_workbook(path: Path) -> bool:
    """Returns whether an archive is a workbook; a damaged one may be."""
    try:
        with zipfile.ZipFile(path) as parts:
            return not parts.namelist() or any(each in _OF_WORKBOOKS for each in parts.namelist())
    except zipfile.BadZipFile:
        return True


def encoding_of(start: bytes, named: str = "") -> str:
    """Returns the encoding of a file by its first bytes, unless one was named.

    >>> encoding_of("\\ufeffid".encode("utf-16-le")), encoding_of(b"id"), encoding_of(b"", "cp1256")
    ('utf-16', 'utf-8-sig', 'cp1256')
    """
    if named:
        return UTF_8 if codecs.lookup(named).name == "utf-8" else named
    if start.startswith(_UTF_16):
        return "utf-16"
    # Without a mark the zero of an ASCII letter tells: no text in UTF-8 has one.
    return {0: "utf-16-be", 1: "utf-16-le"}.get(start[:2].find(b"\0"), UTF_8)


def is_encoding(name: str) -> bool:
    """Returns whether texts can be coded so."""
    try:
        return "a".encode(name).decode(name) == "a"
    except (LookupError, UnicodeError, TypeError):
        return False


def lines_of(file: BinaryIO, named: str = "") -> Iterator[tuple[str, int]]:
    """Yields the lines of a file, each with how many bytes were read by then.

    Raises UndecodableLine. Lines end as they do in the file.
    """
    start = file.read(2)
    file.seek(0)
    encoding = encoding_of(start, named)
    if encoding != UTF_8:
        yield from _otherwise(file, encoding)
        return
    read = 0
    for number, raw in enumerate(file, 1):
        read += len(raw)
        try:
            yield raw.decode(UTF_8 if number == 1 else "utf-8"), read
        except UnicodeDecodeError as error:
            raise UndecodableLine(number, error.start + 1) from None


class UndecodableLine(Exception):
    """A line is not of the encoding; `args` are its number and the place, from 1."""

    def __init__(self, line: int, place: int) -> None:
        super().__init__(line, place)
        self.line, self.place = line, place


def _otherwise(file: BinaryIO, encoding: str) -> Iterator[tuple[str, int]]:
    number = 1
    with io.TextIOWrapper(file, encoding, newline="\n") as text:
        try:
            for line in text:
                yield line.removeprefix(_MARK) if number == 1 else line, file.tell()
                number += 1
        except UnicodeDecodeError:
            raise UndecodableLine(number, 1) from None
