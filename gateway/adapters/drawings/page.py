"""A page to be drawn: marks in the order in which they are laid on it.

What lays a page out measures its words and writes marks; what writes a file of some format knows
these three marks, and nothing of cards or menus.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]

#: How long the head of an arrow is, in units.
_HEAD = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text; `x` is its left edge and `y` the line that its letters stand on.

    `rtl` is the direction of a line whose letters are written from the right.
    """

    text: str
    size: float
    x: float
    y: float
    ink: str
    bold: bool = False
    rtl: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rectangle:
    """A rectangle with rounded corners, and with an edge where `edge` is a colour."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    radius: float = 0
    edge: str = ""
    edge_width: float = 0
    dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A curve from the first point to the last, bent by the two between, with a head at its end."""

    points: tuple[Point, Point, Point, Point]
    ink: str
    line_width: float

    @property
    def head(self) -> tuple[Point, Point, Point]:
        """Returns the corners of the head, its tip first."""
        (_, _, (x, y), tip) = self.points
        way = math.atan2(tip[1] - y, tip[0] - x)
        left, right = (
            (tip[0] - _HEAD * math.cos(way + aside), tip[1] - _HEAD * math.sin(way + aside))
            for aside in (-0.45, 0.45)
        )
        return tip, left, right


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page, its lengths in units of so many millimetres."""

    width: float
    height: float
    unit: float
    title: str
    language: str
    marks: Sequence[Words | Rectangle | Arrow]

    @property
    def lines(self) -> Sequence[Words]:
        """Returns what is written on the page."""
        return [mark for mark in self.marks if isinstance(mark, Words)]
