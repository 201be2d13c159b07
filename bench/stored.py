"""What a million stored SMS do to the next: accepted, claimed and stored, on both databases.

No provider and no worker is in it: what is left is our own CPU for the outbox, and the database.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Engine, text

from bench.figures import Findings, Target, say
from bench.house import House
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, Purpose
from gateway.use_cases.ports import Outcomes
from tests import servers

FEW, MANY = 10_000, 1_000_000
CHANNEL = "at"
#: MTs of a round: accepted 500 at once, as broadcasts are filled; claimed as a worker does it, and
#: handed over 100 in a call.
MTS, ACCEPTED_AT_ONCE, LEASED_AT_ONCE, IN_A_CALL = 4_000, 500, 1_000, 100
FILLED_AT_ONCE = 20_000
#: A further round is a further chance to find the machine idle: the best counts.
ROUNDS = 7
#: What a claim may cost with a million rows beside ten thousand.
FLAT = 1.25
#: Handed over in a second of our CPU, with a million rows stored.
PER_SECOND = 8_000
WORDS = "Market prices in Mbale today: maize 48, beans 120. Reply STOP to end."


@dataclass(slots=True)
class Took:
    """The best of all rounds, in microseconds an MT: CPU of this process, and wall time."""

    cpu: float = 1e9
    claim: float = 1e9


def measure(house: House, *, quick: bool) -> Findings:
    """Returns what an MT costs with few and with many rows stored, on SQLite and on PostgreSQL."""
    findings = Findings(
        "SMS with many stored", ("database", "rows", "CPU µs/MT", "MTs/s of CPU", "claim µs/MT")
    )
    most = FEW * 10 if quick else MANY
    with ExitStack() as stack:
        urls = {"SQLite": "", "PostgreSQL": stack.enter_context(servers.postgres())}
        for name, url in urls.items():
            found = _on(house, findings, name, url, most)
            findings.targets.append(
                Target(
                    what=f"a claim on {name}, {most:,} rows / {FEW:,}",
                    found=found[most].claim / found[FEW].claim, bound=FLAT, at_least=False,
                )
            )  # fmt: skip
            if name == "SQLite":
                findings.targets.append(
                    Target(
                        what=f"accepted and handed over a second of CPU, {most:,} rows stored",
                        found=1e6 / found[most].cpu, bound=PER_SECOND, at_least=True,
                    )
                )  # fmt: skip
    findings.notes = [
        f"the best of {ROUNDS} rounds of {MTS:,} MTs; all say the same, 100 numbers a call",
        "SQLite works in our process, PostgreSQL in its own, whose CPU is not counted",
    ]
    return findings


def _on(house: House, findings: Findings, name: str, url: str, most: int) -> dict[int, Took]:
    found: dict[int, Took] = {}
    with _gateway(house, url) as gateway:
        for rows in (FEW, most):
            _fill(gateway.engine, rows)
            took = found[rows] = Took()
            for number in range(ROUNDS):
                _round(gateway, f"{name}-{rows}-{number}", took)
            findings.rows.append(
                (
                    name, f"{rows:,}", f"{took.cpu:.0f}", f"{1e6 / took.cpu:,.0f}",
                    f"{took.claim:.1f}",
                )
            )  # fmt: skip
            say(f"{name}, {rows:,} rows: {took.cpu:.0f} µs of CPU, claim {took.claim:.1f} µs")
    return found


@contextmanager
def _gateway(house: House, url: str) -> Iterator[Gateway]:
    environ = dict(house.environ) | ({"GATEWAY_DATABASE_URL": url} if url else {})
    if url:
        house.gateway("migrate", GATEWAY_DATABASE_URL=url)
    gateway = Gateway(load(environ))
    try:
        yield gateway
    finally:
        gateway.close()


def _round(gateway: Gateway, salt: str, took: Took) -> None:
    outbox, clock = gateway.sql.outbox, gateway.clock
    cpu, claim = time.process_time(), 0.0
    for first in range(0, MTS, ACCEPTED_AT_ONCE):
        outbox.add([_sms(salt, first + at) for at in range(ACCEPTED_AT_ONCE)], clock.now())
    done = 0
    while done < MTS:
        now = clock.now()
        began = time.perf_counter()
        leased = outbox.lease(CHANNEL, Lane.BULK, LEASED_AT_ONCE, now, now + timedelta(minutes=1))
        claim += time.perf_counter() - began
        known = Outcomes()
        for at in range(0, len(leased), IN_A_CALL):
            some = leased[at : at + IN_A_CALL]
            gateway.sql.consents.allowed(some)
            outbox.start([sms.id for sms in some], known, clock.now(), CHANNEL)
            known = Outcomes(
                accepted={
                    sms.id: Accepted(provider_ref=f"ref-{sms.id}", segments=1, cost="KES 0.8000")
                    for sms in some
                }
            )
        outbox.start([], known, clock.now())
        done += len(leased)
    took.cpu = min(took.cpu, (time.process_time() - cpu) / MTS * 1e6)
    took.claim = min(took.claim, claim / MTS * 1e6)


def _sms(salt: str, number: int) -> NewSms:
    return NewSms(
        channel=CHANNEL, subscriber=Msisdn(f"+25471{number:07d}"), text=WORDS, lane=Lane.BULK,
        purpose=Purpose.NOTICE, key=f"{salt}-{number}", topic="prices",
    )  # fmt: skip


#: How each database counts up to a number, and makes a key that nobody else has.
_COUNTED = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) ",
        "n", "randomblob(32)", "'copy-' || i",
    ),
    "postgresql": (
        "WITH n(i) AS (SELECT generate_series(1, :most)) ",
        "n", "decode(md5(i::text || random()::text), 'hex')", "'copy-' || i",
    ),
}  # fmt: skip


def _fill(engine: Engine, rows: int) -> None:
    """Adds copies of one that was delivered, until there are so many rows.

    No statement takes longer than PostgreSQL lets one take.
    """
    with engine.begin() as connection:
        there = int(connection.execute(text("SELECT count(*) FROM outbound_sms")).scalar_one())
        if not there:
            _seed(connection.execute)
            there = 1
    while there < rows:
        most = min(FILLED_AT_ONCE, rows - there)
        with engine.begin() as connection:
            _copy(connection, most)
        there += most
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE outbound_sms"))


def _copy(connection: Connection, most: int) -> None:
    counted, source, key, ref = _COUNTED[connection.dialect.name]
    head = connection.execute(text("SELECT * FROM outbound_sms LIMIT 1"))
    columns = [name for name in head.keys() if name != "id"]  # noqa: SIM118 - no mapping
    own = {"key_index": key, "msisdn_index": key, "provider_ref": ref, "status": "'delivered'"}
    values = ", ".join(own.get(name, f"o.{name}") for name in columns)
    copied = (
        f"INSERT INTO outbound_sms ({', '.join(columns)}) {counted}"
        f"SELECT {values} FROM {source}, (SELECT * FROM outbound_sms ORDER BY id LIMIT 1) o"
    )
    connection.execute(text(copied), {"most": most})


def _seed(execute: Callable[..., object]) -> None:
    """Adds the first row, whose copies the others are."""
    moment = int(time.time() * 1e6)
    values = {
        "key_index": b"seed", "channel": CHANNEL, "lane": "bulk", "purpose": "notice",
        "topic": "prices", "sender": "", "link_id": "", "msisdn_index": b"seed",
        "msisdn_sealed": bytes(60), "text_sealed": bytes(130), "status": "delivered",
        "due_at": moment, "attempts": 1, "created_at": moment, "changed_at": moment,
        "provider_ref": "seed", "segments": 1, "cost": "KES 0.8000", "institution": "",
    }  # fmt: skip
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    execute(text(f"INSERT INTO outbound_sms ({names}) VALUES ({marks})"), values)
