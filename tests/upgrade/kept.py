"""Stores as an earlier version left them, opened by the present one."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import redis
from click.testing import CliRunner
from sqlalchemy import create_engine, func, make_url, select
from sqlalchemy import table as named

from gateway.adapters.redis import rq_jobs, rq_worker
from gateway.adapters.system.processes.told_to_stop import ToldToStop
from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.web.app import create_app
from tests.clock import FixedClock
from tests.ministry import Ministry
from tests.upgrade.from_0_1_0 import redis_content

FOLDER = Path(__file__).parent / "from_0_1_0"
EXPECTED: Mapping[str, Any] = json.loads((FOLDER / "expected.json").read_text("utf-8"))
MADE_AT = datetime.fromisoformat(EXPECTED["made_at"])

#: 32 bytes in base64, which the earlier version never saw.
ANOTHER_KEY = "QQ" * 21 + "Q="

#: Cases that are opened now have numbers from here on, which no case of the fixture has.
_FIRST_SERIAL = 20_000_003


class Provider:
    """Africa's Talking's messaging API; `taken` is what it was sent, as far as anybody may care.

    `named` are the references it will give, by number.
    """

    def __init__(self, server: Ministry) -> None:
        self._server = server
        self._numbers = count(9001)
        self.port = server.port
        self.taken: list[dict[str, str]] = []
        self.named: dict[str, str] = {}
        server.answers["/version1/messaging"] = self._take

    def _take(self, handler: Any) -> None:
        body = self._server.asked[-1].body.decode()
        sms = {name: one for name, (one, *_) in parse_qs(body).items()}
        told = ("from", "message", "linkId")
        recipients = []
        for number in sms["to"].split(","):
            taken = {"to": number} | {name: sms[name] for name in told if name in sms}
            self.taken.append(taken)
            recipient = {
                "statusCode": 101,
                "number": number,
                "status": "Success",
                "cost": "KES 0.8000",
                "messageId": self.named.pop(number, "") or f"ATXid_{next(self._numbers)}",
                "messageParts": 1,
            }
            recipients.append(recipient)
        said = {"SMSMessageData": {"Message": "Sent", "Recipients": recipients}}
        reply = json.dumps(said).encode()
        handler.send_response(201)
        handler.send_header("Content-Length", str(len(reply)))
        handler.end_headers()
        handler.wfile.write(reply)


class Kept:
    """A deployment whose stores an earlier version left; nothing is open yet."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, provider: Provider) -> None:
        with tarfile.open(FOLDER / "deployment.tar.gz") as archive:
            archive.extractall(folder, filter="data")
        config = folder / "config" / "gateway.yaml"
        config.write_text(config.read_text("utf-8").replace(":8385", f":{provider.port}"), "utf-8")
        (folder / "data").mkdir()
        self.environ = {
            "GATEWAY_HOME": str(folder),
            "GATEWAY_DATA": str(folder / "data"),
            "GATEWAY_DATABASE_URL": database_url,
            "GATEWAY_REDIS_URL": redis_url,
            "GATEWAY_KEY": EXPECTED["master_key"],
            "AT_API_KEY": "of-nobody",
        }
        self.redis_url, self.provider = redis_url, provider
        self.references = count(1)
        _fill_database(database_url)
        with redis.Redis.from_url(redis_url, protocol=2) as client:
            keys = json.loads((FOLDER / "redis.json").read_text("utf-8"))
            redis_content.put_back(client, keys)

    def lose_redis(self) -> None:
        """Takes all that stands in Redis."""
        with redis.Redis.from_url(self.redis_url, protocol=2) as client:
            client.flushall()

    def rotate(self) -> None:
        """Takes a new master key, ends the rotation, and takes the old one off the list."""
        old, new = self.environ["GATEWAY_KEY"], ANOTHER_KEY
        self.environ["GATEWAY_KEY"] = f"{new},{old}"
        self.command("migrate")
        self.command("keys", "reseal")
        self.environ["GATEWAY_KEY"] = new

    def command(self, *arguments: str) -> str:
        """Returns what a command prints, after it has gone well."""
        result = CliRunner().invoke(main, arguments, env=self.environ, obj=FixedClock(MADE_AT))
        assert result.exit_code == 0, result.output
        return result.output

    @contextmanager
    def opened(self, after: timedelta = timedelta()) -> Iterator[Opened]:
        """Yields the gateway, so long after the earlier version was stopped."""
        self.command("migrate")
        gateway = Gateway(
            load(self.environ),
            clock=FixedClock(MADE_AT + after),
            parts=Parts(next_serial=count(_FIRST_SERIAL, 7).__next__),
        )
        try:
            yield Opened(self, gateway)
        finally:
            gateway.close()


