"""Gives a screen another name, wherever its file names it: as a way on and as an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gateway.adapters.yaml.documents import Tree, parse
from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import Edit, Rename, SetText

#: Keys whose value is a screen, or the answer given on it.
_NAMES = frozenset(("next", "start", "goto", "second_fact", "district_from", "ask", "by", "of"))
#: Maps whose values are screens or answers, and lists of answers.
_OF_NAMES = frozenset(("outcomes", "with", "says"))
_CONDITIONS = frozenset(("when", "holds"))
_IN_QUOTES = re.compile(r"('[^']*'|\"[^\"]*\")")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def rename_screen(source: str, old: str, new: str) -> list[Edit]:
    """Returns the edits that give a screen another name; raises NotEditable.

    What other files say of it is not looked at: dialogues, and a handler that takes its answer by
    this name, are found by the checker and by playing.
    """
    if not _NAME.fullmatch(new):
        raise NotEditable(
            Sentence(
                "'%(name)s' is no name: use small letters, digits and _, a letter first.", name=new
            )
        )
    try:
        tree = parse(source.encode(), "", "M").tree
    except (FilesInvalid, UnicodeEncodeError):
        tree = ""
    edits: list[Edit] = [
        SetText(path=path, text=_renamed(path, text, old, new))
        for path, text in _texts(tree, ())
        if _renamed(path, text, old, new) != text
    ]
    return [*edits, Rename(path=("screens", old), name=new)]


def _texts(tree: Tree, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(tree, str):
        yield path, tree
        return
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for name, each in pairs:
        yield from _texts(each, (*path, str(name)))


def _renamed(path: Path, text: str, old: str, new: str) -> str:
    name, above = path[-1], path[-2] if len(path) > 1 else ""
    if name in _NAMES or above in _OF_NAMES:
        return new if text == old else text
    if name in _CONDITIONS:
        pieces = _IN_QUOTES.split(text)
        pieces[::2] = [re.sub(rf"\b{old}\b", new, piece) for piece in pieces[::2]]
        return "".join(pieces)
    return re.sub(rf"(?<!\{{)\{{{old}(?=[|}}])", f"{{{new}", text)
