"""The statements of a look-up: columns are those that are declared, values are always bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, assert_never

from sqlalchemy import (
    Float,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
)

from gateway.adapters.sql.datasets.columns import (
    ROW,
    band_of,
    in_order,
    table_of,
    words_table_of,
)
from gateway.adapters.sql.datasets.first_rows import is_first, mark_of, marked_indexes
from gateway.adapters.sql.datasets.planned_once import at_most
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.datasets.indexes import leads_to_places
from gateway.domain.handler_contract.look_up import Asks, Condition, LookUp

#: So many values of a list, with those within them, are looked at at most: what stands within may
#: be cut, the list itself is not.
MOST_PAIRS = 1000


@dataclass(slots=True)
class Queries:
    """The statements of one look-up. A condition's value is bound as `c0`, `c1` and so on.

    What begins with a value has its end bound as `c0_end`; words are bound alike, as `w0`: what is
    found by them is in `by_words.py`.
    """

    look_up: LookUp
    dataset: Dataset
    table: Any = field(init=False)
    words: Any = field(init=False)
    _declared: dict[str, Any] = field(init=False)
    _by_key: bool = field(init=False)

    def __post_init__(self) -> None:
        self.table = table_of(self.dataset)
        self.words = words_table_of(self.dataset)
        self._declared = {each.name: each for each in self.dataset.columns}
        self._by_key = set(self.dataset.key) <= set(self.look_up.equal)

    def rows(self, most: int) -> Select[*tuple[Any, ...]]:
        """Returns the query for the columns that are read, and no more rows than `most`.

        PostgreSQL plans anew for each call where it expects less to do with the values than without
        them, and among a million rows that takes longer than to read. Equal values it expects as
        often; the number of rows it has to see, or it takes a tenth of all that fit.
        """
        query = (
            self.read(self.table)
            .where(*self.conditions(self.table))
            .order_by(*self.order(self.table))
        )
        few = not (self.look_up.counts or self.look_up.free)
        if few and all(each.asks is Asks.EQUAL for each in self.look_up.conditions):
            return query.limit(at_most(most))
        return query.limit(most)

    def near(self, columns: tuple[str, str], most: int) -> Select[*tuple[Any, ...]]:
        """Returns the query for the nearest rows of a box, about in their order.

        The box is bound as `south`, `north`, `west` and `east`, the `bands` it lies in as a list,
        its middle as `at_north` and `at_east`; a degree of longitude is `narrowing` as long as one
        of latitude. By its bands no row is looked at that is as far north, and elsewhere.
        """
        north, east = (self._in_order(self.table, name) for name in columns)
        up = north - bindparam("at_north", type_=Float)
        right = (east - bindparam("at_east", type_=Float)) * bindparam("narrowing", type_=Float)
        inside: list[Any] = [
            north >= bindparam("south", type_=Float),
            north <= bindparam("north", type_=Float),
            east >= bindparam("west", type_=Float),
            east <= bindparam("east", type_=Float),
        ]
        asked = {*self.look_up.equal, *columns}
        indexes = [index for index in self.dataset.asked_by if index[-2:] == columns]
        if any(set(each) == asked and leads_to_places(self.dataset, each) for each in indexes):
            inside.append(band_of(north).in_(bindparam("bands", expanding=True)))
        return (
            self.read(self.table)
            .where(*self.conditions(self.table), *inside)
            .order_by(up * up + right * right, self.table.c[ROW])
            .limit(most)
        )

    def how_many(self, most: int) -> Select[*tuple[Any, ...]]:
        """Returns the query for how many rows fit the conditions; no further than `most`."""
        counted = select(literal(1)).select_from(self.table).where(*self.conditions(self.table))
        return select(func.count()).select_from(counted.limit(most).subquery())

    def different(self, most: int, *, alone: bool = False) -> Select[*tuple[Any, ...]]:
        """Returns the query for the first row of each different value, in the order of the values.

        A value with another one within it is different, but not where values are asked for `alone`.
        From one value it goes to the next by an index, however many rows have each of them.
        """
        each = self.look_up.each
        columns = [name for name in (each, self.look_up.within) if name]
        told_apart = [each] if alone else columns
        first = (
            select(self.table.c[ROW].label("at"), literal(1).label("number"))
            .where(*self.conditions(self.table), self.table.c[each] > literal(""))
            .order_by(*(self._in_order(self.table, name) for name in columns), self.table.c[ROW])
            .limit(1)
            .subquery()
        )
        found = select(first.c.at, first.c.number).cte("found", recursive=True)
        present, following = self.table.alias("present"), self.table.alias("following")
        ways = [self._first_behind(following, present, told_apart[:n], columns) for n in (2, 1)]
        behind = func.coalesce(*ways) if len(told_apart) == 2 else ways[1]
        found = found.union_all(
            select(behind, found.c.number + 1)
            .select_from(found.join(present, present.c[ROW] == found.c.at))
            .where(found.c.number < most)
        )
        rows = found.join(self.table, self.table.c[ROW] == found.c.at)
        query = select(*(self.table.c[name] for name in self._columns())).select_from(rows)
        by = found.c.number if self.look_up.order else self.table.c[ROW]
        return query.order_by(by)

    def firsts(self, most: int) -> Select[*tuple[Any, ...]] | None:
        """Returns the query for what `different` finds, by the marks of the first rows.

        None where no such rows are marked. Where their index had too many values none bears the
        mark, as in what an older version has loaded: then it finds nothing.
        """
        look_up = self.look_up
        columns = tuple(name for name in (look_up.each, look_up.within) if name)
        equal = set(look_up.equal)
        if self._by_key or len(equal) != len(look_up.conditions):
            return None
        index = next(
            (
                names
                for names in marked_indexes(self.dataset)
                if set(names[: len(equal)]) == equal and names[len(equal) :] == columns
            ),
            None,
        )
        if index is None:
            return None
        table = self.table
        read = [table.c[name] for name in self._columns()]
        found = (
            select(*read, table.c[ROW])
            .where(
                *self.conditions(table),
                table.c[look_up.each] > literal(""),
                is_first(table, mark_of(self.dataset, index)),
            )
            .order_by(*(self._in_order(table, name) for name in columns), table.c[ROW])
            .limit(most)
        )
        if look_up.order:
            return found
        first = found.subquery("firsts")
        return select(first).order_by(first.c[ROW])

    def _columns(self) -> Sequence[str]:
        slots = self.dataset.slots if self.look_up.free else None
        summed = (name for _, name in self.look_up.sums)
        read = (*self.look_up.columns, *summed, *(slots.columns if slots else ()))
        return tuple(dict.fromkeys(read))

    def read(self, table: FromClause) -> Select[*tuple[Any, ...]]:
        """Returns the query for the columns that are read of all rows of a table."""
        columns = [table.c[name] for name in self._columns()]
        return select(*(columns or [table.c[ROW]]))

    def order(self, table: FromClause) -> list[Any]:
        """Returns what rows come in the order of."""
        at = table.c[ROW]
        if self.look_up.latest:
            return [self._in_order(table, self.look_up.latest).desc(), at.desc()]
        bounded = [each.column for each in self.look_up.conditions if each.asks is not Asks.EQUAL]
        if self._by_key or self.look_up.searched is not None:
            bounded = []  # few rows, wherever they stand
        by = [self.look_up.order] if self.look_up.order else bounded
        return [*(self._in_order(table, name) for name in dict.fromkeys(by)), at]

    def _in_order(self, table: FromClause, name: str) -> Any:
        return in_order(table, self._declared[name])

    def _first_behind(
        self, following: Any, present: Any, told_apart: Sequence[str], columns: Sequence[str]
    ) -> Any:
        """Returns the query for the next row whose last column is behind, the ones before alike.

        The bound is a single one: SQLite begins at the first of several, `> ''` or the beginning of
        a pair, and would walk all rows of a value, or of all, for each next one. What is behind a
        value is not empty.
        """

        def both(name: str) -> tuple[Any, Any]:
            return self._in_order(following, name), self._in_order(present, name)

        *before, last = told_apart
        alike = [one == other for one, other in map(both, before)]
        one, other = both(last)
        return (
            select(following.c[ROW])
            .where(*self.conditions(following), *alike, one > other)
            .order_by(*(self._in_order(following, name) for name in columns), following.c[ROW])
            .limit(1)
            .correlate(present)
            .scalar_subquery()
        )

    def conditions(self, table: FromClause) -> list[Any]:
        """Returns what the rows of a table must fit."""
        return [
            self._condition(table, number, each)
            for number, each in enumerate(self.look_up.conditions)
        ]

    def _condition(self, table: FromClause, number: int, condition: Condition) -> Any:
        bound: Any = bindparam(f"c{number}")
        column = self._in_order(table, condition.column)
        match condition.asks:
            case Asks.EQUAL:
                # The key has an index of its own, of what is stored.
                return (table.c[condition.column] if self._by_key else column) == bound
            case Asks.FROM:
                return column >= bound
            case Asks.TO:
                # An empty value stands before all others, and is not meant.
                return and_(column <= bound, table.c[condition.column] > literal(""))
            case Asks.STARTS:
                return and_(column >= bound, column < bindparam(f"c{number}_end"))
            case _:
                assert_never(condition.asks)
