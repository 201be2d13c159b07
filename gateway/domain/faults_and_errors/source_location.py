"""Where something is written: places in the files an operator edits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.faults_and_errors.fault import Fault

#: The way to a value: keys of maps, and indexes of lists as digits.
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A file, a line and a column; both count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def fault(self, code: str, sentence: str) -> Fault:
        """Returns a fault at this place."""
        return Fault(self.file, self.line, self.column, code, sentence)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a key and its value are written; the same place for the items of a list."""

    key: Place
    value: Place
    scalar: bool = True

    @property
    def offending(self) -> Place:
        """Returns the place to point at: a text itself, but the key of a map or list."""
        return self.value if self.scalar else self.key


def nearest(spots: Mapping[Path, Spot], path: Path) -> Spot:
    """Returns the spot of a path, or of the innermost part of it that is written.

    A fault about what is missing is shown where it should stand. Raises KeyError when not even the
    first part is known.
    """
    while path not in spots and len(path) > 1:
        path = path[:-1]
    return spots[path] if path in spots else spots[()]
