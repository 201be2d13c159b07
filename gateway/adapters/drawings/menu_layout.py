"""Lays a menu out: a block for each service, and in it a row for each step from its start.

Blocks stand below and beside each other, in the order of the menu, so that the whole of it has
the shape of a sheet of paper on its side.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from gateway.adapters.drawings.page import Arrow, Page, Rectangle, Words
from gateway.adapters.drawings.text_width import width
from gateway.domain.menu_views.drawing import Box, Room

_INK, _SOFT, _LINE, _LOST, _PAPER = "#12262b", "#4b6268", "#8aa0a3", "#b3261e", "#ffffff"
_FILL = {
    "choice": "#e4f0ef",
    "input": "#fff4d6",
    "calls": "#e6e6f5",
    "end": "#e3f2e1",
    "open": "#f1f1f1",
    "branch": "#f1f1f1",
}
#: Sizes in units, of which a screen shows each as a pixel; the last is the space inside a box.
_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE, _HEAD, _MARGIN = 210, 54, 26, 46, 24, 40, 12
_UNIT = 25.4 / 96
#: More boxes than these are set in several rows, or one wide service would shape the whole page.
_IN_A_ROW = 4
_A4 = (297 / _UNIT, 210 / _UNIT)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box and its upper left corner."""

    box: Box
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Block:
    """A service, and its boxes as they stand below and beside its title."""

    room: Room
    boxes: Mapping[str, _Placed]

    @property
    def width(self) -> float:
        """Returns the width with the space to its right."""
        return max((each.x for each in self.boxes.values()), default=0) + _WIDE + _EDGE + _ACROSS

    @property
    def height(self) -> float:
        """Returns the height with the space below."""
        return max((each.y for each in self.boxes.values()), default=0) + _HIGH + _DOWN


def menu_page(rooms: Sequence[Room], language: str) -> Page:
    """Returns the menu on one page; screens that nothing leads to have a red, broken edge."""
    blocks = [_Block(room, _placed(room)) for room in rooms]
    heights = {
        height
        for first in range(len(blocks))
        for height in accumulate(block.height for block in blocks[first:])
        if height >= max(block.height for block in blocks)
    }
    lowest: dict[int, list[list[_Block]]] = {}  # for each number of columns
    for height in sorted(heights):
        columns = _columns(blocks, height)
        lowest.setdefault(len(columns), columns)
    columns = min(lowest.values(), key=_crookedness)
    return _page(columns, language, *_size(columns))


def menu_pages(rooms: Sequence[Room], language: str) -> Sequence[Page]:
    """Returns the menu on pages of A4, the smallest service of a page as large as the largest."""
    blocks = [_Block(room, _placed(room)) for room in rooms]
    least = [_size([[block]]) for block in blocks]
    shrunk = max(1.0, *(max(w / _A4[0], h / _A4[1]) for w, h in least))
    wide, high = (each * shrunk for each in _A4)
    sheets: list[list[list[_Block]]] = []
    for column in _columns(blocks, high - 2 * _EDGE):
        if sheets and _size([*sheets[-1], column])[0] <= wide:
            sheets[-1].append(column)
        else:
            sheets.append([column])
    pages = [_page(sheet, language, wide, high) for sheet in sheets]
    return [replace(page, unit=_UNIT / shrunk) for page in pages]


def _columns(blocks: Sequence[_Block], height: float) -> list[list[_Block]]:
    """Returns the blocks in columns of at most this height, in their order."""
    columns: list[list[_Block]] = [[]]
    for block in blocks:
        if columns[-1] and sum(each.height for each in (*columns[-1], block)) > height:
            columns.append([])
        columns[-1].append(block)
    return columns


def _size(columns: Sequence[Sequence[_Block]]) -> tuple[float, float]:
    wide = sum(max(block.width for block in column) for column in columns)
    high = max(sum(block.height for block in column) for column in columns)
    return wide + _EDGE, high + _EDGE


def _crookedness(columns: Sequence[Sequence[_Block]]) -> float:
    """Returns how far the columns are from the shape of a sheet on its side."""
    wide, high = _size(columns)
    return abs(math.log(wide / high / math.sqrt(2)))


