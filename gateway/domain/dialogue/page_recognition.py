"""Which screen a written page is of, and which line of it was chosen: read from its words alone.

A dialogue's file holds pages and keys, no names of screens. When the menu has changed, its pages
still say what was chosen and what was visited, as long as these words are in the menu.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, ShownScreen
from gateway.domain.text.gsm7 import downgraded
from gateway.domain.text.localised_text import Template

_LINE = re.compile(r"(\d{1,2})\. (.+)")
#: Below this many letters a text tells nothing: "{name}: {phone}" would fit any page.
_FEWEST_LETTERS = 2


def lines_of(page: str) -> Mapping[str, str]:
    """Returns the lines that can be chosen on a page, by their keys.

    >>> lines_of("Which region?\\n1. Amboro\\n2. Keluwa\\n0 Back")
    {'1': 'Amboro', '2': 'Keluwa'}
    """
    found = (_LINE.fullmatch(line) for line in page.split("\n"))
    return {line[1]: line[2] for line in found if line}


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Finds the screens of a release whose words a page holds.

    The patterns are compiled once: there are more of them than `re` keeps. What was `seen` is kept,
    as a dialogue shows the same pages again and again.
    """

    release: Release
    patterns: Mapping[re.Pattern[str], frozenset[str]]
    seen: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def screens(self, page: str) -> frozenset[str]:
        """Returns the screens that a page may be of; none when its words are not in the menu."""
        if page not in self.seen:
            self.seen[page] = frozenset(
                screen
                for pattern, screens in self.patterns.items()
                if pattern.search(page)
                for screen in screens
            )
        return self.seen[page]

    def asks(self, screen: str) -> bool:
        """Returns whether a screen is one that citizens see, where a dialogue stands still."""
        return isinstance(self.release.screens.get(screen), ShownScreen)

    def key_of_label(self, screen: str, language: str, label: str) -> str:
        """Returns the key of the option with this label, be it on the first page or a later one."""
        shown = self.release.screens.get(screen)
        options = shown.options.values() if isinstance(shown, ChoiceScreen) else ()
        return next(
            (
                option.key
                for option in options
                if language in option.label.by_language
                and downgraded("".join(option.label[language].pieces)) == label
            ),
            "",
        )

    def said(self, screen: str, key: str, otherwise: str) -> str:
        """Returns the label of an option in the default language, for those who edit the menu."""
        shown = self.release.screens.get(screen)
        option = shown.options.get(key) if isinstance(shown, ChoiceScreen) else None
        if option is None:
            return otherwise
        return "".join(option.label[self.release.default_language].pieces)


def recogniser(release: Release) -> Recogniser:
    """Returns what recognises the pages of a release, in all its languages."""
    patterns: dict[str, frozenset[str]] = {}
    for screen in release.screens.values():
        if isinstance(screen, ShownScreen):
            for template in screen.text.by_language.values():
                pattern = _pattern(template)
                if pattern:
                    patterns[pattern] = patterns.get(pattern, frozenset()) | {screen.id}
    compiled = {re.compile(pattern, re.DOTALL): found for pattern, found in patterns.items()}
    return Recogniser(release, compiled)


def _pattern(template: Template) -> str:
    literal = [downgraded(piece) for piece in template.pieces[::2]]
    if sum(letter.isalpha() for piece in literal for letter in piece) < _FEWEST_LETTERS:
        return ""
    # Before it may stand a complaint, behind it lines and the way back.
    return rf"(?:\A|\n){'.*?'.join(map(re.escape, literal))}(?:\n|\Z)"
