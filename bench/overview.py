"""Whether the overview takes longer when more has happened: it reads sums, and no sessions."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from bench.figures import Findings, Spread, Target, interleaved, say
from bench.house import House
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.deployment.load import load
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.spans import Period
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import TurnRecord

#: Sessions of a month, and MTs for each of them.
FEW, MANY, QUICK, MTS_EACH = 10_000, 1_000_000, 100_000, 5
DAYS = 30
SERVICES, LANGUAGES, NETWORKS = 24, ("en", "sw", "fr", "am"), ("63902", "63903", "63907", "")
AT_ONCE = 1_000
MOST_RATIO = 1.3


def measure(house: House, rounds: int, *, quick: bool) -> Findings:
    """Returns how long the overview takes with few sessions and with many."""
    many = QUICK if quick else MANY
    gateways = {number: _filled(house, number) for number in (FEW, many)}
    took: dict[tuple[str, int], list[float]] = {}
    for order in interleaved([str(number) for number in gateways], max(rounds, 5)):
        for name in order:
            gateway = gateways[int(name)]
            for period in (Period.DAY, Period.MONTH):
                began = time.perf_counter()
                gateway.overview("bench", period)
                took.setdefault((period.value, int(name)), []).append(time.perf_counter() - began)
    for gateway in gateways.values():
        gateway.close()
    findings = Findings("The overview", ("period", "sessions", "MTs", "ms"))
    for (period_name, number), seconds in sorted(took.items()):
        shown = Spread.of([1000 * each for each in seconds]).shown(1)
        findings.rows.append((period_name, f"{number:,}", f"{MTS_EACH * number:,}", shown))
    for period in (Period.DAY, Period.MONTH):
        few, more = (Spread.of(took[period.value, number]).least for number in (FEW, many))
        what = f"overview of {period.value}: {many:,} sessions beside {FEW:,}"
        findings.targets.append(
            Target(what=what, found=more / few, bound=MOST_RATIO, at_least=False, unit=" times")
        )
    findings.notes = ["all tables at once, on SQLite; the ratios are of the least of each"]
    return findings


def _filled(house: House, sessions: int) -> Gateway:
    """Returns a gateway in whose database so many sessions of a month are, and their MTs."""
    engine = database.create(f"sqlite:///{house.folder / f'overview-{sessions}.db'}")
    migrate(engine)
    gateway = Gateway(load(house.environ), parts=Parts(engine=engine))
    began, now = time.monotonic(), datetime.now(UTC)
    turns = SqlTurns(engine)
    waiting: list[TurnRecord] = []
    for record in turns_of(sessions, now):
        waiting.append(record)
        if len(waiting) == AT_ONCE:
            turns.store(waiting)
            waiting.clear()
    turns.store(waiting)
    _add_mts(gateway, engine, sessions * MTS_EACH, now)
    for look in SmsLook:
        gateway.upkeep.count_sms.sums.add(look, now - timedelta(days=1))  # sees how many there are
        while gateway.upkeep.count_sms.sums.add(look, now):
            pass
    ledger, spend = gateway.institutions.spend.ledger, gateway.institutions.spend
    while ledger.enter(spend.prices(), now, spend.zone):
        pass
    say(f"{sessions:,} sessions stored in {time.monotonic() - began:.0f} s")
    return gateway


def turns_of(sessions: int, now: datetime) -> Iterator[TurnRecord]:
    """Yields the turns of so many sessions of a month, by some services, languages, networks."""
    chance = random.Random(sessions)
    for number in range(sessions):
        at = now - timedelta(days=DAYS) * (1 - number / sessions)
        service = f"service_{chance.randrange(SERVICES)}"
        language, network = chance.choice(LANGUAGES), chance.choice(NETWORKS)
        before = TurnRecord(
            at=at, channel="ussd", service="home", screen="home", event="shown",
            language=language, milliseconds=chance.randrange(5, 400), network_code=network,
            lasted=0,
        )  # fmt: skip
        yield before
        for screen in ("number", "year", "end")[: chance.randrange(1, 4)]:
            ends = screen == "end"
            before = before._replace(
                service=service, screen=screen, event="ended" if ends else "shown", ends=ends,
                milliseconds=chance.randrange(5, 400), lasted=(before.lasted or 0) + 5,
                lasted_before=before.lasted, came_from=f"{before.service}.{before.screen}",
                came_from_language=language,
            )  # fmt: skip
            yield before


def _add_mts(gateway: Gateway, engine: Engine, number: int, now: datetime) -> None:
    """Stores one MT by the outbox, and copies of it that are delivered, over the month."""
    first = NewSms(
        channel="sms", subscriber=Msisdn("+254710000001"), lane=Lane.REPLY, text="It is ready.",
        purpose=Purpose.REPLY, key="first", language="en",
    )  # fmt: skip
    gateway.sql.outbox.add([first], now - timedelta(days=DAYS))
    with engine.begin() as connection:
        columns = [row[1] for row in connection.execute(text("PRAGMA table_info(outbound_sms)"))]
        step = int(timedelta(days=DAYS).total_seconds() * 1_000_000 / number)
        other = {"key_index": "randomblob(32)", "created_at": f"o.created_at + i * {step}",
                 "status": "'delivered'", "provider_ref": "'ref-' || i"}  # fmt: skip
        names = [name for name in columns if name != "id"]
        values = ", ".join(other.get(name, f"o.{name}") for name in names)
        connection.execute(
            text(
                f"INSERT INTO outbound_sms ({', '.join(names)}) WITH RECURSIVE n(i) AS "
                "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
                f"SELECT {values} FROM n, (SELECT * FROM outbound_sms ORDER BY id LIMIT 1) o"
            ),
            {"most": number - 1},
        )
        connection.execute(text("UPDATE outbound_sms SET status = 'delivered' WHERE id = 1"))
