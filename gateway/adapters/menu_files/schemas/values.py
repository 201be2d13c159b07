"""The shape of a value that is taken out of a reply, and the kind that it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Annotated, Literal

import jmespath  # type: ignore[import-untyped] # it has no types
from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped] # nor have these
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.adapters.menu_files.schemas.parts import Shape
from gateway.domain.datasets.column_kinds import (
    TEXT,
    Amount,
    ColumnKind,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    Prose,
    WholeNumber,
)
from gateway.domain.handler_contract.service_call import TextField


def _is_jmespath(expression: str) -> str:
    try:
        jmespath.compile(expression)
    except JMESPathError:
        sentence = "This is no JMESPath expression; see https://jmespath.org."
        raise PydanticCustomError("071", "{sentence}", {"sentence": sentence}) from None
    return expression


Expression = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_is_jmespath)]
KindName = Literal[
    "text",
    "prose",
    "day",
    "moment",
    "whole_number",
    "amount",
    "one_of",
    "form",
    "phone_number",
]
#: Keys that only one kind has, and the kinds that have them.
_OF_KINDS: Mapping[str, tuple[KindName, ...]] = {
    "codes": ("one_of",),
    "form": ("form",),
    "places": ("amount",),
    "minimum": ("whole_number", "amount"),
    "maximum": ("whole_number",),
}


class ValueShape(Shape):
    """One value out of a reply."""

    path: Expression = Field(description="Where it stands in the reply, as JMESPath.")
    max: int = Field(
        ge=1, le=480, description="Its greatest length. A longer one makes the reply faulty."
    )
    kind: KindName | None = Field(
        None,
        description="What it is; see the kinds below. The next version asks for it.",
    )
    codes: list[str] | None = Field(
        None, min_length=1, description="The codes that `one_of` takes, as they are written."
    )
    form: str | None = Field(
        None, min_length=1, description="The form: # is any digit, @ any capital letter."
    )
    places: int | None = Field(
        None, ge=0, le=9, description="How many decimals an amount has at most; 2 if left out."
    )
    minimum: int | None = Field(
        None, description="The least that a whole number or an amount can be; 0 if left out."
    )
    maximum: int | None = Field(None, description="The most that a whole number can be.")
    otherwise: str | None = Field(
        None, max_length=480, description="What stands in when the reply lacks it."
    )

    @model_validator(mode="after")
    def _goes_together(self) -> ValueShape:
        for key, kinds in _OF_KINDS.items():
            if getattr(self, key) is not None and self.kind not in kinds:
                raise _contradiction(key, f"`{key}` belongs to {_either(kinds)}.")
        for key, kinds in _OF_KINDS.items():
            if self.kind == kinds[0] and key in ("codes", "form") and getattr(self, key) is None:
                raise _contradiction("kind", f"`kind: {self.kind}` needs `{key}`.")
        try:
            self.to_field()
        except ValueError as error:
            raise _contradiction("max", str(error)) from None
        return self

    def to_field(self) -> TextField:
        """Returns what the contract says of it; raises ValueError for what cannot be."""
        kind = None if self.kind is None else _MADE[self.kind](self)
        return TextField(self.max, kind, self.otherwise or "")


def _whole_number(shape: ValueShape) -> ColumnKind:
    return WholeNumber(shape.minimum or 0, shape.maximum)


def _amount(shape: ValueShape) -> ColumnKind:
    places = 2 if shape.places is None else shape.places
    return Amount(places, Decimal(shape.minimum or 0))


_MADE: Mapping[KindName, Callable[[ValueShape], ColumnKind]] = {
    "text": lambda shape: TEXT,
    "prose": lambda shape: Prose(),
    "day": lambda shape: Day(),
    "moment": lambda shape: Moment(),
    "whole_number": _whole_number,
    "amount": _amount,
    "one_of": lambda shape: OneOf(*(shape.codes or ())),
    "form": lambda shape: Form(shape.form or ""),
    "phone_number": lambda shape: PhoneNumber(),
}


def _either(kinds: tuple[KindName, ...]) -> str:
    return " or ".join(f"`kind: {kind}`" for kind in kinds)


def _contradiction(key: str, sentence: str) -> PydanticCustomError:
    return PydanticCustomError("071", "{sentence}", {"sentence": sentence, "key": key})
