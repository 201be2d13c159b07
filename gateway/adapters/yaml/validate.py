"""Checks a document against a shape, and says what is wrong in our words, at its place.

A shape is a pydantic model. Its own faults are raised as `PydanticCustomError(number, sentence)`,
where the number is that of the fault code and `key` in the context names the key to point at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import (
    BaseModel,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Tag,
    ValidationError,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import ErrorDetails, PydanticCustomError, core_schema

from gateway.adapters.yaml.documents import Document, Tree
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import FilesInvalid
from gateway.domain.faults_and_errors.fault import Fault
from gateway.domain.faults_and_errors.source_location import Path

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {str: "a text", dict: "a map", list: "a list"}

#: pydantic's error type to our sentence. What was written is not repeated: it may be a secret.
_SENTENCES = {
    "string_type": "Expected a text here, not {found}.",
    "dict_type": "Expected a map of keys and values here, not {found}.",
    "model_type": "Expected a map of keys and values here, not {found}.",
    "model_attributes_type": "Expected a map of keys and values here, not {found}.",
    "list_type": "Expected a list here, not {found}.",
    "tuple_type": "Expected a list here, not {found}.",
    "int_parsing": "Expected a whole number.",
    "int_type": "Expected a whole number, not {found}.",
    "float_parsing": "Expected a number.",
    "float_type": "Expected a number, not {found}.",
    "bool_parsing": "Expected true or false.",
    "bool_type": "Expected true or false, not {found}.",
    "literal_error": "Expected one of {expected}.",
    "greater_than_equal": "Expected {ge} or more.",
    "greater_than": "Expected more than {gt}.",
    "less_than_equal": "Expected {le} or less.",
    "less_than": "Expected less than {lt}.",
    "string_too_short": "Expected at least {min_length} characters.",
    "string_too_long": "Expected at most {max_length} characters.",
    "too_short": "Expected at least {min_length} entries.",
    "too_long": "Expected at most {max_length} entries.",
    "string_pattern_mismatch": "This text does not have the right form.",
    "ip_v4_network": "Expected a network such as 203.0.113.0/24.",
    "ip_v6_network": "Expected a network such as 203.0.113.0/24.",
}


@dataclass(frozen=True, slots=True)
class Named:
    """The check of a name; `sentence` goes on after the name that was written."""

    pattern: str
    sentence: str

    def check(self, name: str) -> str:
        """Returns the name; raises PydanticCustomError with the sentence."""
        if not re.fullmatch(self.pattern, name, re.ASCII):
            raise PydanticCustomError(
                "010", "{sentence}", {"sentence": f"'{name}' {self.sentence}"}
            )
        return name

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$"}


def named(pattern: str, sentence: str) -> Named:
    """Returns the check of a name; `sentence` goes on after the name that was written."""
    return Named(pattern, sentence)


def validate(
    model: type[Model],
    document: Document,
    at: Path = (),
    tree: Tree = "",
    context: Mapping[str, object] | None = None,
) -> Model:
    """Returns the part of a document at a path as a model; raises FilesInvalid with every fault.

    `tree` stands in for the part as written, where values have been put into it since. `context` is
    what the model's own checks are told besides.
    """
    part = tree or part_of(document.tree, at)
    try:
        return model.model_validate(part, context=context)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        faults = {fault_of(model, document, at, part, details) for details in errors}
        raise FilesInvalid(sorted(faults)) from None  # pydantic's text repeats what was written


def part_of(tree: Tree, path: Path) -> Tree:
    """Returns the value at a path; an empty text where nothing stands."""
    for step in path:
        if isinstance(tree, dict):
            tree = tree.get(step, "")
        elif isinstance(tree, list) and step.isdecimal() and int(step) < len(tree):
            tree = tree[int(step)]
        else:
            return ""
    return tree


def fault_of(
    model: type[BaseModel], document: Document, at: Path, part: Tree, details: ErrorDetails
) -> Fault:
    """Returns one error of pydantic's in our words, at its place; `part` is what was validated."""
    loc, kind = details["loc"], details["type"]
    context: Mapping[str, Any] = details.get("ctx", {})
    path = at + written_path(part, loc)
    spot = document.at(path)
    if kind == "extra_forbidden":
        shape = shape_at(model, loc[:-1])
        sentence = unknown_key(str(loc[-1]), keys_of(shape) if shape else ())
        return spot.key.fault(document.prefix + "001", sentence)
    if kind == "missing":
        return spot.key.fault(document.prefix + "002", f"Key '{loc[-1]}' is missing here.")
    if kind.isdecimal():
        spot = document.at((*path, str(context.get("key", ""))))
        return spot.offending.fault(document.prefix + kind, details["msg"])
    place = spot.key if loc and loc[-1] == "[key]" else spot.offending
    sentence = _sentence(details, context)
    if kind == "string_pattern_mismatch":
        sentence = f"{sentence} {_description(model, loc)}".rstrip()
    return place.fault(document.prefix + "003", sentence)


