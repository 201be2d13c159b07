"""What can be changed in a file of a menu, one thing at a time, as a form changes it.

A path is the way to a value in the file: keys of maps, and the numbers of list items as digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.domain.faults_and_errors.source_location import Path

#: What can stand in a file: texts, lists and maps.
Written: TypeAlias = "str | Sequence[Written] | Mapping[str, Written]"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetText:
    """A text becomes another one; where its map has no such key yet, it is added as the last."""

    path: Path
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A key is added to a map, behind another one, or as the last; or an item to a list."""

    path: Path
    value: Written = field(repr=False)
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """A value becomes another one of any shape; its key stays."""

    path: Path
    value: Written = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """A key goes with its value and the comment above it."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A key has another name."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A key or item changes places with its neighbour: the one before, or the one behind."""

    path: Path
    up: bool


#: Closed: what decides by the kind of an edit is a `match` that ends in `assert_never`.
Edit: TypeAlias = SetText | Put | Replace | Remove | Rename | Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A place that two people have changed: what one of them wrote, and what stands there now."""

    path: Path
    mine: str = field(repr=False)
    theirs: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormChanges:
    """What a form that was filled in changes, and what it cannot, since somebody else has."""

    edits: Sequence[Edit]
    conflicts: Sequence[Conflict] = ()
