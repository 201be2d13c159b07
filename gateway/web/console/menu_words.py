"""Words of the menu that pages show in the place of its names, as its texts have them."""

from __future__ import annotations

from flask import g

from gateway.adapters.shipped_languages.languages import shipped_language
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.text.localised_text import LocalisedText, Template

#: What stands in the place of a value that nobody has kept.
_LEFT_OUT = "…"


def category(release: Release, service: str, named: str) -> str:
    """Returns what a case is about: the line that says so in its service; else the name as words.

    A line of several screens that is worth the same is the same to the handler: the first is it.
    """
    for name, screen in release.screens.items():
        if name.partition(".")[0] != service or not isinstance(screen, ChoiceScreen):
            continue
        for option in screen.options.values():
            own = option.label.by_language.get(release.default_language)
            if option.value == named and own is not None and not own.names:
                return _in_language(release, option.label).fill({})
    return named.replace("_", " ")


def phrase(release: Release, name: str) -> str:
    """Returns a sentence that the gateway says by itself, its values left out.

    It is in the language of the reader: the menu's own words, else those that come with the
    gateway. What neither has is told by its name.
    """
    own = release.phrases.get(name)
    here = own is not None and g.language in own.by_language
    if not here and (shipped := shipped_language(g.language)) is not None:
        text = shipped.phrases.get(name)
        if text is not None:
            return Template.parse(text).readings(_LEFT_OUT)[-1]
    if own is None:
        return name.replace("_", " ")
    return _in_language(release, own).readings(_LEFT_OUT)[-1]


def _in_language(release: Release, text: LocalisedText) -> Template:
    """Returns a text in the language of the reader; in the menu's own where it has none."""
    return text.by_language.get(g.language) or text[release.default_language]
