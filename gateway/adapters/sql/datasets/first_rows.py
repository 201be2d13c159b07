"""The first row of each different value: marked as rows are loaded, and found by an index of these.

So the values of a column are read as they stand, however many rows have each of them. Where an
index has very many, its rows are not marked, and a list goes from one value to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from zlib import crc32

from sqlalchemy import Boolean, FromClause, Table, Update, and_, func, literal_column, update
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from gateway.adapters.sql.datasets.columns import FIRSTS, ROW, is_number
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.datasets.indexes import indexes, leads_to_places

#: An index of more different values is not marked: they are kept in memory while rows come.
MOST_MARKED = 10_000
#: Where an empty number stands: before all others, as in an index.
_BEFORE_ALL = -1e300


def mark_of(dataset: Dataset, names: Sequence[str]) -> str:
    """Returns the mark of the first rows of these columns' values.

    It tells the columns, and which are numbers: what a later declaration asks otherwise has another
    mark, which no row bears.
    """
    numbers = {each.name for each in dataset.columns if is_number(each)}
    told = ",".join(f"{name}#" if name in numbers else name for name in names)
    return f"{crc32(told.encode()):08x}"


def marked_indexes(dataset: Dataset) -> Iterator[tuple[str, ...]]:
    """Yields the columns whose different values are marked: those of each index but the key's."""
    for names in indexes(dataset)[1:]:
        if not leads_to_places(dataset, names):
            yield names


def is_first(table: FromClause, mark: str) -> Any:
    """Returns the condition that a row bears a mark; an index of these has the very same."""
    marks = table.c[FIRSTS]
    return and_(marks > literal_column("''"), bears(marks, literal_column(f"'{mark}'")))


class bears(FunctionElement[bool]):
    """Whether the marks of a row hold one. A mark is written out: an index knows no parameter."""

    inherit_cache = True
    name = "bears"
    type = Boolean()


@compiles(bears, "sqlite")
def _bears_on_sqlite(element: bears, compiler: Any, **told: Any) -> str:
    return f"instr({compiler.process(element.clauses, **told)}) > 0"


@compiles(bears, "postgresql")
def _bears_on_postgresql(element: bears, compiler: Any, **told: Any) -> str:
    return f"strpos({compiler.process(element.clauses, **told)}) > 0"


@dataclass(slots=True)
class Marks:
    """Marks rows as they come, in the order of the file."""

    dataset: Dataset
    #: Of an index that had too many values: what was marked has to be taken off again.
    given_up: list[str] = field(default_factory=list)
    _last: int = 0
    _seen: dict[str, tuple[Callable[[Mapping[str, object]], object], set[object]]] = field(
        init=False
    )

    def __post_init__(self) -> None:
        self._seen = {
            mark_of(self.dataset, names): (_values_of(self.dataset, names), set())
            for names in marked_indexes(self.dataset)
        }

    def of(self, row: Mapping[str, object]) -> str:
        """Returns the marks of the next row; none of them for most rows."""
        marks = ""
        for mark, (values_of, seen) in self._seen.items():
            values = values_of(row)
            if values not in seen:
                seen.add(values)
                marks += f";{mark}"
        if marks:
            self._last = int(str(row[ROW]))
            self._give_up()
        return marks

    def is_kept(self, names: Sequence[str]) -> bool:
        """Returns whether the first rows of these columns' values are marked, all of them."""
        return mark_of(self.dataset, names) in self._seen

    def taken_off(self, table: Table) -> Iterator[Update]:
        """Yields the statements that take off the marks of what was given up."""
        for mark in self.given_up:
            column = table.c[FIRSTS]
            yield (
                update(table)
                .where(table.c[ROW] <= self._last, is_first(table, mark))
                .values({FIRSTS: func.replace(column, f";{mark}", "")})
            )

    def _give_up(self) -> None:
        for mark in [mark for mark, (_, seen) in self._seen.items() if len(seen) > MOST_MARKED]:
            del self._seen[mark]
            self.given_up.append(mark)


def _values_of(dataset: Dataset, names: Sequence[str]) -> Callable[[Mapping[str, object]], object]:
    """Returns what reads the values of a row as an index compares them: numbers by their value."""
    numbers = [each.name for each in dataset.columns if each.name in names and is_number(each)]
    if not numbers:
        return itemgetter(*names)

    def read(row: Mapping[str, object]) -> object:
        return tuple(
            float(str(row[name]) or _BEFORE_ALL) if name in numbers else row[name] for name in names
        )

    return read
