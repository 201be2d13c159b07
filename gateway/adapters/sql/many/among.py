"""A column among many values: one value is bound, however many there are.

SQLAlchemy's own list writes out a place for each value in each statement, and takes each of them
through its hands: that costs more than the database does for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    ColumnElement,
    Dialect,
    ScalarSelect,
    Select,
    String,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import Boolean, TypeDecorator, TypeEngine


class _Values(TypeDecorator[Sequence[Any]]):
    """An array on PostgreSQL, JSON on SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, each: TypeEngine[Any]) -> None:
        super().__init__()
        self.each = each

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Returns in which type they are bound."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(self.each))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Returns them as they are bound."""
        return json.dumps(value) if dialect.name == "sqlite" else value


class AmongFound(ColumnElement[bool]):
    """That a column has one of the values that a query finds, which are few beside the table.

    PostgreSQL joins a list that it has not counted, and may read the whole table for that; of an
    array it looks each value up.
    """

    inherit_cache = True
    _is_implicitly_boolean = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own way of it
        ("column", InternalTraversal.dp_clauseelement),
        ("found", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], found: Select[Any]) -> None:
        self.column = column
        self.found: ScalarSelect[Any] = found.scalar_subquery()


class Among(ColumnElement[bool]):
    """That a column of numbers or texts has one of the values bound under a name."""

    inherit_cache = True
    _is_implicitly_boolean = True
    type = Boolean()
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own way of it
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values: BindParameter[Any] = bindparam(name, type_=_Values(column.type))


@compiles(Among, "sqlite")
def _among_on_sqlite(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    values = compiler.process(element.values)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a place alone


@compiles(Among, "postgresql")
def _among_on_postgresql(element: Among, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} = ANY({compiler.process(element.values)})"


@compiles(AmongFound, "sqlite")
def _found_on_sqlite(element: AmongFound, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} IN {compiler.process(element.found, **options)}"


@compiles(AmongFound, "postgresql")
def _found_on_postgresql(element: AmongFound, compiler: SQLCompiler, **options: Any) -> str:
    column = compiler.process(element.column, **options)
    return f"{column} = ANY(ARRAY{compiler.process(element.found, **options)})"
