"""How tightly screens fit: the room that each takes with its longest values, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.domain.menu.screens import ChoiceScreen, EndScreen, ShownScreen
from gateway.domain.menu_checks.candidate import Review
from gateway.domain.menu_checks.fitting.lines_at_once import options_at_once
from gateway.domain.menu_checks.sheets import Sheet, lines_of, sheets, tail_of
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.telecom.paging import measure, page
from gateway.domain.telecom.segments import segment
from gateway.domain.text.gsm7 import Encoding
from gateway.domain.text.transliteration import transliterated

#: Enough for any screen: the number of a page that there is not gives the last one.
_PAST_THE_LAST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """One screen in one language on one kind of page, with the longest values.

    `units` are septets or UTF-16 units of what must stand on one page together: all of it where it
    is one page, else the longest part that is not cut. `variable` takes more room than any other.
    """

    screen: str
    language: str
    channels: str
    encoding: Encoding
    units: int
    limit: int
    pages: int
    variable: str
    variable_units: int

    @property
    def share(self) -> float:
        """Returns how much of a page is used; 1 is all of it."""
        return self.units / self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a language costs: pages of all screens, as written and in the letters of GSM-7.

    `segments` are those of the SMS that repeat an end.
    """

    language: str
    screens: int
    pages: int
    pages_transliterated: int
    segments: int
    segments_transliterated: int


def fits(review: Review) -> list[Fit]:
    """Returns how each screen fits on each page in each language, the tightest first."""
    found = [_fit(screen, sheet) for screen, sheet in _laid_out(review)]
    return sorted(found, key=lambda each: (-each.share, each.screen, each.language))


def costs(review: Review) -> list[Cost]:
    """Returns what each language costs, on the channel whose page is the smallest."""
    laid_out = list(_laid_out(review))
    smallest = min((sheet.budget.septets for _, sheet in laid_out), default=0)
    found = []
    for language in review.menu.release.languages:
        mine = [
            each
            for each in laid_out
            if each[1].language == language and each[1].budget.septets == smallest
        ]
        ends = [_texts(*each)[1] for each in mine if isinstance(each[0], EndScreen) and each[0].sms]
        found.append(
            Cost(
                language=language,
                screens=len(mine),
                pages=sum(_pages(*each) for each in mine),
                pages_transliterated=sum(_pages(*each, gsm=True) for each in mine),
                segments=sum(map(_segments, ends)),
                segments_transliterated=sum(_segments(transliterated(text)) for text in ends),
            )
        )
    return found


def _laid_out(review: Review) -> Iterator[tuple[ShownScreen, Sheet]]:
    for screen in review.menu.release.screens.values():
        if isinstance(screen, ShownScreen):
            fullest = _fullest(review, screen)
            for sheet in sheets(review, screen.id):
                yield fullest, sheet


def _fullest(review: Review, screen: ShownScreen) -> ShownScreen:
    """Returns a choice with the most of its options that are ever shown at once."""
    if not isinstance(screen, ChoiceScreen):
        return screen
    keys = max(options_at_once(review, screen), key=len)
    shown = {key: option for key, option in screen.options.items() if key in keys}
    return replace(screen, options=shown)


def _fit(screen: ShownScreen, sheet: Sheet) -> Fit:
    pages = _pages(screen, sheet)
    lines, question = _texts(screen, sheet)
    apart = (question, *lines) if not isinstance(screen, EndScreen) else ()
    tail = tail_of(screen, sheet)
    if pages == 1:
        candidates = [_joined(question, *lines, sheet.foot)]
    else:
        candidates = [_joined(part, *tail) for part in apart] or [_joined(*tail)]
    measured = [(*measure(text), sheet.budget) for text in candidates]
    encoding, units, _ = max(measured, key=lambda each: each[1] / _limit(each[0], each[2]))
    labels = [(label, widths) for _, _, label, widths in lines_of(screen, sheet)]
    variable, width = sheet.widest((screen.text, sheet.values), *labels)
    return Fit(
        screen=screen.id,
        language=sheet.language,
        channels=sheet.channels,
        encoding=encoding,
        units=units,
        limit=_limit(encoding, sheet.budget),
        pages=pages,
        variable=variable,
        variable_units=width,
    )


def _texts(screen: ShownScreen, sheet: Sheet) -> tuple[list[str], str]:
    """Returns the lines of a screen, those of a list as often as it may be long, and its text."""
    lines = [line for _, line, _, _ in lines_of(screen, sheet)]
    if isinstance(screen, ChoiceScreen) and screen.listing is not None:
        lines *= max(1, sheet.rows.get(screen.listing.rows, 1))
    return lines, sheet.fill(screen.text, sheet.values)


def _pages(screen: ShownScreen, sheet: Sheet, *, gsm: bool = False) -> int:
    lines, question = _texts(screen, sheet)
    lettered = transliterated if gsm else str
    last = page(
        complaint="",
        text=lettered(question),
        lines=[lettered(line) for line in lines],
        foot=lettered(sheet.foot),
        more=lettered(sheet.more),
        budget=sheet.budget,
        number=_PAST_THE_LAST,
    )
    return last.number + 1


def _segments(text: str) -> int:
    return len(segment(text).parts)


def _limit(encoding: Encoding, budget: PageBudget) -> int:
    whole = budget.septets if encoding is Encoding.GSM7 else budget.ucs2
    return whole - (4 if budget.count_prefix else 0)


def _joined(*parts: str) -> str:
    return "\n".join(filter(None, parts))
