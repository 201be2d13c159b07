"""Checks a document against a shape, and says what is wrong in our words, at its place.

A shape is a pydantic model. Its own faults are raised as `wrong(number, sentence, key)`: the number
is that of the fault code, and `key` names the key to point at.
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
from gateway.domain.faults_and_errors.sentence import Sentence, either, said_by
from gateway.domain.faults_and_errors.source_location import Path

Model = TypeVar("Model", bound=BaseModel)

_KINDS = {str: Sentence("a text"), dict: Sentence("a map"), list: Sentence("a list")}

_A_DAY = Sentence("Expected a day such as 2026-11-23.")
_A_MOMENT = Sentence("Expected a moment such as 2026-11-23T12:00Z.")

#: pydantic's error type to our sentence. What was written is not repeated: it may be a secret.
_SENTENCES = {
    "string_type": Sentence("Expected a text here, not %(found)s."),
    "dict_type": Sentence("Expected a map of keys and values here, not %(found)s."),
    "model_type": Sentence("Expected a map of keys and values here, not %(found)s."),
    "model_attributes_type": Sentence("Expected a map of keys and values here, not %(found)s."),
    "list_type": Sentence("Expected a list here, not %(found)s."),
    "tuple_type": Sentence("Expected a list here, not %(found)s."),
    "int_parsing": Sentence("Expected a whole number."),
    "int_type": Sentence("Expected a whole number, not %(found)s."),
    "float_parsing": Sentence("Expected a number."),
    "float_type": Sentence("Expected a number, not %(found)s."),
    "bool_parsing": Sentence("Expected true or false."),
    "bool_type": Sentence("Expected true or false, not %(found)s."),
    "literal_error": Sentence("Expected one of %(expected)s."),
    "greater_than_equal": Sentence("Expected %(ge)s or more."),
    "greater_than": Sentence("Expected more than %(gt)s."),
    "less_than_equal": Sentence("Expected %(le)s or less."),
    "less_than": Sentence("Expected less than %(lt)s."),
    "string_too_short": Sentence(
        "Expected at least %(min_length)s characters.",
        singular="Expected at least %(min_length)s character.",
        counts="min_length",
    ),
    "string_too_long": Sentence(
        "Expected at most %(max_length)s characters.",
        singular="Expected at most %(max_length)s character.",
        counts="max_length",
    ),
    "too_short": Sentence(
        "Expected at least %(min_length)s entries.",
        singular="Expected at least %(min_length)s entry.",
        counts="min_length",
    ),
    "too_long": Sentence(
        "Expected at most %(max_length)s entries.",
        singular="Expected at most %(max_length)s entry.",
        counts="max_length",
    ),
    "string_pattern_mismatch": Sentence("This text does not have the right form."),
    "ip_v4_network": Sentence("Expected a network such as 203.0.113.0/24."),
    "ip_v6_network": Sentence("Expected a network such as 203.0.113.0/24."),
    "ip_any_network": Sentence("Expected a network such as 203.0.113.0/24."),
    "int_from_float": Sentence("Expected a whole number."),
    "int_parsing_size": Sentence("Expected a whole number."),
    "finite_number": Sentence("Expected a number."),
    "decimal_parsing": Sentence("Expected a number."),
    "decimal_type": Sentence("Expected a number, not %(found)s."),
    "multiple_of": Sentence("Expected a multiple of %(multiple_of)s."),
    "bytes_type": Sentence("Expected a text here, not %(found)s."),
    "secret_type": Sentence("Expected a text here, not %(found)s."),
    "date_parsing": _A_DAY,
    "date_from_datetime_parsing": _A_DAY,
    "date_from_datetime_inexact": _A_DAY,
    "date_type": _A_DAY,
    "datetime_parsing": _A_MOMENT,
    "datetime_from_date_parsing": _A_MOMENT,
    "datetime_object_invalid": _A_MOMENT,
    "datetime_type": _A_MOMENT,
    "timezone_aware": _A_MOMENT,
    "time_parsing": Sentence("Expected a time such as 08:30."),
    "time_delta_parsing": Sentence("Expected a length of time, in seconds."),
    "url_parsing": Sentence("Expected an address such as https://example.org/."),
    "url_syntax_violation": Sentence("Expected an address such as https://example.org/."),
    "url_scheme": Sentence("Expected an address such as https://example.org/."),
    "set_type": Sentence("Expected a list here, not %(found)s."),
    "frozen_set_type": Sentence("Expected a list here, not %(found)s."),
}

#: What is said instead where nothing is written.
_OF_NOTHING = {
    "Expected a text here, not %(found)s.": Sentence("Expected a text here; nothing is here."),
    "Expected a map of keys and values here, not %(found)s.": Sentence(
        "Expected a map of keys and values here; nothing is here."
    ),
    "Expected a list here, not %(found)s.": Sentence("Expected a list here; nothing is here."),
    "Expected a whole number, not %(found)s.": Sentence(
        "Expected a whole number; nothing is here."
    ),
    "Expected a number, not %(found)s.": Sentence("Expected a number; nothing is here."),
    "Expected true or false, not %(found)s.": Sentence("Expected true or false; nothing is here."),
}


@dataclass(frozen=True, slots=True)
class Named:
    """The check of a name; `sentence` goes on after the name that was written."""

    pattern: str
    sentence: str

    def check(self, name: str) -> str:
        """Returns the name; raises PydanticCustomError with the sentence."""
        if not re.fullmatch(self.pattern, name, re.ASCII):
            raise wrong("010", not_named(name, self.sentence))
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


def not_named(name: str, sentence: str) -> Sentence:
    """Returns what is said of a name; `sentence` goes on after it."""
    return Sentence("'%(name)s' %(why)s", name=name, why=sentence)


def wrong(number: str, sentence: Sentence, key: str = "") -> PydanticCustomError:
    """Returns what a shape raises of itself; `key` is the one to point at."""
    return PydanticCustomError(number, "{sentence}", {"sentence": sentence, "key": key})


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
        return spot.key.fault(
            document.prefix + "002", Sentence("Key '%(key)s' is missing here.", key=loc[-1])
        )
    if kind.isdecimal():
        spot = document.at((*path, str(context.get("key", ""))))
        return spot.offending.fault(document.prefix + kind, context.get("sentence", details["msg"]))
    place = spot.key if loc and loc[-1] == "[key]" else spot.offending
    sentence = _sentence(details, context)
    if kind == "string_pattern_mismatch":
        sentence += _description(model, loc)
    return place.fault(document.prefix + "003", sentence)


def _sentence(details: ErrorDetails, context: Mapping[str, Any]) -> Sentence:
    found = details["input"]
    kind = details["type"]
    if kind in {"too_short", "too_long"} and isinstance(found, str):  # so it is of a secret
        kind = f"string_{kind}"
    known = re.findall("'([^']*)'", str(context.get("expected", "")))
    if kind == "literal_error" and len(known) == 1:
        return Sentence("Expected '%(value)s'.", value=known[0])
    pattern = _SENTENCES.get(kind)
    if pattern is None:
        said = context.get("error")
        told = said_by(said) if isinstance(said, ValueError) else ""
        if not isinstance(told, Sentence) or not told.sentence:
            return Sentence("This value is not right.")
        why = Sentence("This value is not right: %(why)s", why=told)
        return why if told.endswith(".") else why + "."
    # An empty file, or a key with nothing behind it.
    pattern = _OF_NOTHING.get(pattern, pattern) if found == "" else pattern
    values = {**context, "expected": either([f"'{each}'" for each in known])}
    plural = {"singular": pattern.singular, "counts": pattern.counts}
    sentence = Sentence(pattern.sentence, found=_found(found), **{**values, **plural})
    if kind == "literal_error" and isinstance(found, str):
        sentence += did_you_mean(found, known)
    return sentence


def _description(model: type[BaseModel], loc: Sequence[int | str]) -> str:
    shape = shape_at(model, loc[:-1])
    field = shape.model_fields.get(str(loc[-1])) if shape else None
    if field is None or not field.description:
        return ""
    return Sentence(" %(described)s", described=Sentence(field.description))


def _found(value: object) -> Sentence:
    return next(
        (name for kind, name in _KINDS.items() if isinstance(value, kind)), Sentence("this")
    )


def unknown_key(key: str, known: Sequence[str]) -> Sentence:
    """Returns the sentence about a key that has no meaning where it stands."""
    proposal = did_you_mean(key, known)
    if not proposal and known:
        proposal = Sentence(" Known here: %(names)s.", names=", ".join(known))
    return Sentence("Unknown key '%(key)s'.", key=key) + proposal


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
