"""Writes the cases of a form into a CSV or XLSX file: a row for each, with its columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select

from gateway.adapters.dataset_files.export import Progress, harmless, pages, write_rows
from gateway.adapters.sql import audit
from gateway.adapters.sql.casework.cases import open_details
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.office.case_work import AUDITED
from gateway.adapters.sql.tables import cases
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.form import Form

#: What a case has beside the columns of its form.
OF_CASES = ("number", "status", "opened_at")

_row = cases.c


def export_form(
    engine: Engine,
    keyring: Keyring,
    form: Form,
    path: Path,
    *,
    who: str,
    now: datetime,
    overwrite: bool = False,
    progress: Progress = lambda rows: None,
) -> int:
    """Writes the cases of a form with a reference, opened; returns how many they were.

    Times are those of the zone of `now`. Whoever's case is written can see that it was, and to
    `who`. Raises like `export_dataset`.
    """
    of_form = select(cases).where(_row.service == form.name)

    def note(owners: Sequence[bytes]) -> None:
        with transaction(engine) as connection:
            audit.note(
                connection,
                keyring,
                owners=[owner for owner in owners if owner],
                who=who,
                what=AUDITED,
                look=now.isoformat(),
                at=now,
            )

    def rows() -> Iterator[Sequence[str]]:
        for found in pages(engine, of_form, _row.id):
            note([row["msisdn_index"] for row in found])
            progress(len(found))
            for row in found:
                told = {form.category: row["category"], **open_details(keyring, row)}
                opened = row["opened_at"].astimezone(now.tzinfo).strftime("%Y-%m-%dT%H:%M")
                of_case = (row["number"], row["status"], opened)
                yield (*of_case, *(told.get(column.name, "") for column in form.columns))

    names = [*OF_CASES, *(column.name for column in form.columns)]
    return write_rows(path, names, map(harmless, rows()), overwrite=overwrite)
