"""Writes the rows of a dataset or of a deployment's table into a CSV or XLSX file."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, RowMapping, Select, bindparam, select

from gateway.adapters.dataset_files.file_kinds import UTF_8
from gateway.adapters.dataset_files.xlsx_reader import ENDING
from gateway.adapters.sql import audit
from gateway.adapters.sql.datasets.columns import ROW
from gateway.adapters.sql.datasets.columns import table_of as data_table
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_toolkit.record_tables import ID, OWNER, make
from gateway.adapters.sql.handler_toolkit.record_tables import table_of as record_table
from gateway.adapters.sql.handler_toolkit.records import open_row
from gateway.adapters.system.atomic_files import put_in_place
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Dataset, Table

#: Rows read from the database at once.
_AT_ONCE = 1000

#: Spreadsheets take these for formulas, in CSV files too, and some take the wide signs of East Asia
#: for the same; a phone number is none.
_FORMULA = re.compile(r"[\t\r\n]|\s*(?:[=@\uff1d\uff20]|[+\-\uff0b\uff0d](?![0-9 ]+$))")

Progress = Callable[[int], object]


def export_dataset(
    engine: Engine,
    dataset: Dataset,
    path: Path,
    *,
    overwrite: bool = False,
    progress: Progress = lambda rows: None,
) -> int:
    """Writes a dataset as it is served, in the order of its file; returns how many rows.

    A secret column is kept as a keyed hash only, and is left out. `progress` is told of rows.
    Raises StoreUnavailable, Refused when it was never loaded, and OSError, such as FileExistsError
    for a file that it may not `overwrite`.
    """
    shown = [each.name for each in dataset.columns if not each.secret]
    table = data_table(dataset)
    query = select(*(table.c[name] for name in shown)).order_by(table.c[ROW])

    def rows() -> Iterator[Sequence[str]]:
        # PostgreSQL hands rows out bit by bit within a transaction only; on SQLite one would keep
        # everybody else from writing.
        opened = transaction if engine.dialect.name == "postgresql" else statements
        with opened(engine) as connection:
            found = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            for chunk in found.partitions():
                progress(len(chunk))
                yield from (tuple(row) for row in chunk)

    return write_rows(path, shown, rows(), overwrite=overwrite)


def export_table(
    engine: Engine,
    keyring: Keyring,
    declared: Table,
    path: Path,
    *,
    who: str,
    now: datetime,
    overwrite: bool = False,
    progress: Progress = lambda rows: None,
) -> int:
    """Writes the rows that handlers have put into a table, personal columns opened.

    Whoever's row is written can see that it was, and to `who`, if the table is personal. Raises
    like `export_dataset`.
    """
    make(engine, [declared])
    stored = record_table(declared)
    names = [each.name for each in declared.columns]

    def note(owners: Sequence[bytes]) -> None:
        with transaction(engine) as connection:
            audit.note(
                connection,
                keyring,
                owners=owners,
                who=who,
                what=declared.name,
                look=now.isoformat(),
                at=now,
            )

    def rows() -> Iterator[Sequence[str]]:
        for found in pages(engine, select(stored), stored.c[ID]):
            if declared.is_personal:
                note([row[OWNER] for row in found])
            progress(len(found))
            for row in found:
                yield tuple(open_row(keyring, declared, row).values())

    return write_rows(path, names, map(harmless, rows()), overwrite=overwrite)


def pages(
    engine: Engine, query: Select[*tuple[Any, ...]], id: Column[int]
) -> Iterator[Sequence[RowMapping]]:
    """Yields the rows in the order of their ids; no transaction stays open between two pages."""
    following = query.where(id > bindparam("after"))
    page = following.order_by(id).limit(bindparam("most"))
    after = -1
    while True:
        with statements(engine) as connection:
            found = connection.execute(page, {"after": after, "most": _AT_ONCE}).mappings().all()
        if not found:
            return
        after = found[-1][id.name]
        yield found


def harmless(row: Sequence[str]) -> tuple[str, ...]:
    """Returns a row that citizens have written, without what a spreadsheet would compute."""
    return tuple(f"'{value}" if _FORMULA.match(value) else value for value in row)


def spreadsheet_csv(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Returns a table as a CSV file, with the names of its columns first.

    It begins with a mark: without it Excel takes UTF-8 for the letters of the machine's language.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(names)
    writer.writerows(rows)
    return out.getvalue().encode(UTF_8)


def write_rows(
    path: Path,
    names: Sequence[str],
    rows: Iterator[Sequence[str]],
    *,
    overwrite: bool = False,
) -> int:
    """Writes beside the file, and puts it in its place when all of it is there.

    A new file is its owner's alone to read, for rows may be personal; one that is there keeps its
    mode.
    """
    opened, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(opened)
    draft = Path(name)
    write = _write_xlsx if path.suffix.lower() == ENDING else _write_csv
    try:
        if path.exists():
            draft.chmod(stat.S_IMODE(path.stat().st_mode))
        count = write(draft, names, rows)
        put_in_place(draft, path, overwrite=overwrite)
    finally:
        draft.unlink(missing_ok=True)
    return count


def _write_csv(path: Path, names: Sequence[str], rows: Iterator[Sequence[str]]) -> int:
    count = 0
    with path.open("w", encoding=UTF_8, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def _write_xlsx(path: Path, names: Sequence[str], rows: Iterator[Sequence[str]]) -> int:
    from openpyxl import Workbook  # only who writes a workbook pays for it
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    count = 0

    def text(value: str) -> Any:
        cell = WriteOnlyCell(sheet, value)
        # A value that begins with = is a text, and never a formula that runs on somebody's desk.
        cell.data_type = "s"
        return cell

    sheet.append([text(name) for name in names])
    for row in rows:
        sheet.append([text(value) for value in row])
        count += 1
    book.save(path)
    return count
