"""Applies edits to the text of a YAML file, and leaves every other octet as it was.

Spans of the text are replaced. A library that keeps comments was tried first: ruamel.yaml 0.19,
which reads a file and writes it anew, gives back 48 of 406 files of the sample as they were.

What comes out is read again: it must say exactly what was asked for, else the edit is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from gateway.adapters.yaml.documents import Tree, parse
from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.adapters.yaml.edits import writing
from gateway.adapters.yaml.edits.expected import applied, same
from gateway.adapters.yaml.edits.nodes import (
    Entry,
    GroupNode,
    Node,
    ScalarNode,
    node_at,
    root_of,
    way_to,
)
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import Edit, Move, Put, Remove, Rename, Replace, SetText

#: What some editors of Windows put in front of a file.
_MARK = "\ufeff"
#: Faults of a file that says two things at once, or in a way that cannot be changed in place.
_UNCLEAR = ("004", "005", "006", "008")


def apply(source: str, edits: Sequence[Edit]) -> str:
    """Returns the file with these edits, one after the other; raises NotEditable for the first
    that cannot be made, and then nothing is changed.
    """
    mark = _MARK if source.startswith(_MARK) else ""
    text = source.removeprefix(mark)
    tree = _read(text)
    for edit in edits:
        wanted = applied(tree, edit)
        text = _edited(text, edit)
        tree = _read(text)
        if not same(tree, wanted):
            raise NotEditable(f"{_shown(edit.path)} cannot be changed here; change it in the YAML.")
    return mark + text


def _read(text: str) -> Tree:
    try:
        document = parse(text.encode("utf-8"), "", "M")
    except FilesInvalid as invalid:
        first = invalid.faults[0]
        raise NotEditable(
            f"The YAML cannot be read, in line {first.line}: {first.sentence}"
        ) from invalid
    except UnicodeEncodeError as error:
        raise NotEditable("This cannot be written: it holds half of a character.") from error
    for fault in document.faults:
        if fault.code.endswith(_UNCLEAR):
            raise NotEditable(f"In line {fault.line} of the YAML: {fault.sentence}")
    return document.tree


def _edited(source: str, edit: Edit) -> str:
    root = root_of(source)
    match edit:
        case SetText():
            return _set(source, root, edit)
        case Put():
            return _put(source, root, edit)
        case Replace():
            return _replaced(source, root, edit)
        case Remove():
            return _removed(source, *_entry(root, edit.path))
        case Rename():
            group, place = _entry(root, edit.path)
            entry = group.entries[place]
            if not group.is_map:
                raise NotEditable("An item of a list has no name.")
            in_quotes = source[entry.key] in "'\""
            named = writing.key(edit.name, in_quotes=in_quotes)
            return _spliced(source, entry.key, entry.key_end, named)
        case Move():
            return _moved(source, *_entry(root, edit.path), up=edit.up)
        case _:
            assert_never(edit)


def _set(source: str, root: Node, edit: SetText) -> str:
    node = node_at(root, edit.path)
    if node is None:
        return _put(source, root, Put(path=edit.path, value=edit.text))
    if not isinstance(node, ScalarNode):
        raise NotEditable(f"{_shown(edit.path)} is no text.")
    written = _over_lines(source, node, edit.text)
    if not written:
        written = writing.scalar(edit.text, node.style, in_flow=node.in_flow)
    if node.start == node.end and source[: node.start].endswith(":"):
        written = f" {written}"  # a key with nothing behind it
    return _spliced(source, node.start, node.end, written)


def _over_lines(source: str, node: ScalarNode, text: str) -> str:
    """Returns a text in the block style that stood there; empty where it has another one."""
    if node.style != "|":
        return ""
    header, _, below = source[node.start : node.end].partition("\n")
    first = next((line for line in below.split("\n") if line.strip()), "")
    written = writing.block(text, header.removesuffix("\r"), len(first) - len(first.lstrip(" ")))
    return _with_ends_of(source, written)


def _put(source: str, root: Node, edit: Put) -> str:
    group = node_at(root, edit.path[:-1])
    if not isinstance(group, GroupNode):
        raise NotEditable(f"{_shown(edit.path[:-1])} is nothing to which something is added.")
    name = edit.path[-1]
    if group.in_flow:
        written = writing.value(edit.value, 0, in_flow=True).lstrip(" ")
        written = f"{writing.key(name)}: {written}" if group.is_map else written
        if not group.entries:
            return _spliced(source, group.start + 1, group.end - 1, written)
        after = _after(group, edit)
        return _spliced(source, after.end, after.end, f", {written}")
    after = _after(group, edit)
    label = f"{writing.key(name)}:" if group.is_map else "-"
    below = writing.value(edit.value, group.indent, group.indent + len(label))
    written = f"\n{' ' * group.indent}{label}{below}"
    return _spliced(source, after.end, after.end, _with_ends_of(source, written))


def _with_ends_of(source: str, written: str) -> str:
    """Returns new lines with the line ends that the file has."""
    return written.replace("\n", "\r\n") if "\r\n" in source else written


def _after(group: GroupNode, edit: Put) -> Entry:
    if edit.after:
        for entry in group.entries:
            if entry.name == edit.after:
                return entry
        raise NotEditable(f"There is no {edit.after} to stand behind.")
    return group.entries[-1]


def _replaced(source: str, root: Node, edit: Replace) -> str:
    group, place = _entry(root, edit.path)
    entry = group.entries[place]
    if isinstance(edit.value, str):
        node = entry.node
        if isinstance(node, ScalarNode):
            return _set(source, root, SetText(path=edit.path, text=edit.value))
    if group.in_flow or _is_flow(entry.node):
        written = writing.value(edit.value, 0, in_flow=True).lstrip(" ")
        return _spliced(source, entry.node.start, entry.node.end, written)
    colon = source.index(":", entry.key_end) + 1 if group.is_map else entry.key + 1
    written = writing.value(edit.value, group.indent, colon - entry.key + group.indent)
    return _spliced(source, colon, entry.node.end, _with_ends_of(source, written))


def _is_flow(node: Node) -> bool:
    return isinstance(node, GroupNode) and node.in_flow


def _removed(source: str, group: GroupNode, place: int) -> str:
    entry = group.entries[place]
    if len(group.entries) == 1 and not group.in_flow:
        raise NotEditable(f"{entry.name} is the last one there; something has to stay.")
    if place > 0:
        before = group.entries[place - 1]
        gap = source[before.end : entry.start]
        _no_comment_between(group, gap)
        kept = gap.rstrip() if "#" in gap else ""
        return _spliced(source, before.end + len(kept), entry.end, "")
    if len(group.entries) == 1:
        return _spliced(source, entry.start, entry.end, "")
    gap = source[entry.end : group.entries[1].start]
    _no_comment_between(group, gap)
    blank = len(gap) - len(gap.lstrip()) if "#" in gap else len(gap)
    return _spliced(source, entry.start, entry.end + blank, "")


def _moved(source: str, group: GroupNode, place: int, *, up: bool) -> str:
    other = place - 1 if up else place + 1
    if not 0 <= other < len(group.entries):
        raise NotEditable(f"{group.entries[place].name} is the {'first' if up else 'last'} there.")
    first, second = (group.entries[each] for each in sorted((place, other)))
    gap = source[first.end : second.start]
    _no_comment_between(group, gap)
    swapped = source[second.start : second.end] + gap + source[first.start : first.end]
    return _spliced(source, first.start, second.end, swapped)


def _no_comment_between(group: GroupNode, gap: str) -> None:
    """Raises NotEditable where a comment stands between parts in braces: it may be about either."""
    if group.in_flow and "#" in gap:
        raise NotEditable("A comment stands between these in braces; change them in the YAML.")


def _entry(root: Node, path: Path) -> tuple[GroupNode, int]:
    found = way_to(root, path)
    if found is None:
        raise NotEditable(f"There is no {_shown(path)} any more.")
    return found


def _spliced(source: str, start: int, end: int, written: str) -> str:
    return source[:start] + written + source[end:]


def _shown(path: Path) -> str:
    return ".".join(path) or "The file"
