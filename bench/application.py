"""The application alone, called as a WSGI server would: where the time of a turn goes.

Quick, hot and in one thread, so these figures are lower than those over HTTP, and far steadier:
they show what a change of the code has done.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bench import noop
from bench.figures import Findings, Spread, Target, say
from bench.house import House
from gateway.adapters.memory.sessions import MemorySessions
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.deployment.load import load
from gateway.web.app import create_app

#: Sessions in one batch; the quickest batch of a round counts.
BATCH = 25
STEPS = 4
MOST_US = 300.0

App = Callable[..., Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One application, and whether every session comes from a number that has not called before."""

    name: str
    app: App
    target: str
    new_callers: bool


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns CPU time per turn of the whole application and of what it stands on."""
    gateway = Gateway(load(house.environ))
    sessions = MemorySessions(gateway.clock)
    stores = dataclasses.replace(gateway.stores, sessions=sessions)
    in_memory = Gateway(load(house.environ), parts=Parts(stores=stores))
    target, app = house.ussd_target, create_app(gateway)
    kinds = [
        Measured("Flask no-op", noop.create(), "/ussd/ussd", True),
        Measured("turn, each caller new", app, target, True),
        Measured("turn, callers known", app, target, False),
        Measured("turn, callers known, no Redis", create_app(in_memory), target, False),
    ]
    serial = itertools.count(1)
    found: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    for number in range(1, rounds + 1):
        for kind in kinds:
            found[kind.name].append(_quickest_us(kind, serial, seconds / len(kinds)))
        say(f"round {number}/{rounds}  {[round(us[-1]) for us in found.values()]} µs")
    findings = Findings("The application alone, in process", ("what", "CPU µs/turn"))
    findings.rows = [(name, Spread.of(us).shown(0)) for name, us in found.items()]
    turn = Spread.of(found["turn, each caller new"]).median
    findings.targets = [
        Target(
            what="a turn, each caller new", found=turn, bound=MOST_US, at_least=False, unit=" µs"
        )
    ]
    findings.raw = dict(found)
    return findings


def _quickest_us(kind: Measured, serial: itertools.count[int], seconds: float) -> float:
    until = time.perf_counter() + max(0.2, seconds)
    quickest = float("inf")
    while time.perf_counter() < until:
        began = time.process_time()
        for _ in range(BATCH):
            _session(kind, next(serial))
        quickest = min(quickest, time.process_time() - began)
    return quickest / BATCH / STEPS * 1e6


def _session(kind: Measured, number: int) -> None:
    digits = f"{number * 7919 % 10**8:08d}"
    phone = digits if kind.new_callers else "11000001"
    said = ""
    for text in ("", "1", "1*1", f"1*1*{digits}"):
        body = (
            f"sessionId=ATUid_{number:08d}&phoneNumber=%2B2547{phone}&networkCode=63902"
            f"&serviceCode=*384*2026%23&text={text}"
        ).encode()
        answer = kind.app(_environ(kind.target, body), _started)
        said = b"".join(answer).decode()
    assert said in (noop.NOTHING, f"END Permit {digits} is {_state(digits)}"), said


def _state(digits: str) -> str:
    return "ready" if int(digits) % 2 else "in progress"


def _started(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
    """Takes the head of an answer (PEP 3333); the body is what is checked."""


def _environ(target: str, body: bytes) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
