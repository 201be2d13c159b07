"""The ledger's sums are those of the rows that they sum, exactly, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, delete, update

from gateway.adapters.sql.broadcast.broadcasts import SqlBroadcasts
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.ledger import booking
from gateway.adapters.sql.ledger.ledger import SqlLedger
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.adapters.system.keyring import Keyring
from gateway.domain.institutions.ledger import Kind, Standing, month_name
from gateway.domain.money.money import Money
from gateway.domain.money.tariff import Priced, Prices, Tariff
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.broadcast.read_broadcasts import priced_parts
from tests.clock import FixedClock
from tests.session_samples import RECORD

KEYRING = Keyring(bytes(range(32)))
NAIROBI = ZoneInfo("Africa/Nairobi")  # three hours ahead: the day begins at 21:00 in UTC
TEXTS = ("short", "x" * 161, "mafuriko ũ" * 8, "ጎርፍ")
PRICES = Prices(
    tariffs={
        "ke": Tariff(currency="KES", segment=Decimal("0.80"), block=Decimal("0.35")),
        "tw": Tariff(currency="USD", block=Decimal("0.01"), block_seconds=180),
    },
    contracts={"works": Money(Decimal("0.333333"), "KES")},
)
#: What the provider has told: a cost of the whole MT, or nothing, or what nobody can read.
COSTS = ("", "KES 0.8000", "1.234567 KES", "0.00750 USD", "free")


@pytest.fixture
def clock() -> FixedClock:
    """Noon of a day in the middle of a month, in Nairobi."""
    return FixedClock(datetime(2026, 10, 15, 9, tzinfo=UTC))


class Rows:
    """MTs in the outbox, and beside them what is known of each."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self._engine, self._clock = engine, clock
        self._outbox, self.facts = SqlOutbox(engine, KEYRING), dict[int, dict[str, Any]]()

    def add(self, text: str = TEXTS[0], institution: str = "health", channel: str = "ke",
            **more: Any) -> int:  # fmt: skip
        now = self._clock.now()
        sms = NewSms(
            channel=channel, subscriber=Msisdn("+999700000001"), text=text, lane=Lane.BULK,
            purpose=Purpose.NOTICE, key=f"{len(self.facts)}", institution=institution,
            service="warnings", language="sw", **more,
        )  # fmt: skip
        [id_] = self._outbox.add([sms], now)
        parts = len(segment(text).parts)
        self.facts[id_] = {
            "institution": institution, "channel": channel, "at": now, "units": parts, "cost": "",
            "status": DeliveryStatus.QUEUED, "ref": None, "late": False,
        }  # fmt: skip
        return id_

    def become(self, id_: int, status: DeliveryStatus, ref: str | None = None, cost: str = "",
               segments: int | None = None, price_at: datetime | None = None,
    ) -> None:  # fmt: skip
        """Lets an MT stand so: with a reference the provider has it; it may tell a price later."""
        values = {"status": status.value, "provider_ref": ref, "cost": cost, "segments": segments,
                  "price_due_at": price_at}  # fmt: skip
        with transaction(self._engine) as connection:
            mt = outbound_sms.c
            connection.execute(update(outbound_sms).where(mt.id == id_).values(values))
        fact = self.facts[id_]
        fact |= {"status": status, "ref": ref, "cost": cost, "units": segments or fact["units"],
                 "late": price_at is not None}  # fmt: skip

    def sums(self, standing: Standing) -> Counter[tuple[str, str]]:
        """Returns, by institution and currency, the money of what stands so; and segments."""
        found: Counter[tuple[str, str]] = Counter()
        for fact in self.facts.values():
            if stands(fact) is not standing:
                continue
            found[fact["institution"], "segments"] += fact["units"]
            money = self.costs(fact)
            if money is not None:
                found[fact["institution"], money.currency] += money.amount  # type: ignore[assignment]
        return found

    @staticmethod
    def costs(fact: Mapping[str, Any]) -> Money | None:
        told = {
            "KES 0.8000": Money(Decimal("0.8"), "KES"),
            "1.234567 KES": Money(Decimal("1.234567"), "KES"),
            "0.00750 USD": Money(Decimal("0.0075"), "USD"),
        }.get(fact["cost"])
        if told is None and fact["channel"] == "ke":
            return Money(Decimal("0.80") * fact["units"], "KES")
        if told is None and fact["institution"] == "works":
            return Money(Decimal("0.333333") * fact["units"], "KES")
        return told


def stands(fact: Mapping[str, Any]) -> Standing | None:
    """Returns how an MT stands, written down by hand."""
    match fact["status"].value:
        case "queued" | "leased" | "sending":
            return Standing.WAITS
        case "unknown" | "sent" | "unreported" | "delivered" | "undelivered":
            return Standing.LEFT
        case "expired" | "rejected" | "failed" | "refused":
            return Standing.LEFT if fact["ref"] else None
        case other:
            raise AssertionError(other)


