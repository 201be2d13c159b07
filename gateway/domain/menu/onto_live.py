"""A draft brought onto what is live now: file by file, kept where only one side has changed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.domain.menu.draft import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A file that was changed on both sides; None where it was taken out. Somebody decides."""

    path: str
    began_as: str | None = field(repr=False)
    mine: str | None = field(repr=False)
    live: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The files of a draft on top of what is live; `taken` are those that follow what is live.

    Of the files that clash it has the draft's own.
    """

    files: Mapping[str, str] = field(repr=False)
    taken: tuple[str, ...]
    clashes: tuple[Clash, ...]


def joined(draft: Draft, live: Mapping[str, str]) -> Joined:
    """Returns what a draft is on top of the files that are live."""
    began, mine = draft.base_files, draft.files
    files, taken, clashes = dict(mine), [], []
    for path in sorted({*began, *mine, *live}):
        was, here, there = began.get(path), mine.get(path), live.get(path)
        if here == there or there == was:
            continue
        if here != was:
            clashes.append(Clash(path=path, began_as=was, mine=here, live=there))
            continue
        taken.append(path)
        if there is None:
            files.pop(path, None)
        else:
            files[path] = there
    return Joined(files=files, taken=tuple(taken), clashes=tuple(clashes))
