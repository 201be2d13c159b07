"""What can still be read of a faulty part: so that one slip does not hide the faults behind it.

Each fault is told, then the part is mended just enough to be read: a misspelt key is taken for what
it was meant to be, a value that cannot be read is left out, and where one must stand there comes a
stand-in. What follows from that alone is no fault of whoever wrote it, and is not told.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from gateway.adapters.menu_files.compiling.texts import UNREAD_TEXT
from gateway.adapters.yaml.documents import Document, Tree
from gateway.adapters.yaml.validate import fault_of, keys_of, part_of, shape_at, written_path
from gateway.domain.faults_and_errors.did_you_mean import closest
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu_checks.candidate import MISREAD_SCREEN, UNREAD_SCREEN

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS = 20
_TEXTS = ("text", "label", "end", "title", "complaint", "example", "closed", "cost")
#: Keys that no rule of a shape weighs against others.
_ON_THEIR_OWN = frozenset(
    {*_TEXTS, "service", "institution", "shortcut", "keywords", "goals", "start", "screens",
     "when", "goto", "value", "sms", "secret"}
)  # fmt: skip
#: A condition that asks for nothing.
_ALWAYS = "1 == 1"
#: What may stand where something must, and could not be read.
_STAND_INS: dict[str, Any] = {
    "text": UNREAD_TEXT,
    "label": UNREAD_TEXT,
    "end": UNREAD_TEXT,
    "title": UNREAD_TEXT,
    "next": UNREAD_SCREEN,
    "goto": UNREAD_SCREEN,
    "open": "home",
    "when": _ALWAYS,
}


@dataclass(frozen=True, slots=True)
class Salvaged(Generic[Model]):
    """What was read, None if nothing could be, with the faults.

    `words` are the values that were left out: they may be names of screens and services. `whole`
    tells that nothing was left out and nothing stands in for anything.
    """

    shape: Model | None
    faults: Sequence[Fault]
    words: frozenset[str]
    whole: bool


def salvaged(model: type[Model], document: Document, at: Path) -> Salvaged[Model]:
    """Returns the part of a document at a path as a model, as far as it can be read."""
    part = part_of(document.tree, at)
    with contextlib.suppress(ValidationError):  # most are right, and a copy costs time
        return Salvaged(model.model_validate(part), (), frozenset(), whole=True)
    mending = _Mending(model, document, at, copy.deepcopy(part))
    for _ in range(_ROUNDS):
        try:
            shape = model.model_validate(mending.tree)
        except ValidationError as error:
            if mending.goes_on(error.errors(include_url=False)):
                continue
            break
        return mending.result(shape)
    mending.leave_out(mending.tree)
    return mending.result(None)


@dataclass(slots=True)
class _Mending:
    """One part on its way; `mended` are keys that are no more as written, by path of their map."""

    model: type[BaseModel]
    document: Document
    at: Path
    tree: Any
    faults: set[Fault] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    mended: dict[Path, set[str]] = field(default_factory=dict)

    def result(self, shape: Model | None) -> Salvaged[Model]:
        """Returns what came of it."""
        whole = shape is not None and not self.words and not self.mended
        return Salvaged(shape, sorted(self.faults), frozenset(self.words), whole)

    def goes_on(self, errors: Sequence[ErrorDetails]) -> bool:
        """Tells these errors and mends them; returns False when that cannot be done."""
        # Unknown keys first: what is missing may be there under another name. Then from the last
        # back: what is taken out of a list moves those behind it.
        ordered = list(reversed(errors))
        ordered.sort(key=lambda one: one["type"] != "extra_forbidden")
        went_on = [self._told_and_mended(one) for one in ordered]  # all of them, whatever comes
        return all(went_on)

    def leave_out(self, part: Tree) -> None:
        """Notes the words of a part that is not read."""
        if isinstance(part, str):
            self.words.add(part)
        else:
            for each in part.values() if isinstance(part, dict) else part:
                self.leave_out(each)

    def _told_and_mended(self, error: ErrorDetails) -> bool:
        loc, kind = error["loc"], error["type"]
        if kind == "missing":
            return self._found_or_put(written_path(self.tree, loc[:-1]), error)
        path = written_path(self.tree, loc)
        follows = kind.isdecimal() and self._may_follow(path)
        emptied = kind == "too_short" and bool(self.mended.get(path))
        if not (follows or emptied):
            self._tell(error)
        if kind == "extra_forbidden":
            self._rename_or_drop(path, loc)
            return True
        is_key = loc[-1:] == ("[key]",)
        if kind.isdecimal() and not is_key and not isinstance(part_of(self.tree, path), str):
            self._mark(path)
            return self._disentangled(path, str(error.get("ctx", {}).get("key", "")))
        return self._replaced(path, loc)

    def _may_follow(self, path: Path) -> bool:
        """Returns whether keys go ill together only since one of them is no more as written."""
        return not self.mended.get(path, set()) <= _ON_THEIR_OWN

    def _mark(self, path: Path, key: str = "") -> None:
        self.mended.setdefault(path, set()).add(key)

    def _tell(self, error: ErrorDetails) -> None:
        self.faults.add(fault_of(self.model, self.document, self.at, self.tree, error))

    def _found_or_put(self, path: Path, error: ErrorDetails) -> bool:
        """Mends what is missing, unless it has been found under a misspelt key."""
        part, key = part_of(self.tree, path), str(error["loc"][-1])
        if not isinstance(part, dict) or key in part:
            return True
        if key not in self.mended.get(path, ()):
            self._tell(error)
        if not _has_stand_in(path, key):
            return self._dropped(path)
        part[key] = _STAND_INS[key]
        self._mark(path, key)
        return True

    def _rename_or_drop(self, path: Path, loc: Sequence[int | str]) -> None:
        holder: Any = part_of(self.tree, path[:-1])
        shape = shape_at(self.model, loc[:-1])
        meant = closest(path[-1], keys_of(shape) if shape else ())
        if meant and meant not in holder:
            written = list(holder.items())
            holder.clear()  # the order of what is written is kept
            holder.update((meant if key == path[-1] else key, part) for key, part in written)
            self.document.also_at(self.at + path, meant)
        else:
            self.leave_out(holder.pop(path[-1]))

    def _replaced(self, path: Path, loc: Sequence[int | str]) -> bool:
        """Puts a stand-in for a value that cannot be read, or leaves it out."""
        if not path:
            return False
        self.leave_out(part_of(self.tree, path))
        self._mark(path[:-1], path[-1])
        names = [str(step) for step in loc if not str(step).startswith("=")]
        if names[-1] == "[key]":
            text = path[:-1]
            if text and text[-1] in _TEXTS:
                texts: Any = part_of(self.tree, text[:-1])
                texts[text[-1]] = UNREAD_TEXT
                return True
            return self._dropped(path)
        holder: Any = part_of(self.tree, path[:-1])
        if names[-1] in ("next", "goto"):
            holder[path[-1]] = MISREAD_SCREEN
        elif _has_stand_in(path[:-1], names[-1]):
            holder[path[-1]] = _STAND_INS[names[-1]]
        elif len(names) > 1 and names[-2] in _TEXTS:
            holder[path[-1]] = UNREAD_TEXT
        elif len(names) > 1 and names[-2] == "outcomes":
            holder[path[-1]] = MISREAD_SCREEN
        elif names[-1] == "input":
            self._take_any_text(path[:-1])
        else:
            return self._dropped(path)
        return True

    def _dropped(self, path: Path) -> bool:
        if not path:
            return False
        holder: Any = part_of(self.tree, path[:-1])
        self.leave_out(part_of(self.tree, path))
        self._mark(path[:-1], path[-1])
        if isinstance(holder, list):
            del holder[int(path[-1])]
        else:
            holder.pop(path[-1], None)
        return True

    def _disentangled(self, path: Path, key: str) -> bool:
        """Mends keys that do not go together, and ways of which none is left."""
        part: Any = part_of(self.tree, path)
        if isinstance(part, list):
            ways = [way for way in part if isinstance(way, dict)]
            for way in ways[:-1]:
                way.setdefault("when", _ALWAYS)
            if not ways:
                return self._dropped(path)
            ways[-1].pop("when", None)
        elif "input" in part:
            self._take_any_text(path)
        elif isinstance(part.get("choice"), dict):
            list(part["choice"].values())[-1].pop("when", None)
        elif "label" in part and "next" not in part:
            part["next"] = UNREAD_SCREEN
        elif "label" in part:
            self.leave_out(part.pop("open"))
        elif key in part:
            self.leave_out(part.pop(key))
        else:
            return self._dropped(path)
        return True

    def _take_any_text(self, path: Path) -> None:
        part: Any = part_of(self.tree, path)
        for key in [key for key in part if key not in ("text", "next", "complaint")]:
            part.pop(key)
        part["input"] = "text"


def _has_stand_in(path: Path, key: str) -> bool:
    """Returns whether something may stand in for a key; `open` of hours leads to no service."""
    return key in _STAND_INS and not (key == "open" and path[-1:] == ("hours",))