def _is_settled_by_hand(fact: Mapping[str, Any]) -> bool:
    """Returns whether only a person may say what became of an MT: `gateway sms settle`."""
    return fact["status"] is DeliveryStatus.UNREPORTED and fact["ref"] is None


def _is_priced(fact: Mapping[str, Any]) -> bool:
    """Returns whether a provider may tell a price: it surely has the MT, or surely has not."""
    return stands(fact) is not Standing.WAITS and fact["status"] is not DeliveryStatus.UNKNOWN


def entered(ledger: SqlLedger, clock: FixedClock, prices: Prices = PRICES) -> None:
    """Does what the ticker does, until it has nothing to do."""
    for _ in range(200):
        more = ledger.enter(prices, clock.now(), NAIROBI)
        if not more and not ledger.settle(prices, clock.now(), NAIROBI):
            return
    raise AssertionError("It does not end.")


def in_all(ledger: SqlLedger, standing: Standing, kind: Kind = Kind.SMS) -> Counter[Any]:
    """Returns the sums of all accounts, as `Rows.sums` does."""
    found: Counter[Any] = Counter()
    for month in ledger.months():
        for entry, sums in ledger.account(month).lines:
            if entry.standing is standing and entry.kind is kind:
                found[entry.institution, "segments"] += sums.units
                if entry.currency:
                    found[entry.institution, entry.currency] += sums.amount
    return Counter({key: value for key, value in found.items() if value})


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_those_of_the_rows_however_these_change(
    database: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(booking, "AT_ONCE", 7)
    rows, ledger, chance = Rows(database, clock), SqlLedger(database), random.Random(seed)
    closed: dict[str, object] = {}
    for _ in range(60):
        clock.advance(chance.choice([1, 70, 40_000, 400_000]))
        for _ in range(chance.randrange(5)):
            rows.add(
                chance.choice(TEXTS),
                chance.choice(["health", "works"]),
                chance.choice(["ke", "tw"]),
            )
        for id_, fact in rows.facts.items():
            if (
                fact["late"] and _is_priced(fact) and chance.random() < 0.3
            ):  # its price is told, or never
                rows.become(id_, fact["status"], fact["ref"], chance.choice(COSTS))
                continue
            if _is_settled_by_hand(fact) and chance.random() < 0.3:
                status = chance.choice([DeliveryStatus.DELIVERED, DeliveryStatus.FAILED])
                rows.become(id_, status, None, fact["cost"], fact["units"])
                continue
            waits = stands(fact) is Standing.WAITS or fact["status"] is DeliveryStatus.UNKNOWN
            if waits and chance.random() < 0.3:
                status = chance.choice(list(DeliveryStatus))
                ref = chance.choice([None, f"ref-{id_}"])
                unsure = status is DeliveryStatus.UNKNOWN or stands({**fact, "status": status}) in (
                    Standing.WAITS, None,
                )  # fmt: skip
                cost = "" if unsure and not ref else chance.choice(COSTS)
                counted = chance.choice([None, 1, 3])
                price_at = clock.now() if chance.random() < 0.4 else None
                waiting = stands({**fact, "status": status, "ref": ref}) is Standing.WAITS
                if waiting or status is DeliveryStatus.UNKNOWN or price_at is not None:
                    rows.become(id_, status, ref if price_at else None, price_at=price_at)
                else:
                    rows.become(id_, status, ref, cost, counted)
        if chance.random() < 0.5:
            entered(ledger, clock)
        last_month = month_name((clock.now() - timedelta(days=31)).date())
        if chance.random() < 0.2 and last_month in ledger.months() and last_month not in closed:
            entered(ledger, clock)
            ledger.close(last_month, clock.now())
            closed[last_month] = ledger.account(last_month)

    clock.advance(61)
    for _ in range(2 + len(rows.facts) // booking.AT_ONCE):  # through all that is kept in mind
        entered(ledger, clock)

    for standing in Standing:
        assert rows.sums(standing) == in_all(ledger, standing)
    assert closed
    for month, account in closed.items():
        assert account == ledger.account(month)
    for institution in ("health", "works"):
        first = datetime(2026, 10, 1, tzinfo=UTC)
        [used] = ledger.since(institution, [(first.date(), first)], PRICES)
        expected = rows.sums(Standing.LEFT) + rows.sums(Standing.WAITS)
        assert expected[institution, "segments"] == used.segments


def test_what_waits_a_minute_to_be_entered_counts_at_once(
    database: Engine, clock: FixedClock
) -> None:
    rows, ledger = Rows(database, clock), SqlLedger(database)
    day = (clock.now().date(), clock.now())
    rows.become(rows.add(), DeliveryStatus.SENT, "a", "1.234567 KES")
    rows.become(rows.add(), DeliveryStatus.REFUSED)
    rows.add(TEXTS[1])

    before = ledger.since("health", [day], PRICES)
    clock.advance(61)
    entered(ledger, clock)
    after = ledger.since("health", [day], PRICES)

    assert before == after
    assert (3, {"KES": 2_834_567}) == (after[0].segments, after[0].millionths_by)


def test_a_closed_month_never_changes_and_what_comes_late_corrects_a_later_one(
    database: Engine, clock: FixedClock
) -> None:
    rows, ledger = Rows(database, clock), SqlLedger(database)
    unknown = rows.add()
    rows.become(unknown, DeliveryStatus.UNKNOWN)
    clock.advance(timedelta(days=25).total_seconds())
    entered(ledger, clock)
    ledger.close("2026-10", clock.now())
    closed = ledger.account("2026-10")
    assert Decimal("0.80") == closed.totals[Kind.SMS, "KES"].amount

    rows.become(unknown, DeliveryStatus.DELIVERED, "a", "1.234567 KES")
    entered(ledger, clock)

    assert closed == ledger.account("2026-10")
    late = ledger.account("2026-11")
    assert {"2026-10"} == {entry.day for entry, _ in late.lines}
    assert Decimal("0.434567") == late.totals[Kind.SMS, "KES"].amount
    assert 0 == late.totals[Kind.SMS, "KES"].units


def test_the_ledger_stays_when_the_rows_are_removed(database: Engine, clock: FixedClock) -> None:
    rows, ledger = Rows(database, clock), SqlLedger(database)
    rows.become(rows.add(TEXTS[2]), DeliveryStatus.DELIVERED, "a")
    rows.become(rows.add(), DeliveryStatus.UNKNOWN)
    SqlTurns(database).store([RECORD._replace(at=clock.now(), lasted=0)])
    clock.advance(61)
    entered(ledger, clock)
    before = ledger.account("2026-10")

    with transaction(database) as connection:
        connection.execute(delete(outbound_sms))
    entered(ledger, clock)

    assert before == ledger.account("2026-10")
    assert Priced.TARIFF in {entry.priced for entry, _ in before.lines}
    [unicode] = [sums for entry, sums in before.lines if entry.unicode]
    assert (2, 1) == (unicode.units, unicode.extra)


@pytest.mark.parametrize(
    ("channel", "times", "blocks", "cost"),
    [
        ("ke", [0], 1, "0.35"),
        ("ke", [0, 19], 1, "0.35"),
        ("ke", [0, 20], 2, "0.70"),
        ("ke", [0, 5, 19, 61], 4, "1.40"),
        ("tw", [0, 20, 179], 1, "0.01"),
        ("tw", [0, 180], 2, "0.02"),
        ("none", [0, 500], 1, None),
    ],
)
def test_started_blocks_of_a_session_are_charged(
    database: Engine,
    clock: FixedClock,
    channel: str,
    times: list[int],
    blocks: int,
    cost: str | None,
) -> None:
    turns = [
        RECORD._replace(
            at=clock.now() + timedelta(seconds=lasted),
            channel=channel,
            lasted=lasted,
            lasted_before=before,
        )
        for before, lasted in zip([None, *times], times, strict=False)
    ]
    of_an_older_gateway = RECORD._replace(at=clock.now(), channel=channel)
    SqlTurns(database).store([*turns, of_an_older_gateway])
    clock.advance(3600)
    ledger = SqlLedger(database)

    entered(ledger, clock)

    [(found, sums)] = ledger.account("2026-10").totals.items()
    assert (Kind.USSD, 1, blocks) == (found[0], sums.number, sums.units)
    assert (Decimal(cost) if cost else Decimal(0)) == sums.amount


def test_a_broadcasts_report_costs_what_the_ledger_says(
    database: Engine, clock: FixedClock
) -> None:
    rows, ledger = Rows(database, clock), SqlLedger(database)
    first = [rows.add(broadcast_id=7, template_id="broadcast.sw") for _ in range(4)]
    rows.become(first[0], DeliveryStatus.DELIVERED, "a", "KES 0.8000")
    rows.become(first[1], DeliveryStatus.FAILED)
    rows.become(first[2], DeliveryStatus.UNKNOWN)
    rows.become(rows.add(resend_of=first[2]), DeliveryStatus.DELIVERED, "b", "1.234567 KES")
    rows.become(first[3], DeliveryStatus.UNREPORTED)
    rows.become(rows.add(resend_of=first[3]), DeliveryStatus.REJECTED, "c", "KES 0.8000")
    clock.advance(61)
    entered(ledger, clock)

    sent = SqlBroadcasts(database, KEYRING).sent(7)
    parts = [part for each in sent for part in priced_parts(each, "health", PRICES)]

    account = ledger.account("2026-10").totals[Kind.SMS, "KES"]
    assert account.amount == sum(part.cost.amount for part in parts if part.cost)
    assert Decimal("4.434567") == account.amount
    assert 4 == sum(part.number for part in parts)
