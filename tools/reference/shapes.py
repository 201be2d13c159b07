"""What may be written under a key, told from its JSON Schema in the words of those who write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.reference import markdown

Schema = Mapping[str, Any]
HEADS = ("key", "what is written", "left out", "meaning")

#: The forms of names, by the pattern that the loader reads them with.
_FORMS = {
    r"^(?:[a-z][a-z0-9_]{0,39})$": "name",
    r"^(?:[a-z]{2,3}(-[A-Za-z0-9]{2,8})?)$": "language",
    r"^(?:[0-9]{1,2})$": "one or two digits",
    r"^(?:[A-Za-z][A-Za-z0-9-]{0,60})$": "header",
    r"^(?:[a-z][a-z0-9-]{0,30})$": "name",
}
_WORDS = {
    "string": "text", "integer": "whole number", "number": "number", "boolean": "true or false",
    "object": "map", "array": "list",
}  # fmt: skip


def rows(
    schema: Schema, links: Mapping[str, str], parts: Mapping[str, Schema]
) -> Iterator[tuple[str, str, str, str]]:
    """Yields a row for each key of a map; `links` leads to those of the `parts` with a section."""
    needed = schema.get("required", ())
    for key, value in schema.get("properties", {}).items():
        left_out = "**needed**" if key in needed else _default(value)
        yield markdown.code(key), written(value, links), left_out, meaning(value, parts)


def meaning(schema: Schema, parts: Mapping[str, Schema]) -> str:
    """Returns what is said about a key, or else about the map that stands under it."""
    part = parts.get(schema.get("$ref", "").rpartition("/")[2], {})
    return markdown.plain(schema.get("description") or part.get("description", ""))


def written(schema: Schema, links: Mapping[str, str]) -> str:
    """Returns what may be written, such as "list of texts"."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{links[name].replace('-', ' ')}](#{links[name]})" if name in links else "map"
    if "enum" in schema:
        return " or ".join(markdown.code(str(each)) for each in schema["enum"])
    if "const" in schema:
        return markdown.code(str(schema["const"]))
    if _is_localised(schema):
        return "localised text"
    if screens := [each["then"] for each in schema.get("allOf", ()) if "then" in each]:
        return ", ".join(written(each, links) for each in screens)
    for several in ("oneOf", "anyOf", "allOf"):
        if several in schema:
            kinds = [written(each, links) for each in schema[several] if not _is_null(each)]
            return ", or ".join(dict.fromkeys(kinds))
    return _of_type(schema, links)


def _of_type(schema: Schema, links: Mapping[str, str]) -> str:
    if "patternProperties" in schema:
        pairs = schema["patternProperties"].items()
        return ", or ".join(f"map: {_form(key)} to {written(to, links)}" for key, to in pairs)
    if isinstance(to := schema.get("additionalProperties"), dict) and to:
        of_key = _form(schema.get("propertyNames", {}).get("pattern", ""))
        return f"map: {of_key} to {written(to, links)}"
    if "items" in schema:
        return f"list of: {written(schema['items'], links)}"
    kind = schema.get("type", "")
    if isinstance(kind, list) or not kind:
        kind = "string" if kind else ""
    if kind == "string" and _FORMS.get(schema.get("pattern", "")):
        return _FORMS[schema["pattern"]]
    return _WORDS.get(kind, "any value") + _bounds(schema)


def _bounds(schema: Schema) -> str:
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if "maxLength" in schema:
        return f" of at most {schema['maxLength']} characters"
    if least is None and most is None:
        return ""
    if most is None:
        return f" from {_number(least)}"
    over = "over " if "exclusiveMinimum" in schema else ""
    return f", {over}{_number(least or 0)} to {_number(most)}"


def _form(pattern: str) -> str:
    return _FORMS.get(pattern, "text")


def _default(schema: Schema) -> str:
    default = schema.get("default")
    if isinstance(default, bool):
        return markdown.code(str(default).lower())
    if isinstance(default, int | float):
        return markdown.code(_number(default))
    return markdown.code(default) if isinstance(default, str) else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)


def _is_localised(schema: Schema) -> bool:
    """Returns whether it is a text that may be a map from language to text instead."""
    maps = [each.get("patternProperties", {}) for each in schema.get("oneOf", ())]
    return any(_form(key) == "language" for each in maps for key in each)


def _is_null(schema: Schema) -> bool:
    return schema.get("type") == "null"
