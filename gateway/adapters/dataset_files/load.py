"""Loads a dataset from its CSV or XLSX file: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.row_check import DeclaredRows
from gateway.adapters.dataset_files.xlsx_reader import ENDING, XlsxRows
from gateway.adapters.sql.handler_toolkit.reference_data import secret_hash
from gateway.adapters.sql.handler_toolkit.reference_data_tables import ROW, Replacement
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused

#: Rows of one transaction: few enough that an MO which is stored meanwhile hardly waits.
_ROWS_AT_ONCE = 2000


def load(
    engine: Engine,
    keyring: Keyring,
    dataset: Dataset,
    path: Path,
    *,
    now: datetime,
    by: str = "",
    dry_run: bool = False,
    may_be_empty: bool = False,
    progress: Callable[[int], object] = lambda bytes_read: None,
) -> int:
    """Replaces the rows of a dataset by those of a file, and returns how many they are.

    The old rows are served until the new ones take their place in one transaction. `progress` is
    told how many bytes were read since it was told last. A `dry_run` checks the file and does not
    touch the database. `by` is noted as who has loaded it. Raises DataInvalid with every fault,
    Refused for a file without rows unless it `may_be_empty`, and StoreUnavailable.
    """
    kind = XlsxRows if path.suffix.lower() == ENDING else CsvRows
    source = kind(dataset, path)
    if dry_run:
        count = sum(len(rows) for rows in _chunks(source, progress))
        _refuse_faults(source)
        _refuse_nothing(path, count, may_be_empty)
        return count
    replacement = Replacement.begin(engine, dataset, now)
    try:
        count = 0
        for rows in _chunks(source, progress):
            if not source.faults:
                replacement.add(_stored(keyring, dataset, rows, count))
                count += len(rows)
        _refuse_faults(source)
        _refuse_nothing(path, count, may_be_empty)
        replacement.take_over(count, now, by)
    finally:
        replacement.discard()
    return count


def _chunks(
    source: DeclaredRows, progress: Callable[[int], object]
) -> Iterator[list[dict[str, str]]]:
    rows = source.rows()
    told = 0
    while chunk := list(islice(rows, _ROWS_AT_ONCE)):
        progress(source.bytes_read - told)
        told = source.bytes_read
        yield chunk
    progress(source.bytes_read - told)


def _stored(
    keyring: Keyring, dataset: Dataset, rows: list[dict[str, str]], count: int
) -> list[dict[str, object]]:
    secret = [each.name for each in dataset.columns if each.secret]
    return [
        {
            ROW: number,
            **row,
            **{name: secret_hash(keyring, dataset.name, name, row[name]) for name in secret},
        }
        for number, row in enumerate(rows, count + 1)
    ]


def _refuse_faults(source: DeclaredRows) -> None:
    if source.faults:
        raise DataInvalid(source.faults)


def _refuse_nothing(path: Path, count: int, may_be_empty: bool) -> None:
    if not count and not may_be_empty:
        raise Refused(
            f"{path.name} has no rows, so the dataset would be emptied; nothing was loaded. "
            "Where that is meant: --allow-empty."
        )
