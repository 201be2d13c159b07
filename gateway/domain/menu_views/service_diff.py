"""What has changed in the entry of a service, in plain language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.menu.release import Service
from gateway.domain.text.language_names import differing, language_name
from gateway.domain.text.localised_text import LocalisedText

#: Told by another line, or what follows from the screens.
_TOLD_ELSEWHERE = frozenset({"id", "shortcut", "keywords", "back_ends", "rest_minutes"})


def header_changes(before: Service, after: Service) -> Iterator[str]:
    """Yields what is different about a service but its screens."""
    if before.shortcut != after.shortcut:
        yield _one_for_another("shortcut", before.shortcut, after.shortcut)
    for sign, some, others in (("added", after, before), ("removed", before, after)):
        words = [
            f"'{word}'"
            for language, said in some.keywords.items()
            for word in said
            if word not in others.keywords.get(language, ())
        ]
        if words:
            yield f"keyword{'s' * (len(words) > 1)} {', '.join(words)} {sign}"
    for field in fields(Service):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if one == other or field.name in _TOLD_ELSEWHERE:
            continue
        if field.name in FACTS:
            yield FACTS[field.name](before, after)
        elif isinstance(one, LocalisedText) and isinstance(other, LocalisedText):
            for language in differing(one.by_language, other.by_language):
                yield f"{TEXTS[field.name]} reworded in {language_name(language)}"
        else:
            yield f"{TEXTS[field.name]} {'removed' if other is None else 'added'}"


def _one_for_another(what: str, before: str, after: str) -> str:
    if not before:
        return f"{what} {after} added"
    return f"{what} {before} is now {after}" if after else f"{what} {before} removed"


def _resume(before: Service, after: Service) -> str:
    if not after.resume_seconds:
        return "cannot be gone on with after a drop any more"
    minutes, seconds = divmod(after.resume_seconds, 60)
    lasts = f"{after.resume_seconds} seconds" if seconds else f"{minutes} minutes"
    return f"can be gone on with for {lasts} after a drop"


def _second_fact(before: Service, after: Service) -> str:
    if not after.second_fact:
        return "asks nothing again before another phone goes on"
    return f"asks '{_short(after.second_fact)}' again before another phone goes on"


def _district(before: Service, after: Service) -> str:
    if not after.district_from:
        return "is not counted by district any more"
    return f"is counted by the district that '{_short(after.district_from)}' asks for"


#: What a service wants to see of who asks.
_PROOFS: Mapping[Rung, str] = {
    Rung.PHONE: "asks for nothing but the phone",
    Rung.FACT: "asks for a fact",
    Rung.PIN: "asks for a PIN",
}


def _begins(before: Service, after: Service) -> str:
    return f"begins with '{_short(after.start)}' instead of '{_short(before.start)}'"


def _short(screen: str) -> str:
    return screen.rpartition(".")[2]


#: Texts of a service, and its other facts, each with the words that tell of a change.
TEXTS: Mapping[str, str] = {
    "title": "title",
    "cost": "cost",
    "closed": "what is said while it is closed",
}
FACTS: Mapping[str, Callable[[Service, Service], str]] = {
    "start": _begins,
    "institution": lambda _, after: f"is offered by '{after.institution}'",
    "goals": lambda _, after: "serves other development goals",
    "writes": lambda _, after: (
        "asks first when its keyword was misspelled"
        if after.writes
        else "opens at once when its keyword was misspelled"
    ),
    "resume_seconds": _resume,
    "hours": lambda _, after: "has other hours" if after.hours else "is open at all hours",
    "sensitive": lambda _, after: (
        "is sensitive now" if after.sensitive else "is not sensitive any more"
    ),
    "nudge": lambda _, after: (
        "one SMS tells of a drop" if after.nudge else "no SMS tells of a drop any more"
    ),
    "second_fact": _second_fact,
    "district_from": _district,
    "proof": lambda _, after: f"{_PROOFS[after.proof]} before it shows or erases personal things",
}
