"""Which back ends were not asked as ever, over time: one row a stretch, the worst served first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from gateway.domain.analytics.spans import MINUTES_OF_A_SPAN
from gateway.domain.analytics.tables import Column, Table, Unit, Value
from gateway.use_cases.ports.analytics.breakers import SeenBreaker
from gateway.use_cases.ports.calls import BreakerState

_STEP = timedelta(minutes=MINUTES_OF_A_SPAN)
_Stretch = tuple[datetime, datetime, BreakerState]


def over_time(seen: Sequence[SeenBreaker], since: datetime, now: datetime) -> Table:
    """Returns the stretches from `since`, a beginning of five minutes, to now.

    They are of the back ends of which something was `seen`: the others were asked all the time.
    """
    found: dict[str, dict[datetime, BreakerState]] = {}
    for each in seen:
        found.setdefault(each.back_end, {})[each.at] = each.state
    columns = (
        Column("back_end", "Back end", Unit.WORDS),
        Column("state", "Breaker", Unit.WORDS),
        Column("at", "From", Unit.MINUTE),
        Column("until", "Until", Unit.MINUTE),
        Column("seconds", "How long", Unit.SECONDS),
    )
    worst_first = sorted(found, key=lambda name: (-len(found[name]), name))
    rows: list[tuple[Value, ...]] = [
        (name, state.value, at, until, (until - at).total_seconds())
        for name in worst_first
        for at, until, state in _stretches(found[name], since, now)
    ]
    note = "The worst that was seen in each five minutes. Four days are kept."
    if not rows:
        note = "Every back end was asked all the time."
    return Table(
        name="breakers", title="Back ends over time", columns=columns, rows=rows, note=note
    )


def _stretches(
    seen: Mapping[datetime, BreakerState], since: datetime, now: datetime
) -> Sequence[_Stretch]:
    """Returns from when until when it was in which state; neighbours differ."""
    found: list[_Stretch] = []
    for at, until, state in _pieces(seen, since, now):
        if found and found[-1][2] is state:
            at = found.pop()[0]
        found.append((at, until, state))
    return found


def _pieces(
    seen: Mapping[datetime, BreakerState], since: datetime, now: datetime
) -> Iterator[_Stretch]:
    reached = since
    for at in sorted(seen):
        if at > reached:
            yield reached, at, BreakerState.CLOSED
        reached = min(at + _STEP, now)
        yield at, reached, seen[at]
    if reached < now:
        yield reached, now, BreakerState.CLOSED
