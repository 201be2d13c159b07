"""What is wrong at this moment, and what to do about it, in the words of the on-call engineer.

The limits are those of `gateway doctor` and of the alerts that come along for Prometheus.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.outbound.channel_state import Standing

#: What is due waits for a worker no longer than this, and a ticker sweeps within it.
MOST_SECONDS = 60.0
#: One late turn of so many is bad luck; more are a fault.
TURNS_PER_LATE_ONE = 1000
#: So many messages at the help desk are more than a morning's work.
MOST_MESSAGES = 50


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that is wrong: what it concerns, what is seen, and what to do."""

    about: str
    what: str
    do: str


def of_stores(up: Mapping[str, bool]) -> Iterator[Incident]:
    """Yields the stores that do not answer."""
    for name, answers in up.items():
        if not answers:
            yield Incident(
                name,
                "It does not answer. USSD goes on from what was typed; SMS are kept until it does.",
                "Bring it back, then run: gateway doctor",
            )


def of_queues(queues: Mapping[str, tuple[int, float]]) -> Iterator[Incident]:
    """Yields the queues in which something has been due for too long."""
    for name, (waiting, oldest) in queues.items():
        if oldest > MOST_SECONDS:
            yield Incident(
                f"queue {name}",
                f"{waiting} due, the oldest for {oldest:.0f} s.",
                f"Does a worker of it run, and keep up? Start one more: gateway work {name}",
            )


def of_ticker(idle: float) -> Iterator[Incident]:
    """Yields that no ticker sweeps, `idle` seconds after one did last."""
    if idle > MOST_SECONDS:
        seen = "None ever swept." if idle == math.inf else f"None has swept for {idle:.0f} s."
        yield Incident(
            "ticker", f"{seen} What crashes leave behind is not mended.", "Run: gateway work ticker"
        )


def of_channels(standings: Mapping[str, str]) -> Iterator[Incident]:
    """Yields the channels by which no SMS leaves, or fewer than should."""
    for name, told in standings.items():
        standing = Standing(told)
        match standing:
            case Standing.OPEN | Standing.PREFERRED:
                continue
            case Standing.PAUSED:
                what = "It is paused: no SMS leaves by it."
                do = f"Mend credentials or balance, then: gateway channels resume {name}"
            case Standing.DRAINED:
                what = "It fails or is slow: SMS take other channels where they may."
                do = "Tell the provider; the channel is tried again by itself."
            case _:
                assert_never(standing)
        yield Incident(f"channel {name}", what, f"{do} Why: gateway channels show {name}")


def of_back_ends(open_ones: Iterable[str]) -> Iterator[Incident]:
    """Yields the back ends that are not asked, since they failed again and again."""
    for name in open_ones:
        yield Incident(
            f"back end {name}",
            "It failed again and again, and is not asked; callers are told so at once.",
            "Tell its institution; it is asked again by itself. Its faults stand in the log.",
        )


def of_answers(turns: Mapping[str, tuple[int, int]]) -> Iterator[Incident]:
    """Yields the channels on which answers came late: by channel the turns, and the late ones."""
    for name, (number, late) in turns.items():
        if late * TURNS_PER_LATE_ONE > number:
            yield Incident(
                f"answers {name}",
                f"{late} of {number} came after the deadline; the network may have hung up.",
                "See what is slow in gateway_back_end_seconds of /metrics, and declare it slow: "
                "then its answer comes by SMS.",
            )


def of_people(help_desk_open: int, given_up_rows: int) -> Iterator[Incident]:
    """Yields what waits for a person."""
    if help_desk_open > MOST_MESSAGES:
        yield Incident(
            "help desk", f"{help_desk_open} messages wait.", "Answer them: gateway helpdesk list"
        )
    if given_up_rows:
        yield Incident(
            "postings",
            f"{given_up_rows} stored rows were not taken by another system for a week.",
            "Mend it, then: gateway calls again --help",
        )


def of_budget(institution: str, bound: str, percent: int, warn_percent: int) -> Iterator[Incident]:
    """Yields that a limit or budget is used, or nearly."""
    if percent >= warn_percent:
        used = "all of it is used: broadcasts stop" if percent >= 100 else f"{percent} % is used"
        yield Incident(
            f"{institution}: {bound}",
            f"Of this {used}.",
            f"See: gateway institutions show {institution}",
        )
