"""What a form may become once it was published: rows stand under what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.domain.datasets.column_kinds import OneOf
from gateway.domain.datasets.dataset import Column
from gateway.domain.handler_contract.form import Form


def refused_changes(published: Form, new: Form) -> Iterator[tuple[str, str]]:
    """Yields what would part a form from its rows, and from sessions that began before.

    Each is a key of its file and a sentence. Columns that may be empty can be added, a column may
    become one that may be empty, wider, or have more codes; the rest of a column stays.
    """
    for key, what in (
        ("writes", "What it writes"),
        ("one_per", "What tells its rows apart"),
        ("reference", "Whether its rows are cases"),
    ):
        if getattr(published, key) != getattr(new, key):
            yield key, f"{what} is otherwise than published; its rows stand as they were."
    before = {column.name: column for column in published.columns}
    after = {column.name: column for column in new.columns}
    for name, column in before.items():
        if name not in after:
            yield (
                "columns",
                f"Column '{name}' was published and is gone. Keep it, with `empty: allowed`.",
            )
        elif not _takes(column, after[name]):
            told = "is otherwise than published. Leave it, and give the new one another name."
            yield "columns", f"Column '{name}' {told}"
    for name, column in after.items():
        if name not in before and column.required:
            told = "is new and needed, and older rows lack it. Write `empty: allowed`."
            yield "columns", f"Column '{name}' {told}"


def widened(form: Form, other: Form) -> Form:
    """Returns a form with what the same form of another release keeps beside: so no row is unread.

    Nobody has to give what comes of the other one.
    """
    theirs = {column.name: column for column in other.columns}
    mine = {column.name for column in form.columns}
    columns = [_wider(column, theirs.get(column.name)) for column in form.columns]
    added = [replace(each, required=False) for each in other.columns if each.name not in mine]
    if not added and columns == list(form.columns):
        return form
    calculated = {
        name: expression for name, expression in other.calculated.items() if name not in mine
    }
    return replace(form, columns=(*columns, *added), calculated={**form.calculated, **calculated})


def _takes(before: Column, after: Column) -> bool:
    """Returns whether a column takes all that it took before."""
    if isinstance(before.kind, OneOf) and isinstance(after.kind, OneOf):
        same_kind = set(before.kind.values) <= set(after.kind.values)
    else:
        same_kind = before.kind == after.kind
    return (
        same_kind
        and before.personal == after.personal
        and before.max <= after.max
        and (before.required or not after.required)
    )


def _wider(mine: Column, theirs: Column | None) -> Column:
    """Returns the one of two columns that takes what both take."""
    if theirs is None or not _takes(mine, replace(theirs, required=mine.required)):
        return mine
    return replace(theirs, required=mine.required and theirs.required)
