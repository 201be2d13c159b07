"""The numbers of `/metrics`: what waits, read without going through all that is over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from gateway.adapters.sql import gauges
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import Outcomes, TurnRecord
from tests.clock import FixedClock
from tests.session_samples import KEYRING


def mt(key: str, channel: str) -> NewSms:
    return NewSms(
        channel=channel,
        subscriber=Msisdn("+999700000123"),
        text="B+",
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=key,
    )


def test_mts_are_counted_while_they_are_on_their_way(database: Engine, clock: FixedClock) -> None:
    outbox, now = SqlOutbox(database, KEYRING), clock.now()
    outbox.add([mt("a", "ke"), mt("b", "ke"), mt("c", "ke"), mt("d", "ng")], now)
    leased = outbox.lease("ke", Lane.REPLY, 2, now, now + timedelta(minutes=1))
    gone, _ = (sms.id for sms in leased)
    outbox.start([gone], Outcomes(), now)
    outbox.start([], Outcomes(final={gone: (DeliveryStatus.FAILED, "rejected")}), now)
    clock.advance(7)

    found = gauges.read(database, clock.now())

    assert {("ke", "leased"): 1, ("ke", "queued"): 1, ("ng", "queued"): 1} == dict(found.outbound)
    assert 7.0 == found.oldest_due


@pytest.fixture
def asked(database: Engine) -> Iterator[list[tuple[str, object]]]:
    """The statements that were executed, with their values."""
    seen: list[tuple[str, object]] = []

    def note(*told: object) -> None:
        seen.append((str(told[2]), told[3]))

    event.listen(database, "before_cursor_execute", note)
    yield seen
    event.remove(database, "before_cursor_execute", note)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_number_is_read_by_going_through_all_sms(
    database: Engine, clock: FixedClock, asked: list[tuple[str, object]]
) -> None:
    gauges.read(database, clock.now())
    queries = [each for each in asked if each[0].startswith("SELECT")]

    plans = []
    with statements(database) as connection:
        for query, values in queries:
            plans += [
                row.detail
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)
            ]

    assert len(queries) > 4
    assert [] == [plan for plan in plans if re.fullmatch(r"SCAN (in|out)bound_sms", plan)]
    assert [] == [plan for plan in plans if "TEMP B-TREE" in plan]


def test_each_queue_tells_what_is_due_and_how_long_the_oldest_has_been(
    database: Engine, clock: FixedClock
) -> None:
    outbox, inbox, now = SqlOutbox(database, KEYRING), SqlInbox(database, KEYRING), clock.now()
    outbox.add([mt("a", "ke"), mt("b", "ng"), mt("c", "ke")], now)
    outbox.lease("ke", Lane.REPLY, 1, now, now + timedelta(minutes=1))
    clock.advance(5)
    outbox.add([mt("d", "ke")], clock.now())
    sms = InboundSms(provider_ref="1", subscriber=Msisdn("+999700000123"), to="2026", text="B+")
    inbox.accept("ke", sms, clock.now())
    clock.advance(7)

    found = gauges.read(database, clock.now())

    assert {
        "inbound": (1, 7.0),
        "calls": (0, 0.0),
        "urgent": (0, 0.0),
        "reply": (3, 12.0),
        "bulk": (0, 0.0),
    } == dict(found.queues)
    assert 12.0 == found.oldest_due


def test_late_turns_are_counted_by_the_deadline_of_their_channel(
    database: Engine, clock: FixedClock
) -> None:
    def turn(channel: str, milliseconds: int) -> TurnRecord:
        return TurnRecord(
            at=clock.now(),
            channel=channel,
            service="home",
            screen="menu",
            event="shown",
            language="en",
            milliseconds=milliseconds,
        )

    SqlTurns(database).store([turn("ke", 9000)])
    clock.advance(60)
    since = clock.now()
    SqlTurns(database).store(
        [turn("ke", 6000), turn("ke", 6001), turn("ng", 3001), turn("gone", 9000)]
    )

    assert {"ke": (2, 1), "ng": (1, 1), "gone": (1, 0)} == gauges.late_turns(
        database, since, {"ke": 6.0, "ng": 3.0}
    )
    assert {"ke": (2, 0), "ng": (1, 0), "gone": (1, 0)} == gauges.late_turns(database, since, {})
