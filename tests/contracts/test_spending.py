"""What institutions send is counted and bounded, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.institutions.institutions import SqlInstitutions
from gateway.adapters.sql.ledger import booking
from gateway.adapters.sql.ledger.ledger import SqlLedger
from gateway.adapters.sql.ledger.ledger_tables import ledger_lines
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.spending import Standing
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.institutions.spend import CountSpending, Spend
from gateway.use_cases.ports.institutions import AuditEntry
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
NAIROBI = ZoneInfo("Africa/Nairobi")  # three hours ahead: the day begins at 21:00 in UTC
ONE, TWO = "short", "x" * 161


@pytest.fixture
def clock() -> FixedClock:
    """Noon of the last day of a month, in Nairobi."""
    return FixedClock(datetime(2026, 10, 31, 9, tzinfo=UTC))


@pytest.fixture
def spend(database: Engine) -> Spend:
    return Spend(
        institutions=SqlInstitutions(database, KEYRING),
        ledger=SqlLedger(database),
        own="gateway",
        zone=NAIROBI,
        tariffs=dict,
    )


class Sent:
    """Sends, each MT under a key of its own."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self._outbox, self._clock, self._number = SqlOutbox(engine, KEYRING), clock, 0

    def __call__(self, text: str = ONE, institution: str = "health", times: int = 1) -> None:
        for _ in range(times):
            self._number += 1
            sms = NewSms(
                channel="ke", subscriber=Msisdn("+999700000001"), text=text, lane=Lane.BULK,
                purpose=Purpose.NOTICE, key=str(self._number), institution=institution,
            )  # fmt: skip
            self._outbox.add([sms], self._clock.now())


@pytest.fixture
def sent(database: Engine, clock: FixedClock) -> Sent:
    return Sent(database, clock)


def bounded(spend: Spend, clock: FixedClock, **values: Any) -> None:
    """Sets bounds of the health institution."""
    entry = AuditEntry(at=clock.now(), by="adam", institution="health", act="set", what="limits")
    spend.institutions.put(Institution(name="health", **values), entry)


@pytest.mark.parametrize("counted", [False, True], ids=["not yet counted", "counted"])
def test_sums_are_those_of_the_rows_whether_they_are_counted_yet_or_not(
    spend: Spend, sent: Sent, clock: FixedClock, counted: bool
) -> None:
    sent(TWO, times=2)
    clock.advance(timedelta(hours=11, minutes=59).total_seconds())  # 23:59 of the same day
    sent(ONE)
    sent(ONE, institution="works")
    clock.advance(120)  # the next day, and month
    sent(TWO)
    health = Institution(name="health", budget_segments=9, budget_from=date(2026, 10, 1))
    if counted:
        clock.advance(61)
        while spend.ledger.enter(spend.prices(), clock.now(), NAIROBI):
            pass

    found = spend.spent(health, clock.now())

    assert (2, 2, 7) == (found.today, found.month, found.budget)


def test_each_mt_is_counted_once_in_steps_however_often_it_is_tried(
    database: Engine, spend: Spend, sent: Sent, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "AT_ONCE", 2)

    def count() -> bool:
        return spend.ledger.enter(spend.prices(), clock.now(), NAIROBI)

    sent(ONE, times=5)
    steps = [count()]
    clock.advance(61)
    sent(ONE)  # another may be about to store one with a smaller id

    steps += [count() for _ in range(4)]

    assert [False, True, True, False, False] == steps
    with statements(database) as connection:
        line = ledger_lines.c
        rows = connection.execute(select(line.institution, line.day, line.units)).all()
    assert [("health", "2026-10-31", 5)] == [tuple(row) for row in rows]
    assert 6 == spend.spent(Institution(name="health"), clock.now()).today


@pytest.mark.parametrize(
    ("bounds", "parts", "standing", "left"),
    [
        ({}, 10**9, Standing.OK, None),
        ({"daily_limit": 10}, 3, Standing.OK, 6),
        ({"daily_limit": 10}, 4, Standing.WARNED, 6),
        ({"daily_limit": 10}, 6, Standing.WARNED, 6),
        ({"daily_limit": 10}, 7, Standing.BRAKED, 6),
        ({"daily_limit": 0}, 1, Standing.BRAKED, 0),
        ({"monthly_limit": 10, "daily_limit": 100}, 7, Standing.BRAKED, 6),
        ({"monthly_limit": 10, "warn_percent": 100}, 5, Standing.OK, 6),
        ({"budget_segments": 4, "budget_from": date(2026, 10, 1)}, 1, Standing.BRAKED, 0),
        ({"budget_segments": 4, "budget_from": date(2026, 11, 1)}, 1, Standing.OK, 4),
        # 8.00 buys ten segments at 0.80; 7.99 buys nine.
        ({"budget_money": Decimal("8.00")}, 6, Standing.WARNED, 6),
        ({"budget_money": Decimal("7.99")}, 6, Standing.BRAKED, 5),
    ],
)
def test_a_bound_warns_and_then_brakes_before_it_is_passed(
    spend: Spend,
    sent: Sent,
    clock: FixedClock,
    bounds: dict[str, Any],
    parts: int,
    standing: Standing,
    left: int | None,
) -> None:
    sent(TWO, times=2)
    if "budget_money" in bounds:
        price = {"price": Decimal("0.80"), "currency": "KES", "budget_from": date(2026, 10, 1)}
        bounds = {**bounds, **price}
    bounded(spend, clock, **bounds)

    verdict = spend.may_send("health", parts, clock.now())

    assert (standing, left) == (verdict.standing, verdict.left)
    assert (standing is Standing.OK) == (not verdict.why)
    if standing is not Standing.OK:
        assert "gateway institutions limit health --" in verdict.next_step
    assert Standing.OK is spend.may_send("works", parts, clock.now()).standing


def test_what_comes_near_its_end_is_warned_of_once(
    spend: Spend, sent: Sent, clock: FixedClock
) -> None:
    bounded(spend, clock, daily_limit=10)
    told: list[tuple[object, ...]] = []
    count = CountSpending(spend=spend, clock=clock, tell=lambda *what: told.append(what[1:]))

    for segments in (7, 1, 1, 1):
        sent(times=segments)
        count()
    clock.advance(timedelta(days=1).total_seconds())
    count()
    sent(times=8)
    count()

    limit = ("daily limit", "health")
    assert [
        (*limit, 80, "8 of 10 segments"),
        (*limit, 100, "10 of 10 segments"),
        (*limit, 80, "8 of 10 segments"),
    ] == told


def test_a_clock_that_is_wrong_closes_no_month(spend: Spend, sent: Sent, clock: FixedClock) -> None:
    count = CountSpending(spend=spend, clock=clock)
    sent()
    clock.advance(days=50)

    clock.ahead = timedelta(days=50).total_seconds()
    while count():
        """Until all is entered."""
    assert [] == list(spend.ledger.closed())

    clock.ahead = 0.0
    count()
    assert ["2026-10"] == list(spend.ledger.closed())


@pytest.mark.parametrize(
    "values",
    [
        {"name": "Health"},
        {"name": "*"},
        {"name": "health", "daily_limit": -1},
        {"name": "health", "budget_segments": 5},
        {"name": "health", "budget_money": Decimal(5), "budget_from": date(2026, 1, 1)},
        {"name": "health", "price": Decimal(0)},
        {"name": "health", "warn_percent": 0},
    ],
)
def test_what_does_not_fit_together_is_no_institution(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Institution(**values)
