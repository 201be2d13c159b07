"""What is wrong at this moment, and what to do about it, in the words of the on-call engineer.

The limits are those of `gateway doctor` and of the alerts that come along for Prometheus.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.outbound.channel_state import Standing

#: What is due waits for a worker no longer than this, and a ticker sweeps within it.
MOST_SECONDS = 60.0
#: One late turn of so many is bad luck; more are a fault.
TURNS_PER_LATE_ONE = 1000
#: So many messages at the help desk are more than a morning's work.
MOST_MESSAGES = 50


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that is wrong: what it concerns, what is seen, and what to do.

    Each is a `Sentence`, or the name of a thing.
    """

    about: str
    what: str
    do: str


def of_stores(up: Mapping[str, bool]) -> Iterator[Incident]:
    """Yields the stores that do not answer."""
    for name, answers in up.items():
        if not answers:
            yield Incident(
                name,
                Sentence(
                    "It does not answer. USSD goes on from what was typed; SMS are kept until it "
                    "does."
                ),
                Sentence("Bring it back.", by_command="Then run: gateway doctor"),
            )


def of_queues(queues: Mapping[str, tuple[int, float]]) -> Iterator[Incident]:
    """Yields the queues in which something has been due for too long."""
    for name, (waiting, oldest) in queues.items():
        if oldest > MOST_SECONDS:
            seconds = f"{oldest:.0f}"
            yield Incident(
                Sentence("queue %(name)s", name=Sentence(name)),
                Sentence(
                    "%(number)s due, the oldest for %(seconds)s s.", number=waiting, seconds=seconds
                ),
                Sentence(
                    "Does a worker of it run, and keep up? Start one more.",
                    by_command="Run: gateway work %(name)s",
                    name=name,
                ),
            )


def of_ticker(idle: float) -> Iterator[Incident]:
    """Yields that no ticker sweeps, `idle` seconds after one did last."""
    if idle > MOST_SECONDS:
        seen = Sentence("None ever swept. What crashes leave behind is not mended.")
        if idle != math.inf:
            seen = Sentence(
                "None has swept for %(seconds)s s. What crashes leave behind is not mended.",
                seconds=f"{idle:.0f}",
            )
        do = Sentence(
            "Whoever runs the machines starts a worker of it.",
            by_command="Run: gateway work ticker",
        )
        yield Incident(Sentence("ticker"), seen, do)


def of_channels(standings: Mapping[str, str]) -> Iterator[Incident]:
    """Yields the channels by which no SMS leaves, or fewer than should."""
    for name, told in standings.items():
        standing = Standing(told)
        match standing:
            case Standing.OPEN | Standing.PREFERRED:
                continue
            case Standing.PAUSED:
                what = Sentence("It is paused: no SMS leaves by it.")
                do = Sentence(
                    "Mend credentials or balance; then whoever runs the machines lets it go on.",
                    by_command="Run: gateway channels resume %(name)s Why: gateway channels show "
                    "%(name)s",
                    name=name,
                )
            case Standing.DRAINED:
                what = Sentence("It fails or is slow: SMS take other channels where they may.")
                do = Sentence(
                    "Tell the provider; the channel is tried again by itself.",
                    by_command="Why: gateway channels show %(name)s",
                    name=name,
                )
            case _:
                assert_never(standing)
        yield Incident(Sentence("channel %(name)s", name=name), what, do)


def of_back_ends(open_ones: Iterable[str]) -> Iterator[Incident]:
    """Yields the back ends that are not asked, since they failed again and again."""
    for name in open_ones:
        yield Incident(
            Sentence("back end %(name)s", name=name),
            Sentence("It failed again and again, and is not asked; callers are told so at once."),
            Sentence(
                "Tell its institution; it is asked again by itself. Its faults stand in the log."
            ),
        )


def of_answers(turns: Mapping[str, tuple[int, int]]) -> Iterator[Incident]:
    """Yields the channels on which answers came late: by channel the turns, and the late ones."""
    for name, (number, late) in turns.items():
        if late * TURNS_PER_LATE_ONE > number:
            yield Incident(
                Sentence("answers %(name)s", name=name),
                Sentence(
                    "%(late)s of %(number)s came after the deadline; the network may have hung up.",
                    late=late,
                    number=number,
                ),
                Sentence(
                    "See which back end is slow, and declare it slow: then its answer comes by "
                    "SMS.",
                    by_command="gateway_back_end_seconds of /metrics tells which.",
                ),
            )


def of_people(help_desk_open: int, given_up_rows: int) -> Iterator[Incident]:
    """Yields what waits for a person."""
    if help_desk_open > MOST_MESSAGES:
        yield Incident(
            Sentence("help desk"),
            Sentence(
                "%(number)s messages wait.",
                singular="%(number)s message waits.",
                number=help_desk_open,
            ),
            Sentence("Answer them.", by_command="See: gateway helpdesk list"),
        )
    if given_up_rows:
        yield Incident(
            Sentence("postings"),
            Sentence(
                "%(number)s stored rows were not taken by another system for a week.",
                singular="%(number)s stored row was not taken by another system for a week.",
                number=given_up_rows,
            ),
            Sentence(
                "Mend it; then whoever runs the machines has them sent again.",
                by_command="See: gateway calls again --help",
            ),
        )


def of_budget(institution: str, bound: str, percent: int, warn_percent: int) -> Iterator[Incident]:
    """Yields that a limit or budget is used, or nearly."""
    if percent >= warn_percent:
        used = Sentence("%(share)s of it is used.", share=f"{percent} %")
        if percent >= 100:
            used = Sentence("All of it is used: broadcasts stop.")
        yield Incident(
            Sentence("%(institution)s: %(bound)s", institution=institution, bound=bound),
            used,
            Sentence(
                "Its page under Institutions has all of its limits.",
                by_command="See: gateway institutions show %(name)s",
                name=institution,
            ),
        )
