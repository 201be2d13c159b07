"""Rows of a source that are none of its dataset: closed facilities, totals, other years."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gateway.domain.datasets.column_names import plain
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence


class SkippedRows:
    """Which rows of a file are left out, once its header is known; `count` says how many were."""

    def __init__(self, dataset: Dataset) -> None:
        self.count = 0
        self._told = dataset.skip
        self._names = {plain(name) for name in dataset.skip}
        self._at: list[tuple[int, frozenset[str]]] = []

    def names(self, name: str) -> bool:
        """Returns whether a column of the file says which rows are left out."""
        return plain(name) in self._names

    def find(self, names: Sequence[str], found: Sequence[Column | None]) -> Iterator[Sentence]:
        """Notes where the columns stand; yields a sentence for each that the file does not have."""
        places = {plain(name): place for place, name in enumerate(names)}
        places |= {plain(each.name): place for place, each in enumerate(found) if each is not None}
        for name, values in self._told.items():
            place = places.get(plain(name))
            if place is None:
                yield Sentence(
                    "Column '%(name)s' is missing, which says what rows are left out.%(proposal)s",
                    name=name,
                    proposal=did_you_mean(name, [each for each in names if each]),
                )
            else:
                self._at.append((place, frozenset(map(plain, values))))

    def has(self, fields: Sequence[str]) -> bool:
        """Returns whether a row is left out; values count without case, accents and signs."""
        for place, told in self._at:
            if place < len(fields) and plain(fields[place]) in told:
                self.count += 1
                return True
        return False
