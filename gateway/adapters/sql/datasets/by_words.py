"""The rows that have words anywhere in their names: the word that fewest have leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from gateway.adapters.sql.datasets.columns import ROW, WORDS
from gateway.adapters.sql.datasets.planned_once import at_most, is_one_of, unseen_text
from gateway.adapters.sql.datasets.queries import Queries
from gateway.domain.datasets.indexes import is_indexed
from gateway.domain.datasets.searched_words import parts_of, words_in
from gateway.domain.handler_contract.service_call import Row

#: Of words that more rows have than this, each, it is not known which have all of them.
MOST_WITH_A_WORD = 2000
#: Where no more rows have a word it leads to them, and nobody asks whether fewer fit what else is
#: asked: that would take longer.
_FEW = 200
#: More words than these name nothing; the others are not looked for.
_MOST_WORDS = 8
#: As many as are chosen at once.
_MOST_PARTS = 10
#: Nothing that is written stands behind it.
LAST = "\U0010ffff"
#: How many rows have the one word that is searched.
_HAVE = "_have"

_Values = dict[str, object]


def found_by_words(
    queries: Queries, connection: Connection, values: _Values, typed: str, most: int
) -> Sequence[Row] | None:
    """Returns rows that have all words, `most` of them; None where it cannot be known.

    It cannot where each word has too many. The `values` of words are bound beside the others.
    """
    words = words_in(typed)[:_MOST_WORDS]
    if not words:
        return []
    for number, word in enumerate(words):
        values |= {f"w{number}": word, f"w{number}_end": f"{word}{LAST}"}
        values[f"w{number}_like"] = f"% {word}%"
    if len(words) == 1 and not queries.look_up.conditions:
        rows = connection.execute(_with_one_word(queries, most), values).mappings().all()
        if rows and rows[0][_HAVE] > MOST_WITH_A_WORD:
            return None
        return [{name: row[name] for name in row if name != _HAVE} for row in rows]
    least, led_by = _narrowest(queries, connection, values, len(words))
    if not least:
        return []
    if least > MOST_WITH_A_WORD:
        return None
    query = _with_words(queries, len(words), led_by, most)
    return [dict(row) for row in connection.execute(query, values).mappings()]


def found_apart(
    queries: Queries, connection: Connection, values: _Values, typed: str, most: int
) -> Sequence[Row] | None:
    """Returns the rows of each part of a text; none where one part leads to none."""
    parts = parts_of(typed)
    if len(parts) > _MOST_PARTS:
        return None
    rows: list[Row] = []
    for part in parts:
        found = found_by_words(queries, connection, dict(values), part, most)
        if not found:
            return found
        rows += [row for row in found if row not in rows]
    return rows


def _narrowest(
    queries: Queries, connection: Connection, values: _Values, words: int
) -> tuple[int, int | None]:
    """Returns how many rows the word has that fewest have, and its number.

    None stands for what else is asked, where that leads to fewer.
    """
    have = connection.execute(_how_many_have(queries, words), values).one()
    least, equal = min(have), queries.look_up.equal
    if least > _FEW and equal and is_indexed(queries.dataset, equal, ()):
        fit = connection.scalar(queries.how_many(least), values) or 0
        if fit < least:
            return fit, None
    return least, have.index(least)


def _with_one_word(queries: Queries, most: int) -> Select[*tuple[Any, ...]]:
    """Returns the query for the rows that have a word, of which nothing else is asked.

    No more are looked at than may have it; how many have it is told as `_HAVE`.
    """
    few = _rows_of(queries, 0, MOST_WITH_A_WORD + 1).cte("few")
    have = select(func.count()).select_from(few).scalar_subquery().label(_HAVE)
    table = queries.table
    return (
        queries.read(table)
        .add_columns(have)
        .where(is_one_of(table.c[ROW], select(few.c[ROW])))
        .order_by(*queries.order(table))
        .limit(at_most(most))
    )


def _how_many_have(queries: Queries, count: int) -> Select[*tuple[Any, ...]]:
    """Returns the query for how many rows have each word, no further than is looked at."""
    counted = (
        select(func.count())
        .select_from(_rows_of(queries, number, MOST_WITH_A_WORD + 1).subquery())
        .scalar_subquery()
        for number in range(count)
    )
    return select(*counted)


def _with_words(
    queries: Queries, count: int, led_by: int | None, most: int
) -> Select[*tuple[Any, ...]]:
    """Returns the query for rows that have so many words, and fit what else is asked.

    They are found by the word of that number, or where it is None, by what else is asked.
    """
    table = queries.table
    if led_by is not None:
        # What else is asked is looked for among these rows alone, however rare it may look.
        of_word = is_one_of(table.c[ROW], _rows_of(queries, led_by, MOST_WITH_A_WORD))
        led_to = select(table).where(of_word).cte("led_to")
        table = led_to.prefix_with("MATERIALIZED", dialect="postgresql")
    others = [number for number in range(count) if number != led_by]
    query = (
        queries.read(table)
        .where(*queries.conditions(table))
        .where(*(table.c[WORDS].like(bindparam(f"w{number}_like")) for number in others))
        .order_by(*queries.order(table))
    )
    return query.limit(most if led_by is None else at_most(most))


def _rows_of(queries: Queries, number: int, most: int) -> Select[*tuple[Any, ...]]:
    """Returns the query for the rows of a word, as its index has them."""
    word, row = queries.words.c.word, queries.words.c[ROW]
    has_it = word >= unseen_text(f"w{number}"), word < unseen_text(f"w{number}_end")
    return select(row).where(*has_it).order_by(word, row).limit(at_most(most))
