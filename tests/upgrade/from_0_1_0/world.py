"""The gateway of 0.1.0 with its stores, its provider and its clock, as the story needs them."""


from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs

import redis
from deployment_0_1_0 import ROADS_PORT

from gateway.adapters import menu_files, rq_jobs, rq_worker
from gateway.adapters.calls_worker import CallsWorker
from gateway.bootstrap import build
from gateway.cli.ticker import once
from gateway.domain.msisdn import Msisdn
from gateway.domain.sms import Lane
from gateway.loaded import load
from gateway.served import release_store
from gateway.services.publish_menu import PublishMenu
from gateway.web.app import create_app
from tests.clock import FixedClock

#: Of tests alone. It seals everything that the fixture holds.
MASTER_KEY = "dXBncmFkZSBmaXh0dXJlIG9mIHZlcnNpb24gMC4xLjA="
CODE = "*384*2026#"
MADE_AT = datetime.fromisoformat("2026-11-23T08:00:00+00:00")


def phone(number: int) -> str:
    """Returns one of the invented numbers."""
    return f"+2547000000{number:02d}"


class Killed(BaseException):
    """A process dies at this very place."""


class Roads(BaseHTTPRequestHandler):
    """A back end of which road 117 is out of order."""

    def do_GET(self) -> None:
        road = self.path.rpartition("/")[2]
        status, said = (503, {}) if road == "117" else (200, {"state": f"open {road}"})
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Messaging(BaseHTTPRequestHandler):
    """Africa's Talking as far as the fixture needs it; `answers` is by number, `taken` in order."""

    answers: ClassVar[dict[str, object]] = {}
    taken: ClassVar[list[dict[str, str]]] = []
    references: ClassVar[Iterator[int]] = count(1)
    named: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        number = form["to"]
        wanted = self.answers.get(number, 101)
        if wanted == "nothing":
            self.close_connection = True
            self.send_error(500)
            return
        self.taken.append(form)
        reference = self.named.pop(number, "") or f"ATXid_{next(self.references):04d}"
        accepted = wanted in (100, 101, 102)
        recipient = {
            "statusCode": wanted,
            "number": number,
            "status": "Success" if accepted else "Failed",
            "cost": "KES 0.8000" if accepted else "0",
            "messageId": reference if accepted else "None",
            "messageParts": 1,
        }
        said = {"SMSMessageData": {"Message": "Sent to 1/1", "Recipients": [recipient]}}
        text = json.dumps(said).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[int]:
    """Yields the port of a server that runs meanwhile."""
    server = HTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def roads() -> Iterator[int]:
    """Yields while the roads' back end answers."""
    with served(Roads, ROADS_PORT) as port:
        yield port


