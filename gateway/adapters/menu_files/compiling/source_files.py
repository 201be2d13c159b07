"""The files of a menu as they were read, and where each part of the menu is written in them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from gateway.adapters.menu_files.compiling.texts import Text
from gateway.adapters.menu_files.schemas.calls import CallShape
from gateway.adapters.menu_files.schemas.files import MainShape, MessagesShape, ServiceShape
from gateway.adapters.menu_files.schemas.screens import ScreenShape
from gateway.adapters.yaml.documents import MAX_BYTES, Document, Tree
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.dialogue.golden_dialogue import FILE_ENDING
from gateway.domain.faults_and_errors.source_location import Path, Spot
from gateway.domain.menu.release import HOME, LANGUAGE_SERVICE
from gateway.domain.menu_checks.candidate import (
    CALLS_FILE,
    MAIN,
    MESSAGES_FILE,
    PHRASES_FILE,
)
from gateway.domain.menu_checks.glossary import Glossary

LANGUAGE_SCREEN = f"{LANGUAGE_SERVICE}.choose"
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFile:
    """A service file as read: its header, and the screens that have a shape."""

    document: Document
    header: ServiceShape
    screens: Mapping[str, ScreenShape]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuFiles:
    """All files of a menu; `broken` names what is known to be there and cannot be read.

    `unread` are the words of the files in which that is: what could not be read may name them.
    `left_out` are the values that salvage left out, `mended` the screens and services it mended.
    """

    main: Document
    home: MainShape
    phrases_document: Document
    phrases: Mapping[str, Text]
    services: Sequence[ServiceFile]
    broken: frozenset[str]
    trees: Mapping[str, Tree]
    calls_document: Document | None = None
    calls: Mapping[str, CallShape] = field(default_factory=dict)
    messages_document: Document | None = None
    messages: MessagesShape | None = None
    datasets: Mapping[str, Dataset] = field(default_factory=dict)
    dataset_trees: Mapping[str, Tree] = field(default_factory=dict)
    form_trees: Mapping[str, Tree] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    mended: frozenset[str] = frozenset()
    glossaries: Mapping[str, Glossary] = field(default_factory=dict)


def is_menu_file(path: FilePath) -> bool:
    """Returns whether a file in a menu's folder is one that somebody wrote for it.

    Editors and systems leave theirs beside: `.#main.yaml` (a lock), `._main.yaml`, `~$main.yaml`,
    `#main.yaml#`. What is hidden, or begins with such a sign, is no menu.
    """
    return not path.name.startswith((".", "~", "#"))


def yaml_files(folder: FilePath) -> list[FilePath]:
    """Returns the files of a menu in the order of their names; dialogues are no part of it."""
    return sorted(
        path
        for path in folder.glob("*.yaml")
        if is_menu_file(path) and not path.name.endswith(FILE_ENDING)
    )


def words_of(paths: Iterable[FilePath]) -> frozenset[str]:
    """Returns every word in some files, as far as files are read, that could be a service's id."""
    found: set[str] = set()
    for path in paths:
        with contextlib.suppress(OSError), path.open("rb") as stream:
            found.update(_ID.findall(stream.read(MAX_BYTES).decode("utf-8", "replace")))
    return frozenset(found)


def originals(services: Sequence[ServiceFile]) -> dict[str, ServiceFile]:
    """Returns the file of each service; of two with one id the one that is named after it.

    A copy is seldom named so. Else it is the one with the shorter name, or the first.
    """

    def copied(file: ServiceFile) -> tuple[bool, int, str]:
        name = FilePath(file.document.file).stem
        return name != file.header.service, len(name), name

    ordered = sorted(services, key=copied, reverse=True)
    return {file.header.service: file for file in ordered}


def places(files: MenuFiles) -> dict[Path, Spot]:
    """Returns every place under the name of the part that is written there."""
    spots = dict(files.main.spots)
    for path, spot in files.main.spots.items():
        spots[(MAIN, *path)] = spot
        if path[:2] == ("home", "options"):
            spots[(HOME, "choice", *path[2:])] = spot
        elif path[:1] == ("home",):
            spots[(HOME, *path[1:])] = spot
    for path, spot in files.phrases_document.spots.items():
        spots[(PHRASES_FILE, *path)] = spot
        if path[:1] == ("language_text",):
            spots[(LANGUAGE_SCREEN, "text", *path[1:])] = spot
    spots[(LANGUAGE_SCREEN,)] = files.main.at(("languages",))
    if files.messages_document is not None:
        written = files.messages_document.spots
        spots |= {(MESSAGES_FILE, *path): spot for path, spot in written.items()}
    if files.calls_document is not None:
        spots |= {(CALLS_FILE, *path): spot for path, spot in files.calls_document.spots.items()}
    first = originals(files.services)
    # Of two files with one id the original's places count.
    for file in sorted(files.services, key=lambda each: each is first[each.header.service]):
        service = file.header.service
        for path, spot in file.document.spots.items():
            spots[(service, *path)] = spot
            if path[:1] == ("screens",) and len(path) > 1:
                spots[(f"{service}.{path[1]}", *path[2:])] = spot
            if "next" in path[2:-1]:  # a list of ways: a screen of its own
                upto = path.index("next", 2) + 1
                spots[(f"{service}.{path[1]}?{'.'.join(path[2:upto])}", *path[upto:])] = spot
    return spots
