"""Which columns of a dataset stand together in an index, and what can be asked by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from gateway.domain.datasets.column_kinds import Amount, WholeNumber
from gateway.domain.datasets.dataset import Dataset

_NUMBERS = (WholeNumber, Amount)
#: What columns of degrees hold at least: of latitude, and of longitude.
_LEAST_DEGREES = (Decimal(-90), Decimal(-180))


def indexes(dataset: Dataset) -> list[tuple[str, ...]]:
    """Returns the columns of each index: those of the key, and what look-ups ask by."""
    return list(dict.fromkeys((dataset.key, *dataset.asked_by)))


def leads_to_places(dataset: Dataset, index: Sequence[str]) -> bool:
    """Returns whether an index ends with a latitude and a longitude, as these are declared.

    It is one of bands of latitude then, with the longitudes of each in order: it leads to what is
    near a place, and is no index of latitudes.
    """
    declared = {each.name: each for each in dataset.columns}
    kinds = [declared[name].kind for name in index[-2:] if name in declared]
    least = tuple(kind.minimum for kind in kinds if isinstance(kind, Amount))
    return least == _LEAST_DEGREES


def is_indexed(
    dataset: Dataset,
    equal: Collection[str],
    then: Sequence[str],
    *,
    whole: bool = False,
    near: bool = False,
) -> bool:
    """Returns whether rows are found without looking through others.

    `equal` are the columns whose value is known, `then` those by whose order the rows are taken. A
    row that its key tells is one alone, whatever else is asked of it. With `whole` the index has no
    further column: so the first row of each value is found without looking at the others of it.
    What is `near` a place, whose columns are `then`, is found by bands of latitude, too.
    """
    if set(dataset.key) <= set(equal) or not (equal or then):
        return True
    numbers = {each.name for each in dataset.columns if isinstance(each.kind, _NUMBERS)}
    ordered = [
        index if near or index == dataset.key or not leads_to_places(dataset, index) else index[:-2]
        for index in indexes(dataset)
    ]
    return any(
        set(index[: len(equal)]) == set(equal)
        and tuple(index[len(equal) : len(equal) + len(then)]) == tuple(then)
        and (not whole or len(index) == len(equal) + len(then))
        # The index of the key has numbers as they are written, in no order.
        and (index != dataset.key or numbers.isdisjoint((*equal, *then)))
        for index in ordered
    )
