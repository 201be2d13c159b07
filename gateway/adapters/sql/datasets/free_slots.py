"""Slots that have a place left: rows of a dataset, less what the rows of a form have taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gateway.domain.datasets.dataset import Slots
from gateway.domain.handler_contract.look_up import FREE
from gateway.domain.handler_contract.service_call import Row

#: Returns how many rows of a form have each of the values, of the columns that are named. Values
#: that no row has may be left out.
Taken = Callable[[str, Sequence[str], Sequence[tuple[str, ...]]], Mapping[tuple[str, ...], int]]


def nothing_taken(
    form: str, columns: Sequence[str], values: Sequence[tuple[str, ...]]
) -> Mapping[tuple[str, ...], int]:
    """Returns that no row of any form takes a place."""
    return {}


def with_a_place_left(slots: Slots, rows: Sequence[Row], taken: Taken) -> Sequence[Row]:
    """Returns the rows that have a place left, each with how many under `FREE`."""
    told_apart = [tuple(row[mine] for mine, _ in slots.per) for row in rows]
    columns = [theirs for _, theirs in slots.per]
    counted = taken(slots.form, columns, list(dict.fromkeys(told_apart)))
    free = []
    for row, slot in zip(rows, told_apart, strict=True):
        left = slots.places(row) - counted.get(slot, 0)
        if left > 0:
            free.append({**row, FREE: str(left)})
    return free
