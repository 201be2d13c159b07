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
