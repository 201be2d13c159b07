"""What a file has to say after an edit: that is held against what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from gateway.adapters.yaml.documents import Tree
from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import (
    Edit,
    Move,
    Put,
    Remove,
    Rename,
    Replace,
    SetText,
    Written,
)

#: A map as its keys and values in their order, so that the order counts.
_Entries = list[tuple[str, Tree]]


def applied(tree: Tree, edit: Edit) -> Tree:
    """Returns the tree after an edit; raises NotEditable for one that cannot be made."""
    return _at(tree, edit.path, edit)


def same(one: Tree, other: Tree) -> bool:
    """Returns whether two trees say the same, their keys in the same order."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[each], other[each]) for each in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def _at(tree: Tree, path: Path, edit: Edit) -> Tree:
    name, rest = path[0], path[1:]
    entries = _entries_of(tree)
    places = [place for place, (each, _) in enumerate(entries) if each == name]
    if rest:
        if not places:
            raise NotEditable(
                Sentence("There is no %(place)s any more.", place=".".join(edit.path))
            )
        entries[places[0]] = (name, _at(entries[places[0]][1], rest, edit))
    else:
        _change(entries, places[0] if places else None, edit)
    if isinstance(tree, list):
        return [each for _, each in entries]
    return dict(entries)


def _change(entries: _Entries, place: int | None, edit: Edit) -> None:
    name = edit.path[-1]
    if isinstance(edit, Put) or (isinstance(edit, SetText) and place is None):
        if place is not None:
            raise NotEditable(Sentence("There is a %(name)s already.", name=name))
        behind = edit.after if isinstance(edit, Put) else ""
        places = [at + 1 for at, (each, _) in enumerate(entries) if each == behind]
        new = edit.value if isinstance(edit, Put) else edit.text
        entries.insert(places[0] if places else len(entries), (name, _tree(new)))
        return
    if place is None:
        raise NotEditable(Sentence("There is no %(place)s any more.", place=".".join(edit.path)))
    match edit:
        case SetText():
            entries[place] = (name, edit.text)
        case Replace():
            entries[place] = (name, _tree(edit.value))
        case Remove():
            del entries[place]
        case Rename():
            if any(each == edit.name for each, _ in entries):
                raise NotEditable(Sentence("There is a %(name)s already.", name=edit.name))
            entries[place] = (edit.name, entries[place][1])
        case Move():
            other = place - 1 if edit.up else place + 1
            if not 0 <= other < len(entries):
                raise NotEditable(
                    Sentence("%(name)s is the first there.", name=name)
                    if edit.up
                    else Sentence("%(name)s is the last there.", name=name)
                )
            entries[place], entries[other] = entries[other], entries[place]
        case _:
            assert_never(edit)


def _entries_of(tree: Tree) -> _Entries:
    if isinstance(tree, dict):
        return list(tree.items())
    if isinstance(tree, list):
        return [(str(place), each) for place, each in enumerate(tree)]
    raise NotEditable("A text has no parts.")


def _tree(written: Written) -> Tree:
    if isinstance(written, str):
        return written
    if isinstance(written, Mapping):
        return {name: _tree(each) for name, each in written.items()}
    return [_tree(each) for each in written]
