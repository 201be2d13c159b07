"""The kind of a value as YAML says it: in a declared call, and in a column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from pydantic import Field
from pydantic_core import PydanticCustomError

from gateway.adapters.yaml.shapes import Shape
from gateway.adapters.yaml.validate import wrong
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
from gateway.domain.faults_and_errors.sentence import Sentence, either

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


class KindShape(Shape):
    """What a value is, and what belongs to its kind."""

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

    def check_kind(self, code: str) -> None:
        """Raises PydanticCustomError with a code where keys are of another kind, or missing."""
        for key, kinds in _OF_KINDS.items():
            if getattr(self, key) is not None and self.kind not in kinds:
                raise contradiction(
                    code,
                    key,
                    Sentence("`%(key)s` belongs to %(kinds)s.", key=key, kinds=_either(kinds)),
                )
        for key, kinds in _OF_KINDS.items():
            if self.kind == kinds[0] and key in ("codes", "form") and getattr(self, key) is None:
                raise contradiction(
                    code,
                    "kind",
                    Sentence("`kind: %(kind)s` needs `%(key)s`.", kind=self.kind, key=key),
                )

    def to_kind(self) -> ColumnKind | None:
        """Returns the kind, None where none is said; raises ValueError for one that cannot be."""
        return None if self.kind is None else _MADE[self.kind](self)


def contradiction(code: str, key: str, sentence: Sentence) -> PydanticCustomError:
    """Returns the fault of keys that do not go together, at one of them."""
    return wrong(code, sentence, key)


def _whole_number(shape: KindShape) -> ColumnKind:
    return WholeNumber(shape.minimum or 0, shape.maximum)


def _amount(shape: KindShape) -> ColumnKind:
    places = 2 if shape.places is None else shape.places
    return Amount(places, Decimal(shape.minimum or 0))


_MADE: Mapping[KindName, Callable[[KindShape], ColumnKind]] = {
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
    return either([f"`kind: {kind}`" for kind in kinds])
