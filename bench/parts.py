"""Where the CPU time of a turn goes: one thread under a profiler, summed up by what is done.

A profiler makes many small functions look dearer than they are, so it tells shares alone; the whole
turn is measured without it, and parted by them.
"""

from __future__ import annotations

import cProfile
import itertools
import pstats
import time
from collections import defaultdict
from collections.abc import Mapping
from html import escape
from pathlib import Path

from bench.application import Ask, Measured, as_form, direct, play, quickest_us
from bench.figures import Findings, Spread, say
from bench.house import House
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.web.app import create_app

SESSIONS = 250
#: How long batches of whole turns are measured, of which the quickest counts.
WHOLE_SECONDS = 3.0
#: What is done, by the beginning of a module's path; the first that fits counts.
PARTS: Mapping[str, tuple[str, ...]] = {
    "Redis, two round trips": ("gateway/adapters/redis/", "redis/"),
    "sealing, indexes, hashes": ("gateway/adapters/system/keyring", "hmac.py", "cryptography/"),
    "request: fields, number, secret": (
        "gateway/adapters/providers/", "gateway/domain/telecom/", "urllib/", "gateway/domain/text/",
    ),
    "front, doors, log, counts": ("gateway/web/", "gateway/adapters/metrics/", "logging/"),
    "menu engine and page": ("gateway/domain/",),
    "handler in its thread": ("gateway/adapters/handler_calls/", "threading.py", "queue.py",
                              "concurrent/", "gateway/use_cases/handler_calls/"),
    "database, first turns alone": ("gateway/adapters/sql/", "sqlalchemy/", "sqlite3/"),
    "the use case, and the rest": ("",),
}  # fmt: skip

_WIDE, _BAR, _LEFT = 720, 24, 250


def measure(house: House, rounds: int, picture: Path | None) -> Findings:
    """Returns what each part takes of a turn, each caller new; draws it when given a file."""
    gateway = Gateway(load(house.environ))
    ask = direct(gateway, create_app(gateway), house.ussd_target)
    serial = itertools.count(1)
    _profiled(ask, serial, 40)
    found: dict[str, list[float]] = {part: [] for part in PARTS}
    for number in range(1, rounds + 1):
        shares = _profiled(ask, serial, SESSIONS)
        for part, share in shares.items():
            found[part].append(share)
        say(f"round {number}/{rounds}  {[round(share, 2) for share in shares.values()]}")
    whole = quickest_us(Measured("turn", ask, True, as_form), serial, WHOLE_SECONDS)
    gateway.close()
    spreads = {part: Spread.of([100 * share for share in shares]) for part, shares in found.items()}
    took = {part: whole * spread.median / 100 for part, spread in spreads.items()}
    heads = ("what", "% of a turn", "CPU µs/turn")
    findings = Findings("Where a turn's CPU time goes", heads)
    findings.rows = [
        (part, spread.shown(0), f"{took[part]:.0f}") for part, spread in spreads.items()
    ]
    findings.notes = [
        f"shares under a profiler, of {whole:.0f} µs without it; in one thread, each caller new"
    ]
    findings.raw = dict(found)
    if picture is not None:
        drawn = bars(took)
        picture.write_text(drawn, encoding="utf-8")
    return findings


def bars(microseconds: Mapping[str, float]) -> str:
    """Returns a picture of where the CPU time of a turn goes as SVG, the largest part first."""
    most = max(microseconds.values())
    high = _BAR * len(microseconds) + 8
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {high}" role="img">',
        "<title>Where the CPU time of a turn goes, in microseconds</title>",
        "<style>text{font:13px sans-serif;fill:#222}.bar{fill:#1f6f8b}</style>",
        f'<rect width="{_WIDE}" height="{high}" fill="#fff"/>',
    ]
    ordered = sorted(microseconds.items(), key=lambda each: -each[1])
    for number, (part, took) in enumerate(ordered):
        y, long = 4 + number * _BAR, (_WIDE - _LEFT - 60) * took / most
        lines += [
            f'<text x="{_LEFT - 10}" y="{y + 16}" text-anchor="end">{escape(part)}</text>',
            f'<rect x="{_LEFT}" y="{y + 3}" width="{long:.0f}" height="{_BAR - 6}" class="bar"/>',
            f'<text x="{_LEFT + long + 8:.0f}" y="{y + 16}">{took:.0f} µs</text>',
        ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _profiled(ask: Ask, serial: itertools.count[int], sessions: int) -> Mapping[str, float]:
    """Returns the share of each part in the CPU time of so many sessions."""
    profile = cProfile.Profile(time.thread_time)
    profile.enable()
    for _ in range(sessions):
        play(ask, next(serial), new_caller=True, write=as_form)
    profile.disable()
    seconds: dict[str, float] = defaultdict(float)
    for (file, _, _), (_, _, own, _, callers) in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        if file != "~" and "contextlib" not in file and "dataclasses" not in file:
            seconds[_part_of(file)] += own
            continue
        # What is built in belongs to whoever calls it.
        for (caller, _, _), (_, _, spent, _) in callers.items():
            seconds[_part_of(caller)] += spent
    whole = sum(seconds.values())
    return {part: seconds[part] / whole for part in PARTS}


def _part_of(file: str) -> str:
    _, _, installed = file.rpartition("site-packages/")
    _, ours, own = file.rpartition("/gateway/")
    path = installed if "site-packages/" in file else f"gateway/{own}" if ours else file
    path = path.rpartition("/python3.")[2].partition("/")[2] if "/lib/python3." in path else path
    return next(part for part, begins in PARTS.items() if path.startswith(begins))
