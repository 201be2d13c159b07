"""Institutions take turns in a lane: who has much waiting delays nobody else's."""

from __future__ import annotations

import itertools
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from gateway.adapters.sql import engine
from gateway.adapters.sql.schema import metadata
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.sms import Lane, OutboundSms
from tests import servers
from tests.clock import FixedClock
from tests.contracts.test_outbox import KEYRING, LEASE, new


class Turns:
    """One lane of an outbox, with what each institution has in it."""

    def __init__(self, database: Engine, clock: FixedClock) -> None:
        self.outbox, self.clock = SqlOutbox(database, KEYRING), clock
        self._number = 0

    def add(self, whose: str, count: int, **changes: object) -> None:
        keys = range(self._number, self._number + count)
        self._number += count
        self.outbox.add(
            [new(f"{whose}-{key}", institution=whose, **changes) for key in keys], self.clock.now()
        )

    def lease(self, limit: int) -> Sequence[OutboundSms]:
        now = self.clock.now()
        return self.outbox.lease("at-ke", Lane.REPLY, limit, now, now + LEASE)

    def whose(self, limit: int) -> str:
        return "".join(sms.institution for sms in self.lease(limit))


@pytest.fixture
def turns(database: Engine, clock: FixedClock) -> Turns:
    return Turns(database, clock)


@pytest.mark.parametrize(
    ("waiting", "limit", "leased"),
    [
        ({"a": 9}, 4, "aaaa"),
        ({"a": 9, "b": 9}, 4, "abab"),
        ({"a": 9, "b": 1}, 6, "abaaaa"),
        ({"a": 1, "b": 9}, 6, "abbbbb"),
        ({"a": 9, "b": 9, "c": 1}, 6, "abcaba"),
        ({"a": 9, "b": 9, "c": 9}, 2, "ab"),
    ],
    ids=str,
)
def test_a_lease_goes_round_by_institution(
    turns: Turns, waiting: dict[str, int], limit: int, leased: str
) -> None:
    for whose, count in waiting.items():
        turns.add(whose, count)

    assert leased == turns.whose(limit)


def test_rows_that_name_no_institution_have_their_turn(turns: Turns, database: Engine) -> None:
    """As an older release has written them, until `gateway migrate` fills them."""
    turns.add("a", 2)
    turns.add("x", 1)
    with engine.transaction(database) as connection:
        connection.execute(text("UPDATE outbound_sms SET institution = '' WHERE institution = 'x'"))
    turns.add("b", 2)

    assert ["", "a", "b", "a"] == [sms.institution for sms in turns.lease(4)]


def test_who_had_no_turn_has_the_next(turns: Turns) -> None:
    for whose in "abc":
        turns.add(whose, 5)

    assert ["ab", "ca", "bc", "ab"] == [turns.whose(2) for _ in range(4)]


def test_what_is_not_due_yet_takes_no_turn(turns: Turns) -> None:
    turns.add("a", 1)
    turns.clock.advance(60)
    turns.add("b", 3)
    turns.clock.advance(-30)

    assert "a" == turns.whose(3)


def test_a_broadcast_delays_a_reply_of_another_by_its_share_only(turns: Turns) -> None:
    turns.add("met", 500)
    turns.clock.advance(60)
    turns.add("health", 10)

    first = [sms.institution for sms in turns.lease(20)]

    assert Counter({"met": 10, "health": 10}) == Counter(first)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    waiting=st.dictionaries(st.sampled_from("abcde"), st.integers(0, 12), min_size=1),
    limit=st.integers(1, 15),
)
def test_a_lease_is_full_when_enough_waits_and_nobody_has_less_than_a_share(
    database: Engine, waiting: dict[str, int], limit: int
) -> None:
    servers.empty_database(database)
    turns = Turns(database, FixedClock())
    for whose, count in waiting.items():
        turns.add(whose, count)

    got = Counter(sms.institution for sms in turns.lease(limit))

    assert min(limit, sum(waiting.values())) == sum(got.values())
    share = (
        limit // len([count for count in waiting.values() if count]) if any(waiting.values()) else 0
    )
    assert all(got[whose] >= min(count, share) for whose, count in waiting.items())


def test_a_lease_costs_the_same_however_much_waits(tmp_path: Path, clock: FixedClock) -> None:
    """Counted in the steps of SQLite's machine, which no other program can disturb."""
    database = engine.create(f"sqlite:///{tmp_path}/turns.db")
    metadata.create_all(database)
    turns = Turns(database, clock)
    for whose in ("met", "health"):
        turns.add(whose, 40)
    clock.advance(60)

    few = _tens_of_steps(turns, database)
    _copy(database, clock, 50_000)
    many = _tens_of_steps(turns, database)

    database.dispose()
    assert many < few * 1.2


def _tens_of_steps(turns: Turns, database: Engine) -> int:
    counted = itertools.count()
    with engine.statements(database) as connection:
        driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.set_progress_handler(lambda: next(counted) < 0, 10)
    assert 20 == len(turns.lease(20))
    driver.set_progress_handler(None, 0)
    return next(counted)


def _copy(database: Engine, clock: FixedClock, count: int) -> None:
    with engine.transaction(database) as connection:
        row = dict(connection.execute(outbound_sms.select().limit(1)).one()._mapping)
        copies = [
            {**row, "id": None, "key_index": str(number).encode(), "due_at": clock.now()}
            for number in range(count)
        ]
        connection.execute(outbound_sms.insert(), copies)
