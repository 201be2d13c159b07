"""YAML files as operators write them: every value a text, everything at its place.

YAML 1.1 reads the keys `00`, `no` and `1:30` as 0, False and 90. Here nothing is guessed: a value
is the text that stands in the file, and whoever wants a number asks for one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Protocol

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from gateway.adapters.yaml.parser_problems import problem_of
from gateway.adapters.yaml.slips import not_utf8, slip_in, slip_of_plain
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path, Place, Spot, nearest

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 100_000

#: What PyYAML says (6.0.4) of a file that is nested deeper than it reads ahead.
_TOO_DEEP = "exceeded maximum nesting depth"

Tree = str | list["Tree"] | dict[str, "Tree"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as read. `prefix` leads its fault codes: M for menus, S for settings.

    `faults` do not keep the rest from being read, so that an operator sees everything at once; a
    document with any must not be used.
    """

    file: str
    prefix: str
    tree: Tree
    spots: dict[Path, Spot]
    faults: tuple[Fault, ...] = ()

    def at(self, path: Path) -> Spot:
        """Returns where a value, or the innermost written part of its path, stands."""
        return nearest(self.spots, path)

    def also_at(self, path: Path, meant: str) -> None:
        """Lets what stands under a misspelt key be found under the key that was meant, too."""
        upto = len(path)
        for each, spot in list(self.spots.items()):
            if each[:upto] == path:
                self.spots[(*path[:-1], meant, *each[upto:])] = spot


def read(path: FilePath, prefix: str) -> Document:
    """Returns the document in a file; raises FilesInvalid when there is nothing to read."""
    file = shown_name(path)
    try:
        with path.open("rb") as stream:
            source = stream.read(MAX_BYTES + 1)
    except OSError as error:
        sentence = Sentence("The file cannot be read: %(why)s.", why=error.strerror)
        raise FilesInvalid([Place(file).fault(prefix + "007", sentence)]) from error
    return parse(source, file, prefix)


def empty(path: FilePath, prefix: str) -> Document:
    """Returns the document of a file that need not be there: an empty map, at its place."""
    file = shown_name(path)
    at = Spot(Place(file), Place(file), scalar=False)
    return Document(file=file, prefix=prefix, tree={}, spots={(): at})


def shown_name(path: FilePath) -> str:
    """Returns the path as faults show it: from the working directory when it lies in there."""
    try:
        return str(path.resolve().relative_to(FilePath.cwd()))
    except (ValueError, OSError):
        return os.fspath(path)


def parse(source: bytes, file: str, prefix: str) -> Document:
    """Returns the document in these bytes; raises FilesInvalid when it has no readable end."""
    reading = _Reading(file, prefix)
    if len(source) > MAX_BYTES:
        raise FilesInvalid([reading.fault("008", Place(file), Sentence("The file is over 1 MiB."))])
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        slip = not_utf8(source, error)
        place = Place(file, slip.line, slip.column)
        raise FilesInvalid([reading.fault("007", place, slip.sentence)]) from error
    try:
        tree = reading.build(text)
    except _TooLarge as error:
        raise FilesInvalid(reading.faults) from error
    except yaml.YAMLError as error:
        reading.add_syntax_fault(error, text)
        raise FilesInvalid(reading.faults) from error
    faults = tuple(reading.faults)
    return Document(file=file, prefix=prefix, tree=tree, spots=reading.spots, faults=faults)


class _Mark(Protocol):
    """What PyYAML's two kinds of mark have in common; both count from 0."""

    line: int
    column: int


class _TooLarge(Exception):
    """Ends the reading; the fault is noted already."""


