"""The `LookUps` port on a database: what screens look up, as an outcome of their menu."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from sqlalchemy import Connection, Engine, RowMapping, exc

from gateway.adapters.sql.datasets.by_words import (
    LAST,
    MOST_WITH_A_WORD,
    found_apart,
    found_by_words,
)
from gateway.adapters.sql.datasets.columns import secret_hash
from gateway.adapters.sql.datasets.free_slots import Taken, nothing_taken, with_a_place_left
from gateway.adapters.sql.datasets.nearest import nearest
from gateway.adapters.sql.datasets.queries import MOST_PAIRS, Queries
from gateway.adapters.sql.engine import is_of_schema, statements
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Amount, Form, WholeNumber
from gateway.domain.datasets.dataset import Dataset
from gateway.domain.handler_contract.look_up import (
    DOWN,
    FIRST,
    FOUND,
    FREE,
    FULL,
    MANY,
    MOST_COUNTED,
    MOST_SLOTS,
    MOST_WITHIN,
    NONE,
    NOW,
    ONE,
    SAME,
    TODAY,
    UP,
    Asks,
    LookUp,
)
from gateway.domain.handler_contract.service_call import Outcome, Row

_KEPT = 500

_Values = dict[str, object]


class SqlLookUps:
    """Looks rows up; of datasets in `elsewhere` they are read there.

    `taken` tells how many places of slots the rows of a form take.
    """

    def __init__(
        self,
        engine: Engine,
        keyring: Keyring,
        elsewhere: Mapping[str, Engine] = MappingProxyType({}),
        taken: Taken = nothing_taken,
    ) -> None:
        self._engine, self._keyring, self._elsewhere = engine, keyring, elsewhere
        self._taken = taken
        self._queries: dict[tuple[LookUp, str], Queries] = {}

    def answer(
        self, look_up: LookUp, dataset: Dataset, answers: Mapping[str, str], at: datetime
    ) -> Outcome:
        """Returns what a look-up comes to; `at` is an aware time of the citizen's clock.

        Raises StoreUnavailable, and Refused for a dataset that was never loaded, or not since it is
        declared as it is.
        """
        minute = at.replace(tzinfo=None).isoformat(timespec="minutes")
        answers = {**answers, TODAY: at.date().isoformat(), NOW: minute}
        try:
            values = dict(self._bound(look_up, dataset, answers))
        except InvalidOperation:  # no number is what was asked for
            return Outcome(NONE)
        queries = self._made(look_up, dataset)
        with statements(self._elsewhere.get(dataset.name, self._engine)) as connection:
            if look_up.near is not None:
                return nearest(queries, look_up.near, connection, values, answers)
            if look_up.each and look_up.searched is None and not look_up.free:
                most = MOST_PAIRS if look_up.within else look_up.most + 1
                found = _firsts(queries, connection, values, most)
                if not found:
                    found = connection.execute(queries.different(most), values).mappings().all()
                if look_up.within and len(found) == most:  # other values may stand behind
                    alone = queries.different(look_up.most + 1, alone=True)
                    found = [*connection.execute(alone, values).mappings(), *found]
                return _different(look_up, found)
            rows = self._rows(queries, connection, values, answers)
        if rows is None:
            return Outcome(MANY)
        if look_up.free and dataset.slots and rows:
            rows = with_a_place_left(dataset.slots, rows, self._taken)
            if not rows:
                return Outcome(FULL)
        if look_up.each:
            return _different(look_up, rows)
        if look_up.counts:
            return _counted(look_up, rows)
        return _listed(look_up, rows) if look_up.rows_as else _one(look_up, rows)

    def _made(self, look_up: LookUp, dataset: Dataset) -> Queries:
        key = look_up, dataset.name
        if (made := self._queries.get(key)) is None or made.dataset is not dataset:
            if len(self._queries) >= _KEPT:
                self._queries.clear()
            made = self._queries[key] = Queries(look_up, dataset)
        return made

    def _bound(
        self, look_up: LookUp, dataset: Dataset, answers: Mapping[str, str]
    ) -> Iterator[tuple[str, object]]:
        columns = {each.name: each for each in dataset.columns}
        by_key = set(dataset.key) <= set(look_up.equal)
        for number, condition in enumerate(look_up.conditions):
            column, value = columns[condition.column], condition.value.fill(answers)
            is_number = isinstance(column.kind, WholeNumber | Amount)
            as_stored = condition.asks is Asks.EQUAL and by_key
            if column.secret:
                bound: object = secret_hash(self._keyring, dataset.name, column.name, value)
            elif is_number and not as_stored:
                bound = float(Decimal(value))
            else:
                bound = value.upper() if isinstance(column.kind, Form) else value
            yield f"c{number}", bound
            if condition.asks is Asks.STARTS:
                yield f"c{number}_end", f"{bound}{LAST}"

    def _rows(
        self,
        queries: Queries,
        connection: Connection,
        values: _Values,
        answers: Mapping[str, str],
    ) -> Sequence[Row] | None:
        """Returns the rows, one more than are shown; None where there are too many to look at."""
        look_up = queries.look_up
        most = _read_at_most(look_up)
        if look_up.searched is not None:
            typed = look_up.searched.fill(answers)
            if look_up.apart:
                return found_apart(queries, connection, values, typed, most)
            return found_by_words(queries, connection, values, typed, most)
        found = connection.execute(queries.rows(most), values).mappings().all()
        if len(found) > (MOST_SLOTS if look_up.free else MOST_COUNTED):
            return None
        return [dict(row) for row in found]


def _firsts(
    queries: Queries, connection: Connection, values: _Values, most: int
) -> Sequence[RowMapping]:
    """Returns the first rows of the different values as they are marked; none where they are not.

    What an older version has loaded since this one came has no place for marks.
    """
    query = queries.firsts(most)
    if query is None:
        return []
    try:
        return connection.execute(query, values).mappings().all()
    except exc.DBAPIError as error:
        if is_of_schema(error.orig):
            return []
        raise


def _read_at_most(look_up: LookUp) -> int:
    """Returns how many rows are read: one more than are shown tells that there are more."""
    if look_up.free:
        return MOST_SLOTS + 1
    if look_up.counts:
        return MOST_COUNTED + 1
    if look_up.each:
        return MOST_WITH_A_WORD + 1
    if look_up.rows_as:
        return look_up.most + 1
    return 1 if (look_up.latest or look_up.order) and not look_up.change else 2


def _different(look_up: LookUp, rows: Sequence[Row | RowMapping]) -> Outcome:
    """Returns the different values of a column, each with those within it."""
    within: dict[str, list[str]] = {}
    rows = [row for row in rows if row[look_up.each]]
    for row in rows:
        value, place = row[look_up.each], row[look_up.within] if look_up.within else ""
        named = within.setdefault(value, [])
        if place and place not in named:
            named.append(place)
    if not within:
        return Outcome(NONE)
    if len(within) > look_up.most:
        return Outcome(MANY)
    if look_up.alone and len(within) == 1:
        return Outcome(ONE, _shown(look_up, rows[0]))
    told = [
        {look_up.each: value, look_up.within: ", ".join(named[:MOST_WITHIN])}
        if look_up.within
        else {look_up.each: value}
        for value, named in within.items()
    ]
    if look_up.free:
        for line in told:
            free = (int(row[FREE]) for row in rows if row[look_up.each] == line[look_up.each])
            line[FREE] = str(sum(free))
    return Outcome(FOUND, {look_up.rows_as: told})


def _listed(look_up: LookUp, rows: Sequence[Row]) -> Outcome:
    if not rows:
        return Outcome(NONE)
    if len(rows) > look_up.most:
        return Outcome(MANY)
    shown = [_shown(look_up, row) for row in rows]
    if look_up.alone and len(shown) == 1:
        return Outcome(ONE, shown[0])
    return Outcome(FOUND, {look_up.rows_as: shown})


def _shown(look_up: LookUp, row: Row | RowMapping) -> dict[str, str]:
    given = (*look_up.gives, FREE) if look_up.free else look_up.gives
    return {name: row[name] for name in given}


def _one(look_up: LookUp, rows: Sequence[Row]) -> Outcome:
    if not rows:
        return Outcome(NONE)
    row = rows[0]
    shown = _shown(look_up, row)
    if look_up.change:
        return _changed(look_up, shown, rows)
    if len(rows) > 1:
        return Outcome(MANY)
    return Outcome(row[look_up.found_by] if look_up.found_by else FOUND, shown)


def _changed(look_up: LookUp, shown: Mapping[str, str], rows: Sequence[Row]) -> Outcome:
    row, before = rows[0], rows[1] if len(rows) > 1 else None
    if before is None or not (row[look_up.change] and before[look_up.change]):
        return Outcome(FIRST, shown)
    if look_up.change_days:
        day, day_before = (date.fromisoformat(each[look_up.latest][:10]) for each in (row, before))
        if day - day_before > timedelta(days=look_up.change_days):
            return Outcome(FIRST, shown)
    change = Decimal(row[look_up.change]) - Decimal(before[look_up.change])
    if not change:
        return Outcome(SAME, shown)
    return Outcome(UP if change > 0 else DOWN, {**shown, "change": str(abs(change))})


def _counted(look_up: LookUp, rows: Sequence[Row]) -> Outcome:
    if not rows:
        return Outcome(NONE)
    told = {look_up.count_as: str(len(rows))} if look_up.count_as else {}
    for name, column in look_up.sums:
        told[name] = str(sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0)))
    return Outcome(FOUND, told)
