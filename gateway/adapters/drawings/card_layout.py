"""Lays out a card: a wallet card of A6 and a poster of A4, in which nothing leaves the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from babel import Locale

from gateway.adapters.drawings.page import Page, Rectangle, Words
from gateway.adapters.drawings.text_width import width, wrapped
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
    bold: bool
    above: float
    boxed: bool = False

    @property
    def height(self) -> float:
        """Returns the height with the space above."""
        padding = self.size * 0.7 if self.boxed else 0.0
        return self.above + len(self.lines) * self.size * _LEADING + padding


def card_page(card: Card, sheet: Sheet) -> Page:
    """Returns the card as a page whose unit is the millimetre."""
    for step in _STEPS:
        head, body, foot = _laid_out(card, sheet, step)
        used = _head_height(head, sheet) + sum(block.height for block in (*body, foot))
        if used + sheet.margin <= sheet.height:
            break
    top = _head_height(head, sheet)
    written = [
        *_head(head, sheet),
        *_body(body, sheet, top, sheet.height - used),
        *_foot(foot, sheet),
    ]
    if Locale.parse(card.language, sep="-").text_direction == "rtl":
        written = [_mirrored(mark, sheet, card) for mark in written]
    return Page(
        width=sheet.width,
        height=sheet.height,
        unit=1,
        title=f"{card.title}: {card.dial or card.sms_example}",
        language=card.language,
        marks=[
            Rectangle(x=0, y=0, width=sheet.width, height=sheet.height, fill=_PAPER),
            Rectangle(x=0, y=0, width=sheet.width, height=top, fill=_BAND),
            *written,
        ],
    )


def _mirrored(mark: Rectangle | Words, sheet: Sheet, card: Card) -> Rectangle | Words:
    """Returns the mark as far from the right as it was from the left."""
    if isinstance(mark, Rectangle):
        return mark  # all boxes are as wide as the sheet, or as its room
    x = sheet.width - mark.x - width(mark.text, mark.size, mark.bold)
    # What is dialled is read from the left in every script.
    return replace(mark, x=x, rtl=mark.text != card.dial)


def _laid_out(card: Card, sheet: Sheet, step: float) -> tuple[list[_Block], list[_Block], _Block]:
    unit = sheet.unit * step
    room = sheet.room

    def block(
        text: str, size: float, above: float, *, bold: bool = False, boxed: bool = False
    ) -> _Block:
        inner = room - size * _PADDING if boxed else room
        return _Block(wrapped(text, size, inner, bold), size, bold, above, boxed)

    head = [block(card.institution, unit, 0), block(card.title, unit * 2, unit / 3, bold=True)]
    # What is dialled stays on one line, whatever its length.
    dial_size = min(unit * 3.6, room / (width(card.dial, 1, bold=True) + _PADDING) * 0.999)
    # What is texted, too, as long as it is no smaller than plain text.
    sms_room = room / (width(card.sms_example, 1, bold=True) + _PADDING) * 0.999
    sms_size = max(unit, min(unit * 1.6, sms_room))
    body = [
        block(card.dial_label, unit, unit * 0.9),
        block(card.dial, dial_size, unit * 0.25, bold=True, boxed=True),
        block(card.sms_label, unit, unit * 1.1),
        block(card.sms_example, sms_size, unit * 0.25, bold=True, boxed=True),
        block(f"{card.cost_label} {card.cost}".strip(), unit, unit),
    ]
    foot = block(card.issuer, unit * 0.8, unit * 0.8)
    return [b for b in head if b.lines], [b for b in body if b.lines], foot


def _head_height(head: Sequence[_Block], sheet: Sheet) -> float:
    return sheet.margin * 1.2 + sum(block.height for block in head)


def _head(head: Sequence[_Block], sheet: Sheet) -> Iterator[Words]:
    top = sheet.margin * 0.6
    for block in head:
        yield from _lines(block, sheet, top + block.above, _PAPER)
        top += block.height


def _body(
    body: Sequence[_Block], sheet: Sheet, top: float, spare: float
) -> Iterator[Rectangle | Words]:
    gap = max(0.0, spare - sheet.margin) / (len(body) + 1)
    top += gap / 2
    for block in body:
        inset = 0.0
        if block.boxed:
            inset = block.size * 0.35
            yield Rectangle(
                x=sheet.margin, y=top + block.above, width=sheet.room,
                height=block.height - block.above, fill=_PALE, radius=block.size / 4,
            )  # fmt: skip
        yield from _lines(block, sheet, top + block.above + inset, _INK if block.bold else _SOFT)
        top += block.height + (gap if block.boxed else 0.0)


def _foot(foot: _Block, sheet: Sheet) -> Iterator[Words]:
    top = sheet.height - sheet.margin * 0.7 - (foot.height - foot.above)
    yield from _lines(foot, sheet, top, _SOFT)


def _lines(block: _Block, sheet: Sheet, top: float, ink: str) -> Iterator[Words]:
    edge = sheet.margin + (block.size * _PADDING / 2 if block.boxed else 0.0)
    for number, line in enumerate(block.lines):
        yield Words(
            text=line,
            size=block.size,
            x=edge,
            y=top + (number + 0.95) * block.size * _LEADING - block.size * 0.16,
            ink=ink,
            bold=block.bold,
        )
