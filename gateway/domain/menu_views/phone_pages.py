"""What a phone shows of a screen, page by page, with the longest values that may stand in it.

The pages are cut as those of citizens are. A value is shown by its name, as long as it may be.
"""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import assert_never

from gateway.domain.menu.screens import ChoiceScreen, EndScreen, InputScreen, ShownScreen, sent_too
from gateway.domain.menu_checks.candidate import PHRASES_FILE, Review
from gateway.domain.menu_checks.fitting.lines_at_once import options_at_once
from gateway.domain.menu_checks.sheets import Line, Sheet, lines_of, sheets
from gateway.domain.telecom.paging import measure, page
from gateway.domain.telecom.segments import (
    JOINED_SEPTETS,
    JOINED_UNITS,
    SINGLE_SEPTETS,
    SINGLE_UNITS,
    segment,
)
from gateway.domain.text.gsm7 import Encoding, downgraded, is_gsm7
from gateway.domain.text.localised_text import LocalisedText

#: Pages that are shown of a list; the others are counted.
_MOST_PAGES = 6
#: `CON ` or `END `, where the network counts it.
_PREFIX_UNITS = 4
#: Categories of Unicode for what is no character that a phone could draw.
_NOT_DRAWN = frozenset({"Cc", "Cn", "Co", "Cs"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page. `why` is empty for what does no harm.

    `wide` is a letter that alone makes the page one of UCS-2, `unseen` a sign that old phones show
    as a box, or not at all.
    """

    text: str = field(repr=False)
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhonePage:
    """One page: its septets or characters, and how many a page has."""

    pieces: Sequence[Piece] = field(repr=False)
    encoding: Encoding
    used: int
    limit: int

    @property
    def left(self) -> int:
        """Returns how many are left; below 0, how many it is too long."""
        return self.limit - self.used

    @property
    def gsm(self) -> bool:
        """Returns whether septets are counted, and not characters."""
        return self.encoding is Encoding.GSM7


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A screen in one language on the page of some channels.

    `more` are the pages that are not shown. `segments` are those of the SMS that it sends, too.
    """

    language: str
    channels: str
    pages: Sequence[PhonePage]
    more: int = 0
    segments: int = 0
    sms: PhonePage | None = None


def channels_of(review: Review, screen: str) -> list[str]:
    """Returns the different kinds of page, by the names of their channels, the smallest first."""
    found = {sheet.channels: sheet.budget.septets for sheet in sheets(review, screen)}
    return sorted(found, key=lambda each: found[each])


def phones(review: Review, screen: str, channels: str = "") -> list[Phone]:
    """Returns a screen as phones show it, in each language; none of a screen nobody sees.

    `channels` are one of `channels_of`; the smallest page without.
    """
    found = review.menu.release.screens.get(screen)
    if not isinstance(found, ShownScreen):
        return []
    known = channels_of(review, screen)
    wanted = channels if channels in known else next(iter(known), "")
    fullest = _fullest(review, found)
    return [
        _phone(fullest, _named(sheet))
        for sheet in sheets(review, screen)
        if sheet.channels == wanted
    ]


class _NamedSheet(Sheet):
    """A sheet on which values are filled with their own names, as long as the values may be."""

    __slots__ = ()

    def fill(self, text: LocalisedText, widths: Mapping[str, int]) -> str:
        template = text.by_language.get(self.language)
        return template.longest_named(widths) if template else ""


def _named(sheet: Sheet) -> Sheet:
    return _NamedSheet(**{each.name: getattr(sheet, each.name) for each in fields(sheet)})


def _fullest(review: Review, screen: ShownScreen) -> ShownScreen:
    """Returns a choice with the most of its options that are ever shown at once."""
    if not isinstance(screen, ChoiceScreen):
        return screen
    keys = max(options_at_once(review, screen), key=len, default=frozenset(screen.options))
    shown = {key: option for key, option in screen.options.items() if key in keys}
    return replace(screen, options=shown)


def _phone(screen: ShownScreen, sheet: Sheet) -> Phone:
    texts = list(_pages(screen, sheet))
    sent = sent_too(screen)
    sms = "" if sent is None else downgraded(sheet.fill(sent, sheet.values))
    cut = segment(sms) if sms else None
    return Phone(
        language=sheet.language,
        channels=sheet.channels,
        pages=[_measured(text, sheet) for text in texts[:_MOST_PAGES]],
        more=max(0, len(texts) - _MOST_PAGES),
        segments=len(cut.parts) if cut else 0,
        sms=_sms(sms) if sms else None,
    )


def _pages(screen: ShownScreen, sheet: Sheet) -> Iterator[str]:
    lines = [_line(screen, sheet, line) for line in lines_of(screen, sheet)]
    if isinstance(screen, ChoiceScreen) and screen.listing is not None:
        rows = max(1, sheet.rows.get(screen.listing.rows, 1))
        label = lines[-1].partition(". ")[2] if lines else ""
        listed = [f"{number}. {label}" for number in range(1, rows + 1)]
        below = lines[:-1] if screen.several is not None else []
        lines = [*below[:1], *listed, *below[1:]]
    for number in itertools.count():
        cut = page(
            complaint="",
            text=sheet.fill(screen.text, sheet.values),
            lines=lines,
            foot=sheet.foot,
            more=sheet.more,
            budget=sheet.budget,
            number=number,
        )
        yield cut.text
        if cut.last:
            return


def _line(screen: ShownScreen, sheet: Sheet, line: Line) -> str:
    """Returns a line; what the gateway says below the lines of a menu has what it says there."""
    path, longest, text, _ = line
    if path[0] != PHRASES_FILE or sheet.language not in text.by_language:
        return longest
    values: dict[str, str] = {}
    match screen:
        case ChoiceScreen():
            if screen.several is not None:
                sample = screen.several.sample(screen.options)
                values = {"skip": screen.several.skip, "example": sample}
        case InputScreen():
            values = {"skip": screen.skip}
        case EndScreen():
            pass
        case _:
            assert_never(screen)
    return text[sheet.language].fill(values)


def _measured(text: str, sheet: Sheet) -> PhonePage:
    encoding, used = measure(text)
    whole = sheet.budget.septets if encoding is Encoding.GSM7 else sheet.budget.ucs2
    limit = whole - _PREFIX_UNITS * sheet.budget.count_prefix
    return PhonePage(pieces=pieces(text), encoding=encoding, used=used, limit=limit)


def _sms(text: str) -> PhonePage:
    cut = segment(text)
    single, joined = (
        (SINGLE_SEPTETS, JOINED_SEPTETS)
        if cut.encoding is Encoding.GSM7
        else (SINGLE_UNITS, JOINED_UNITS)
    )
    count = len(cut.parts)
    limit = single if count == 1 else joined * count
    return PhonePage(pieces=pieces(text), encoding=cut.encoding, used=cut.units, limit=limit)


def pieces(text: str) -> list[Piece]:
    """Returns a text cut where a sign does harm.

    In a text of which most letters are outside GSM-7 none of them is at fault.

    >>> [(piece.text, piece.why) for piece in pieces("Crêpes 12")]
    [('Cr', ''), ('ê', 'wide'), ('pes 12', '')]
    """
    shown = downgraded(text)
    letters = [sign for sign in shown if sign.isalpha()]
    few = 2 * sum(not is_gsm7(letter) for letter in letters) < len(letters)
    runs = itertools.groupby(shown, key=lambda sign: _why(sign, few))
    return [Piece("".join(signs), why) for why, signs in runs]


def _why(sign: str, few: bool) -> str:
    if sign in "\n\r":
        return ""
    if ord(sign) > 0xFFFF or unicodedata.category(sign) in _NOT_DRAWN:
        return "unseen"
    return "wide" if few and not is_gsm7(sign) else ""
