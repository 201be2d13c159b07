"""Which column of a table is drawn, and how: the places of what stands in a picture.

Pictures are drawn where the page is made, as plain shapes: they are there without a script, and
cost less than a kilobyte each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.analytics.tables import Table, Value
from gateway.use_cases.ports.calls import BreakerState


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar a row: the columns that name it, and the one that is its length.

    A share is drawn of 1; else the longest bar is as long as there is room, or as `beside` where
    that is longer: it is drawn as a line, such as a deadline. Words are drawn as long as `shares`
    says of them, of 1.
    """

    names: tuple[str, ...]
    length: str
    beside: str = ""
    shares: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """A column a row, in the order of time, each made of the parts that are named."""

    at: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strips:
    """A strip for each that is named, of what it was from when until when, over the same time.

    What it was is drawn as `looks` say: how high, of 1, and the number of its kind; `well` is what
    it should be, and the share of it is told.
    """

    name: str
    state: str
    at: str
    until: str
    looks: Mapping[str, tuple[float, int]]
    well: str


#: How much a back end is asked, by the state of its breaker.
_ASKED = {
    BreakerState.CLOSED.value: 1.0,
    BreakerState.HALF_OPEN.value: 0.5,
    BreakerState.OPEN.value: 0.0,
}
#: By table; of incidents the words say more. `time` has three: SMS would hide sessions, and those
#: who were served would hide the few who were not.
PICTURES: Mapping[str, tuple[Bars | Columns | Strips, ...]] = {
    "time": (
        Columns("at", ("completed", "given_up", "failed")),
        Columns("at", ("failed", "late")),
        Columns("at", ("sms_in", "sms_out")),
    ),
    "now": (Bars(("channel",), "begun"),),
    "answers": (Bars(("channel",), "p95", "deadline"), Bars(("channel",), "p99", "deadline")),
    "services": (Bars(("service",), "completion"),),
    "screens": (Bars(("service", "screen"), "drop_off"),),
    "wrong": (Bars(("service", "screen", "refused_as"), "number"),),
    "equity": (Bars(("by", "group"), "completion"),),
    "languages": (Bars(("language",), "completion"),),
    "networks": (Bars(("network",), "completion"),),
    "districts": (Bars(("district",), "completion"),),
    "delivery": (Bars(("channel",), "share"),),
    "queues": (Bars(("queue",), "waiting"),),
    "back_ends": (Bars(("back_end",), "state", shares=_ASKED),),
    "breakers": (
        Strips(
            "back_end",
            "state",
            "at",
            "until",
            {
                BreakerState.CLOSED.value: (0.25, 0),
                BreakerState.HALF_OPEN.value: (0.6, 1),
                BreakerState.OPEN.value: (1.0, 2),
            },
            well=BreakerState.CLOSED.value,
        ),
    ),
    "budgets": (Bars(("institution", "bound"), "share"),),
}
#: A picture of more rows is not read at a glance.
MOST_BARS = 12
#: What a picture is wide and high within; it is drawn in any size.
WIDTH, HEIGHT = 720.0, 120.0


@dataclass(frozen=True, slots=True)
class Rect:
    """A part of a column: from where, how large, and the number of its kind."""

    x: float
    y: float
    width: float
    height: float
    part: int


def line_of(table: Table, bars: Bars) -> Sequence[tuple[Sequence[Value], Value, float, float]]:
    """Returns of each bar its names, its value, and its length and that of its line, of 100."""
    at = {column.name: number for number, column in enumerate(table.columns)}
    rows = table.rows[:MOST_BARS]
    values = [
        bars.shares.get(str(row[at[bars.length]]), 0.0)
        if bars.shares
        else _number(row[at[bars.length]])
        for row in rows
    ]
    lines = [_number(row[at[bars.beside]]) if bars.beside else 0.0 for row in rows]
    is_share = bool(bars.shares) or table.columns[at[bars.length]].unit == "share"
    most = 1.0 if is_share else max([*values, *lines, 0.0]) or 1.0
    return [
        (
            [row[at[name]] for name in bars.names],
            row[at[bars.length]],
            round(min(1.0, value / most) * 100, 1),
            round(line / most * 100, 1),
        )
        for row, value, line in zip(rows, values, lines, strict=True)
    ]


def columns_of(table: Table, columns: Columns) -> tuple[Sequence[Rect], int]:
    """Returns the shapes of a picture over time, and what the highest column stands for."""
    at = {column.name: number for number, column in enumerate(table.columns)}
    rows = [[int(_number(row[at[part]])) for part in columns.parts] for row in table.rows]
    most = max(map(sum, rows), default=0)
    step = WIDTH / max(1, len(rows))
    shapes = []
    for number, parts in enumerate(rows):
        top = HEIGHT
        for part, value in enumerate(parts):
            height = HEIGHT * value / most if most else 0.0
            if height:
                top -= height
                x, width = number * step + step * 0.1, step * 0.8
                shapes.append(
                    Rect(round(x, 1), round(top, 1), round(width, 1), round(height, 1), part)
                )
    return shapes, most


#: What a strip is wide and high within.
STRIP_WIDTH, STRIP_HEIGHT = 100.0, 8.0


def strips_of(table: Table, strips: Strips) -> Sequence[tuple[Value, Sequence[Rect], float]]:
    """Returns the name of each strip, its shapes, and the share of the time in which it was well.

    The table has its rows together by name, and all names over the same time.
    """
    at = {column.name: number for number, column in enumerate(table.columns)}
    by_name: dict[Value, list[tuple[str, datetime, datetime]]] = {}
    for row in table.rows:
        began, ended = row[at[strips.at]], row[at[strips.until]]
        if isinstance(began, datetime) and isinstance(ended, datetime):
            stretch = (str(row[at[strips.state]]), began, ended)
            by_name.setdefault(row[at[strips.name]], []).append(stretch)
    found = []
    for name, stretches in list(by_name.items())[:MOST_BARS]:
        first, whole = stretches[0][1], stretches[-1][2] - stretches[0][1]
        shapes, well = [], 0.0
        for state, began, ended in stretches:
            tall, part = strips.looks[state]
            x, width, height = (began - first) / whole, (ended - began) / whole, tall * STRIP_HEIGHT
            well += width if state == strips.well else 0.0
            shapes.append(
                Rect(
                    round(x * STRIP_WIDTH, 2), round(STRIP_HEIGHT - height, 2),
                    round(width * STRIP_WIDTH, 2), round(height, 2), part,
                )
            )  # fmt: skip
        found.append((name, shapes, well))
    return found


def _number(value: Value) -> float:
    return 0.0 if value is None else float(str(value))
