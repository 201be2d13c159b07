"""Cuts a screen into pages that fit the channel.

The pages of a screen follow from its texts alone, so nothing but a page's number is kept between
turns.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.domain.record import Record
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.text.gsm7 import Encoding, downgraded, is_gsm7, septets, utf16_units

#: `CON ` or `END `, where the network counts it.
_PREFIX_UNITS = 4

#: Where a line may be broken: white space, but not the spaces that are there to forbid it.
_GAP = re.compile(r"[^\S\u00a0\u2007\u202f]+")

#: Never at the start of a page: zero-width (non-)joiners and the five skin tones of emoji.
_CLINGING = frozenset("\u200c\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
_ZERO_WIDTH_JOINER = "\u200d"


class Page(Record, frozen=True):
    """One page of a screen; `number` counts from 0."""

    text: str
    number: int
    last: bool

    def __repr__(self) -> str:
        """Returns which page it is, and nothing of what it says."""
        return f"Page(number={self.number}, last={self.last})"


def page(
    *,
    complaint: str,
    text: str,
    lines: Sequence[str],
    foot: str,
    more: str,
    budget: PageBudget,
    number: int,
) -> Page:
    """Returns one page of a screen; a number out of range gives the nearest page.

    A screen that fits is one page. Otherwise each page holds as many lines as fit and ends with
    `more`, except on the last, and `foot`. A line is whole on its page unless it alone exceeds one;
    the complaint and the text are cut between words. Every page fits the budget, in the encoding
    that its own characters call for.
    """
    whole = downgraded("\n".join(filter(None, (complaint, text, *lines, foot))))
    if _fits(whole, budget):
        return Page(text=whole, number=0, last=True)
    if is_gsm7(downgraded(f"{whole}\n{more}")):
        complaint, text, foot, more = map(downgraded, (complaint, text, foot, more))
        lines = [downgraded(line) for line in lines]
    parts = [(complaint, False), (text, False), *((line, True) for line in lines)]
    blocks = [_Block(stripped, uncut) for part, uncut in parts if (stripped := part.strip())]
    for found in _pages(blocks, foot, more, budget):
        if found.last or found.number >= number:
            break
    return found


def measure(text: str) -> tuple[Encoding, int]:
    """Returns the encoding of a text as a page shows it, downgraded, and its septets or units.

    >>> measure("Karibu – 1"), measure("አዲስ")
    ((<Encoding.GSM7: 'GSM-7'>, 10), (<Encoding.UCS2: 'UCS-2'>, 3))
    """
    shown = downgraded(text)
    cost = septets(shown)
    if cost is not None:
        return Encoding.GSM7, cost
    return Encoding.UCS2, utf16_units(shown)


def excess(text: str, budget: PageBudget) -> int:
    """Returns by how many septets or units a text exceeds one page; 0 when it fits.

    >>> excess("a" * 163, PageBudget())
    3
    """
    encoding, units = measure(text)
    limit = budget.septets if encoding is Encoding.GSM7 else budget.ucs2
    return max(0, units + _PREFIX_UNITS * budget.count_prefix - limit)


def _fits(text: str, budget: PageBudget) -> bool:
    prefix = _PREFIX_UNITS if budget.count_prefix else 0
    cost = septets(text)
    if cost is not None:
        return cost + prefix <= budget.septets
    return utf16_units(text) + prefix <= budget.ucs2


@dataclass(frozen=True, slots=True)
class _Block:
    """What is still to be shown of a part of the screen; `whole` if it may not be cut in two."""

    text: str = field(repr=False)
    whole: bool


def _pages(rest: list[_Block], foot: str, more: str, budget: PageBudget) -> Iterator[Page]:
    if not rest and foot.strip():
        rest, foot = [_Block(foot.strip(), False)], ""
    for number in itertools.count():
        remainder = _joined([block.text for block in rest], (foot,))
        if not rest or _fits(remainder, budget):
            yield Page(text=remainder, number=number, last=True)
            return
        text, rest = _first_page(rest, foot, more, budget)
        yield Page(text=text, number=number, last=not rest)
        if not rest:
            return


def _first_page(
    blocks: list[_Block], foot: str, more: str, budget: PageBudget
) -> tuple[str, list[_Block]]:
    # Where `more` and `foot` leave no room, the way forward is worth more than the way back.
    for tail in ((more, foot), (more,), ()):
        shown, rest = _fill(blocks, tail, budget)
        if not rest and _fits(_joined(shown, ()), budget):
            return _joined(shown, ()), rest
        if shown:
            return _joined(shown, tail), rest
    # Not one character fits. It goes out all the same: a page that is too long may be cut by the
    # network, one that never advances holds the session for ever.
    first = blocks[0].text
    left = [_Block(first[1:], False)] if len(first) > 1 else []
    return first[0], left + blocks[1:]


def _fill(
    blocks: list[_Block], tail: Sequence[str], budget: PageBudget
) -> tuple[list[str], list[_Block]]:
    shown: list[str] = []
    for index, block in enumerate(blocks):
        if _fits(_joined([*shown, block.text], tail), budget):
            shown.append(block.text)
            continue
        if block.whole and shown:
            return shown, blocks[index:]
        cut = _cut_between_words(block.text, shown, tail, budget)
        if not cut and not shown:
            cut = _cut_within_word(block.text, tail, budget)
        if not cut:
            return shown, blocks[index:]
        left = _Block(block.text[cut:].lstrip(), False)
        return [*shown, block.text[:cut]], [left, *blocks[index + 1 :]]
    return shown, []


def _cut_between_words(text: str, shown: list[str], tail: Sequence[str], budget: PageBudget) -> int:
    gaps = _GAP.finditer(text, 0, _most_characters(budget) + 1)
    for cut in reversed([gap.start() for gap in gaps]):
        if _fits(_joined([*shown, text[:cut]], tail), budget):
            return cut
    return 0


def _cut_within_word(text: str, tail: Sequence[str], budget: PageBudget) -> int:
    longest = min(len(text) - 1, _most_characters(budget))
    fitting = [cut for cut in range(longest, 0, -1) if _fits(_joined([text[:cut]], tail), budget)]
    return next((cut for cut in fitting if not _clings(text, cut)), fitting[0] if fitting else 0)


def _clings(text: str, place: int) -> bool:
    following = text[place]
    return (
        following in _CLINGING
        or unicodedata.category(following).startswith("M")
        or text[place - 1] == _ZERO_WIDTH_JOINER
    )


def _most_characters(budget: PageBudget) -> int:
    return max(budget.septets, budget.ucs2)


def _joined(shown: Sequence[str], tail: Sequence[str]) -> str:
    return "\n".join(part for part in (*shown, *tail) if part)
