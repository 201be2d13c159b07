"""Loads a dataset from its CSV or XLSX file: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.dataset_files.csv_reader import CsvRows
from gateway.adapters.dataset_files.reading import AS_DECLARED, Reading, SetAside
from gateway.adapters.dataset_files.row_check import DeclaredRows
from gateway.adapters.dataset_files.xlsx_reader import ENDING, XlsxRows
from gateway.adapters.sql.datasets.columns import ROW, secret_hash
from gateway.adapters.sql.datasets.replacement import Changes, Replacement, is_loaded
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import DataInvalid, Refused
from gateway.domain.faults_and_errors.sentence import Sentence

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
    reading: Reading = AS_DECLARED,
    dry_run: bool = False,
    may_be_empty: bool = False,
    progress: Callable[[int], object] = lambda bytes_read: None,
    ended: Callable[[], datetime] | None = None,
) -> Imported:
    """Replaces the rows of a dataset by those of a file, and returns what came of it.

    The old rows are served until the new ones take their place in one transaction. `progress` is
    told how many bytes were read since it was told last. A `dry_run` checks the file, and changes
    nothing. `by` is noted as who has loaded it, and what `ended` gives as when: until then the old
    rows were served. Raises DataInvalid with every fault, unless they
    are to be set aside, Refused for a file without rows unless it `may_be_empty` and for a column
    that is not declared, and StoreUnavailable.
    """
    _refuse_unknown(dataset, reading)
    kind = XlsxRows if path.suffix.lower() == ENDING else CsvRows
    source = kind(dataset, path, reading)
    if dry_run and not is_loaded(engine, dataset):  # nothing to compare with, or no database
        count = sum(len(rows) for rows in _chunks(source, progress))
        _refuse_faults(source)
        _refuse_nothing(path, count, may_be_empty)
        return Imported(count, None, source.names, source.set_aside, source.skipped)
    replacement = Replacement.begin(engine, dataset, now)
    try:
        count = 0
        for rows in _chunks(source, progress):
            if not source.is_faulty:
                replacement.add(_stored(keyring, dataset, rows, count))
                count += len(rows)
        _refuse_faults(source)
        _refuse_nothing(path, count, may_be_empty)
        changes = replacement.complete()
        if not dry_run:
            replacement.take_over(count, ended() if ended else now, by)
    finally:
        replacement.discard()
    return Imported(count, changes, source.names, source.set_aside, source.skipped)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a file: its rows, what they change, and those with faults that were set aside.

    `changes` is None where nothing was loaded before. `names` are the columns of the file. So many
    rows are `skipped` as the dataset says.
    """

    rows: int
    changes: Changes | None
    names: Sequence[str]
    set_aside: Sequence[SetAside]
    skipped: int


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


def _refuse_unknown(dataset: Dataset, reading: Reading) -> None:
    known = [each.name for each in dataset.columns]
    for name in reading.names.values():
        if name not in known:
            raise Refused(
                Sentence(
                    "'%(name)s' is no column of %(dataset)s.%(proposal)s It has: %(names)s.",
                    name=name,
                    dataset=dataset.name,
                    proposal=did_you_mean(name, known),
                    names=", ".join(known),
                )
            )


def _refuse_faults(source: DeclaredRows) -> None:
    if source.is_faulty:
        raise DataInvalid(source.faults)


def _refuse_nothing(path: Path, count: int, may_be_empty: bool) -> None:
    if not count and not may_be_empty:
        raise Refused(
            Sentence(
                "%(file)s has no rows, so the dataset would be emptied; nothing was loaded.",
                by_command="Where that is meant: --allow-empty.",
                file=path.name,
            )
        )
