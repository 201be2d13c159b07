"""The door: slow, endless and unproven requests hold up nobody who is answered."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import urllib3

from gateway.cli.processes.serve_and_work import web_server
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from tests import gateways
from tests.polling import eventually
from tests.ports import free_port

CONFIG = (gateways.HOME / "config" / "gateway.yaml").read_text("utf-8")

#: A number for each dial: nobody is taken for somebody who dials without end.
NUMBERS = count(254700001000)


def form_of(session: str) -> str:
    """Returns a dial as the provider sends it."""
    number = f"+{next(NUMBERS)}"
    code = "*384*2026#"
    fields = {"sessionId": session, "phoneNumber": number, "serviceCode": code, "text": ""}
    return urlencode(fields)


#: More than the threads of all web processes together (2 times 24).
MANY = 60


@dataclass(frozen=True, slots=True)
class Door:
    """A gateway that serves; `ussd` is the path of a channel's webhook with its secret."""

    port: int
    ussd: str
    signed: str
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self, sent: bytes) -> socket.socket:
        """Returns a connection on which something was sent."""
        line = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        line.sendall(sent)
        return line

    def dials(self, session: str) -> str:
        """Returns the answer to a dial, on a connection of its own."""
        with urllib3.PoolManager(timeout=10, retries=False) as pool:
            form = form_of(session)
            answer = pool.request(
                "POST", self.url + self.ussd, body=form,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )  # fmt: skip
            return answer.data.decode()

    def counted(self) -> Counter[tuple[str, str]]:
        """Returns how many webhooks were refused, by channel and code."""
        page = self.answers(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        pattern = rb'gateway_webhooks_rejected_total{channel="(.*?)",code="(.*?)"} ([0-9]+)'
        found = re.findall(pattern, page)
        return Counter({(one.decode(), code.decode()): int(n) for one, code, n in found})

    def lines(self) -> list[dict[str, Any]]:
        """Returns the lines of the log, one for each request."""
        written = (self.folder / "serve.log").read_text("utf-8").splitlines()
        return [line for each in written if "status" in (line := json.loads(each))]

    def answers(self, sent: bytes) -> bytes:
        """Returns all that is answered to what was sent, until the server hangs up or waits."""
        with self.connect(sent) as line:
            line.settimeout(20)
            answer = line.recv(65536)
            while b"Connection: close" in sent and (more := line.recv(65536)):
                answer += more
            return answer


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory, valkey_server: str) -> Iterator[Door]:
    """The reference deployment, served as in production, on a free port."""
    folder = tmp_path_factory.mktemp("door")
    port = free_port()
    environ = {**os.environ, **gateways.environment(folder, valkey_server)}
    (folder / "gateway.yaml").write_text(f"{CONFIG}\nlog_access: true\n", "utf-8")
    environ |= {"GATEWAY_PORT": str(port), "GATEWAY_CONFIG": str(folder / "gateway.yaml")}
    gateways.deployed(environ)
    gateway = Gateway(load(environ))
    urls = gateway.deployment.webhook_urls
    prefix = gateway.public_url
    door = Door(port, urls("at-ke")["ussd"].removeprefix(prefix),
                urls("twilio")["sms"].removeprefix(prefix), folder)  # fmt: skip
    gateway.close()
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "serve"],
            cwd=gateways.HOME, env=environ, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        eventually(lambda: _is_live(door))
        eventually(lambda: door.dials("warm").startswith("CON"))  # it has loaded what a turn needs
        yield door
    finally:
        process.send_signal(signal.SIGHUP)  # its terminal is gone: that ends it, too
        process.wait(30)