class Opened:
    """A gateway on these stores, and what citizens, providers and workers do with it."""

    def __init__(self, kept: Kept, gateway: Gateway) -> None:
        self.kept, self.gateway, self.provider = kept, gateway, kept.provider
        self._client = create_app(gateway).test_client()
        self._references = kept.references

    def pass_time(self, seconds: float) -> None:
        """Moves the clock on."""
        self.gateway.clock.sleep(seconds)

    def turn(self, entry: Mapping[str, Any], text: str) -> str:
        """Returns the page after a turn: `entry` says who dials what, `text` all that was typed."""
        return masked(
            self._post(
                "ussd",
                entry["channel"],
                sessionId=entry["session"],
                phoneNumber=entry["phone"],
                serviceCode=entry["service_code"],
                text=text,
                networkCode="63902",
            )
        )

    def dials(self, phone: str, service_code: str, text: str = "") -> str:
        """Returns the page that a new session shows."""
        session = f"new-{next(self._references)}"
        entry = {"channel": "at-ke", "phone": phone, "session": session}
        return self.turn(entry | {"service_code": service_code}, text)

    def receives(
        self, phone: str, text: str, channel: str = "at-ke", link_id: str = "", reference: str = ""
    ) -> None:
        """Takes in an MO."""
        self._post(
            "sms",
            channel,
            id=reference or f"new-mo-{next(self._references)}",
            to="20880" if channel == "at-ke" else "2026",
            text=text,
            linkId=link_id,
            **{"from": phone},
        )

    def texts(self, entry: Mapping[str, Any], text: str) -> list[str]:
        """Returns the replies to an MO; `entry` says who texts, on which channel."""
        before = len(self.sms_to(entry["phone"]))
        self.receives(entry["phone"], text, entry["channel"], entry["link_id"])
        self.gateway.inbound.work()
        return [said for said, _ in self.sms_to(entry["phone"])[before:]]

    def reports(self, phone: str, reference: str, status: str) -> None:
        """Takes in a delivery report."""
        self._post("delivery", "at-ke", id=reference, status=status, phoneNumber=phone)

    def sms_to(self, phone: str) -> list[list[str]]:
        """Returns each MT to a subscriber with its status, oldest first."""
        newest = self.gateway.sql.outbox.to_subscriber(Msisdn(phone), 100)
        return [[masked(sms.text), status.value] for sms, status in reversed(newest)]

    def sends(self) -> None:
        """Sends all that is due."""
        for channel in self.gateway.channels:
            for lane in Lane:
                assert any(self.gateway.outbound.send(channel, lane) for _ in range(20))

    def ticks(self) -> None:
        """Does what the ticker does every few seconds."""
        for task in self.gateway.upkeep.tasks:
            while task() is True:
                pass

    def runs_slow_calls(self) -> None:
        """Does what a worker for slow calls does."""
        slow = self.gateway.handler_calls.run_slow
        slow.send_late()
        while (call := slow.next()) is not None:
            slow.run(call)

    def runs_jobs(self, queue: str) -> None:
        """Runs the jobs that wait in a queue, as a worker of the present version does."""
        functions: dict[str, Callable[..., None]] = {
            rq_jobs.ROUTE_INBOUND: self.gateway.inbound.work,
            rq_jobs.RUN_CALLS: self.runs_slow_calls,
            rq_jobs.SEND_OUTBOUND: lambda channel, lane: self.gateway.outbound.work(
                channel, Lane(lane)
            ),
        }
        rq_worker.work(queue, self.kept.redis_url, functions, ToldToStop(), burst=True)

    def count(self, table: str) -> int:
        """Returns how many rows a table has."""
        with self.gateway.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(named(table))) or 0

    def roll_back(self) -> str:
        """Lets the release before the live one go live again; returns its id."""
        return self.gateway.menus.publish.roll_back(None, by="amina").release_id

    def _post(self, route: str, channel: str, **form: str) -> str:
        url = self.gateway.deployment.webhook_urls(channel)[route]
        answer = self._client.post(url.removeprefix(self.gateway.public_url), data=form)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)


def masked(text: str) -> str:
    """Returns a text without the numbers of cases that were opened now."""
    return re.sub(r"\b2\d\d \d{3} \d{3}\b", "<case>", text)


def _fill_database(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(parsed.database or "")) as database:
            database.executescript(_dump("sqlite"))
        return
    engine = create_engine(parsed)
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(_dump("postgresql"))
    engine.dispose()


def _dump(name: str) -> str:
    return gzip.decompress((FOLDER / f"{name}.sql.gz").read_bytes()).decode()
