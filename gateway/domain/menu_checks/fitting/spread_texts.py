"""Texts that stand on several pages: titles, the gateway's own words, what is said while closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.release import HOME
from gateway.domain.menu.screens import AskingScreen, ChoiceScreen, Screen
from gateway.domain.menu_checks.candidate import PHRASES_FILE, Review
from gateway.domain.menu_checks.fitting.pages import at_once, takes_pages
from gateway.domain.menu_checks.sheets import lines_of, sheets, tail_of
from gateway.domain.menu_checks.ways.coming_back import offers
from gateway.domain.menu_checks.writing import shows_what_is_written
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.text.localised_text import LocalisedText, Template

#: A place in words, a text on it as long as it may be, and the room for it.
Page = tuple[str, str, PageBudget]


def pages_with(review: Review, path: Path, language: str) -> list[Page]:
    """Returns the pages on which a title, a phrase or `closed` stands, without its own letters.

    What fills its placeholders is still there. Empty for a text that stands on no page of a limit.
    """
    without = _without(review, path)
    if without is None:
        return []
    both = zip(_pages(review, language), _pages(without, language), strict=True)
    return [empty for written, empty in both if written[1] != empty[1]]


def _without(review: Review, path: Path) -> Review | None:
    """Returns the menu in which a text has lost its letters; None for one of another kind."""
    release = review.menu.release
    service = release.services.get(path[0])
    if path[0] == PHRASES_FILE and path[1] in release.phrases:
        text = release.phrases[path[1]]
        changed = replace(release, phrases={**release.phrases, path[1]: _emptied(text)})
    elif service is not None and path[1:] == ("title",):
        text = service.title
        emptied = replace(service, title=_emptied(text))
        changed = replace(release, services={**release.services, service.id: emptied})
    elif service is not None and path[1:] == ("closed",) and service.closed is not None:
        text = service.closed
        emptied = replace(service, closed=_emptied(text))
        changed = replace(release, services={**release.services, service.id: emptied})
    else:
        return None
    # The home screen shows titles, and some screens are made of phrases.
    screens = {id: _with(screen, text) for id, screen in changed.screens.items()}
    return replace(review, menu=replace(review.menu, release=replace(changed, screens=screens)))


def _with(screen: Screen, text: LocalisedText) -> Screen:
    if not isinstance(screen, ChoiceScreen):
        return screen
    options = {
        key: replace(option, label=_emptied(text)) if option.label is text else option
        for key, option in screen.options.items()
    }
    return replace(
        screen, text=_emptied(text) if screen.text is text else screen.text, options=options
    )


def _emptied(text: LocalisedText) -> LocalisedText:
    return LocalisedText(
        {language: _names_alone(template) for language, template in text.by_language.items()}
    )


def _names_alone(template: Template) -> Template:
    pieces = (piece if place % 2 else "" for place, piece in enumerate(template.pieces))
    return Template(tuple(pieces), template.filters)


def _pages(review: Review, language: str) -> Iterator[Page]:
    """Yields every page that must fit, in one language, always in the same order."""
    release = review.menu.release
    for screen in release.screens.values():
        if isinstance(screen, AskingScreen):
            yield from _of_screen(review, screen, language)
    for name in review.menu.written_services():
        service = release.services[name]
        for what, _, text, budget in offers(review, service, language):
            yield what[0].lower() + what[1:], text, budget
        for sheet in sheets(review, service.start) if service.closed else ():
            if sheet.language == language and service.closed is not None:
                yield "the page while it is closed", sheet.fill(service.closed, {}), sheet.budget


def _of_screen(review: Review, screen: AskingScreen, language: str) -> Iterator[Page]:
    place = "the home screen" if screen.id == HOME else f"screen {screen.id}"
    for sheet in sheets(review, screen.id):
        if sheet.language != language:
            continue
        question = sheet.fill(screen.text, sheet.values)
        written = list(lines_of(screen, sheet))
        lines = [line for _, line, _, _ in written]
        alone = lines if shows_what_is_written(review, screen) else [question, *lines]
        parts: list[tuple[str, ...]] = [(part, *tail_of(screen, sheet)) for part in alone]
        if isinstance(screen, ChoiceScreen) and not takes_pages(review, screen):
            together = ([line[1] for line in each] for each in at_once(review, screen, written))
            parts = [*((question, *each, sheet.foot) for each in together), *parts]
        for each in parts:
            yield place, "\n".join(filter(None, each)), sheet.budget
