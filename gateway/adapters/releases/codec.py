"""Releases as JSON, ready to serve: read back in a fraction of the time that compiling takes.

Every value says what it is: a map is a map, a list begins with a number. From 0 on it is a place in
the table of classes, and the values of the fields follow; below 0 it is a tuple, set or number.
Nothing but the domain's own records can come of it, whatever stands in the database.
"""

from __future__ import annotations

import enum
import importlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

from gateway.adapters.menu_files.gc_pause import no_collector
from gateway.domain.menu.release import Release

#: Changed when what is written here would be read differently, folded words included.
FORM = "json-6"

_TUPLE, _LIST, _SET, _DECIMAL = -1, -2, -3, -4
_PLAIN = (str, int, float, bool, type(None))
_HOME = "gateway.domain."


class OtherForm(ValueError):
    """Written by another version of the gateway: the release is compiled from its sources again."""


def written(release: Release) -> bytes:
    """Returns the release compressed; raises TypeError for a value that no release should hold."""
    table: dict[type, int] = {}
    tree = _tree(release, table)
    classes = [[f"{each.__module__}:{each.__qualname__}", _names(each)] for each in table]
    text = json.dumps([classes, tree], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode())


def read(compressed: bytes) -> Release:
    """Returns the release; raises OtherForm when the records have changed since."""
    try:
        with no_collector():
            classes, tree = json.loads(zlib.decompress(compressed))
        makers = [_maker(name, tuple(names)) for name, names in classes]
    except (zlib.error, ValueError, TypeError) as error:
        raise OtherForm("The stored release cannot be read.") from error
    with no_collector():
        release = _value(tree, makers)
    if not isinstance(release, Release):
        raise OtherForm("What is stored is no release.")
    return release


def _tree(value: object, table: dict[type, int]) -> object:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {key: _tree(each, table) for key, each in value.items()}
    if kind is tuple or kind is list:
        tag = _TUPLE if kind is tuple else _LIST
        return [tag, *(_tree(each, table) for each in value)]  # type: ignore[attr-defined]
    if isinstance(value, frozenset | set):
        return [_SET, *sorted(value)]
    if isinstance(value, Decimal):
        return [_DECIMAL, str(value)]
    if not kind.__module__.startswith(_HOME):
        raise TypeError(f"A release cannot hold {kind.__qualname__}.")
    place = table.setdefault(kind, len(table))
    if isinstance(value, enum.Enum):
        return [place, value.value]
    return [place, *(_tree(getattr(value, name), table) for name in _names(kind))]


def _names(kind: type) -> list[str]:
    return [field.name for field in fields(kind)] if is_dataclass(kind) else []


def _maker(name: str, names: tuple[str, ...]) -> Callable[[Sequence[Any]], object]:
    """Returns what makes a record of the values of its fields."""
    module, _, qualname = name.partition(":")
    if not module.startswith(_HOME):
        raise OtherForm(f"{module} holds no records.")
    try:
        kind = getattr(importlib.import_module(module), qualname)
    except (ImportError, AttributeError) as error:
        raise OtherForm(f"There is no {name} any more.") from error
    make: Any = kind
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return lambda values: kind(values[0])
    if not is_dataclass(kind) or tuple(_names(kind)) != names:  # type: ignore[arg-type] # a class
        raise OtherForm(f"{name} has other fields now.")
    return lambda values: make(**dict(zip(names, values, strict=True)))


def _value(tree: Any, makers: Sequence[Callable[[Sequence[Any]], object]]) -> Any:
    kind = type(tree)
    if kind is dict:
        return {
            key: each if type(each) is str else _value(each, makers) for key, each in tree.items()
        }
    if kind is not list:
        return tree
    tag = tree[0]
    values = [each if type(each) is str else _value(each, makers) for each in tree[1:]]
    if tag >= 0:
        return makers[tag](values)
    if tag == _TUPLE:
        return tuple(values)
    if tag == _SET:
        return frozenset(values)
    return Decimal(values[0]) if tag == _DECIMAL else values
