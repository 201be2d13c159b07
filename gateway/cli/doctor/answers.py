"""Part of `gateway doctor`: are citizens answered, and in time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import counted
from gateway.composition.gateway import Gateway
from gateway.use_cases.ports.metrics import Counted

#: So far back it looks; the ticker brings turns into the database every few seconds.
RECENT_MINUTES = 15
#: One late turn of so many is bad luck; more are a fault.
TURNS_PER_LATE_ONE = 1000
#: What is due waits for a worker no longer than this.
WAITING_SECONDS = 60.0


def turns(gateway: Gateway) -> Iterator[Finding]:
    """Tells how many turns of late were answered after the deadline."""
    from gateway.adapters.sql import gauges
    from gateway.domain.faults_and_errors.errors import GatewayError

    deadlines = {name: each.deadline_seconds for name, each in gateway.channels.items()}
    since = gateway.clock.now() - timedelta(minutes=RECENT_MINUTES)
    try:
        found = gauges.late_turns(gateway.engine, since, deadlines)
    except GatewayError:
        return  # the database is told of already
    if not found:
        yield Finding("turns", True, f"None in the last {RECENT_MINUTES} minutes.")
    for channel, (number, late) in sorted(found.items()):
        sentence = (
            f"{counted(number, 'turn')} in the last {RECENT_MINUTES} minutes, "
            f"{late} answered after the deadline of {deadlines.get(channel, 0):g} s."
        )
        fix = (
            "See gateway_back_end_seconds in /metrics for what is slow; declare it slow, so that "
            "its answer comes by SMS."
        )
        yield Finding(f"turns {channel}", late * TURNS_PER_LATE_ONE <= number, sentence, fix)


def since_counting_began(gateway: Gateway) -> Iterator[Finding]:
    """Tells what the processes on this data folder have counted, whatever is down."""
    counted_here = gateway.vital_signs.counted()
    number = _sum(counted_here, "turns")
    if not number:
        return  # no web server has run on this data folder
    failed = sum(
        each
        for count, each in counted_here.numbers.items()
        if count.name == "turns" and ("outcome", "failed") in count.labels
    )
    late = _sum(counted_here, "turns_late")
    sentence = (
        f"{counted(number, 'turn')} on this machine since counting began: "
        f"{failed} without an answer, {late} after the deadline."
    )
    yield Finding("counted", True, sentence)


def queues(gateway: Gateway) -> Iterator[Finding]:
    """Tells of each queue whether what is due waits for a worker."""
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        found = gateway.vital_signs.gauges().queues
    except GatewayError:
        return  # the database is told of already
    for name, (waiting, oldest) in found.items():
        what = f"{waiting} due, the oldest for {oldest:.0f} s." if waiting else "Nothing waits."
        yield Finding(f"queue {name}", oldest < WAITING_SECONDS, what, f"Run: gateway work {name}")


def _sum(counted_here: Counted, name: str) -> int:
    return sum(number for count, number in counted_here.numbers.items() if count.name == name)