def _sentence(details: ErrorDetails, context: Mapping[str, Any]) -> str:
    found = details["input"]
    pattern = _SENTENCES.get(details["type"])
    if pattern is None:
        said = details["msg"].removeprefix("Value error, ")
        return f"This value is not right: {said.rstrip('.')}."
    if found == "":  # an empty file, or a key with nothing behind it
        pattern = pattern.replace(", not {found}", "; nothing is here")
    sentence = pattern.format(found=_found(found), **context)
    if details["type"] == "literal_error":
        known = re.findall("'([^']*)'", str(context["expected"]))
        if len(known) == 1:
            return f"Expected '{known[0]}'."
        if isinstance(found, str):
            sentence += did_you_mean(found, known)
    return sentence


def _description(model: type[BaseModel], loc: Sequence[int | str]) -> str:
    shape = shape_at(model, loc[:-1])
    field = shape.model_fields.get(str(loc[-1])) if shape else None
    return (field.description or "") if field else ""


def _found(value: object) -> str:
    return next((name for kind, name in _KINDS.items() if isinstance(value, kind)), "this")


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Returns the sentence about a key that has no meaning where it stands."""
    proposal = did_you_mean(key, known)
    if not proposal and known:
        proposal = f" Known here: {', '.join(known)}."
    return f"Unknown key '{key}'.{proposal}"


def written_path(tree: Tree, loc: Sequence[int | str]) -> Path:
    """Returns pydantic's location as a path in the document, without the names of its validators.

    The last name is kept even where nothing of it is written: the place of what is missing.
    """
    path: list[str] = []
    for step in loc:
        if isinstance(tree, dict) and step in tree:
            tree = tree[str(step)]
        elif isinstance(tree, list) and isinstance(step, int) and step < len(tree):
            tree = tree[step]
        else:
            continue
        path.append(str(step))
    return tuple(path)


def shape_at(annotation: Any, loc: Sequence[int | str]) -> type[BaseModel] | None:
    """Returns the model that describes the value at a location, or None.

    pydantic tells where an unknown key stands, and not what it could have been instead.
    """
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            return annotation
        fields = {field.alias or name: field for name, field in annotation.model_fields.items()}
        field = fields.get(str(loc[0]))
        return shape_at(field.annotation, loc[1:]) if field else None
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping | Sequence) and loc:
        return shape_at(arguments[-1], loc[1:])
    for member in arguments:
        tags = [extra.tag for extra in get_args(member)[1:] if isinstance(extra, Tag)]
        if not tags or (loc and loc[0] in tags):
            found = shape_at(member, loc[1:] if tags else loc)
            if found is not None:
                return found
    return None


def keys_of(model: type[BaseModel]) -> list[str]:
    """Returns the keys of a shape as they are written in a file."""
    return [field.alias or name for name, field in model.model_fields.items()]
