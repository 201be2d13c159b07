"""The shape of `datasets/NAME.yaml`: every key that may be written, with what it means."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from gateway.adapters.declared_rows.column_shapes import ColumnShape
from gateway.adapters.yaml.documents import Tree
from gateway.adapters.yaml.shapes import Id, Shape


def _listed(written: Tree) -> Tree:
    return [written] if isinstance(written, str) else written


Ids = Annotated[
    list[Id],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=Id | list[Id]),
]
Values = Annotated[
    list[str],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=str | list[str]),
]


def _by_name(written: Tree) -> Tree:
    names = [written] if isinstance(written, str) else written
    if not isinstance(names, list):
        return written
    told: dict[str, Tree] = {name: name for name in names if isinstance(name, str)}
    return told if len(told) == len(names) else written


class SlotsShape(Shape):
    """That each row is a slot, or a quota, of which a form takes places."""

    form: Id = Field(description="The form whose rows take them: a file in forms/.")
    per: Annotated[
        dict[Id, Id],
        Field(min_length=1),
        BeforeValidator(_by_name, json_schema_input_type=Id | list[Id] | dict[Id, Id]),
    ] = Field(
        description="The columns that tell slots apart, to those of the form with the same values; "
        "a list where they have the same names."
    )
    most: Annotated[int, Field(ge=1, le=100_000)] | Id = Field(
        description="How many places each has: a number, or the column that says it."
    )
    at: Id | None = Field(
        None, description="The column that says when a slot begins: a moment, or a day."
    )


class DatasetShape(Shape):
    """A dataset: rows of a file that services read."""

    key: Ids = Field(description="The column, or columns, that no two rows have the same.")
    columns: dict[Id, ColumnShape] = Field(
        min_length=1, description="The columns, by the names that menus use."
    )
    search: list[Id] = Field(
        default=[], description="The columns in which people look for words, such as a name."
    )
    asked_by: list[Ids] = Field(
        default=[],
        max_length=8,
        description="Columns by which look-ups ask, or lists of them; an index is made for each.",
    )
    skip: dict[str, Values] = Field(
        default={},
        description="Rows of the source to leave out: a column of it, to the values that say so.",
    )
    others: Literal["ignored"] | None = Field(
        None, description="`ignored` where the source has columns that are of no use here."
    )
    slots: SlotsShape | None = Field(
        None, description="Each row is a slot, or a quota, of which the rows of a form take places."
    )
