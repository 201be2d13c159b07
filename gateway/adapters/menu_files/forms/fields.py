"""The fields of a form: each changes one place in the file, and says where that is."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.domain.faults_and_errors.source_location import Path


class Sort(enum.StrEnum):
    """What is written in a field of one value."""

    WORD = "word"
    LONG = "long"
    TRUTH = "truth"
    CHOICE = "choice"
    LIST = "list"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextField:
    """A text, side by side in each language; `shared` is one that is the same in all.

    A language that is not written yet has an empty text. With `words` each is a list of words,
    written with commas.
    """

    path: Path
    name: str
    by_language: Mapping[str, str] = field(repr=False)
    shared: str | None = field(default=None, repr=False)
    words: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueField:
    """One value; `choices` are those that there are, the present one among them."""

    path: Path
    name: str
    value: str = field(repr=False)
    sort: Sort
    choices: Sequence[str] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupField:
    """Fields that belong together. Lines of a choice are `ordered`: they are moved up and down.

    With `grows` more can be added under names of their own.
    """

    path: Path
    name: str
    fields: Sequence[FormField]
    ordered: bool = False
    grows: bool = False
    addable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlField:
    """What is changed in the YAML, from line to line."""

    path: Path
    name: str
    line: int
    last_line: int


#: Closed: what decides by the kind of a field is a `match` that ends in `assert_never`.
FormField: TypeAlias = TextField | ValueField | GroupField | YamlField


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A part of a file as a form: a screen, what stands above the screens, or a part of it.

    `kind` is the key that shows the kind of a screen, empty for what is none. `addable` are keys
    that it may have and has not, with what they mean.
    """

    path: Path
    name: str
    kind: str
    line: int
    last_line: int
    fields: Sequence[FormField]
    addable: Mapping[str, str] = field(default_factory=dict)
    says: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileForm:
    """A file as cards. `why` is said of a file that cannot be shown so."""

    cards: Sequence[Card]
    screens: Sequence[str] = ()
    service: str = ""
    why: str = ""


def key_of(path: Path) -> str:
    """Returns the name of a field in a form.

    >>> key_of(("screens", "menu", "text", "en"))
    'screens/menu/text/en'
    """
    return "/".join(path)


def path_of(key: str) -> Path:
    """Returns the path of a field by its name in a form."""
    return tuple(key.split("/"))
