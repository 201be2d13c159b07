"""Draws a card as SVG: a wallet card of A6 and a poster of A4, in which nothing leaves the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import drawsvg

from gateway.adapters.drawings.text_width import FONTS, width, wrapped
from gateway.domain.menu_views.cards import Card

_INK, _PAPER, _BAND, _PALE, _SOFT = "#12262b", "#ffffff", "#0b4f57", "#e4f0ef", "#4b6268"
_LEADING = 1.28
#: Left and right of the text in a box, together, in sizes of the text.
_PADDING = 1.4
#: Sizes shrink by steps until all is on the page; below the last one a title is a page of prose.
_STEPS = tuple(0.95**step for step in range(60))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A size of paper. All lengths in millimetres; `unit` is the size of its plain text."""

    name: str
    width: float
    height: float
    margin: float
    unit: float

    @property
    def room(self) -> float:
        """Returns the length of a line."""
        return self.width - 2 * self.margin


SHEETS = (Sheet("card", 148, 105, 9, 4.6), Sheet("poster", 210, 297, 18, 10))


@dataclass(frozen=True, slots=True)
class _Block:
    """Some lines of one size, `above` being the space before them; `boxed` draws a pale box."""

    lines: Sequence[str]
    size: float
    weight: str
    above: float
    boxed: bool = False

    @property
    def height(self) -> float:
        """Returns the height with the space above."""
        padding = self.size * 0.7 if self.boxed else 0.0
        return self.above + len(self.lines) * self.size * _LEADING + padding


def draw(card: Card, sheet: Sheet) -> str:
    """Returns the card as an SVG document whose unit is the millimetre."""
    for step in _STEPS:
        head, body, foot = _laid_out(card, sheet, step)
        used = _head_height(head, sheet) + sum(block.height for block in (*body, foot))
        if used + sheet.margin <= sheet.height:
            break
    drawing = drawsvg.Drawing(sheet.width, sheet.height, font_family=FONTS, lang=card.language)
    drawing.set_render_size(f"{sheet.width}mm", f"{sheet.height}mm")
    drawing.append_title(f"{card.title}: {card.dial or card.sms_example}")
    drawing.append(drawsvg.Rectangle(0, 0, sheet.width, sheet.height, fill=_PAPER))
    _draw_head(drawing, head, sheet)
    _draw_body(drawing, body, sheet, _head_height(head, sheet), sheet.height - used)
    _draw_foot(drawing, foot, sheet)
    return str(drawing.as_svg())


def _laid_out(card: Card, sheet: Sheet, step: float) -> tuple[list[_Block], list[_Block], _Block]:
    unit = sheet.unit * step
    room = sheet.room

    def block(text: str, size: float, weight: str, above: float, boxed: bool = False) -> _Block:
        inner = room - size * _PADDING if boxed else room
        lines = wrapped(text, size, inner)
        return _Block(lines, size, weight, above, boxed)

    head = [block(card.institution, unit, "400", 0), block(card.title, unit * 2, "700", unit / 3)]
    # What is dialled stays on one line, whatever its length.
    dial_size = min(unit * 3.6, room / (width(card.dial, 1) + _PADDING) * 0.999)
    body = [
        block(card.dial_label, unit, "400", unit * 0.9),
        block(card.dial, dial_size, "700", unit * 0.25, boxed=True),
        block(card.sms_label, unit, "400", unit * 1.1),
        block(card.sms_example, unit * 1.6, "700", unit * 0.25, boxed=True),
        block(f"{card.cost_label} {card.cost}".strip(), unit, "400", unit),
    ]
    foot = block(card.issuer, unit * 0.8, "400", unit * 0.8)
    return [b for b in head if b.lines], [b for b in body if b.lines], foot


def _head_height(head: Sequence[_Block], sheet: Sheet) -> float:
    return sheet.margin * 1.2 + sum(block.height for block in head)


def _draw_head(drawing: drawsvg.Drawing, head: Sequence[_Block], sheet: Sheet) -> None:
    height = _head_height(head, sheet)
    drawing.append(drawsvg.Rectangle(0, 0, sheet.width, height, fill=_BAND))
    top = sheet.margin * 0.6
    for block in head:
        _draw_lines(drawing, block, sheet.margin, top + block.above, _PAPER)
        top += block.height


def _draw_body(
    drawing: drawsvg.Drawing, body: Sequence[_Block], sheet: Sheet, top: float, spare: float
) -> None:
    gap = max(0.0, spare - sheet.margin) / (len(body) + 1)
    top += gap / 2
    for block in body:
        left, padding = sheet.margin, 0.0
        if block.boxed:
            left, padding = left + block.size * _PADDING / 2, block.size * 0.35
            box = (sheet.margin, top + block.above, sheet.room, block.height - block.above)
            drawing.append(drawsvg.Rectangle(*box, rx=block.size / 4, fill=_PALE))
        ink = _INK if block.weight == "700" else _SOFT
        _draw_lines(drawing, block, left, top + block.above + padding, ink)
        top += block.height + (gap if block.boxed else 0.0)


def _draw_foot(drawing: drawsvg.Drawing, foot: _Block, sheet: Sheet) -> None:
    top = sheet.height - sheet.margin * 0.7 - (foot.height - foot.above)
    _draw_lines(drawing, foot, sheet.margin, top, _SOFT)


def _draw_lines(drawing: drawsvg.Drawing, block: _Block, left: float, top: float, ink: str) -> None:
    for number, line in enumerate(block.lines):
        baseline = top + (number + 0.95) * block.size * _LEADING - block.size * 0.16
        drawing.append(
            drawsvg.Text(
                line, round(block.size, 3), round(left, 3), round(baseline, 3), fill=ink,
                font_weight=block.weight,
            )
        )  # fmt: skip
