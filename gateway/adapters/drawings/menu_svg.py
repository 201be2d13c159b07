"""The drawing of a menu as SVG: a block for each service, a row for each step from its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import drawsvg

from gateway.adapters.drawings.text_width import FONTS, width
from gateway.domain.menu_views.drawing import Box, Room

_INK, _SOFT, _LINE, _LOST = "#12262b", "#4b6268", "#8aa0a3", "#b3261e"
_FILL = {
    "choice": "#e4f0ef",
    "input": "#fff4d6",
    "calls": "#e6e6f5",
    "end": "#e3f2e1",
    "open": "#f1f1f1",
    "branch": "#f1f1f1",
}
#: Sizes in pixels.
_WIDE, _HIGH, _ACROSS, _DOWN, _EDGE, _HEAD = 210, 54, 26, 46, 24, 40
_MARGIN = 12


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box and its upper left corner."""

    box: Box
    x: float
    y: float


def picture(rooms: Sequence[Room]) -> str:
    """Returns the SVG; screens that nothing leads to have a red, broken edge."""
    blocks: list[tuple[Room, float, dict[str, _Placed]]] = []
    bottom, widest = float(_EDGE), 0.0
    for room in rooms:
        placed = _placed(room, bottom + _HEAD)
        blocks.append((room, bottom, placed))
        bottom = max((each.y + _HIGH for each in placed.values()), default=bottom) + _DOWN
        widest = max([widest, *(each.x + _WIDE for each in placed.values())])
    page = drawsvg.Drawing(widest + _EDGE, bottom, font_family=FONTS)
    page.append(drawsvg.Rectangle(0, 0, widest + _EDGE, bottom, fill="white"))
    page.append(_arrowhead())
    for room, top, placed in blocks:
        entrances = f"  {room.entrances}" if room.entrances else ""
        _write(page, f"{room.title}{entrances}", 17, _EDGE, top + 22, _INK, bold=True)
        for each in placed.values():
            _draw_arrows(page, each, placed)
        for each in placed.values():
            _draw_box(page, each)
    return str(page.as_svg())


def _placed(room: Room, top: float) -> dict[str, _Placed]:
    """Returns the boxes in rows: the start first, below it what it leads to, and so on."""
    boxes = {box.id: box for box in room.boxes}
    rows: list[list[Box]] = []
    left = dict(boxes)
    while left:
        first = left.get(room.start) or next(iter(left.values()))
        row = [left.pop(first.id)]
        while row:
            rows.append(row)
            gotos = dict.fromkeys(arrow.goto for box in row for arrow in box.arrows)
            row = [left.pop(goto) for goto in gotos if goto in left]
    return {
        box.id: _Placed(box, _EDGE + column * (_WIDE + _ACROSS), top + line * (_HIGH + _DOWN))
        for line, row in enumerate(rows)
        for column, box in enumerate(row)
    }


def _arrowhead() -> drawsvg.Raw:
    return drawsvg.Raw(
        '<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="{_LINE}"/>'
        "</marker></defs>"
    )


def _draw_arrows(page: drawsvg.Drawing, each: _Placed, placed: Mapping[str, _Placed]) -> None:
    outside = []
    for arrow in each.box.arrows:
        goal = placed.get(arrow.goto)
        if goal is None:
            outside.append(arrow.goto.partition(".")[0])
            continue
        start_x, start_y = each.x + _WIDE / 2, each.y + _HIGH
        end_x, end_y = goal.x + _WIDE / 2, goal.y
        path = drawsvg.Path(stroke=_LINE, stroke_width=1.4, fill="none", marker_end="url(#head)")
        if goal.y > each.y:
            middle = (start_y + end_y) / 2
            path.M(start_x, start_y).C(start_x, middle, end_x, middle, end_x, end_y)
        else:  # back up: around the right of both
            right = max(each.x, goal.x) + _WIDE + _ACROSS
            path.M(each.x + _WIDE, each.y + _HIGH / 2)
            path.C(right, each.y + _HIGH / 2, right, goal.y + _HIGH / 2,
                   goal.x + _WIDE, goal.y + _HIGH / 2)  # fmt: skip
        page.append(path)
    if outside:
        told = "→ " + ", ".join(dict.fromkeys(outside))
        _write(page, _cut(told, 11), 11, each.x + 4, each.y + _HIGH + 14, _SOFT)


def _draw_box(page: drawsvg.Drawing, each: _Placed) -> None:
    box = each.box
    edge = {"stroke": _INK, "stroke_width": 1.2}
    if not box.reached:
        edge = {"stroke": _LOST, "stroke_width": 2, "stroke_dasharray": "6 4"}
    radius = 24 if box.kind == "end" else 5
    page.append(
        drawsvg.Rectangle(each.x, each.y, _WIDE, _HIGH, rx=radius, fill=_FILL[box.kind], **edge)
    )
    name = f"{box.name} ({box.kind})"
    _write(page, _cut(name, 11), 11, each.x + _MARGIN, each.y + 20, _SOFT)
    _write(page, _cut(box.says, 13), 13, each.x + _MARGIN, each.y + 40, _INK)


def _cut(text: str, size: int) -> str:
    """Returns as much of a text as a box has room for: Ethiopic letters are half as wide again."""
    room = _WIDE - 2 * _MARGIN
    if width(text, size) <= room:
        return text
    while text and width(f"{text}…", size) > room:
        text = text[:-1]
    return f"{text}…"


def _write(
    page: drawsvg.Drawing, text: str, size: int, x: float, y: float, ink: str, *, bold: bool = False
) -> None:
    weight = "bold" if bold else "normal"
    page.append(drawsvg.Text(text, size, x, y, fill=ink, font_weight=weight))
