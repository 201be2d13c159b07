"""Changes texts within a YAML file, and nothing else: comments, order and layout stay as they are.

PyYAML tells where each text begins and ends, and the rest of the file is never written anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import yaml
from yaml.events import (
    CollectionEndEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from gateway.adapters.yaml.quoted import Unwritable, quoted
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.source_location import Path

#: What some editors of Windows put in front of a file.
_MARK = "\ufeff"


class NotEditable(Refused):
    """A place that cannot be changed; says why. The file is left as it is."""


class _Mark(Protocol):
    """A place in the text, as PyYAML counts it from 0."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a value is written, in characters; of a map, where a key can be put into it."""

    start: int
    end: int
    end_of_last: int = 0
    indent: int = 0
    flow: bool = False
    scalar: bool = False


def edited(source: str, texts: Mapping[Path, str]) -> str:
    """Returns the file with these texts at their paths; raises NotEditable.

    A path names a text that is there, or a new key of a map that is there.
    """
    if source.startswith(_MARK):  # PyYAML does not count it
        return _MARK + edited(source.removeprefix(_MARK), texts)
    spans = _spans(source)
    changes = sorted(
        (_change(source, spans, path, text) for path, text in texts.items()), reverse=True
    )
    for start, end, written in changes:
        source = source[:start] + written + source[end:]
    return source


def _change(
    source: str, spans: Mapping[Path, _Span], path: Path, text: str
) -> tuple[int, int, str]:
    span = spans.get(path)
    if span is not None:
        if not span.scalar:
            raise NotEditable(f"{'.'.join(path)} is no text")
        return span.start, span.end, _written(path, text) + _line_end(source, span)
    around = spans.get(path[:-1])
    if around is None or around.scalar or not around.end_of_last:
        raise NotEditable(f"{'.'.join(path[:-1])} is no map of languages")
    written = f"{_key(path[-1])}: {_written(path, text)}"
    at = around.end_of_last
    if around.flow:
        return at, at, f", {written}"
    line_end = source.find("\n", at)
    if at > 0 and source[at - 1] == "\n":  # behind a block text, which ends with its line
        return at, at, f"{' ' * around.indent}{written}\n"
    at = len(source) if line_end < 0 else line_end
    return at, at, f"\n{' ' * around.indent}{written}"


def _line_end(source: str, span: _Span) -> str:
    """Returns the line end that belongs to a block text, and has to stay."""
    return "\n" if source[span.end - 1 : span.end] == "\n" else ""


def _written(path: Path, text: str) -> str:
    try:
        return quoted(text)
    except Unwritable as error:
        raise NotEditable(f"{'.'.join(path)} cannot be written: {error}") from error


def _key(name: str) -> str:
    # `no` is Norwegian, and YAML 1.1 reads it as false.
    return name if name not in ("no", "y", "n", "on", "off", "yes") else f'"{name}"'


def _spans(source: str) -> dict[Path, _Span]:
    events = iter(yaml.parse(source, Loader=yaml.CSafeLoader))
    found: dict[Path, _Span] = {}
    for event in events:
        if isinstance(event, NodeEvent):
            _value(event, events, (), found)
    return found


def _value(event: Event, events: Iterator[Event], path: Path, found: dict[Path, _Span]) -> _Span:
    start = _at(event.start_mark).index
    if isinstance(event, MappingStartEvent):
        span = _map(event, events, path, found)
    elif isinstance(event, SequenceStartEvent):
        end = start
        for count, item in enumerate(events):
            if isinstance(item, CollectionEndEvent):
                end = _at(item.end_mark).index if event.flow_style else end
                break
            end = _value(item, events, (*path, str(count)), found).end
        span = _Span(start, end)
    else:
        span = _Span(start, _at(event.end_mark).index, scalar=isinstance(event, ScalarEvent))
    found[path] = span
    return span


def _map(
    event: MappingStartEvent, events: Iterator[Event], path: Path, found: dict[Path, _Span]
) -> _Span:
    start, flow = _at(event.start_mark).index, bool(event.flow_style)
    last, indent, end = 0, _at(event.start_mark).column, start
    for key in events:
        if isinstance(key, CollectionEndEvent):
            end = _at(key.end_mark).index if flow else last
            break
        indent = _at(key.start_mark).column
        name = key.value if isinstance(key, ScalarEvent) else f"?{_at(key.start_mark).line}"
        last = _value(next(events), events, (*path, name), found).end
    return _Span(start, end, end_of_last=last, indent=indent, flow=flow)


def _at(mark: _Mark | None) -> _Mark:
    """Narrows the type: events of a text that was parsed have their places."""
    if mark is None:
        raise NotEditable("the file has no places")
    return mark
