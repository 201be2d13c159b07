"""Finds sentences that are written once for all languages, where a menu speaks several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from gateway.adapters.menu_files.compiling.source_files import yaml_files
from gateway.adapters.yaml.documents import Tree, read
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.source_location import Path, Place

#: The keys behind which a text stands that citizens read.
_TEXTS = frozenset({"text", "label", "title", "complaint", "example", "cost", "closed"})
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_WORD = re.compile(r"[^\W\d_]{2,}")
#: Fewer words are a name, which is the same in every language.
_SENTENCE_WORDS = 3


@dataclass(frozen=True, slots=True)
class PlainText:
    """A sentence, and the place of its key."""

    place: Place
    text: str


def plain_texts(folder: FilePath) -> list[PlainText]:
    """Returns the sentences that every language of a menu would show as they are.

    For a menu of one language there are none. A file that cannot be read has none: it has faults.
    """
    found: list[PlainText] = []
    for file in yaml_files(folder):
        try:
            document = read(file, "M")
        except FilesInvalid:
            continue
        for path, text in _texts(document.tree, ()):
            if len(_WORD.findall(_PLACEHOLDER.sub(" ", text))) >= _SENTENCE_WORDS:
                found.append(PlainText(document.spots[path].key, text))
    return found


def _texts(tree: Tree, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key in _TEXTS and isinstance(value, str):
                yield (*path, key), value
            else:
                yield from _texts(value, (*path, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from _texts(value, (*path, str(number)))
