"""Checks of a dialogue's file against the deployment: everything it names must be there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.adapters.yaml.documents import Document
from gateway.adapters.yaml.validate import part_of
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.fault import Fault
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
        sentence = f"'{language}' is not a language of main.yaml."
        yield _fault(document, sentence, language, known.languages, "language")
    turns = part_of(document.tree, ("turns",))
    number_of_turns = len(turns) if isinstance(turns, list) else 0
    for at in ((), *(("turns", str(number)) for number in range(number_of_turns))):
        yield from _strange_pins(document, known, at)
    for number in _names(document, "cases"):
        if not is_valid(number):
            serial = number[: LENGTH - 1]
            like = from_serial(int(serial) if serial.isascii() and serial.isdigit() else 0)
            sentence = f"{number} is no case number; one like it is {like}."
            yield document.at(("cases", number)).key.fault("M110", sentence)


def _strange_pins(document: Document, known: Known, at: Path) -> Iterator[Fault]:
    """Yields the faults of what a dialogue, or one of its turns, pins."""
    for name in _names(document, *at, "data"):
        if name not in known.datasets:
            sentence = f"There is no dataset '{name}'."
            yield _fault(document, sentence, name, known.datasets, *at, "data", name)
    for name in _names(document, *at, "handlers"):
        if name not in known.handlers:
            sentence = f"There is no handler '{name}'."
            yield _fault(document, sentence, name, known.handlers, *at, "handlers", name)
            continue
        place = (*at, "handlers", name, "outcome")
        outcome = _text(document, *place)
        if outcome and outcome not in known.handlers[name]:
            sentence = f"'{name}' has no outcome '{outcome}'."
            yield _fault(document, sentence, outcome, known.handlers[name], *place)


def _fault(document: Document, sentence: str, name: str, known: Iterable[str], *path: str) -> Fault:
    said = sentence + did_you_mean(name, sorted(known))
    return document.at(path).offending.fault("M110", said)


def _text(document: Document, *path: str) -> str:
    part = part_of(document.tree, path)
    return part if isinstance(part, str) else ""


def _names(document: Document, *path: str) -> list[str]:
    part = part_of(document.tree, path)
    return list(part) if isinstance(part, dict) else []
