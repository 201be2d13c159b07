"""Lines of the home screen, and names of languages, that are texted to nobody's question."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.domain.commands.openings import Opening, Read
from gateway.domain.menu.release import HOME_SERVICE, LANGUAGE_SERVICE, Release
from gateway.domain.menu.screens import ChoiceScreen, Option
from gateway.domain.reading.folding import fold
from gateway.domain.reading.lines import LONGEST_LETTERS


def line_of_home(release: Release, text: str, language: str) -> Read | None:
    """Returns the way to the line of the home screen, or to the language, that a text is.

    It is nothing else: a word more makes it a sentence. `language` is the subscriber's; a label
    that several languages share is of that one.
    """
    if len(text) > LONGEST_LETTERS:
        return None
    wanted = fold(text)
    home = _options(release, HOME_SERVICE)
    found = [each for each in _labels(home) if wanted and each[0] == wanted]
    for _, of, option in sorted(found, key=lambda each: each[1] != language)[:1]:
        return Read(Opening.MENU, language=of, words=(option.key,))
    start = release.services[LANGUAGE_SERVICE].start
    to_languages = next((option.key for option in home if option.goto == start), "")
    for label, _, option in _labels(_options(release, LANGUAGE_SERVICE)):
        if to_languages and wanted and label == wanted:
            return Read(Opening.MENU, words=(to_languages, option.key))
    return None


def _options(release: Release, service: str) -> list[Option]:
    screen = release.screens.get(release.services[service].start)
    return list(screen.options.values()) if isinstance(screen, ChoiceScreen) else []


def _labels(options: list[Option]) -> Iterator[tuple[str, str, Option]]:
    for option in options:
        for language, label in option.label.by_language.items():
            yield fold("".join(label.pieces[::2])), language, option
