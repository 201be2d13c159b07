"""Whatever stands behind a service does: every caller gets a civil answer in time, and only one.

A real system on loopback, a real Redis, a real database, a worker beside the web; only the deadline
is shorter than in life.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from gateway.adapters.handler_calls.slow_call_worker import CallsWorker
from gateway.adapters.sql.migrate import migrate
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.composition.stores import in_memory
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.ports.calls import BreakerState
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.ministry import Ministry, ministry, says
from tests.polling import PATIENCE_SECONDS, eventually
from tests.small_deployment import small_deployment

DEADLINE = 1.2
CALLER = Msisdn("+999700000123")
LEVEL = (200, {"tank": {"level": 80}})
PATH = "/v1/tanks/117"
CLOSED = "We cannot see the tanks now. Ask your water kiosk, or again in 1 min."


@dataclass
class Lines:
    """The small deployment: its phone, the system behind it, and what came by SMS."""

    gateway: Gateway
    water: Ministry

    def dials(self, session: str = "s-1", tank: str = "117", caller: Msisdn = CALLER) -> UssdReply:
        """Returns the last reply of a session that asks for a tank."""
        phone = handset(self.gateway.deployment, "phone", within(create_app(self.gateway)))
        phone.turn(caller, session, "")
        phone.turn(caller, session, "1")
        began = time.monotonic()
        reply = phone.turn(caller, session, f"1*{tank}")
        assert time.monotonic() - began < DEADLINE + 1, "The deadline was missed."
        return reply

    def texts(self, words: str) -> list[str]:
        """Returns the MTs to the caller after one text, which is routed at once; newest first."""
        phone = handset(self.gateway.deployment, "phone", within(create_app(self.gateway)))
        phone.text(CALLER, words)
        began = time.monotonic()
        self.gateway.inbound.route_pending()
        assert time.monotonic() - began < DEADLINE + 1, "Other texts were kept waiting."
        return self.sms()

    def sms(self, caller: Msisdn = CALLER) -> list[str]:
        """Returns the MTs to a caller."""
        return [sms.text for sms, _ in self.gateway.sql.outbox.to_subscriber(caller, 20)]


@contextlib.contextmanager
def lines(folder: Path, valkey: str, extra: str = "") -> Iterator[Lines]:
    """Yields the small deployment with a worker beside it."""
    with ministry() as water:
        environ = small_deployment(folder, water, valkey, extra=extra, deadline=DEADLINE)
        gateway = Gateway(load(environ))
        migrate(gateway.engine)
        worker, stop = (
            CallsWorker(gateway.handler_calls.run_slow),
            threading.Event(),
        )

        def work() -> None:
            while not stop.wait(0.02):
                worker()

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield Lines(gateway, water)
        finally:
            water.released.set()
            stop.set()
            thread.join()
            worker.close()
            gateway.close()


@pytest.fixture
def quick(tmp_path: Path, valkey: str) -> Iterator[Lines]:
    with lines(tmp_path, valkey) as one:
        yield one


@pytest.fixture
def slow(tmp_path: Path, valkey: str) -> Iterator[Lines]:
    with lines(tmp_path, valkey, "slow: true") as one:
        yield one


def dies(handler: BaseHTTPRequestHandler) -> None:
    """Begins an answer and breaks it off."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{")
    handler.close_connection = True


