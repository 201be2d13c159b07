"""How long a text may be: what the rest of its screen, and its values, leave of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.screens import (
    AskingScreen,
    BranchScreen,
    ChoiceScreen,
    EndScreen,
    InputScreen,
    OpenScreen,
    ServiceScreen,
)
from gateway.domain.menu_checks.candidate import MESSAGES_FILE, Review
from gateway.domain.menu_checks.fitting.pages import at_once, takes_pages
from gateway.domain.menu_checks.fitting.spread_texts import pages_with
from gateway.domain.menu_checks.sheets import WIDEST, Line, Sheet, lines_of, sheets
from gateway.domain.menu_checks.values import known_values
from gateway.domain.menu_checks.wording.examples import LONGEST_EXAMPLE
from gateway.domain.menu_checks.wording.messages import TWO_SEGMENTS
from gateway.domain.menu_checks.writing import shows_what_is_written
from gateway.domain.telecom.channel import SMS_PAGE, PageBudget
from gateway.domain.text.gsm7 import downgraded, septets, utf16_units
from gateway.domain.text.localised_text import LocalisedText, Template


@dataclass(frozen=True, slots=True)
class Budget:
    """What a text may hold beside its placeholders; `septets` is None where others cost UCS-2."""

    septets: int | None
    units: int

    def __str__(self) -> str:
        beyond = f"{self.units} with any letter outside it"
        if self.septets is None:
            return f"at most {self.units} letters"
        return f"at most {self.septets} letters of GSM-7, or {beyond}"


def budget_of(review: Review, path: Path, language: str) -> Budget | None:
    """Returns the budget of a text on a screen in a language; None for a text without a limit.

    It is that of the channel with the least room, and of a text that stands on several pages that
    of the fullest. Ends that are cut into pages have none.
    """
    if spread := pages_with(review, path, language):
        found = [_beside(text, budget, 0) for _, text, budget in spread]
        return min(found, key=lambda each: each.units)
    if path[:2] == (MESSAGES_FILE, "messages"):
        return _of_message(review, path[2], language)
    screen = review.menu.release.screens.get(path[0])
    if path[1:] == ("example",):
        return Budget(LONGEST_EXAMPLE, LONGEST_EXAMPLE)
    match screen:
        case EndScreen():
            return _of_sms(review, screen, screen.text, language) if screen.sms else None
        case ChoiceScreen(sms=LocalisedText() as sent) if path[-1] == "sms":
            return _of_sms(review, screen, sent, language)
        case ChoiceScreen() if path[-1] in ("text", "end") and shows_what_is_written(
            review, screen
        ):
            return None  # cut into pages, as an end is
        case ChoiceScreen() | InputScreen():
            written = path[-1] in ("text", "label")
            return _of_page(review, screen, path, language) if written else None
        case ServiceScreen() | OpenScreen() | BranchScreen() | None:
            return None
        case _:
            assert_never(screen)


def _of_page(review: Review, screen: AskingScreen, path: Path, language: str) -> Budget | None:
    found = [
        _on(review, sheet, screen, path, together)
        for sheet in sheets(review, screen.id)
        if sheet.language == language
        for together in at_once(review, screen, list(lines_of(screen, sheet)))
        if path[-1] == "text" or any(line[0] == path for line in together)
    ]
    return min(found, key=lambda each: each.units, default=None)


def _of_message(review: Review, name: str, language: str) -> Budget:
    release = review.menu.release
    template = release.messages[name].by_language.get(language)
    room = _room(template, release.message_values)
    return Budget(max(0, TWO_SEGMENTS.septets - room), max(0, TWO_SEGMENTS.ucs2 - room))


def _of_sms(
    review: Review, screen: EndScreen | ChoiceScreen, sent: LocalisedText, language: str
) -> Budget:
    template = sent.by_language.get(language)
    widths = known_values(review, screen.id.partition(".")[0]).widths(language)
    room = _room(template, widths)
    return Budget(SMS_PAGE.septets - room, SMS_PAGE.ucs2 - room)


def _on(
    review: Review, sheet: Sheet, screen: AskingScreen, path: Path, lines: Sequence[Line]
) -> Budget:
    mine = next((line for line in lines if line[0] == path), None)
    widths = sheet.values if mine is None else mine[3]
    template = (screen.text if mine is None else mine[2]).by_language.get(sheet.language)
    room = _room(template, widths)
    listed = isinstance(screen, ChoiceScreen) and takes_pages(review, screen)
    others = [line for line in lines if line[0] != path] if not listed else []
    parts = [
        *(line for _, line, _, _ in others),
        *([sheet.fill(screen.text, sheet.values)] if mine is not None and not listed else []),
        *([mine[1].partition(".")[0] + ". "] if mine is not None else []),
        *([sheet.more] if listed else []),
        sheet.foot,
    ]
    rest = "\n".join(filter(None, parts))
    return _beside(rest, sheet.budget, room + (0 if mine is not None else 1))


def _beside(rest: str, budget: PageBudget, spent: int) -> Budget:
    """Returns what the rest of a page leaves of it, when so many more letters are spent."""
    rest = downgraded(rest)
    cost, spent = septets(rest), spent + (4 if budget.count_prefix else 0)
    return Budget(
        None if cost is None else max(0, budget.septets - cost - spent),
        max(0, budget.ucs2 - utf16_units(rest) - spent),
    )


def _room(template: Template | None, widths: Mapping[str, int]) -> int:
    """Returns what the values of a text take at most."""
    if template is None:
        return 0
    return len(template.longest(widths, WIDEST)) - len("".join(template.pieces[::2]))
