"""What has changed in the entry of a service, in plain language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.menu.release import Service
from gateway.domain.text.language_names import differing, language_name
from gateway.domain.text.localised_text import LocalisedText

#: Told by another line, or what follows from the screens.
_TOLD_ELSEWHERE = frozenset({"id", "shortcut", "keywords", "back_ends", "rest_minutes"})


def header_changes(before: Service, after: Service) -> Iterator[Sentence]:
    """Yields what is different about a service but its screens."""
    if before.shortcut != after.shortcut:
        yield _shortcut(before.shortcut, after.shortcut)
    come, gone = _keywords(after, before), _keywords(before, after)
    if len(come) == 1:
        yield Sentence("keyword %(words)s added", words=come[0])
    elif come:
        yield Sentence("keywords %(words)s added", words=", ".join(come))
    if len(gone) == 1:
        yield Sentence("keyword %(words)s removed", words=gone[0])
    elif gone:
        yield Sentence("keywords %(words)s removed", words=", ".join(gone))
    for field in fields(Service):
        one, other = getattr(before, field.name), getattr(after, field.name)
        if one == other or field.name in _TOLD_ELSEWHERE:
            continue
        if field.name in FACTS:
            yield FACTS[field.name](before, after)
        elif isinstance(one, LocalisedText) and isinstance(other, LocalisedText):
            for language in differing(one.by_language, other.by_language):
                yield Sentence(
                    "%(what)s reworded in %(language)s",
                    what=TEXTS[field.name],
                    language=language_name(language),
                )
        elif other is None:
            yield Sentence("%(what)s removed", what=TEXTS[field.name])
        else:
            yield Sentence("%(what)s added", what=TEXTS[field.name])


def _keywords(some: Service, others: Service) -> list[str]:
    """Returns the keywords of a service that another has not."""
    return [
        f"'{word}'"
        for language, said in some.keywords.items()
        for word in said
        if word not in others.keywords.get(language, ())
    ]


def _shortcut(before: str, after: str) -> Sentence:
    if not before:
        return Sentence("shortcut %(after)s added", after=after)
    if not after:
        return Sentence("shortcut %(before)s removed", before=before)
    return Sentence("shortcut %(before)s is now %(after)s", before=before, after=after)


def _resume(before: Service, after: Service) -> Sentence:
    if not after.resume_seconds:
        return Sentence("cannot be gone on with after a drop any more")
    minutes, seconds = divmod(after.resume_seconds, 60)
    if seconds:
        return Sentence(
            "can be gone on with for %(number)s seconds after a drop",
            singular="can be gone on with for %(number)s second after a drop",
            number=after.resume_seconds,
        )
    return Sentence(
        "can be gone on with for %(number)s minutes after a drop",
        singular="can be gone on with for %(number)s minute after a drop",
        number=minutes,
    )


def _second_fact(before: Service, after: Service) -> Sentence:
    if not after.second_fact:
        return Sentence("asks nothing again before another phone goes on")
    return Sentence(
        "asks '%(screen)s' again before another phone goes on", screen=_short(after.second_fact)
    )


def _district(before: Service, after: Service) -> Sentence:
    if not after.district_from:
        return Sentence("is not counted by district any more")
    return Sentence(
        "is counted by the district that '%(screen)s' asks for",
        screen=_short(after.district_from),
    )


#: What a service wants to see of who asks.
_PROOFS: Mapping[Rung, Sentence] = {
    Rung.PHONE: Sentence(
        "asks for nothing but the phone before it shows or erases personal things"
    ),
    Rung.FACT: Sentence("asks for a fact before it shows or erases personal things"),
    Rung.PIN: Sentence("asks for a PIN before it shows or erases personal things"),
}


def _begins(before: Service, after: Service) -> Sentence:
    return Sentence(
        "begins with '%(one)s' instead of '%(other)s'",
        one=_short(after.start),
        other=_short(before.start),
    )


def _short(screen: str) -> str:
    return screen.rpartition(".")[2]


#: Texts of a service, and its other facts, each with the words that tell of a change.
TEXTS: Mapping[str, Sentence] = {
    "title": Sentence("title"),
    "cost": Sentence("cost"),
    "closed": Sentence("what is said while it is closed"),
}
FACTS: Mapping[str, Callable[[Service, Service], Sentence]] = {
    "start": _begins,
    "institution": lambda _, after: Sentence(
        "is offered by '%(institution)s'", institution=after.institution
    ),
    "goals": lambda _, after: Sentence("serves other development goals"),
    "writes": lambda _, after: (
        Sentence("asks first when its keyword was misspelled")
        if after.writes
        else Sentence("opens at once when its keyword was misspelled")
    ),
    "resume_seconds": _resume,
    "hours": lambda _, after: (
        Sentence("has other hours") if after.hours else Sentence("is open at all hours")
    ),
    "sensitive": lambda _, after: (
        Sentence("is sensitive now") if after.sensitive else Sentence("is not sensitive any more")
    ),
    "nudge": lambda _, after: (
        Sentence("one SMS tells of a drop")
        if after.nudge
        else Sentence("no SMS tells of a drop any more")
    ),
    "second_fact": _second_fact,
    "district_from": _district,
    "proof": lambda _, after: _PROOFS[after.proof],
}