#: Each way of failing, and how the answer then begins.
WAYS = {
    "hangs": (lambda handler: None, ("too slow", "answer by sms")),
    "garbage": (says(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<htm>"), ("unavailable",) * 2),
    "no HTTP": (says(b"220 mail.example ESMTP\r\n"), ("unavailable",) * 2),
    "dies": (dies, ("unavailable",) * 2),
    "error": ((500, {}), ("unavailable",) * 2),
}


@pytest.mark.parametrize("extra", ["", "slow: true"])
def test_a_call_that_works_is_seen_on_the_screen(extra: str, tmp_path: Path, valkey: str) -> None:
    with lines(tmp_path, valkey, extra) as each:
        each.water.answers[PATH] = LEVEL

        reply = each.dials()

        assert UssdReply(text="Tank 117 is 80% full.", ends=True) == reply
        assert [] == each.sms()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("is_slow", [False, True], ids=["quick", "slow"])
def test_a_call_that_fails_ends_civilly_within_the_deadline(
    way: str, is_slow: bool, tmp_path: Path, valkey: str
) -> None:
    answer, expected = WAYS[way]
    with lines(tmp_path, valkey, "slow: true" if is_slow else "") as each:
        if way == "hangs":
            each.water.hangs(PATH)
        else:
            each.water.answers[PATH] = answer

        reply = each.dials()

        assert reply.ends
        assert reply.text.startswith(expected[is_slow]), reply.text
        assert [] == each.sms()


def test_a_system_that_is_not_there_ends_civilly(quick: Lines, tmp_path: Path) -> None:
    calls = tmp_path / "menus" / "calls.yaml"
    text = calls.read_text("utf-8").replace(str(quick.water.port), "1")
    calls.write_text(text, "utf-8")
    gateway = Gateway(
        load({**_environ(tmp_path), "GATEWAY_REDIS_URL": quick.gateway.deployment.redis_url})
    )

    reply = Lines(gateway, quick.water).dials()

    assert reply.text.startswith("unavailable ")
    gateway.close()


def _environ(folder: Path) -> dict[str, str]:
    return {
        "GATEWAY_HOME": str(folder),
        "GATEWAY_DATA": str(folder / "data"),
        "GATEWAY_DEVELOPMENT": "1",
        "CALL_WATER_TOKEN": "t",
    }


def test_an_answer_after_the_deadline_comes_by_sms_once(slow: Lines) -> None:
    def answers_late(handler: BaseHTTPRequestHandler) -> None:
        slow.water.released.wait(PATIENCE_SECONDS)
        says(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"tank": {"level": 80}}')(handler)

    slow.water.answers[PATH] = answers_late

    reply = slow.dials()
    before = slow.sms()
    slow.water.released.set()
    eventually(slow.sms)

    assert UssdReply(text="answer by sms", ends=True) == reply
    assert [] == before
    assert ["Tank 117 is 80% full."] == slow.sms()
    assert 1 == len(slow.water.asked)


def test_the_dialogue_goes_on_by_sms(slow: Lines) -> None:
    def answers_late(handler: BaseHTTPRequestHandler) -> None:
        slow.water.released.wait(PATIENCE_SECONDS)
        says(b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}")(handler)

    slow.water.answers[PATH] = answers_late
    slow.water.answers["/v1/tanks/118"] = LEVEL
    slow.dials()
    slow.water.released.set()
    eventually(slow.sms)
    phone = handset(slow.gateway.deployment, "phone", within(create_app(slow.gateway)))

    for words in ("1", "118"):
        phone.text(CALLER, words)
        slow.gateway.inbound.route_pending()

    newest, question, first = slow.sms()
    assert first.startswith("There is no tank 117.")
    assert question.startswith("Number of the tank?")
    assert "Tank 118 is 80% full." == newest


def test_a_text_gets_a_late_answer_in_an_sms_of_its_own(slow: Lines) -> None:
    def answers_late(handler: BaseHTTPRequestHandler) -> None:
        slow.water.released.wait(PATIENCE_SECONDS)
        says(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"tank": {"level": 80}}')(handler)

    slow.water.answers[PATH] = answers_late

    first = slow.texts("TANK 117")
    slow.water.released.set()
    eventually(lambda: len(slow.sms()) > 1)

    assert ["answer follows"] == first
    assert ["Tank 117 is 80% full.", "answer follows"] == slow.sms()
    assert 1 == len(slow.water.asked)


def test_a_text_gets_an_answer_in_time_at_once(slow: Lines) -> None:
    slow.water.answers[PATH] = LEVEL

    assert ["Tank 117 is 80% full."] == slow.texts("TANK 117")


@pytest.mark.parametrize("way", [way for way in WAYS if way != "hangs"])
@pytest.mark.parametrize("is_slow", [False, True], ids=["quick", "slow"])
def test_a_call_that_fails_is_told_in_one_sms(
    way: str, is_slow: bool, tmp_path: Path, valkey: str
) -> None:
    answer, expected = WAYS[way]
    with lines(tmp_path, valkey, "slow: true" if is_slow else "") as each:
        each.water.answers[PATH] = answer

        (said,) = each.texts("TANK 117")

        assert said.startswith(expected[is_slow]), said


def test_of_many_callers_at_the_deadline_each_gets_one_answer(slow: Lines) -> None:
    """The system answers just about when the turns' time is up: some are early, some late."""
    delays = [DEADLINE - 0.5 + step * 0.02 - 0.2 for step in range(16)]
    lock = threading.Lock()

    def answers(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            delay = delays.pop()
        threading.Event().wait(delay)
        says(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"tank": {"level": 80}}')(handler)

    slow.water.answers[PATH] = answers
    callers = [Msisdn(f"+9997000002{number:02}") for number in range(16)]
    app = create_app(slow.gateway)
    phone = handset(slow.gateway.deployment, "phone", within(app))
    for caller in callers:
        phone.turn(caller, caller.e164, "")
        phone.turn(caller, caller.e164, "1")

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(lambda who: phone.turn(who, who.e164, "1*117").text, callers))
    on_screen = [who for who, text in zip(callers, replies, strict=True) if "80%" in text]
    by_sms = [who for who, text in zip(callers, replies, strict=True) if text == "answer by sms"]

    eventually(lambda: all(slow.sms(who) for who in by_sms))
    assert 16 == len(on_screen) + len(by_sms), replies
    assert [[]] * len(on_screen) == [slow.sms(who) for who in on_screen]
    assert [["Tank 117 is 80% full."]] * len(by_sms) == [slow.sms(who) for who in by_sms]


@pytest.mark.parametrize("is_slow", [False, True], ids=["quick", "slow"])
def test_a_system_that_fails_is_closed_for_the_next_callers_at_once(
    is_slow: bool, tmp_path: Path, valkey: str
) -> None:
    with lines(tmp_path, valkey, "slow: true" if is_slow else "") as each:
        each.water.answers[PATH] = (500, {})
        for number in range(2):
            each.dials(f"s-{number}")
        asked = len(each.water.asked)
        phone = handset(each.gateway.deployment, "phone", within(create_app(each.gateway)))
        phone.turn(CALLER, "s-9", "")

        reply = phone.turn(CALLER, "s-9", "1")

        assert UssdReply(text=CLOSED, ends=True) == reply  # before a number was asked for
        assert [CLOSED] == each.texts("TANK")
        assert asked == len(each.water.asked)
        assert {"call:tank_level": BreakerState.OPEN} == each.gateway.vital_signs.breakers()
        metrics = create_app(each.gateway).test_client().get("/metrics").text
        assert 'gateway_breaker_open{back_end="call:tank_level"} 1.0' in metrics


def test_the_last_known_answer_is_shown_with_its_time(tmp_path: Path, valkey: str) -> None:
    with lines(tmp_path, valkey, "keep_last: true") as each:
        each.water.answers[PATH] = LEVEL
        each.dials("s-0")
        each.water.answers[PATH] = (500, {})

        replies = [each.dials(f"s-{number}") for number in range(1, 5)]  # the breaker opens within

        for reply in replies:
            assert re.match(r"last known 20\d\d-\d\d-\d\dT\d\d:\d\d\n", reply.text)
            assert reply.text.endswith("Tank 117 is 80% full.")
            assert reply.ends
        assert each.dials("s-9", tank="118").text == CLOSED  # nothing is known of this one


def test_a_last_known_answer_that_comes_by_sms_says_of_when_it_is(
    tmp_path: Path, valkey: str
) -> None:
    with lines(tmp_path, valkey, "slow: true\nkeep_last: true") as each:
        each.water.answers[PATH] = LEVEL
        each.dials("s-0")

        def fails_late(handler: BaseHTTPRequestHandler) -> None:
            each.water.released.wait(PATIENCE_SECONDS)
            says(b"HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\n{}")(handler)

        each.water.answers[PATH] = fails_late
        reply = each.dials("s-1")
        each.water.released.set()
        eventually(each.sms)

        assert UssdReply(text="answer by sms", ends=True) == reply
        (told,) = each.sms()
        assert re.fullmatch(r"last known [\d-]{10}T[\d:]{5}\nTank 117 is 80% full\.", told), told


def test_menus_are_dialled_without_a_worker_within_one_command(tmp_path: Path) -> None:
    """`gateway dial` has no queue: a slow call is run within the turn."""
    with ministry() as water:
        water.answers[PATH] = LEVEL
        environ = small_deployment(tmp_path, water, "unix:///nowhere", extra="slow: true")
        deployment = load(environ)
        real = Gateway(deployment)
        migrate(real.engine)
        stores = in_memory(real.clock)
        gateway = Gateway(deployment, parts=Parts(engine=real.engine, stores=stores))

        assert Lines(gateway, water).dials().text == "Tank 117 is 80% full."
        gateway.close()
        real.close()