def _page(columns: Sequence[Sequence[_Block]], language: str, wide: float, high: float) -> Page:
    marks: list[Rectangle | Arrow | Words] = [
        Rectangle(x=0, y=0, width=wide, height=high, fill=_PAPER)
    ]
    left = float(_EDGE)
    for column in columns:
        top = float(_EDGE)
        for block in column:
            marks += _marks(block, left, top)
            top += block.height
        left += max(block.width for block in column)
    title = columns[0][0].room.title
    return Page(width=wide, height=high, unit=_UNIT, title=title, language=language, marks=marks)


def _placed(room: Room) -> dict[str, _Placed]:
    """Returns the boxes in rows: the start first, below it what it leads to, and so on."""
    rows: list[Sequence[Box]] = []
    left = {box.id: box for box in room.boxes}
    while left:
        first = left.get(room.start) or next(iter(left.values()))
        row = [left.pop(first.id)]
        while row:
            rows += [row[start : start + _IN_A_ROW] for start in range(0, len(row), _IN_A_ROW)]
            gotos = dict.fromkeys(arrow.goto for box in row for arrow in box.arrows)
            row = [left.pop(goto) for goto in gotos if goto in left]
    return {
        box.id: _Placed(box, column * (_WIDE + _ACROSS), _HEAD + line * (_HIGH + _DOWN))
        for line, row in enumerate(rows)
        for column, box in enumerate(row)
    }


def _marks(block: _Block, left: float, top: float) -> Iterator[Rectangle | Arrow | Words]:
    title = block.room.title
    yield Words(text=title, size=17, x=left, y=top + 22, ink=_INK, bold=True)
    if block.room.entrances:
        beside = left + width(title, 17, bold=True) + _MARGIN
        yield Words(text=block.room.entrances, size=13, x=beside, y=top + 22, ink=_SOFT)
    placed = {id: replace(at, x=left + at.x, y=top + at.y) for id, at in block.boxes.items()}
    for each in placed.values():
        yield from _arrows(each, placed)
    for each in placed.values():
        yield from _box(each)


def _arrows(each: _Placed, placed: Mapping[str, _Placed]) -> Iterator[Arrow | Words]:
    outside = []
    for arrow in each.box.arrows:
        goal = placed.get(arrow.goto)
        if goal is None:
            outside.append(arrow.goto.partition(".")[0])
        elif goal.y > each.y:
            (x1, y1), (x2, y2) = (each.x + _WIDE / 2, each.y + _HIGH), (goal.x + _WIDE / 2, goal.y)
            bend = (y1 + y2) / 2
            points = ((x1, y1), (x1, bend), (x2, bend), (x2, y2))
            yield Arrow(points=points, ink=_LINE, line_width=1.4)
        else:  # back up: around the right of both
            (x1, y1), (x2, y2) = ((at.x + _WIDE, at.y + _HIGH / 2) for at in (each, goal))
            right = max(x1, x2) + _ACROSS
            points = ((x1, y1), (right, y1), (right, y2), (x2, y2))
            yield Arrow(points=points, ink=_LINE, line_width=1.4)
    if outside:
        told = _cut("→ " + ", ".join(dict.fromkeys(outside)), 11)
        yield Words(text=told, size=11, x=each.x + 4, y=each.y + _HIGH + 14, ink=_SOFT)


def _box(each: _Placed) -> Iterator[Rectangle | Words]:
    box = each.box
    lost = not box.reached
    yield Rectangle(
        x=each.x, y=each.y, width=_WIDE, height=_HIGH, radius=24 if box.kind == "end" else 5,
        fill=_FILL[box.kind], edge=_LOST if lost else _INK, edge_width=2 if lost else 1.2,
        dashed=lost,
    )  # fmt: skip
    x = each.x + _MARGIN
    name = _cut(f"{box.name} ({box.kind})", 11)
    yield Words(text=name, size=11, x=x, y=each.y + 20, ink=_SOFT)
    if box.says:
        yield Words(text=_cut(box.says, 13), size=13, x=x, y=each.y + 40, ink=_INK)


def _cut(text: str, size: float) -> str:
    """Returns as much of a text as a box has room for."""
    room = _WIDE - 2 * _MARGIN
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text}…"
