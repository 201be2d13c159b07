"""Sheets: what a screen is laid out on, for one language and one kind of page.

Each knows the longest values of one service, so that whatever is filled in, no screen is longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.release import HOME
from gateway.domain.menu.screens import ChoiceScreen, EndScreen, InputScreen, ShownScreen
from gateway.domain.menu_checks.candidate import PHRASES_FILE, Review, option_path
from gateway.domain.menu_checks.values import known_values
from gateway.domain.telecom.channel import Channel, Keys, PageBudget
from gateway.domain.telecom.paging import excess, measure
from gateway.domain.text.gsm7 import Encoding
from gateway.domain.text.localised_text import LocalisedText

#: Stands for each character of a value: no letter of GSM-7 takes more room on a small screen.
WIDEST = "W"


#: A line below a question: where it is written, its longest form, its text, and what fills it.
Line: TypeAlias = tuple[Path, str, LocalisedText, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One language on one kind of page, with the longest values of one service."""

    language: str
    budget: PageBudget
    channels: str
    more: str
    foot: str
    phrases: Mapping[str, LocalisedText]
    values: Mapping[str, int]
    lists: Mapping[str, Mapping[str, int]]
    rows: Mapping[str, int]
    #: The services that are closed at times: the lines that lead there need room for the mark.
    closing: Set[str] = frozenset()

    def fill(self, text: LocalisedText, widths: Mapping[str, int]) -> str:
        """Returns the longest form of a text; empty where the language is missing."""
        template = text.by_language.get(self.language)
        return template.longest(widths, WIDEST) if template else ""

    def mark(self, goto: str) -> str:
        """Returns what stands behind a line that leads to a service while it is closed."""
        if goto.partition(".")[0] not in self.closing or "closed_mark" not in self.phrases:
            return ""
        return f" {self.fill(self.phrases['closed_mark'], {})}"

    def over(self, *parts: str) -> int:
        """Returns by how much these lines exceed a page together."""
        return excess("\n".join(filter(None, parts)), self.budget)

    def say(self, over: int, what: Sentence, *parts: str, blame: str = "") -> Sentence:
        """Returns the sentence about an excess; `blame` names the value that takes most room."""
        encoding, units = measure("\n".join(filter(None, parts)))
        return (
            Sentence(
                "%(what)s in language %(language)s: %(units)s %(unit)s, %(over)s over a "
                "page of channel %(channels)s.",
                what=what,
                language=self.language,
                units=units,
                unit=unit(encoding),
                over=over,
                channels=self.channels,
            )
            + blame
        )

    def blame(self, *texts: tuple[LocalisedText, Mapping[str, int]]) -> str:
        """Returns a sentence about the placeholder that takes most room, led by a space."""
        name, width = self.widest(*texts)
        return most_room(name, width)

    def widest(self, *texts: tuple[LocalisedText, Mapping[str, int]]) -> tuple[str, int]:
        """Returns the placeholder of these texts that takes most room, and how much; or '', 0."""
        found = [
            template.widest(widths)
            for text, widths in texts
            if (template := text.by_language.get(self.language)) is not None
        ]
        return max(found, key=lambda each: each[1], default=("", 0))


def sheets(review: Review, screen: str) -> Iterator[Sheet]:
    """Yields the sheets of a screen: every language on every kind of page."""
    menu = review.menu
    phrases = menu.release.phrases
    if not phrases.keys() >= {"more", "back_home"}:
        return  # told already; without them nothing can be measured
    known = known_values(review, screen.partition(".")[0])
    services = menu.release.services.values()
    closing = frozenset(each.id for each in services if each.hours is not None)
    closing -= {screen.partition(".")[0]}
    for (budget, keys), channels in _pages(review).items():
        for language in menu.release.languages:
            more = phrases["more"].by_language.get(language)
            foot = phrases["back_home"].by_language.get(language)
            if more is None or foot is None:
                continue
            written = {"back": keys.back, "home": keys.home, "more": keys.more}
            last = screen == HOME or isinstance(menu.release.screens.get(screen), EndScreen)
            yield Sheet(
                language=language,
                budget=budget,
                channels=", ".join(channels),
                more=more.fill(written),
                foot="" if last else foot.fill(written),
                phrases=phrases,
                values=known.widths(language),
                lists=known.lists,
                rows=known.rows,
                closing=closing,
            )


def lines_of(screen: ShownScreen, sheet: Sheet) -> Iterator[Line]:
    """Yields the lines below a question."""
    match screen:
        case ChoiceScreen():
            yield from _lines_of_choice(screen, sheet)
        case InputScreen():
            yield from _skipping(screen.skip, sheet)
        case EndScreen():
            pass
        case _:
            assert_never(screen)


def _skipping(skip: str, sheet: Sheet) -> Iterator[Line]:
    if skip and "skip" in sheet.phrases:
        line, widths = sheet.phrases["skip"], {"skip": len(skip)}
        yield (PHRASES_FILE, "skip"), sheet.fill(line, widths), line, widths


def _lines_of_choice(screen: ChoiceScreen, sheet: Sheet) -> Iterator[Line]:
    for key, option in screen.options.items():
        label = sheet.fill(option.label, sheet.values)
        path = option_path(screen, key, "label")
        mark = sheet.mark(option.goto)
        yield path, f"{key}. {label}{mark}", option.label, sheet.values
    if screen.several is not None and "several" in sheet.phrases:
        hint = sheet.phrases["several"]
        # Rows have keys of two digits at most, as the longest list has.
        keys = screen.options or ("98", "99")
        taken = {"example": len(screen.several.sample(keys))}
        yield (PHRASES_FILE, "several"), sheet.fill(hint, taken), hint, taken
        yield from _skipping(screen.several.skip, sheet)
    if screen.listing is not None:
        widths = sheet.lists.get(screen.listing.rows, {})
        label = sheet.fill(screen.listing.label, widths)
        yield (screen.id, "choice", "label"), f"99. {label}", screen.listing.label, widths


def tail_of(screen: ShownScreen, sheet: Sheet) -> tuple[str, ...]:
    """Returns what stands below any part of a screen; only a question to type to is never cut."""
    match screen:
        case InputScreen():
            return (*(line for _, line, _, _ in lines_of(screen, sheet)), sheet.foot)
        case ChoiceScreen() | EndScreen():
            return (sheet.more, sheet.foot)
        case _:
            assert_never(screen)


def unit(encoding: str) -> Sentence:
    """Returns what the length of a text in this encoding is counted in."""
    return Sentence("septets") if encoding == Encoding.GSM7 else Sentence("UTF-16 units")


def most_room(name: str, width: int) -> str:
    """Returns a sentence about the placeholder that takes most room, led by a space; or none."""
    if not width:
        return ""
    return Sentence(" Up to %(width)s of it are {%(name)s}.", width=width, name=name)


def _pages(review: Review) -> dict[tuple[PageBudget, Keys], list[str]]:
    """Returns the different pages of the USSD channels, with the names of their channels."""
    found: dict[tuple[PageBudget, Keys], list[str]] = {}
    dialled = [channel for channel in review.channels if channel.service_code]
    for channel in dialled or [Channel(name="any", provider="any")]:
        found.setdefault((channel.page, channel.keys), []).append(channel.name)
    return found