def _is_live(door: Door) -> bool:
    with contextlib.suppress(OSError):
        return b" 200 " in door.answers(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
    return False


def head(path: str, *more: str) -> bytes:
    """Returns the head of a POST; `more` are further headers."""
    lines = [f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/x-www-form-urlencoded"]
    return "\r\n".join([*lines, *more, "", ""]).encode()


#: What a slow connection sends, by what is slow of it.
SLOW: Mapping[str, Callable[[Door], bytes]] = {
    "head": lambda door: b"POST /ussd/at-ke HTTP/1.1\r\nHost: x\r\nX-Slow: ",
    "body": lambda door: head(door.ussd, "Content-Length: 100") + b"sess",
    "chunks": lambda door: head(door.ussd, "Transfer-Encoding: chunked") + b"4\r\nsess\r\n",
    "signed": lambda door: (
        head(door.signed, "Content-Length: 100", "X-Twilio-Signature: abc=") + b"From"
    ),
    "no secret": lambda door: head(door.ussd.partition("?")[0], "Content-Length: 100") + b"sess",
    "idle": lambda door: b"",
    "deaf": lambda door: head(door.ussd, "Content-Length: 1") + b"x",
}


@pytest.mark.parametrize("kind", sorted(SLOW))
def test_slow_connections_of_every_kind_delay_nobody(door: Door, kind: str) -> None:
    sent = SLOW[kind](door)
    with contextlib.ExitStack() as lines:
        for _ in range(MANY):
            lines.enter_context(contextlib.closing(door.connect(sent)))

        pages = [door.dials(f"{kind} {number}") for number in range(5)]
        live = door.answers(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")

    assert ["CON"] * 5 == [page[:3] for page in pages]
    assert b" 200 " in live.partition(b"\r\n")[0]


def test_thousands_may_be_connected_at_once(tmp_path: Path) -> None:
    """granian takes 1,024 by itself: so many idle lines shut out everybody else for 15 seconds."""
    deployment = load(gateways.environment(tmp_path, "unix:///nobody.sock"))

    server = web_server(deployment)

    assert server.backpressure * deployment.settings.server.workers >= 8000


@pytest.mark.soak
@pytest.mark.parametrize("kind", sorted(SLOW))
def test_500_slow_connections_leave_the_slowest_turn_in_100_below_200_ms(
    door: Door, kind: str
) -> None:
    seconds = []
    with contextlib.ExitStack() as lines:
        for _ in range(500):
            lines.enter_context(contextlib.closing(door.connect(SLOW[kind](door))))
        for number in range(200):
            began = time.perf_counter()
            assert door.dials(f"soak {kind} {number}").startswith("CON")
            seconds.append(time.perf_counter() - began)

    assert sorted(seconds)[-2] < 0.2


def test_a_body_that_does_not_come_is_given_up(door: Door) -> None:
    answer = door.answers(head(door.ussd, "Content-Length: 100") + b"sess")

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert answer.endswith(b"The body did not come within 5 s.\n")


def test_what_the_front_refuses_is_told_and_counted(door: Door) -> None:
    before = door.counted()
    name = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    given = f"X-Request-ID: {name}"

    late = door.answers(head(door.ussd, "Content-Length: 100", given) + b"sess")
    long = door.answers(head(door.ussd, "Content-Length: 70000") + b"sess")
    nowhere = door.answers(head("/+254711000001", "Content-Length: 70000") + b"sess")

    assert [b"408", b"413", b"413"] == [answer.split()[1] for answer in (late, long, nowhere)]
    assert f"x-request-id: {name}".encode() in late.lower()
    assert b"x-request-id: " in long.lower()
    after = door.counted()
    assert after - before == {
        ("at-ke", "too_slow"): 1, ("at-ke", "too_large"): 1, ("unknown", "too_large"): 1
    }  # fmt: skip
    lines = [each for each in door.lines() if each["status"] in (408, 413)]
    assert {
        "logger": "gateway.access", "method": "POST", "route": "ussd", "channel": "at-ke",
        "status": 408, "request": name,
    }.items() <= next(each for each in lines if each.get("request") == name).items()  # fmt: skip
    assert [("other", "")] == [
        (each["route"], each["channel"]) for each in lines if each["route"] != "ussd"
    ]
    assert "254711000001" not in str(lines)


@pytest.mark.parametrize(
    "path", ["/ussd/at-ke", "/ussd/at-ke?key=guessed", "/sms/twilio"], ids=lambda path: path
)
def test_who_proves_nothing_is_refused_before_the_body(door: Door, path: str) -> None:
    answer = door.answers(head(path, "Content-Length: 60000") + b"a")

    assert answer.startswith(b"HTTP/1.1 403 ")


@pytest.mark.parametrize(
    "body",
    [
        head("{ussd}", "Content-Length: 70000") + b"a",
        head("{ussd}", "Transfer-Encoding: chunked") + b"11170\r\n" + b"a" * 70_000 + b"\r\n",
    ],
    ids=["announced", "chunked"],
)
def test_a_body_over_the_limit_is_413(door: Door, body: bytes) -> None:
    answer = door.answers(body.replace(b"{ussd}", door.ussd.encode()))

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_chunked_body_is_taken_like_any_other(door: Door) -> None:
    form = form_of("chunked").encode()
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(form), form)

    answer = door.answers(head(door.ussd, "Transfer-Encoding: chunked") + chunks)

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"CON " in answer


def test_the_slash_at_the_end_and_the_wrong_method_are_told(door: Door) -> None:
    path, _, key = door.ussd.partition("?")
    form = form_of("slash").encode()
    length = f"Content-Length: {len(form)}"

    slashed = door.answers(head(f"{path}/?{key}", length) + form)
    got = door.answers(f"GET {door.ussd} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert b"CON " in slashed
    assert got.startswith(b"HTTP/1.1 405 ")
    assert b"\r\nallow: POST\r\n" in got
    assert got.endswith(b"This webhook takes POST.\n")


def test_a_second_request_on_a_connection_is_answered(door: Door) -> None:
    form = form_of("kept").encode()
    request = head(door.ussd, f"Content-Length: {len(form)}") + form
    with door.connect(request) as line:
        first = line.recv(65536)
        line.sendall(request)
        second = line.recv(65536)

    assert first.partition(b"\r\n\r\n")[2] == second.partition(b"\r\n\r\n")[2]
