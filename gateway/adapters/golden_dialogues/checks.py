"""Checks of a dialogue's file against the deployment: everything it names must be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.adapters.yaml.documents import Document
from gateway.adapters.yaml.validate import part_of
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.input_kinds.case_number import LENGTH, from_serial, is_valid


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a dialogue may name: `handlers` with their outcomes, datasets and languages.

    Channels are no part of it: they differ from one configuration to the next. Declared calls are
    handlers here, by their names in calls.yaml.
    """

    languages: frozenset[str]
    handlers: Mapping[str, frozenset[str]]
    datasets: frozenset[str]


def strange_names(document: Document, known: Known) -> Iterator[Fault]:
    """Yields M110 for all that a dialogue names and the deployment does not have, at its place.

    The document is looked at as written, so that nothing is hidden by a fault in its form.
    """
    language = _text(document, "language")
    if language and language not in known.languages:
        sentence = Sentence(
            "'%(name)s' is not a language of main.yaml.%(proposal)s",
            name=language,
            proposal=did_you_mean(language, sorted(known.languages)),
        )
        yield document.at(("language",)).offending.fault("M110", sentence)
    turns = part_of(document.tree, ("turns",))
    number_of_turns = len(turns) if isinstance(turns, list) else 0
    for at in ((), *(("turns", str(number)) for number in range(number_of_turns))):
        yield from _strange_pins(document, known, at)
    for number in _names(document, "cases"):
        if not is_valid(number):
            serial = number[: LENGTH - 1]
            like = from_serial(int(serial) if serial.isascii() and serial.isdigit() else 0)
            sentence = Sentence(
                "%(number)s is no case number; one like it is %(like)s.", number=number, like=like
            )
            yield document.at(("cases", number)).key.fault("M110", sentence)


def _strange_pins(document: Document, known: Known, at: Path) -> Iterator[Fault]:
    """Yields the faults of what a dialogue, or one of its turns, pins."""
    for name in _names(document, *at, "data"):
        if name not in known.datasets:
            sentence = Sentence(
                "There is no dataset '%(name)s'.%(proposal)s",
                name=name,
                proposal=did_you_mean(name, sorted(known.datasets)),
            )
            yield document.at((*at, "data", name)).offending.fault("M110", sentence)
    for name in _names(document, *at, "handlers"):
        if name not in known.handlers:
            sentence = Sentence(
                "There is no handler '%(name)s'.%(proposal)s",
                name=name,
                proposal=did_you_mean(name, sorted(known.handlers)),
            )
            yield document.at((*at, "handlers", name)).offending.fault("M110", sentence)
            continue
        place = (*at, "handlers", name, "outcome")
        outcome = _text(document, *place)
        if outcome and outcome not in known.handlers[name]:
            sentence = Sentence(
                "'%(screen)s' has no outcome '%(outcome)s'.%(proposal)s",
                screen=name,
                outcome=outcome,
                proposal=did_you_mean(outcome, sorted(known.handlers[name])),
            )
            yield document.at(place).offending.fault("M110", sentence)


def _text(document: Document, *path: str) -> str:
    part = part_of(document.tree, path)
    return part if isinstance(part, str) else ""


def _names(document: Document, *path: str) -> list[str]:
    part = part_of(document.tree, path)
    return list(part) if isinstance(part, dict) else []
