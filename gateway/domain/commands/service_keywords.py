"""The keywords of services, in the singular and the plural."""

from __future__ import annotations

from gateway.domain.commands.openings import Opening, Read
from gateway.domain.menu.release import Release
from gateway.domain.reading.folding import fold

#: A word of so many letters has no plural of a keyword: AS, CAS.
_SHORTEST_PLURAL = 4


def named(release: Release, first: str, rest: tuple[str, ...]) -> Read | None:
    """Returns the service whose keyword a folded word is; `rest` are the words behind it."""
    forms = in_either_number(first)
    found = next((release.keywords[form] for form in forms if form in release.keywords), None)
    if found is None:
        return None
    service, language = found
    return Read(Opening.SERVICE, service, language, rest, keyword=first)


def written(release: Release, folded: str) -> str:
    """Returns a keyword as the menu has it."""
    service, language = release.keywords[folded]
    known = release.services[service].keywords.get(language, ())
    return next((word for word in known if fold(word) == folded), folded.upper())


def singular(word: str) -> str:
    """Returns a folded word without the s of a plural; short words have none."""
    return word[:-1] if len(word) > _SHORTEST_PLURAL and word.endswith("s") else word


def in_either_number(word: str) -> tuple[str, ...]:
    """Returns a folded word as it is, without the s of a plural, and with it.

    >>> in_either_number("alerte"), in_either_number("cas")
    (('alerte', 'alerte', 'alertes'), ('cas', 'cas', 'cas'))
    """
    plural = f"{word}s" if len(word) > _SHORTEST_PLURAL else word
    return word, singular(word), plural
