"""The shape of `forms/NAME.yaml`: every key that may be written, with what it means."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.adapters.declared_rows.column_shapes import ColumnShape
from gateway.adapters.yaml.documents import Tree
from gateway.adapters.yaml.shapes import Id, Shape
from gateway.domain.datasets.column_kinds import Day
from gateway.domain.handler_contract.form import SUBSCRIBER, Form, Places
from gateway.domain.handler_contract.service_call import Writes


def _day(written: Tree) -> Tree | date:
    if not isinstance(written, str):
        return written
    if wrong := Day().wrong(written):
        raise PydanticCustomError("087", "{sentence}", {"sentence": f"This is {wrong}"})
    return date.fromisoformat(written)


def _listed(written: Tree) -> Tree:
    return [written] if isinstance(written, str) else written


DayShape = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]
OnePer = Annotated[
    list[Id],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=Id | list[Id]),
]


class PlacesShape(Shape):
    """How many rows a form takes."""

    most: int = Field(
        ge=1, le=100_000, description="How many rows may have the same values of `per`."
    )
    per: list[Id] = Field(
        default=[], description="The columns that make a slot or a quota, as clinic and day."
    )


class FormShape(Shape):
    """A form: what is kept of the answers of a `store:` screen."""

    writes: Literal["record", "report", "preference"] = Field(
        description="What it is, which says when it is read back: see docs/forms.md."
    )
    columns: dict[Id, ColumnShape] = Field(
        min_length=1,
        description="What is kept, by the name of the screen that asks for it. One that says "
        "`empty: allowed` may be asked for when the row is stored.",
    )
    one_per: OnePer | None = Field(
        None,
        description="`subscriber`, or a list of that and of columns: a newer row takes the place "
        "of the older. Left out, each is a row of its own.",
    )
    reference: bool = Field(
        False, description="Each row is a case, with a number that the citizen can ask for."
    )
    category: Id | None = Field(
        None, description="With a reference: the column that says what a case is about."
    )
    days: int = Field(
        0, ge=0, le=36500, description="A row is removed so many days after it was stored."
    )
    opens: DayShape | None = Field(None, description="The first day on which it is taken.")
    closes: DayShape | None = Field(None, description="The last day on which it is taken.")
    counted: bool = Field(
        False, description="The outcome `stored` says how many rows there are, as {rows}."
    )
    places: PlacesShape | None = Field(
        None, description="Only so many rows are taken; the next has the outcome `full`."
    )
    post_to: Id | None = Field(
        None,
        description="The call of menus/calls.yaml by which each row goes on to another system.",
    )

    @model_validator(mode="after")
    def _is_of_somebody(self) -> FormShape:
        if self.one_per and self.one_per[0] != SUBSCRIBER:
            sentence = f"A row is of a subscriber: begin with `{SUBSCRIBER}`, or leave it out."
            raise PydanticCustomError("087", "{sentence}", {"sentence": sentence, "key": "one_per"})
        return self

    def to_form(self, name: str) -> Form:
        """Returns the form of this name; raises BadForm for one that cannot be kept."""
        return Form(
            name=name,
            columns=tuple(column.to_column(each) for each, column in self.columns.items()),
            writes=Writes(self.writes),
            one_per=tuple(self.one_per or ()),
            reference=self.reference,
            category=self.category or "",
            days=self.days,
            opens=self.opens,
            closes=self.closes,
            counted=self.counted,
            post_to=self.post_to or "",
            places=Places(most=self.places.most, per=tuple(self.places.per))
            if self.places
            else None,
        )
