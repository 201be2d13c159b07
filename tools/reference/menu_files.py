"""docs/reference/menu-files.md: every key of every file of a menu."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.adapters.editor_schema import schemas
from gateway.domain.text.phrases import PHRASES
from tools.reference import markdown, shapes

#: The kinds of files as `schemas()` names them: the file, and what it holds.
_FILES = {
    "main": "main.yaml",
    "service": "One file for each service",
    "phrases": "phrases.yaml",
    "messages": "messages.yaml",
    "calls": "calls.yaml",
    "glossary": "glossary/*.yaml",
    "dataset": "datasets/*.yaml",
    "form": "forms/*.yaml",
    "dialogue": "*.dialogue.yaml",
}


def page() -> str:
    """Returns the page."""
    head = (
        "Every key that a menu file may have. [Menus in YAML](../menus.md) tells how they are used,"
        " [calls](../calls.md) and [dialogues](../dialogues.md) have pages of their own.\n\n"
        "A *localised text* is written once, or as a map from language to text; it has at most "
        "480 characters. A *name* has small letters, digits and `_`, a letter first. An editor "
        "that knows JSON Schema completes and checks all of this: `gateway menus schema` writes "
        "the schemas."
    )
    made = (part for kind, schema in schemas().items() for part in _file(kind, schema))
    return markdown.page("Keys of menu files", "the shapes that the loader reads", [head, *made])


def _file(kind: str, schema: Mapping[str, Any]) -> Iterator[str]:
    definitions: Mapping[str, Any] = schema.get("definitions", {})
    if kind == "calls":  # there is one map of each name, and all have this shape
        (of_call,) = schema["patternProperties"].values()
        definitions = {"CallShape": of_call, **definitions}
    links = {name: f"{kind}-{_words(name).replace(' ', '-')}" for name in definitions}
    title = _FILES[kind]
    yield f"## {markdown.plain(title) if '*' not in title else markdown.code(title)}"
    yield f"{schema['title']}."
    if kind == "phrases":
        yield from _phrases()
        return
    if kind == "calls":
        yield "Each call stands under its name: [calls call](#calls-call)."
    yield markdown.table(shapes.HEADS, shapes.rows(schema, links, definitions))
    for name, part in definitions.items():
        yield f"### {kind}: {_words(name)}"
        yield markdown.plain(part.get("description", "").partition("\n")[0])
        yield markdown.table(shapes.HEADS, shapes.rows(part, links, definitions))


def _phrases() -> Iterator[str]:
    rows = []
    for name, placeholders in PHRASES.items():
        told = ", ".join(markdown.code(f"{{{each}}}") for each in placeholders)
        rows.append((markdown.code(name), told or "–"))
    yield markdown.table(("phrase", "placeholders"), rows)


def _words(shape: str) -> str:
    """Returns the name of a shape as words: HomeOptionShape is `home option`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", shape.removesuffix("Shape")).lower()
