"""The `Toolkit` port on a database: all that a handler works with, side by side."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from types import MappingProxyType

from sqlalchemy import Engine

from gateway.adapters.sql.casework.cases import SqlCases, random_serial
from gateway.adapters.sql.datasets.look_ups import SqlLookUps
from gateway.adapters.sql.handler_toolkit.data_rights import SqlMyData
from gateway.adapters.sql.handler_toolkit.pins import COST, SqlPins
from gateway.adapters.sql.handler_toolkit.proofs import SqlProofs
from gateway.adapters.sql.handler_toolkit.records import SqlRecords
from gateway.adapters.sql.handler_toolkit.reference_data import SqlData
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.handler_toolkit.row_reminders import RowReminders
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.posting.notes import PostingNotes
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.dataset import Dataset, Table
from gateway.domain.handler_contract.form import Form
from gateway.domain.retention.what_is_removed import PROOF_KEPT
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import Clock, Releases


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlToolkit:
    """Fits the `Toolkit` port."""

    data: SqlData
    look_ups: SqlLookUps
    cases: SqlCases
    records: SqlRecords
    reminders: SqlReminders
    subscriptions: SqlSubscriptions
    pins: SqlPins
    proofs: SqlProofs
    my: SqlMyData
    help: SqlHelpDesk


def toolkit(
    *,
    engine: Engine,
    datasets: Mapping[str, Dataset],
    tables: Mapping[str, Table],
    keyring: Keyring,
    clock: Clock,
    zone: tzinfo,
    releases: Releases,
    choose_language: Callable[[Identity, str], None],
    forget: Callable[[Identity], None] = lambda subscriber: None,
    reaches: Callable[[str, Identity], bool] = lambda channel, subscriber: True,
    next_serial: Callable[[], int] | None = None,
    datasets_elsewhere: Mapping[str, Engine] = MappingProxyType({}),
    posted: Container[str] = (),
    dormant: timedelta | None = None,
    forms: Mapping[str, Form] = MappingProxyType({}),
    pin_cost: int = COST,
) -> SqlToolkit:
    """Returns the toolkit. Reference data may be read from another database than is written to.

    `reaches` tells whether a subscriber of a channel can be sent an SMS. `posted` are the forms
    whose rows go on to another system, `forms` those whose rows are read back. What a phone has
    proven counts for as long as `dormant` after it was used last. `pin_cost` is told to scrypt.
    """
    postings = PostingNotes(keyring, posted)
    of_rows = RowReminders(keyring, releases)
    records = SqlRecords(engine, tables, keyring, clock, postings, of_rows)
    return SqlToolkit(
        data=SqlData(engine, datasets, keyring, datasets_elsewhere),
        look_ups=SqlLookUps(engine, keyring, datasets_elsewhere, records.taken),
        cases=SqlCases(engine, keyring, next_serial or random_serial, postings),
        records=records,
        reminders=SqlReminders(engine, keyring, releases),
        subscriptions=SqlSubscriptions(engine, keyring),
        pins=SqlPins(engine, keyring, dormant, pin_cost),
        proofs=SqlProofs(engine, keyring, releases, reaches, dormant or PROOF_KEPT),
        my=SqlMyData(
            engine, keyring, tables, zone, choose_language, forget, forms=forms, releases=releases
        ),
        help=SqlHelpDesk(engine, keyring),
    )
