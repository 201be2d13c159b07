"""Holds what a handler answered to what it declared."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Mapping, Sequence

from gateway.domain.datasets.column_kinds import Prose
from gateway.domain.faults_and_errors.errors import FaultyAnswer
from gateway.domain.handler_contract.service_call import (
    Field,
    HandlerContract,
    ListField,
    Outcome,
    Row,
    TextField,
    Value,
)

logger = logging.getLogger(__name__)


def held_to(contract: HandlerContract, handler: str, answered: object) -> Outcome:
    """Returns the outcome, with prose no longer than declared.

    Raises FaultyAnswer for another outcome, for other values, and for a value that is longer than
    declared or not of its kind: part of a figure, a day or a name is an untruth. Prose is shortened
    for all to see, and a list has the first rows: the screen was proven to fit these only. The log
    says how many were cut. A value is never quoted, for it may be a citizen's.
    """
    if not isinstance(answered, Outcome):
        raise FaultyAnswer(f"Handler '{handler}' must return an Outcome.")
    fields = contract.outcomes.get(answered.name)
    if fields is None:
        declared = ", ".join(sorted(contract.outcomes))
        raise FaultyAnswer(
            f"Handler '{handler}' answered an outcome that it does not declare. It has: {declared}."
        )
    _same_names(handler, fields, answered.values)
    values: dict[str, Value] = {
        name: _fitted(handler, name, field, answered.values[name]) for name, field in fields.items()
    }
    if cut := sum(_plain(values[name]) != _plain(answered.values[name]) for name in values):
        logger.warning("Handler '%s' gave more than it declares, cut: %d", handler, cut)
    return Outcome(answered.name, values)


def _plain(value: Value) -> str | list[Row]:
    return value if isinstance(value, str) else list(value)


def _same_names(handler: str, declared: Mapping[str, object], given: Mapping[str, object]) -> None:
    if missing := sorted(declared.keys() - given.keys()):
        raise FaultyAnswer(f"Handler '{handler}' gave no value for: {', '.join(missing)}.")
    if more := sorted(given.keys() - declared.keys()):
        raise FaultyAnswer(f"Handler '{handler}' gave values it does not declare: {len(more)}.")


def _fitted(handler: str, name: str, field: Field, value: object) -> Value:
    if isinstance(field, ListField):
        return _fitted_rows(handler, name, field, value)
    return _fitted_text(handler, name, field, value)


def _fitted_text(handler: str, name: str, field: TextField, value: object) -> str:
    if not isinstance(value, str):
        raise FaultyAnswer(f"Handler '{handler}' must give '{name}' as text.")
    value = str.__str__(value)  # a text of a library's own becomes a plain one
    if not value.isprintable():
        value = _legible(handler, name, value, whole=isinstance(field.kind, Prose))
    if isinstance(field.kind, Prose):
        return field.kind.shortened(value, field.max)
    if len(value) > field.max:
        raise FaultyAnswer(
            f"Handler '{handler}' gave '{name}' in {len(value)} characters, and declares "
            f"{field.max} at most. Give it more room there, or free prose the kind of prose."
        )
    if value and value != field.otherwise and field.kind and (wrong := field.kind.wrong(value)):
        raise FaultyAnswer(f"Handler '{handler}' gave a '{name}' that is {wrong}")
    return value


def _legible(handler: str, name: str, value: str, *, whole: bool) -> str:
    """Returns a value that can be shown and stored.

    Unless it is left `whole`, its lines end by a line feed alone, and tabs are spaces.
    """
    if not whole:
        value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    refused = ("Cs",) if whole else ("Cs", "Cc")
    if any(unicodedata.category(char) in refused for char in value if char != "\n"):
        raise FaultyAnswer(
            f"Handler '{handler}' gave '{name}' with a character that no phone shows: "
            "a control character, or half of a surrogate pair."
        )
    return value


def _fitted_rows(handler: str, name: str, field: ListField, value: object) -> Sequence[Row]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise FaultyAnswer(f"Handler '{handler}' must give '{name}' as a list of rows.")
    rows: list[Row] = []
    for row in value[: field.rows]:
        if not isinstance(row, Mapping):
            raise FaultyAnswer(f"Handler '{handler}' must give '{name}' as a list of rows.")
        _same_names(handler, field.fields, row)
        rows.append(
            {
                column: _fitted_text(handler, column, text, row[column])
                for column, text in field.fields.items()
            }
        )
    return rows
