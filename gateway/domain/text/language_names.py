"""Languages, as those who publish menus read of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.domain.text.localised_text import Template


class LanguageName(str):
    """The English name of a language, which remembers its code: pages name it to their readers."""

    __slots__ = ("code",)

    code: str


def language_name(code: str) -> LanguageName:
    """Returns the English name of a language, or its code where none is known.

    >>> language_name("sw")
    'Swahili'
    """
    named = LanguageName(_english(code))
    named.code = code
    return named


def _english(code: str) -> str:
    from babel import Locale, UnknownLocaleError  # a check on every save must not wait for it

    try:
        return Locale.parse(code, sep="-").get_display_name("en") or code
    except (UnknownLocaleError, ValueError):
        return code


def differing(before: Mapping[str, Template], after: Mapping[str, Template]) -> Sequence[str]:
    """Returns the languages in which two texts differ."""
    languages = dict.fromkeys([*before, *after])
    return [each for each in languages if before.get(each) != after.get(each)]
