"""Checks of size: every screen fits its page in every language, with the longest values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.domain.channel import SMS_PAGE, Channel, Keys, PageBudget
from gateway.domain.faults import Fault
from gateway.domain.localised_text import LocalisedText
from gateway.domain.menu import HOME, ChoiceScreen, EndScreen, InputScreen
from gateway.domain.menu_checks.candidate import Review, texts_of
from gateway.domain.menu_checks.values import known_values
from gateway.domain.paging import excess, measure
from gateway.domain.places import Path, Place

#: Stands for each character of a value: no letter of GSM-7 takes more room on a small screen.
_WIDEST = "W"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """One language on one kind of page, with the longest values of one service."""

    language: str
    budget: PageBudget
    channels: str
    more: str
    foot: str
    values: Mapping[str, int]
    lists: Mapping[str, Mapping[str, int]]

    def fill(self, text: LocalisedText, widths: Mapping[str, int]) -> str:
        """Returns the longest form of a text; empty where the language is missing."""
        template = text.by_language.get(self.language)
        longest = {name: _WIDEST * width for name, width in widths.items()}
        return template.fill(longest) if template else ""

    def over(self, *parts: str) -> int:
        """Returns by how much these lines exceed a page together."""
        return excess("\n".join(filter(None, parts)), self.budget)

    def say(self, over: int, what: str, *parts: str) -> str:
        """Returns the sentence about an excess."""
        encoding, units = measure("\n".join(filter(None, parts)))
        return (
            f"{what} in language {self.language}: {units} {_unit(encoding)}, "
            f"{over} over a page of channel {self.channels}."
        )


def screens_over_a_page(review: Review) -> Iterator[Fault]:
    """M060, M061 and M062: a question, a line, or a choice that leaves no room."""
    for screen in review.menu.release.screens.values():
        if not isinstance(screen, ChoiceScreen | InputScreen):
            continue
        told: set[tuple[Place, str, str]] = set()
        for sheet in _sheets(review, screen.id):
            for fault in _faults_on(review, screen, sheet):
                # A text that is the same in all languages is told once for a channel.
                key = (Place(fault.file, fault.line, fault.column), fault.code, sheet.channels)
                if key not in told:
                    told.add(key)
                    yield fault


def _faults_on(
    review: Review, screen: ChoiceScreen | InputScreen, sheet: _Sheet
) -> Iterator[Fault]:
    path, text = next(texts_of(screen))
    question = sheet.fill(text, sheet.values)
    tail = (sheet.foot,) if isinstance(screen, InputScreen) else (sheet.more, sheet.foot)
    over = sheet.over(question, *tail)
    if over:
        sentence = sheet.say(over, "The question is too long", question, *tail)
        yield review.menu.fault("M060", sentence, *path, sheet.language)
    elif isinstance(screen, ChoiceScreen):
        yield from _long_lines(review, screen, question, sheet)


def _long_lines(
    review: Review, screen: ChoiceScreen, question: str, sheet: _Sheet
) -> Iterator[Fault]:
    lines = list(_lines(screen, sheet))
    too_long = False
    for path, line in lines:
        over = sheet.over(line, sheet.more, sheet.foot)
        if over:
            too_long = True
            sentence = sheet.say(over, "The line is too long", line, sheet.more, sheet.foot)
            yield review.menu.fault("M061", sentence, *path, sheet.language)
    parts = (question, *(line for _, line in lines), sheet.foot)
    over = 0 if too_long or screen.listing is not None else sheet.over(*parts)
    if over:
        sentence = sheet.say(over, "Text, options and foot are too long", *parts)
        yield review.menu.fault("M062", sentence, screen.id, "text", sheet.language)


def _lines(screen: ChoiceScreen, sheet: _Sheet) -> Iterator[tuple[Path, str]]:
    for key, option in screen.options.items():
        label = sheet.fill(option.label, sheet.values)
        yield (screen.id, "choice", key, "label"), f"{key}. {label}"
    if screen.listing is not None:
        widths = sheet.lists.get(screen.listing.rows, {})
        label = sheet.fill(screen.listing.label, widths)
        yield (screen.id, "choice", "label"), f"99. {label}"


def sms_over_three_segments(review: Review) -> Iterator[Fault]:
    """M063: an end that is sent as SMS and needs more than three segments."""
    menu = review.menu
    for screen in menu.release.screens.values():
        if not isinstance(screen, EndScreen) or not screen.sms:
            continue
        values = known_values(review, screen.id.partition(".")[0]).texts
        longest = {name: _WIDEST * width for name, width in values.items()}
        told: set[str] = set()
        for language, template in screen.text.by_language.items():
            text = template.fill(longest)
            over = excess(text, SMS_PAGE)
            if over and text not in told:
                told.add(text)
                encoding, units = measure(text)
                sentence = (
                    f"The SMS is too long in language {language}: {units} {_unit(encoding)}, "
                    f"{over} over three segments."
                )
                yield menu.fault("M063", sentence, screen.id, "end", language)


def _sheets(review: Review, screen: str) -> Iterator[_Sheet]:
    menu = review.menu
    phrases = menu.release.phrases
    if not phrases.keys() >= {"more", "back_home"}:
        return  # told already; without them nothing can be measured
    known = known_values(review, screen.partition(".")[0])
    for (budget, keys), channels in _pages(review).items():
        for language in menu.release.languages:
            more = phrases["more"].by_language.get(language)
            foot = phrases["back_home"].by_language.get(language)
            if more is None or foot is None:
                continue
            written = {"back": keys.back, "home": keys.home, "more": keys.more}
            yield _Sheet(
                language=language,
                budget=budget,
                channels=", ".join(channels),
                more=more.fill(written),
                foot="" if screen == HOME else foot.fill(written),
                values=known.texts,
                lists=known.lists,
            )


def _pages(review: Review) -> dict[tuple[PageBudget, Keys], list[str]]:
    """Returns the different pages of the USSD channels, with the names of their channels."""
    found: dict[tuple[PageBudget, Keys], list[str]] = {}
    dialled = [channel for channel in review.channels if channel.service_code]
    for channel in dialled or [Channel(name="any", provider="any")]:
        found.setdefault((channel.page, channel.keys), []).append(channel.name)
    return found


def _unit(encoding: str) -> str:
    return "septets" if encoding == "GSM-7" else "UTF-16 units"
