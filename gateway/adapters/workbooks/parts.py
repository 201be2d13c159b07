"""The parts of a workbook, looked over before any of them is unpacked.

A workbook is an archive: a few kilobytes may unpack to gigabytes, and a damaged one may raise
anything from the archive, its parts, or openpyxl's reading of them.
"""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from gateway.domain.faults_and_errors.sentence import Sentence

#: The kinds of a cell with a formula and with an error, as openpyxl names them.
FORMULA_CELL, ERROR_CELL = "f", "e"

#: What a damaged or encrypted file raises.
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, RuntimeError,
    ParseError, LookupError, ValueError, TypeError, AttributeError,
)  # fmt: skip

#: How a workbook of before 2007 begins, and one that is encrypted.
_OLD = bytes.fromhex("d0cf11e0a1b11ae1")
_MACROS = "vbaproject"


class NoWorkbook(ValueError):
    """The file is no workbook that can be read; says why, and what to do."""


class TooLarge(NoWorkbook):
    """The parts come to more than is taken when they are unpacked."""


@contextmanager
def archive(path: Path, most_bytes: int) -> Iterator[zipfile.ZipFile]:
    """Yields the parts of a workbook, which come to no more than `most_bytes` when unpacked.

    Raises NoWorkbook for what is no archive or breaks while it is read, and TooLarge.
    """
    try:
        with zipfile.ZipFile(path) as parts:
            # A part that holds more than it says is cut there when it is read.
            if sum(part.file_size for part in parts.infolist()) > most_bytes:
                raise TooLarge(_larger_than(most_bytes))
            yield parts
    except BROKEN as error:
        if isinstance(error, NoWorkbook):
            raise
        raise NoWorkbook(_no_workbook(path)) from None


#: What is said of a workbook with macros.
WITHOUT_MACROS = Sentence("The workbook has macros. Save it as 'Excel workbook' (.xlsx).")


def has_macros(parts: zipfile.ZipFile) -> bool:
    """Returns whether programs stand in a workbook."""
    return any(_MACROS in name.lower() for name in parts.namelist())


@contextmanager
def workbook(path: Path, *, data_only: bool) -> Iterator[Any]:
    """Yields the workbook, read as its rows are asked for; raises NoWorkbook.

    It is one by what it holds: many are named .xls, as those of before 2007 were.
    """
    from openpyxl import load_workbook  # ten megabytes, which no process of a gateway needs

    with path.open("rb") as file, warnings.catch_warnings():
        # Rules for cells, colours and the like, which spreadsheets add and no row needs.
        warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")
        try:
            book = load_workbook(file, read_only=True, data_only=data_only)
            book.worksheets[0]
        except (*BROKEN, OSError):  # an archive that can be read, and holds something else
            raise NoWorkbook(_no_workbook(path)) from None
        try:
            yield book
        finally:
            book.close()


def _no_workbook(path: Path) -> Sentence:
    with path.open("rb") as file:
        if file.read(len(_OLD)) == _OLD:
            return Sentence(
                "This is an old workbook, or one with a password. Save it as 'Excel workbook'."
            )
    return Sentence("This is no XLSX file, or a damaged one. Save it as 'Excel workbook'.")


def _larger_than(most_bytes: int) -> Sentence:
    if most_bytes >= 1 << 30:
        return Sentence("The file is over %(number)s GiB when unpacked.", number=most_bytes >> 30)
    return Sentence("The file is over %(number)s MiB when unpacked.", number=most_bytes >> 20)
