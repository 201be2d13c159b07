"""The tables that look-ups read, and how their columns are compared and put in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    Column,
    Float,
    FromClause,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    cast,
    func,
    literal_column,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Amount, WholeNumber
from gateway.domain.datasets.dataset import Column as Declared
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.datasets.indexes import indexes, leads_to_places
from gateway.domain.datasets.searched_words import words_in
from gateway.domain.handler_contract.nearness import BANDS

#: The place of a row in its file. A declared column never has this name: it begins with a letter.
ROW = "_row"
#: All words of the searched columns, each with a space before it.
WORDS = "_words"
#: The marks of a row that is the first with its values in an index: see `first_rows.py`.
FIRSTS = "_firsts"

_NUMBERS = (WholeNumber, Amount)
_EMPTY: Any = literal_column("''")
_BEFORE_ALL: Any = literal_column("'-1e300'")
#: Codes and names are in the order of their letters' codes, whatever the database's language: then
#: an index is good for how a value begins, too.
_TEXT = String().with_variant(postgresql.VARCHAR(collation="C"), "postgresql")


def table_of(dataset: Dataset, name: str = "") -> Table:
    """Returns the table with a dataset's rows; a secret column holds a keyed hash."""
    searched = [Column(WORDS, _TEXT, nullable=False)] if dataset.search else []
    return Table(
        name or f"data_{dataset.name}",
        MetaData(),
        Column(ROW, Integer, primary_key=True, autoincrement=False),
        *(
            Column(each.name, LargeBinary if each.secret else _TEXT, nullable=False)
            for each in dataset.columns
        ),
        *searched,
        Column(FIRSTS, _TEXT, nullable=False, server_default=""),
    )


def words_table_of(dataset: Dataset, name: str = "") -> Table:
    """Returns the table that leads from a word to the rows that have it, beside that of `name`.

    It has an index of both once it is complete.
    """
    return Table(
        f"words_{name.removeprefix('data_') or dataset.name}",
        MetaData(),
        Column("word", _TEXT, nullable=False),
        Column(ROW, Integer, nullable=False),
    )


def indexed(dataset: Dataset, table: Table) -> Iterator[list[Any]]:
    """Yields what each index of a dataset's table is made of; the key comes first."""
    declared = {each.name: each for each in dataset.columns}
    for number, names in enumerate(indexes(dataset)):
        if number == 0:
            yield [table.c[name] for name in names]
        else:
            ordered = [in_order(table, declared[name]) for name in names]
            if leads_to_places(dataset, names):
                *before, north, east = ordered
                ordered = [*before, band_of(north), east, north]
            yield [*ordered, table.c[ROW]]


def is_number(column: Declared) -> bool:
    """Returns whether a column is compared by its value, whatever its digits are."""
    return isinstance(column.kind, _NUMBERS)


def in_order(table: FromClause, column: Declared) -> Any:
    """Returns a column as it is put in order: numbers by their value, empty ones before all.

    The same expression stands in indexes and in what is asked, or no index would be used.
    """
    stored = table.c[column.name]
    if is_number(column):
        return cast(func.coalesce(func.nullif(stored, _EMPTY), _BEFORE_ALL), Float)
    return stored


class band_of(FunctionElement[int]):
    """The band of latitude in which a latitude lies, as `Box.bands` counts them."""

    inherit_cache = True
    name = "band_of"


@compiles(band_of, "sqlite")
def _band_on_sqlite(element: band_of, compiler: Any, **told: Any) -> str:
    # It is compiled without `floor` here and there; nothing is below zero.
    return f"CAST({_bands(element, compiler, told)} AS INTEGER)"


@compiles(band_of, "postgresql")
def _band_on_postgresql(element: band_of, compiler: Any, **told: Any) -> str:
    return f"floor({_bands(element, compiler, told)})"


def _bands(element: band_of, compiler: Any, told: Any) -> str:
    return f"(({compiler.process(element.clauses, **told)}) + 90) * {BANDS}"


def secret_hash(keyring: Keyring, dataset: str, column: str, value: str) -> bytes:
    """Returns what stands in a secret column; equal values in two columns do not look equal."""
    return keyring.index(f"data {dataset}.{column}", value)


def searched_words(dataset: Dataset, row: Mapping[str, object]) -> tuple[str, ...]:
    """Returns the different words by which a row is found."""
    found = (word for name in dataset.search for word in words_in(str(row[name])))
    return tuple(dict.fromkeys(found))
