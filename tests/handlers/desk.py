"""A desk in memory over the real sample files; `run` holds handlers to their contract."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import Engine

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.handler_calls.declared_look_ups import as_handler
from gateway.adapters.sql.datasets.look_ups import SqlLookUps
from gateway.adapters.sql.handler_toolkit.data_rights import SqlMyData
from gateway.adapters.sql.handler_toolkit.pins import SqlPins
from gateway.adapters.sql.handler_toolkit.proofs import SqlProofs
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.deployment.folder import load_datasets, load_handlers, load_tables
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Dataset, Handler, ListField, Outcome, Row, ServiceCall, TextField
from gateway.use_cases.ports.reminders import DueReminder
from tests.clock import FixedClock
from tests.handlers.memory import (
    KEYRING,
    CasesInMemory,
    memory_engine,
    release_with_messages,
    scheduled,
    stores,
)

HOME = Path(__file__).parents[2]
SAMPLE_DATA = HOME / "config" / "sample-data"
#: The datasets of the reference deployment, whether Python or a file declares them.
DATASETS = load_datasets(HOME)
_WITH_SAMPLES = DATASETS
#: With those that keep its forms.
HANDLERS = load_handlers(HOME)
TABLES = load_tables(HOME)
#: A day in the weeks that the sample files tell of.
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


@cache
def look_ups_in_samples() -> SqlLookUps:
    """Returns what looks rows of the sample files up, all loaded once: nothing writes there."""
    engine = memory_engine()
    for name, dataset in _WITH_SAMPLES.items():
        dataset_files.load(engine, KEYRING, dataset, SAMPLE_DATA / f"{name}.csv", now=NOON)
    return SqlLookUps(engine, KEYRING)


def look_ups_of(release: Release) -> dict[str, Handler]:
    """Returns the look-ups of a release as handlers."""
    return {
        each.back_end: as_handler(each, release.datasets[each.dataset])
        for each in release.look_ups.values()
    }


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


class DeskInMemory:
    """What a handler works with, over the sample files or over rows given by name of dataset.

    Its clock stands where that of `call_of` does.
    """

    def __init__(self, rows: Mapping[str, Sequence[Row]] | None = None) -> None:
        if rows is None:
            rows = {name: rows_of_file(dataset) for name, dataset in DATASETS.items()}
        self.data = DataInMemory(rows)

    @cached_property
    def engine(self) -> Engine:
        """The database of everything but reference data, made when it is first used."""
        return memory_engine()

    @cached_property
    def _stores(self) -> SqlToolkit:
        return stores(self.engine, TABLES, release_with_messages(), FixedClock(NOON))

    @cached_property
    def cases(self) -> CasesInMemory:
        """Cases that a test may place and look into."""
        return CasesInMemory(self.engine)

    @property
    def look_ups(self) -> SqlLookUps:
        """What looks rows of the sample files up, whatever rows the desk was given."""
        return look_ups_in_samples()

    @property
    def records(self) -> SqlRecords:
        """The tables that handlers write."""
        return self._stores.records

    @property
    def reminders(self) -> SqlReminders:
        """Texts that are sent later; `scheduled` lists them."""
        return self._stores.reminders

    @property
    def scheduled(self) -> list[DueReminder]:
        """Every reminder that waits, the next one first."""
        return scheduled(self._stores)

    @property
    def subscriptions(self) -> SqlSubscriptions:
        """What subscribers want to be told of."""
        return self._stores.subscriptions

    @property
    def pins(self) -> SqlPins:
        """PINs that subscribers chose."""
        return self._stores.pins

    @property
    def proofs(self) -> SqlProofs:
        """Second facts, and how often they were wrong."""
        return self._stores.proofs

    @property
    def my(self) -> SqlMyData:
        """A subscriber's own data."""
        return self._stores.my

    @property
    def help(self) -> SqlHelpDesk:
        """Messages to the help desk."""
        return self._stores.help


def call_of(handler: str, answers: Mapping[str, str], key: str = "turn-1") -> ServiceCall:
    """Returns a call as the gateway makes it."""
    return ServiceCall(
        handler=handler, answers=answers, language="en", subscriber=CALLER, key=key, at=NOON
    )


def run(
    call: ServiceCall, desk: DeskInMemory, look_ups: Mapping[str, Handler] = MappingProxyType({})
) -> Outcome:
    """Returns what the handler or look-up answers, after holding it to its contract."""
    handler = look_ups.get(call.handler) or HANDLERS[call.handler]
    with answering(call):
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
