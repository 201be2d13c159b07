"""What lets PostgreSQL plan a statement once, and not anew at each call.

It plans anew where a plan that sees the values looks cheaper to it than one that does not; among a
million rows that takes longer than to read what is asked for. A value it does not see, and rows it
finds by their number whatever else is asked, have one plan. SQLite never plans anew.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, String, bindparam, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class unseen(FunctionElement[str]):
    """A bound text that is read when the statement runs, and not when it is planned."""

    inherit_cache = True
    name = "unseen"
    type = String()


@compiles(unseen, "sqlite")
def _unseen_on_sqlite(element: unseen, compiler: Any, **told: Any) -> str:
    return str(compiler.process(element.clauses, **told))


@compiles(unseen, "postgresql")
def _unseen_on_postgresql(element: unseen, compiler: Any, **told: Any) -> str:
    return f"(SELECT {compiler.process(element.clauses, **told)})"


def unseen_text(name: str) -> unseen:
    """Returns a text that is bound under a name."""
    return unseen(bindparam(name, type_=String))


class is_one_of(FunctionElement[Any]):
    """Whether a column has one of the values that a query finds.

    As a list of values they lead PostgreSQL to the rows by an index; of a query it may make a join,
    which reads on in the order of all rows until it has met enough of those that are meant. It has
    no type: of a truth SQLite would be asked whether it equals 1, and no index tells that.
    """

    inherit_cache = True
    name = "is_one_of"

    def __init__(self, column: Any, query: Any) -> None:
        super().__init__(column, query.scalar_subquery())


@compiles(is_one_of, "sqlite")
def _is_one_of_on_sqlite(element: is_one_of, compiler: Any, **told: Any) -> str:
    column, query = element.clauses
    return f"{compiler.process(column, **told)} IN {compiler.process(query, **told)}"


@compiles(is_one_of, "postgresql")
def _is_one_of_on_postgresql(element: is_one_of, compiler: Any, **told: Any) -> str:
    column, query = element.clauses
    return f"{compiler.process(column, **told)} = ANY (ARRAY{compiler.process(query, **told)})"


def at_most(number: int) -> Any:
    """Returns a number for `LIMIT` that stands in the statement itself.

    A bound one is unknown to the plan, which then expects a tenth of all rows.
    """
    return literal_column(str(number), Integer)
