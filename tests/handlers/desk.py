"""A desk in memory over the real sample files; `run` holds handlers to their contract."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gateway.domain import case_number
from gateway.domain.msisdn import Msisdn
from gateway.handler_api import Case, Dataset, ListField, Outcome, Row, ServiceCall, TextField
from handlers import DATASETS, HANDLERS

SAMPLE_DATA = Path(__file__).parents[2] / "config" / "sample-data"
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
#: Country code 999 is assigned to no country.
CALLER = Msisdn.from_e164("+999700000123")


def rows_of_file(dataset: Dataset) -> list[dict[str, str]]:
    """Returns the rows of a sample file; raises ValueError when it has other columns."""
    with (SAMPLE_DATA / f"{dataset.name}.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        declared = [column.name for column in dataset.columns]
        if reader.fieldnames != declared:
            raise ValueError(
                f"{dataset.name}.csv has {reader.fieldnames}, declared are {declared}."
            )
        return list(reader)


class DataInMemory:
    """The Data port over rows in memory. Secret columns can be asked for and are not returned."""

    def __init__(self, rows: Mapping[str, Sequence[Row]]) -> None:
        self._rows = rows

    def find(self, dataset: str, **equal: str) -> Sequence[Row]:
        shown = [column.name for column in DATASETS[dataset].columns if not column.secret]
        return [{name: row[name] for name in shown} for row in self._matching(dataset, equal)]

    def one(self, dataset: str, **equal: str) -> Row | None:
        return next(iter(self.find(dataset, **equal)), None)

    def distinct(self, dataset: str, column: str, **equal: str) -> Sequence[str]:
        return list(dict.fromkeys(row[column] for row in self._matching(dataset, equal)))

    def _matching(self, dataset: str, equal: Mapping[str, str]) -> list[Row]:
        return [
            row
            for row in self._rows[dataset]
            if all(row[column] == value for column, value in equal.items())
        ]


class CasesInMemory:
    """The Cases port in memory: numbers count up, and the same call opens one case."""

    def __init__(self) -> None:
        self.details: dict[str, Mapping[str, str]] = {}
        self._cases: dict[str, Case] = {}
        self._number_by_key: dict[str, str] = {}

    def open(
        self, call: ServiceCall, service: str, category: str, details: Mapping[str, str]
    ) -> str:
        if call.key not in self._number_by_key:
            number = case_number.from_serial(10002026 + len(self._cases))
            self._number_by_key[call.key] = number
            self.details[number] = dict(details)
            self._cases[number] = Case(
                number=number,
                service=service,
                category=category,
                status="received",
                opened_at=call.at,
            )
        return self._number_by_key[call.key]

    def find(self, number: str) -> Case | None:
        return self._cases.get(number)

    def put(self, number: str, status: str) -> None:
        """Places a case of the public works in a state."""
        self._cases[number] = Case(
            number=number,
            service="report_problem",
            category="water",
            status=status,
            opened_at=NOON,
        )


class DeskInMemory:
    """What a handler works with, over the sample files or over rows given by name of dataset."""

    def __init__(self, rows: Mapping[str, Sequence[Row]] | None = None) -> None:
        if rows is None:
            rows = {name: rows_of_file(dataset) for name, dataset in DATASETS.items()}
        self.data = DataInMemory(rows)
        self.cases = CasesInMemory()


def call_of(handler: str, answers: Mapping[str, str], key: str = "turn-1") -> ServiceCall:
    """Returns a call as the gateway makes it."""
    return ServiceCall(
        handler=handler, answers=answers, language="en", subscriber=CALLER, key=key, at=NOON
    )


def run(call: ServiceCall, desk: DeskInMemory) -> Outcome:
    """Returns what the handler answers, after holding it to its contract."""
    handler = HANDLERS[call.handler]
    outcome = handler.run(call, desk)
    fields = handler.contract.outcomes[outcome.name]
    assert set(fields) == set(outcome.values)
    for name, field in fields.items():
        value = outcome.values[name]
        if isinstance(field, TextField):
            assert isinstance(value, str)
            assert len(value) <= field.max
        else:
            assert not isinstance(value, str)
            _check_rows(field, value)
    return outcome


def listed(outcome: Outcome, name: str) -> Sequence[Row]:
    """Returns a list that a handler gave."""
    rows = outcome.values[name]
    assert not isinstance(rows, str)
    return rows


def _check_rows(field: ListField, rows: Sequence[Row]) -> None:
    assert 1 <= len(rows) <= field.rows
    for row in rows:
        assert set(field.fields) == set(row)
        assert all(len(row[name]) <= text.max for name, text in field.fields.items())