class _Reading:
    """One pass over the events of one file.

    Events and not `compose()`: the composer recurses in C, where a file of brackets alone would end
    the interpreter before any limit of ours is asked.
    """

    def __init__(self, file: str, prefix: str) -> None:
        self.file = file
        self.prefix = prefix
        self.faults: list[Fault] = []
        self.spots: dict[Path, Spot] = {(): Spot(Place(file), Place(file), scalar=False)}
        self.nodes = 0
        self.lines: list[str] = []

    def build(self, text: str) -> Tree:
        """Returns the tree; raises YAMLError at the first place that is no YAML."""
        self.lines = text.split("\n")
        events: Iterator[Event] = iter(yaml.parse(text, Loader=yaml.CSafeLoader))
        documents = 0
        tree: Tree = ""
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._note(
                        "004", event, Sentence("A second document begins here; a file holds one.")
                    )
                    break
            elif isinstance(event, NodeEvent):
                tree = self._value(event, events, (), self._place(event))
        return tree

    def _value(self, event: NodeEvent, events: Iterator[Event], path: Path, key: Place) -> Tree:
        self._allow(event, path)
        scalar = isinstance(event, ScalarEvent | AliasEvent)
        self.spots[path] = Spot(key, self._place(event), scalar)
        if isinstance(event, MappingStartEvent):
            return self._map(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._list(events, path)
        if isinstance(event, ScalarEvent):
            self._look_at(event, is_key=False)
        # An alias is told already; its name keeps its shape from telling it once more.
        return str(event.value) if isinstance(event, ScalarEvent) else str(event.anchor)

    def _map(self, events: Iterator[Event], path: Path) -> Tree:
        tree: dict[str, Tree] = {}
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            place = self._place(event)
            if not isinstance(event, ScalarEvent):
                self._note("004", event, Sentence("A key must be a plain text."))
                self._value(_node(event), events, (*path, f"?{place.line}"), place)
                self._value(_node(next(events)), events, (*path, f"?{place.line}"), place)
                continue
            self._allow(event, path)
            self._look_at(event, is_key=True)
            name = event.value
            if name in tree:
                first = self.spots[(*path, name)].key.line
                self._note(
                    "005",
                    event,
                    Sentence(
                        "Key '%(name)s' stands in line %(first)s already.", name=name, first=first
                    ),
                )
            tree[name] = self._value(_node(next(events)), events, (*path, name), place)
        return tree

    def _list(self, events: Iterator[Event], path: Path) -> Tree:
        tree: list[Tree] = []
        for event in events:
            if isinstance(event, CollectionEndEvent):
                break
            path_of_item = (*path, str(len(tree)))
            tree.append(self._value(_node(event), events, path_of_item, self._place(event)))
        return tree

    def _allow(self, event: NodeEvent, path: Path) -> None:
        self.nodes += 1
        if len(path) > MAX_DEPTH or self.nodes > MAX_NODES:
            if len(path) > MAX_DEPTH:
                sentence = Sentence("The file is over %(number)s levels deep.", number=MAX_DEPTH)
            else:
                sentence = Sentence("The file is over %(number)s values.", number=MAX_NODES)
            self._note("008", event, sentence)
            raise _TooLarge
        if event.anchor is not None:
            if isinstance(event, AliasEvent):
                sentence = Sentence(
                    "Alias *%(name)s is refused; write the value out.", name=event.anchor
                )
            else:
                sentence = Sentence(
                    "Anchor &%(name)s is refused; write the value out.", name=event.anchor
                )
            self._note("006", event, sentence)
        tag = getattr(event, "tag", None)  # an alias has none
        if tag is not None:
            self._note(
                "006", event, Sentence("Tag %(tag)s is refused; every value is a text.", tag=tag)
            )

    def _look_at(self, event: ScalarEvent, *, is_key: bool) -> None:
        """Notes a text that can be read and hardly says what was meant."""
        if event.style or not event.end_mark or (self.prefix != "M" and not is_key):
            return
        line = self.lines[event.end_mark.line] if event.end_mark.line < len(self.lines) else ""
        slip = slip_of_plain(event.value, line[event.end_mark.column :], is_key)
        if slip:
            self._note("011", event, slip)

    def _place(self, event: Event) -> Place:
        return self._mark(event.start_mark)

    def _mark(self, mark: _Mark | None) -> Place:
        return Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file)

    def fault(self, number: str, place: Place, sentence: Sentence) -> Fault:
        """Returns a fault with this file's prefix."""
        return place.fault(self.prefix + number, sentence)

    def _note(self, number: str, event: Event, sentence: Sentence) -> None:
        self.faults.append(self.fault(number, self._place(event), sentence))

    def add_syntax_fault(self, error: yaml.YAMLError, text: str) -> None:
        """Notes what PyYAML stumbled over, at its place."""
        if isinstance(error, yaml.reader.ReaderError):
            sentence = Sentence("There is a control character in the file.")
            self.faults.append(self.fault("007", Place(self.file), sentence))
            return
        if getattr(error, "problem", None) == _TOO_DEEP:
            place = self._mark(getattr(error, "problem_mark", None))
            sentence = Sentence("The file is over %(number)s levels deep.", number=MAX_DEPTH)
            self.faults.append(self.fault("008", place, sentence))
            return
        slip = slip_in(text, error)
        if slip is not None:
            place = Place(self.file, slip.line, slip.column)
            # What was noted in this line is the same slip, half understood.
            self.faults = [each for each in self.faults if each.line != slip.line]
            sentence = Sentence("This is not YAML. %(slip)s", slip=slip.sentence)
            self.faults.append(self.fault("004", place, sentence))
            return
        place = self._mark(getattr(error, "problem_mark", None))
        sentence = Sentence(
            "This is not YAML: %(why)s. Check indentation, colons and quotes.",
            why=problem_of(error),
        )
        self.faults.append(self.fault("004", place, sentence))


def _node(event: Event) -> NodeEvent:
    """Narrows the type: between the start and the end of a collection stand nodes alone."""
    if not isinstance(event, NodeEvent):
        raise TypeError(f"A node was expected, and {type(event).__name__} came.")
    return event
