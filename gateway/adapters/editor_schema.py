"""JSON Schema (draft 7) of the files that an operator writes, for editors that complete and check.

It is made of the same shapes that the loader reads with. What JSON Schema cannot say (that a screen
exists, that a page fits) is left to `gateway menus check`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from gateway.adapters.declared_rows.dataset_shapes import DatasetShape
from gateway.adapters.declared_rows.form_shapes import FormShape
from gateway.adapters.golden_dialogues.schemas import DialogueShape
from gateway.adapters.menu_files.schemas.calls import CallShape
from gateway.adapters.menu_files.schemas.files import (
    MainShape,
    MessagesShape,
    PhraseShape,
    ServiceShape,
)
from gateway.adapters.menu_files.schemas.glossary import GlossaryShape
from gateway.adapters.menu_files.schemas.screens import SCREENS, ChoiceShape, OptionShape
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.text.phrases import PHRASES

Schema = dict[str, Any]

_DRAFT = "http://json-schema.org/draft-07/schema#"
#: What a value may look like to a reader of YAML; to us all of it is text.
_TEXT = ["string", "number", "boolean"]
_REF = "#/definitions/{model}"


def schemas() -> Mapping[str, Schema]:
    """Returns a schema for each kind of file, by the name under which it is written."""
    return {name: build() for name, build in _BUILD.items()}


def tips() -> set[str]:
    """Returns what an editor says of the keys of files, for those who translate it."""
    found = (tip for schema in schemas().values() for tip in _tips(schema, schema))
    return {tip for tip in found if not isinstance(tip, Sentence)}


def _tips(part: object, whole: Schema) -> Iterator[str]:
    match part:
        case {"properties": dict() as properties}:
            for each in properties.values():
                tip = each.get("description") or _meant(each, whole).get("description")
                if tip:
                    yield tip
    if isinstance(part, dict | list):
        for each in part.values() if isinstance(part, dict) else part:
            yield from _tips(each, whole)


def _meant(part: Schema, whole: Schema) -> Schema:
    """Returns the shape that a part refers to, or the part itself."""
    found = whole
    for name in part["$ref"].split("/")[1:] if "$ref" in part else ():
        found = found[name]
    return found if "$ref" in part else part


def _of(shape: type[BaseModel], title: str) -> Schema:
    made = _draft7(shape.model_json_schema(ref_template=_REF))
    return {"$schema": _DRAFT, "title": title, **made}


def _service() -> Schema:
    made = _of(ServiceShape, "A service of the menu")
    definitions = made.setdefault("definitions", {})
    for shape in SCREENS.values():
        of_screen = _draft7(shape.model_json_schema(ref_template=_REF))
        definitions |= of_screen.pop("definitions", {})
        definitions[shape.__name__] = of_screen
    ways = [{"required": ["next"]}, {"required": ["open"]}]
    definitions[OptionShape.__name__]["not"] = {"allOf": ways}
    # An option has a way of its own, unless the screen has one for all of them.
    definitions[ChoiceShape.__name__]["anyOf"] = [
        {"required": ["next"]},
        {"properties": {"choice": {"patternProperties": {"^[0-9]": {"anyOf": ways}}}}},
    ]
    made["properties"]["screens"]["patternProperties"] = {
        pattern: _screen() for pattern in made["properties"]["screens"]["patternProperties"]
    }
    return made


def _screen() -> Schema:
    """Returns the schema of a screen: the key that shows its kind decides about the others."""
    return {
        "type": "object",
        "oneOf": [{"required": [kind]} for kind in SCREENS],
        "allOf": [
            {"if": {"required": [kind]}, "then": {"$ref": f"#/definitions/{shape.__name__}"}}
            for kind, shape in SCREENS.items()
        ],
    }


def _phrases() -> Schema:
    text = _draft7(PhraseShape.model_json_schema(ref_template=_REF))
    properties = {}
    for name, values in PHRASES.items():
        told = ", ".join(f"{{{value}}}" for value in values)
        tip = Sentence("Placeholders: %(names)s.", names=told)
        properties[name] = {**text, "description": tip if told else Sentence("Placeholders: none.")}
    return {
        "$schema": _DRAFT,
        "title": "What the gateway says by itself",
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }


def _calls() -> Schema:
    of_call = _draft7(CallShape.model_json_schema(ref_template=_REF))
    definitions = of_call.pop("definitions", {})
    return {
        "$schema": _DRAFT,
        "title": "Calls of other systems",
        "type": "object",
        "patternProperties": {"^[a-z][a-z0-9_]{0,39}$": of_call},
        "additionalProperties": False,
        "definitions": definitions,
    }


#: One row for each kind of file.
_BUILD: Mapping[str, Callable[[], Schema]] = {
    "main": lambda: _of(MainShape, "The first screen, the languages, the reserved words"),
    "service": _service,
    "phrases": _phrases,
    "glossary": lambda: _of(GlossaryShape, "The words of a language"),
    "messages": lambda: _of(MessagesShape, "Texts that handlers have sent later"),
    "calls": _calls,
    "dataset": lambda: _of(DatasetShape, "The rows of a file that services read"),
    "form": lambda: _of(FormShape, "What a service keeps of the answers"),
    "dialogue": lambda: _of(DialogueShape, "A golden dialogue"),
}


def _draft7(schema: Schema) -> Schema:
    """Returns pydantic's schema (draft 2020-12) as one of draft 7, for texts as we read them."""
    made: Schema = {}
    for key, value in schema.items():
        match key:
            case "title":
                continue  # made of the name of a class
            case "$defs":
                made["definitions"] = {name: _draft7(each) for name, each in value.items()}
            case "properties" | "patternProperties":
                made[key] = {name: _draft7(each) for name, each in value.items()}
            case "items" | "additionalProperties" | "propertyNames" if isinstance(value, dict):
                made[key] = _draft7(value)
            case "anyOf" | "oneOf" | "allOf":
                made[key] = [_draft7(each) for each in value if each != {"type": "null"}]
            case "default" if value is None or value in ({}, []) or value == "":
                continue  # left out means left out
            case "default" if isinstance(value, dict):
                continue
            case _:
                made[key] = value
    return _without_wrapping(_as_text(made))


def _as_text(schema: Schema) -> Schema:
    if "patternProperties" in schema:
        schema.setdefault("additionalProperties", False)
    if schema.get("type") != "string" or "format" in schema or "enum" in schema:
        return schema
    pattern = schema.get("pattern")
    if pattern is None or re.fullmatch(pattern, "12") or re.fullmatch(pattern, "200"):
        schema["type"] = list(_TEXT)
    return schema


def _without_wrapping(schema: Schema) -> Schema:
    """Returns the schema without an `anyOf` of one, and with no key beside a `$ref`.

    In draft 7 a reference hides its neighbours.
    """
    if len(schema.get("anyOf", ())) == 1:
        (only,) = schema.pop("anyOf")
        schema = {**only, **schema}
    if "$ref" in schema and len(schema) > 1:
        schema = {"allOf": [{"$ref": schema.pop("$ref")}], **schema}
    return schema
