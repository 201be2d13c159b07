"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from gateway.domain.faults_and_errors.sentence import Sentence

#: How a compound file begins, which old workbooks and encrypted ones are (MS-CFB, 2.2).
_COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")
#: How the archives begin that workbooks of today are.
_ARCHIVE = b"PK\x03\x04"

_AS_WORKBOOK = Sentence(" Save it as 'Excel workbook' (.xlsx), or as CSV.")


def why_unreadable(path: Path) -> Sentence | None:
    """Returns why a file cannot be read and what to do about it; None where it may be.

    Raises OSError for one that cannot be opened.
    """
    with path.open("rb") as file:
        start = file.read(len(_COMPOUND))
    is_named_workbook = path.suffix.lower() == ".xlsx"
    if start == _COMPOUND and is_named_workbook:
        return Sentence("This is a workbook behind a password. Save it without one.")
    if start == _COMPOUND:
        return Sentence("This is an old workbook (.xls).") + _AS_WORKBOOK
    if start.startswith(_ARCHIVE) and not is_named_workbook:
        return Sentence("This is a workbook, and not named .xlsx.") + _AS_WORKBOOK
    return None