def environment(home: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """Returns the variables of the deployment."""
    return {
        "GATEWAY_HOME": str(home),
        "GATEWAY_DATA": str(home / "data"),
        "GATEWAY_DATABASE_URL": database_url,
        "GATEWAY_REDIS_URL": redis_url,
        "GATEWAY_KEY": MASTER_KEY,
        "AT_API_KEY": "of-nobody",
    }


class World:
    """One gateway on real stores, and what citizens and providers do with it."""

    def __init__(
        self, home: Path, database_url: str, redis_url: str, clock: FixedClock, serial: int
    ) -> None:
        self.home, self.clock, self.redis_url = home, clock, redis_url
        self.environ = environment(home, database_url, redis_url)
        self.deployment = load(self.environ)
        self.gateway = build(self.deployment, clock=clock, next_serial=count(serial, 7).__next__)
        self.client = create_app(self.gateway).test_client()
        self.redis = redis.Redis.from_url(redis_url, protocol=2)
        self._sms = count(1)
        self._calls = CallsWorker(self.gateway.back_ends.run_slow_calls)
        self.store = release_store(self.deployment, self.gateway.engine)
        self.publish_menu = PublishMenu(store=self.store, clock=clock)

    def close(self) -> None:
        """Lets go of everything."""
        self._calls.close()
        self.gateway.close()
        self.redis.close()

    def pass_time(self, *, seconds: float = 0, hours: float = 0, days: float = 0) -> None:
        """Moves the clock on, and lets Redis forget what it would have forgotten by then."""
        before = self.clock.now()
        after = self.clock.advance(seconds, hours=hours, days=days)
        gone = int((after - before).total_seconds() * 1000)
        for key in self.redis.scan_iter(count=1000):
            left = self.redis.pttl(key)
            if left > gone:
                self.redis.pexpire(key, left - gone)
            elif left >= 0:
                self.redis.delete(key)

    def until(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0) -> None:
        """Lets time pass until so long before the fixture is made."""
        left = (MADE_AT - self.clock.now()).total_seconds()
        self.pass_time(seconds=left - seconds - 60 * minutes - 3600 * hours)

    def post(self, route: str, channel: str, **form: str) -> str:
        """Returns what a webhook answers."""
        url = self.deployment.webhook_urls(channel)[route]
        target = url.removeprefix(self.gateway.public_url)
        answer = self.client.post(target, data=form)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data(as_text=True)

    def turn(
        self, number: str, session: str, text: str, *, code: str = CODE, channel: str = "at-ke"
    ) -> str:
        """Returns the page that a USSD turn is answered with; `text` is all that was typed."""
        return self.post(
            "ussd", channel, sessionId=session, phoneNumber=number, serviceCode=code, text=text,
            networkCode="63902",
        )  # fmt: skip

    def text(self, number: str, text: str, *, channel: str = "at-ke", link: str = "") -> str:
        """Takes in an MO and returns its reference."""
        reference = f"mo-{next(self._sms):04d}-{number[-2:]}-{self.clock.now():%H%M%S}"
        self.post(
            "sms", channel, id=reference, to="20880" if channel == "at-ke" else "2026", text=text,
            linkId=link, networkCode="63902", date="2026-11-23 08:00:00", **{"from": number},
        )  # fmt: skip
        return reference

    def report(self, reference: str, status: str, number: str, reason: str = "") -> None:
        """Takes in a delivery report."""
        form = {"id": reference, "status": status, "phoneNumber": number, "networkCode": "63902"}
        if reason:
            form["failureReason"] = reason
        self.post("delivery", "at-ke", **form)

    def sms_to(self, number: str) -> list[tuple[str, str]]:
        """Returns the MTs to a subscriber with their status, oldest first."""
        newest = self.gateway.outbox.to_subscriber(Msisdn(number), 100)
        return [(sms.text, status.value) for sms, status in reversed(newest)]

    def publish(self, note: str, live_at: datetime | None = None) -> str:
        """Publishes the files as they are; returns the release's id."""
        release = self.deployment.load_release(self.store.shortcuts())
        sources = menu_files.sources(self.deployment.settings.menus_folder)
        self.publish_menu(release, sources, by="amina", note=note, live_at=live_at)
        return release.id

    def take_up(self) -> None:
        """Lets the gateway take up what is live, which a thread of it does each second."""
        self.gateway.releases.look()

    def work(self, *queues: str) -> None:
        """Runs the jobs that wait in the queues, as the workers would."""
        functions: dict[str, Callable[..., None]] = {
            rq_jobs.ROUTE_INBOUND: self.gateway.route_inbound,
            rq_jobs.RUN_CALLS: self._calls,
            rq_jobs.SEND_OUTBOUND: lambda channel, lane: self.gateway.send_outbound(
                channel, Lane(lane)
            ),
        }
        before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
        for queue in queues or ("inbound", "calls", "urgent", "reply", "bulk"):
            rq_worker.work(queue, self.redis_url, functions, burst=True)
        for each, handler in before.items():
            signal.signal(each, handler)

    def tick(self) -> None:
        """Does what the ticker does every few seconds."""
        once(self.gateway.leader_lock, self.gateway.upkeep)

    def run_slow_calls(self) -> None:
        """Does what a worker for slow calls does, one call after the other."""
        slow = self.gateway.back_ends.run_slow_calls
        slow.send_late()
        while (call := slow.next()) is not None:
            slow.run(call)

    @contextmanager
    def dying_before_it_stores_the_turn(self) -> Iterator[None]:
        """A web node dies when the handlers have run and the session is not stored yet."""
        sessions = self.gateway.stores.sessions

        def die(*_: object, **__: object) -> None:
            raise Killed

        sessions.save = die  # type: ignore[method-assign]
        try:
            yield
        except Killed:
            pass
        else:
            raise AssertionError("Nobody died.")
        finally:
            del sessions.save

    @contextmanager
    def meanwhile(self, what: Callable[[], None]) -> Iterator[None]:
        """While a turn waits for a slow call this happens, instead of seconds that pass."""
        bell = self.gateway.stores.bell
        bell.wait = lambda call_id, seconds: what()
        try:
            yield
        except Killed:
            pass
        finally:
            del bell.wait
