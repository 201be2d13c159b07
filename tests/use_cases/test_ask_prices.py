"""Prices that a provider tells when it is asked: asked for in steps, until they come, or never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.ledger.ledger import SqlLedger
from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    ProviderUnavailable,
    SendRejected,
)
from gateway.domain.institutions.ledger import Standing
from gateway.domain.money.tariff import Priced, Prices, Tariff
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms
from gateway.use_cases.outbound import ask_prices
from gateway.use_cases.outbound.ask_prices import ASKED_FOR, AT_ONCE, SIDE_BY_SIDE, AskPrices
from gateway.use_cases.ports.sms.prices import Cost
from tests.fakes import ScriptedProvider
from tests.use_cases.rig import Rig

AFTER = timedelta(minutes=5)


class LateProvider(ScriptedProvider):
    """Tells what is in `costs` by reference, and notes what it was asked for."""

    price_after = AFTER

    def __init__(self) -> None:
        super().__init__()
        self.costs: dict[str, Cost | Exception] = {}
        self.asked: list[str] = []
        self.before_telling: Callable[[], object] = lambda: None

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        super().send(sms, delivery_url)
        return Accepted(provider_ref=f"ref-{sms.text}")

    def cost_of(self, ref: str) -> Cost | None:
        self.asked.append(ref)
        self.before_telling()
        told = self.costs.get(ref)
        if isinstance(told, Exception):
            raise told
        return told


@pytest.fixture
def late() -> LateProvider:
    return LateProvider()


@pytest.fixture
def ask(rig: Rig, late: LateProvider) -> AskPrices:
    """The use case of a gateway whose channel `ke` tells prices late."""
    rig.provider = late
    rig.send_sms = replace(rig.send_sms, providers={**rig.send_sms.providers, "ke": late})
    return replace(rig.gateway.outbound.ask_prices, asked={"ke": late})


def rows(rig: Rig) -> list[Any]:
    mt = outbound_sms.c
    wanted = select(mt.cost, mt.segments, mt.price_due_at).order_by(mt.id)
    with statements(rig.gateway.engine) as connection:
        return [tuple(row) for row in connection.execute(wanted)]


def test_a_price_is_asked_for_once_it_is_time_and_stored(
    rig: Rig, ask: AskPrices, late: LateProvider
) -> None:
    rig.accepts("a", "b")
    rig.send_sms("ke", Lane.BULK)
    late.costs = {"ref-a": Cost("0.0150 USD", 2)}
    ask()
    too_early = list(late.asked)

    rig.clock.advance(AFTER.total_seconds())
    ask()
    ask()  # what is not known yet is not asked for again at once

    assert [] == too_early
    assert ["ref-a", "ref-b"] == sorted(late.asked)
    assert ("0.0150 USD", 2, None) == rows(rig)[0]
    assert ("", None, rig.clock.now() + AFTER) == rows(rig)[1]


def test_it_is_asked_for_seldomer_and_seldomer_and_after_two_days_no_more(
    rig: Rig, ask: AskPrices, late: LateProvider
) -> None:
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    for _ in range(int(ASKED_FOR / AFTER) + 200):
        rig.clock.advance(AFTER.total_seconds())
        ask()

    assert 8 <= len(late.asked) <= 14
    assert [("", None, None)] == rows(rig)


@pytest.mark.parametrize(
    ("outcome", "asked"),
    [
        (SendRejected("number_invalid"), 0),  # it never left: nothing is paid
        (ProviderUnavailable("no_connection"), 0),  # it is tried again
        (OutcomeUnknown("answer_timeout"), 0),  # by which reference?
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_nobody_is_asked_about_what_has_no_reference(
    rig: Rig, ask: AskPrices, late: LateProvider, outcome: Exception, asked: int
) -> None:
    late.answers["a"] = outcome
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    for _ in range(3):
        rig.clock.advance(AFTER.total_seconds() * 2)
        ask()

    assert asked == len(late.asked)


def test_a_provider_that_cannot_say_is_left_in_peace_for_this_step(
    rig: Rig, ask: AskPrices, late: LateProvider
) -> None:
    number = SIDE_BY_SIDE * 2
    rig.accepts(*map(str, range(number)))
    for _ in range(10):
        rig.send_sms("ke", Lane.BULK)
    late.costs = {
        f"ref-{id_ + 1}": ProviderUnavailable("connection_refused") for id_ in range(number)
    }
    rig.clock.advance(AFTER.total_seconds() + 60)

    ask()

    assert SIDE_BY_SIDE == len(late.asked)
    assert not [row for row in rows(rig) if row[2] is None]


def test_a_step_ends_in_time_and_the_rest_is_asked_about_in_the_next(
    rig: Rig, ask: AskPrices, late: LateProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask_prices, "SIDE_BY_SIDE", 1)
    rig.accepts(*"abc")
    rig.send_sms("ke", Lane.BULK)
    late.costs = dict.fromkeys(("ref-a", "ref-b", "ref-c"), Cost("1 KES"))
    rig.clock.advance(AFTER.total_seconds() + 60)
    late.before_telling = lambda: rig.clock.advance(ask_prices.ASKING_SECONDS)

    ask()
    first = len(late.asked)
    ask()
    ask()

    assert (1, 3, 3) == (first, len(late.asked), len(set(late.asked)))
    assert ["1 KES"] * 3 == [row[0] for row in rows(rig)]


def test_a_channel_that_is_gone_is_not_asked(rig: Rig, ask: AskPrices, late: LateProvider) -> None:
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)
    rig.clock.advance(AFTER.total_seconds())

    replace(ask, asked={})()

    assert [] == late.asked
    assert [("", None, None)] == rows(rig)


def test_the_ledger_has_the_providers_price_in_the_end(
    rig: Rig, ask: AskPrices, late: LateProvider
) -> None:
    prices = Prices(tariffs={"ke": Tariff(currency="USD", segment=Decimal("0.05"))})
    ledger = SqlLedger(rig.gateway.engine)

    def money() -> dict[tuple[Priced, Standing], Decimal]:
        while ledger.enter(prices, rig.clock.now(), UTC) | ledger.settle(
            prices, rig.clock.now(), UTC
        ):
            pass
        return {
            (entry.priced, entry.standing): sums.amount
            for month in ledger.months()
            for entry, sums in ledger.account(month).lines
        }

    rig.accepts("a", "b")
    rig.send_sms("ke", Lane.BULK)
    rig.clock.advance(61)
    before = money()
    late.costs = {"ref-a": Cost("0.0075 USD", 1)}
    rig.clock.advance(AFTER.total_seconds())
    ask()
    after = money()

    left = Standing.LEFT
    assert {(Priced.TARIFF, left): Decimal("0.1")} == before
    assert {
        (Priced.PROVIDER, left): Decimal("0.0075"), (Priced.TARIFF, left): Decimal("0.05")
    } == after  # fmt: skip
    assert AT_ONCE > SIDE_BY_SIDE
