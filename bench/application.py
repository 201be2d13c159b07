"""The application alone, called as a server would: where the time of a turn goes.

Quick, hot and in one thread, so these figures are lower than those over HTTP, and far steadier:
they show what a change of the code has done.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask

from bench import noop
from bench.figures import Findings, Spread, Target, say
from bench.house import House
from gateway.adapters.memory.sessions import MemorySessions
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.deployment.load import load
from gateway.domain.telecom.webhook import FORM
from gateway.web.app import access_of, create_app
from gateway.web.direct import Direct

#: Sessions in one batch; the quickest batch of a round counts.
BATCH = 25
STEPS = 4
NEW, BY_PRESET = "turn, each caller new", "turn by a preset, each caller new"
MOST_US = 300.0
MOST_BY_PRESET = 1.1

#: Takes the body of a webhook, and returns what the citizen reads.
Ask = Callable[[bytes], str]
#: Writes the body of a turn: of a session, by a phone, after these answers.
Write = Callable[[int, str, Sequence[str]], bytes]


@dataclass(frozen=True, slots=True)
class Measured:
    """One way in, and whether every session comes from a number that has not called before."""

    name: str
    ask: Ask
    new_callers: bool
    write: Write


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a webhook, as granian gives it."""

    path: str
    query_string: str
    headers: Mapping[str, str]
    method: str = "POST"
    scheme: str = "http"
    client: str = "127.0.0.1:40000"
    server: str = "127.0.0.1:80"
    http_version: str = "1.1"


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns CPU time per turn of the whole application and of what it stands on."""
    gateway = Gateway(load(house.environ))
    sessions = MemorySessions(gateway.clock)
    stores = dataclasses.replace(gateway.stores, sessions=sessions)
    in_memory = Gateway(load(house.environ), parts=Parts(stores=stores))
    target, app = house.ussd_target, create_app(gateway)
    early = direct(gateway, app, target)
    by_preset = direct(gateway, app, house.target("preset", "ussd"), "application/json")
    kinds = [
        Measured("Flask no-op", _by_wsgi(noop.create(), "/ussd/ussd"), True, as_form),
        Measured(NEW, early, True, as_form),
        Measured("turn, callers known", early, False, as_form),
        Measured("turn, callers known, no Redis", direct(in_memory, app, target), False, as_form),
        Measured("turn through Flask, each caller new", _by_wsgi(app, target), True, as_form),
        Measured(BY_PRESET, by_preset, True, as_hubtel),
    ]
    serial = itertools.count(1)
    found: dict[str, list[float]] = {kind.name: [] for kind in kinds}
    for number in range(1, rounds + 1):
        for kind in kinds:
            found[kind.name].append(quickest_us(kind, serial, seconds / len(kinds)))
        say(f"round {number}/{rounds}  {[round(us[-1]) for us in found.values()]} µs")
    findings = Findings("The application alone, in process", ("what", "CPU µs/turn", "x no-op"))
    nothing = found["Flask no-op"]
    ratios = {
        name: Spread.of([one / other for one, other in zip(us, nothing, strict=True)])
        for name, us in found.items()
    }
    findings.rows = [
        (name, Spread.of(us).shown(0), ratios[name].shown(2)) for name, us in found.items()
    ]
    turn = Spread.of(found[NEW]).median
    dearer = min(found[BY_PRESET]) / min(found[NEW])  # a busy machine makes both dearer, unevenly
    findings.targets = [
        Target(
            what="a turn, each caller new", found=turn, bound=MOST_US, at_least=False, unit=" µs"
        ),
        Target(
            what="a turn by a preset / by code of its own, the quickest of each",
            found=dearer,
            bound=MOST_BY_PRESET,
            at_least=False,
        ),
    ]
    findings.raw = dict(found)
    return findings


def quickest_us(kind: Measured, serial: itertools.count[int], seconds: float) -> float:
    """Returns the CPU time of a turn in the quickest batch, in microseconds."""
    until = time.perf_counter() + max(0.2, seconds)
    quickest = float("inf")
    while time.perf_counter() < until:
        began = time.process_time()
        for _ in range(BATCH):
            play(kind.ask, next(serial), new_caller=kind.new_callers, write=kind.write)
        quickest = min(quickest, time.process_time() - began)
    return quickest / BATCH / STEPS * 1e6


def play(ask: Ask, number: int, *, new_caller: bool, write: Write) -> None:
    """Plays one session; raises AssertionError when it does not end as it should."""
    digits = f"{number * 7919 % 10**8:08d}"
    phone = digits if new_caller else "11000001"
    answers, said = ("1", "1", digits), ""
    for typed in range(STEPS):
        said = ask(write(number, f"2547{phone}", answers[:typed]))
    ended = said.startswith("END ") or '"Type": "Release"' in said
    right = ended and f"Permit {digits} is {_state(digits)}" in said
    assert right or said == noop.NOTHING, said


def as_form(number: int, phone: str, answers: Sequence[str]) -> bytes:
    """Returns a turn as Africa's Talking sends it."""
    return (
        f"sessionId=ATUid_{number:08d}&phoneNumber=%2B{phone}&networkCode=63902"
        f"&serviceCode=*384*2026%23&text={'*'.join(answers)}"
    ).encode()


def as_hubtel(number: int, phone: str, answers: Sequence[str]) -> bytes:
    """Returns a turn as Hubtel sends it."""
    kind, typed = ("Response", answers[-1]) if answers else ("Initiation", "*384*2028#")
    return (
        f'{{"SessionId": "{number:032d}", "ServiceCode": "384*2028", "Type": "{kind}", '
        f'"Message": "{typed}", "Operator": "mtn-gh", "Platform": "USSD", "Mobile": "{phone}", '
        f'"ClientState": "", "Sequence": {len(answers) + 1}}}'
    ).encode()


def _state(digits: str) -> str:
    return "ready" if int(digits) % 2 else "in progress"


def direct(gateway: Gateway, app: Flask, target: str, content_type: str = FORM) -> Ask:
    """Returns the way of a webhook in `gateway serve`: answered early, without Flask."""
    path, _, query = target.partition("?")
    direct = Direct(gateway, access_of(app))
    head = Head(path, query, {"content-type": content_type})

    def ask(body: bytes) -> str:
        answer = direct(head)
        assert answer is not None
        return answer(body)[2].decode()

    return ask


def _by_wsgi(app: Callable[..., Iterable[bytes]], target: str) -> Ask:
    """Returns the way through a WSGI application, as under gunicorn."""
    return lambda body: b"".join(app(_environ(target, body), _started)).decode()


def _started(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> None:
    """Takes the head of an answer (PEP 3333); the body is what is checked."""


def _environ(target: str, body: bytes) -> dict[str, Any]:
    path, _, query = target.partition("?")
    return {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": query,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "CONTENT_TYPE": FORM,
        "CONTENT_LENGTH": str(len(body)), "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip
