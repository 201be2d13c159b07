"""What a form may become once it was published: rows stand under what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gateway.domain.datasets.column_kinds import OneOf
from gateway.domain.datasets.dataset import Column
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.form import Form

#: What a form stays as it was published, and what is said where it does not.
_FIXED = {
    "writes": Sentence("What it writes is otherwise than published; its rows stand as they were."),
    "one_per": Sentence(
        "What tells its rows apart is otherwise than published; its rows stand as they were."
    ),
    "reference": Sentence(
        "Whether its rows are cases is otherwise than published; its rows stand as they were."
    ),
}


def refused_changes(published: Form, new: Form) -> Iterator[tuple[str, Sentence]]:
    """Yields what would part a form from its rows, and from sessions that began before.

    Each is a key of its file and a sentence. Columns that may be empty can be added, a column may
    become one that may be empty, wider, or have more codes; the rest of a column stays.
    """
    for key, sentence in _FIXED.items():
        if getattr(published, key) != getattr(new, key):
            yield key, sentence
    before = {column.name: column for column in published.columns}
    after = {column.name: column for column in new.columns}
    for name, column in before.items():
        if name not in after:
            yield (
                "columns",
                Sentence(
                    "Column '%(name)s' was published and is gone. Keep it, with `empty: allowed`.",
                    name=name,
                ),
            )
        elif not _takes(column, after[name]):
            sentence = Sentence(
                "Column '%(name)s' is otherwise than published. Leave it, and give the new one "
                "another name.",
                name=name,
            )
            yield "columns", sentence
    for name, column in after.items():
        if name not in before and column.required:
            sentence = Sentence(
                "Column '%(name)s' is new and needed, and older rows lack it. Write `empty: "
                "allowed`.",
                name=name,
            )
            yield "columns", sentence


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
