"""Rounds of the outbox alone, in a process of its own, with the code of whichever checkout.

`python -P bench/outbox_rounds.py` reads commands, one a line of JSON, and answers each with a line.
It imports nothing of the bench: PYTHONPATH says whose gateway it is.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection, text

from gateway.adapters.sql.engine import statements
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, Purpose
from gateway.use_cases.ports import Outcomes

CHANNEL = "at"
WORDS = "Market prices in Mbale today: maize 48, beans 120. Reply STOP to end."
#: As many as a worker leases at once, and as a round may lease before it is in earnest.
LEASED_AT_ONCE, WARM_UP = 1_000, 1_000
#: Who may be written to; the stored rows are to others.
PEOPLE = 200_000
FILLED_AT_ONCE, FILLING_KIB = 50_000, 500_000


class Rounds:
    """One outbox, filled once; each round is removed again, so that as many rows stay."""

    def __init__(self) -> None:
        self.gateway = gateway = Gateway(load())
        self._chance = Random(14)
        index = gateway.keyring.index_of
        self._people = [Msisdn(f"+2547{number:08d}") for number in range(PEOPLE)]
        #: As audiences are walked.
        self._in_order = sorted(self._people, key=index)
        self._last = 0

    def fill(self, rows: int) -> dict[str, float]:
        """Adds copies of one that was delivered, until there are so many rows."""
        engine = self.gateway.engine
        with statements(engine) as connection:
            if engine.dialect.name == "sqlite":  # what is filled here may be lost
                for pragma in ("synchronous=OFF", f"cache_size=-{FILLING_KIB}"):
                    connection.exec_driver_sql(f"PRAGMA {pragma}")
            there = int(connection.execute(text("SELECT count(*) FROM outbound_sms")).scalar_one())
            if not there:
                _seed(connection.execute)
                there = 1
            while there < rows:
                most = min(FILLED_AT_ONCE, rows - there)
                _copy(connection, most)
                there += most
            self._last = connection.execute(text("SELECT max(id) FROM outbound_sms")).scalar_one()
        engine.dispose()
        self._settle()
        self.round("at once", WARM_UP, WARM_UP, 100)
        return {"rows": rows}

    def round(self, order: str, mts: int, at_once: int, in_a_call: int) -> dict[str, float]:
        """Returns microseconds an MT: CPU of this process, of what, and the time of the claim.

        Accepted so many `at_once`, and handed over so many `in_a_call`. In the order of an
        `audience` they are those of a broadcast; else each is to anybody.
        """
        outbox, clock, consents = self.gateway.sql.outbox, self.gateway.clock, self.gateway.sql
        weigh = _weighing(consents.consents)
        accepting = self._accepting(order, mts, secrets.token_hex(4), secrets.randbits(40))
        began = time.process_time()
        for first in range(0, mts, at_once):
            outbox.add(accepting(first, min(mts, first + at_once)), clock.now())
        accepted, claim, done = time.process_time(), 0.0, 0
        while done < mts:
            now = clock.now()
            asked = time.perf_counter()
            leased = outbox.lease(
                CHANNEL, Lane.BULK, LEASED_AT_ONCE, now, now + timedelta(minutes=1)
            )
            claim += time.perf_counter() - asked
            known = Outcomes()
            for at in range(0, len(leased), in_a_call):
                some = leased[at : at + in_a_call]
                weigh(some)
                outbox.start([sms.id for sms in some], known, clock.now(), CHANNEL)
                known = Outcomes(
                    accepted={
                        sms.id: Accepted(
                            provider_ref=f"ATXid_{self._chance.randbytes(16).hex()}",
                            segments=1,
                            cost="KES 0.8000",
                        )
                        for sms in some
                    }
                )
            outbox.start([], known, clock.now())
            done += len(leased)
        handed_over = time.process_time()
        self._copied_home()
        ended = time.process_time()
        self._forget()
        return {
            "cpu": (ended - began) / mts * 1e6,
            "accept": (accepted - began) / mts * 1e6,
            "worker": (handed_over - accepted) / mts * 1e6,
            "claim": claim / mts * 1e6,
        }

    def _accepting(
        self, order: str, mts: int, salt: str, broadcast: int
    ) -> Callable[[int, int], Sequence[NewSms]]:
        index = self.gateway.keyring.index_of
        if order != "audience":
            people = self._chance.sample(self._people, mts)
            return lambda first, end: [
                NewSms(
                    channel=CHANNEL, subscriber=people[at], text=WORDS, lane=Lane.BULK,
                    purpose=Purpose.NOTICE, key=f"{salt}-{at}", topic="prices",
                )
                for at in range(first, end)
            ]  # fmt: skip
        begin = self._chance.randrange(PEOPLE - mts)
        walked = [(each, index(each)) for each in self._in_order[begin : begin + mts]]
        return lambda first, end: [
            NewSms(
                channel=CHANNEL, subscriber=who, text=WORDS, lane=Lane.BULK, purpose=Purpose.NOTICE,
                topic="prices", template_id="broadcast:en", broadcast_id=broadcast, language="en",
                **_keyed(broadcast, found),
            )
            for who, found in walked[first:end]
        ]  # fmt: skip

    def _copied_home(self) -> None:
        """What SQLite has put off is paid for in the round that caused it."""
        if self.gateway.engine.dialect.name == "sqlite":
            with statements(self.gateway.engine) as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").all()

    def _forget(self) -> None:
        with self.gateway.engine.begin() as connection:
            connection.execute(
                text("DELETE FROM outbound_sms WHERE id > :last"), {"last": self._last}
            )
        self._settle()

    def _settle(self) -> None:
        if self.gateway.engine.dialect.name == "postgresql":
            autocommit = self.gateway.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
            with autocommit as connection:
                connection.execute(text("VACUUM ANALYZE outbound_sms"))
                connection.execute(text("CHECKPOINT"))
        self._copied_home()


def _keyed(broadcast: int, index: bytes) -> dict[str, Any]:
    """Returns what tells MTs of a broadcast apart."""
    if "member" in NewSms.__annotations__:
        return {"key": f"broadcast:{broadcast}", "member": index}
    return {"key": f"broadcast:{broadcast}:{index.hex()}"}


#: How each database counts up to a number, and makes a key that nobody else has, and a reference.
_COUNTED = {
    "sqlite": (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most) ",
        "n", "randomblob(16)", "'ATXid_' || lower(hex(randomblob(16)))",
    ),
    "postgresql": (
        "WITH n(i) AS (SELECT generate_series(1, :most)) ",
        "n", "decode(md5(i::text || random()::text), 'hex')",
        "'ATXid_' || md5(random()::text || i::text)",
    ),
}  # fmt: skip


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


def _weighing(consents: Any) -> Callable[[Sequence[Any]], object]:
    """Returns what asks whether MTs may leave; in older checkouts those are two questions."""
    if hasattr(consents, "weigh"):
        return consents.weigh  # type: ignore[no-any-return] # of whichever checkout
    return lambda sms: (consents.undecided(sms), consents.allowed(sms))


def _seed(execute: Callable[..., object]) -> None:
    """Adds the first row, whose copies the others are."""
    moment = int(time.time() * 1e6)
    values = {
        "key_index": b"seed", "channel": CHANNEL, "lane": "bulk", "purpose": "notice",
        "topic": "prices", "sender": "", "link_id": "", "msisdn_index": b"seed",
        "msisdn_sealed": bytes(38), "text_sealed": bytes(95), "status": "delivered",
        "due_at": moment, "attempts": 1, "created_at": moment, "changed_at": moment,
        "provider_ref": "seed", "segments": 1, "cost": "KES 0.8000", "institution": "",
    }  # fmt: skip
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    execute(text(f"INSERT INTO outbound_sms ({names}) VALUES ({marks})"), values)


def main() -> None:
    """Does what is asked for until the input ends."""
    rounds = Rounds()
    for line in sys.stdin:
        command, *arguments = json.loads(line)
        answer = {"fill": rounds.fill, "round": rounds.round}[command](*arguments)
        print(json.dumps(answer), flush=True)
    rounds.gateway.close()


if __name__ == "__main__":
    main()
