"""YAML as editors read it (the core schema of YAML 1.2), to be checked by JSON Schema."""

from __future__ import annotations

import re
from typing import Any

import yaml


class EditorLoader(yaml.SafeLoader):
    """Numbers, true, false and null are what they look like; everything else is text."""


_PLAIN = {
    "bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "int": (r"^[-+]?[0-9]+$", "-+0123456789"),
    "float": (r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$", "-+.0123456789"),
    "null": (r"^(?:~|null|Null|NULL|)$", "~nN\0"),
}
EditorLoader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _PLAIN.items():
    EditorLoader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(_pattern), [*_first.replace("\0", ""), ""]
    )


def as_editors_read(text: str) -> Any:
    """Returns the value of a file as an editor's language server checks it."""
    return _keys(yaml.load(text, EditorLoader))  # noqa: S506 - a SafeLoader


def _keys(value: Any) -> Any:
    """Returns the value with the keys of its maps as text, which is all that JSON knows."""
    if isinstance(value, dict):
        return {str(key): _keys(each) for key, each in value.items()}
    return [_keys(each) for each in value] if isinstance(value, list) else value
