"""How a file is read that is not written as its dataset is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Rows above the header that may be a title, a date, or empty.
MOST_TITLES = 20
#: More faulty rows are no leftovers: the file itself has another form.
MOST_SET_ASIDE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an operator says of a file.

    `names` has columns of the file to declared ones. Columns that are not declared are faults,
    unless `ignore_others`. `sheet` is the one to read of a workbook, the first if empty. With
    `skip_faulty` a row with a fault is set aside, and the others are taken. `encoding` is that of a
    CSV file which is neither UTF-8 nor says that it is UTF-16.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    ignore_others: bool = False
    sheet: str = ""
    skip_faulty: bool = False
    encoding: str = ""


AS_DECLARED = Reading()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row with faults: its values as they stand in the file, and what is wrong with it."""

    line: int
    values: tuple[str, ...]
    why: str
