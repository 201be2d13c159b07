"""Where each part of a YAML file is written, in characters: what an edit needs to know.

An entry of a map or list reaches from the comment right above it to the one behind it on its last
line; what stands between two entries belongs to neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.domain.faults_and_errors.source_location import Path


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A text. `style` is the sign that begins it: a quote, | or >; nothing for a plain one."""

    start: int
    end: int
    style: str
    in_flow: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value, or an item of a list; `name` of an item is its number.

    The key is written from `key` to `key_end`; an item has no key, and both are its start. The
    whole of it is from `start` to `end`.
    """

    name: str
    key: int
    key_end: int
    node: Node
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GroupNode:
    """A map or a list; `indent` is the column of its entries."""

    start: int
    end: int
    is_map: bool
    in_flow: bool
    indent: int
    entries: tuple[Entry, ...]


Node: TypeAlias = ScalarNode | GroupNode


def root_of(source: str) -> Node:
    """Returns the node of a whole file, which can be read; raises NotEditable for an empty one."""
    events: Iterator[Event] = iter(yaml.parse(source, Loader=yaml.CSafeLoader))
    for event in events:
        if isinstance(event, NodeEvent):
            return _Building(source, events).node(event, in_flow=False)
    raise NotEditable("The file is empty.")


def way_to(root: Node, path: Path) -> tuple[GroupNode, int] | None:
    """Returns the group in which an entry stands, and its place there; None if there is none."""
    node, found = root, None
    for name in path:
        if not isinstance(node, GroupNode):
            return None
        places = [place for place, each in enumerate(node.entries) if each.name == name]
        if not places:
            return None
        found = (node, places[0])
        node = node.entries[places[0]].node
    return found


def node_at(root: Node, path: Path) -> Node | None:
    """Returns the node of a path; None if there is none."""
    if not path:
        return root
    found = way_to(root, path)
    return None if found is None else found[0].entries[found[1]].node


class _Building:
    """One pass over the events of a file."""

    def __init__(self, source: str, events: Iterator[Event]) -> None:
        self._source = source
        self._events = events

    def node(self, event: Event, *, in_flow: bool) -> Node:
        """Returns the node that begins with an event."""
        start = _index(event.start_mark)
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise NotEditable("The file has an anchor or an alias; write the value out.")
        if isinstance(event, ScalarEvent):
            style = event.style or ""
            end = _index(event.end_mark)
            if style in ("|", ">"):
                end = self._end_of_block(start, end)
            return ScalarNode(start, end, style, in_flow)
        if not isinstance(event, MappingStartEvent | SequenceStartEvent):
            raise NotEditable("The file has a part that is neither text, list nor map.")
        is_map, flow = isinstance(event, MappingStartEvent), bool(event.flow_style)
        entries: list[Entry] = []
        end = start
        for part in self._events:
            if isinstance(part, CollectionEndEvent):
                end = _index(part.end_mark) if flow else end
                break
            made = self._entry(part, is_map, flow, len(entries))
            entries.append(made)
            end = made.end
        indent = self._column(entries[0].key) if entries else self._column(start)
        return GroupNode(start, end, is_map, flow, indent, tuple(entries))

    def _entry(self, part: Event, is_map: bool, flow: bool, count: int) -> Entry:
        key, key_end, name = _index(part.start_mark), _index(part.end_mark), str(count)
        if is_map:
            if not isinstance(part, ScalarEvent):
                raise NotEditable("The file has a key that is no text.")
            name = part.value
            node = self.node(next(self._events), in_flow=flow)
        else:
            node = self.node(part, in_flow=flow)
            key = key_end = key if flow else self._dash(key)
        start, end = key, node.end
        if not flow:
            start, end = self._comment_above(key), self._comment_behind(end)
        return Entry(name, key, key_end, node, start, end)

    def _dash(self, start: int) -> int:
        before = self._source[:start].rstrip()
        return len(before) - 1 if before.endswith("-") else start

    def _column(self, place: int) -> int:
        return place - (self._source.rfind("\n", 0, place) + 1)

    def _comment_above(self, key: int) -> int:
        """Returns where the comment begins that stands right above a key, else the key.

        The comment at the head of a file is about the file.
        """
        begin = self._source.rfind("\n", 0, key) + 1
        column = key - begin
        if self._source[begin:key].strip():
            return key  # behind a dash
        start = key
        while begin > 0:
            above = self._source.rfind("\n", 0, begin - 1) + 1
            line = self._source[above : begin - 1]
            if not line.lstrip(" ").startswith("#") or len(line) - len(line.lstrip(" ")) != column:
                break
            start, begin = above + column, above
        return key if begin == 0 and start != key else start

    def _comment_behind(self, end: int) -> int:
        """Returns the end of the line, where nothing but a comment follows a value."""
        line_end = self._source.find("\n", end)
        line_end = len(self._source) if line_end < 0 else line_end
        if line_end > end and self._source[line_end - 1] == "\r":
            line_end -= 1
        rest = self._source[end:line_end]
        return line_end if not rest.strip() or rest.lstrip().startswith("#") else end

    def _end_of_block(self, start: int, end: int) -> int:
        """Returns the end of the last line of a block text: blank lines behind it are no part."""
        shown = self._source[start:end].rstrip()
        return start + len(shown)


def _index(mark: object) -> int:
    """Narrows the type: events of a text that was parsed have their places."""
    place = getattr(mark, "index", None)
    if not isinstance(place, int):
        raise NotEditable("The file has no places.")
    return place
