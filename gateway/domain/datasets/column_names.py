"""Which column of a file is which of a dataset: names as people write them, and other names."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from gateway.domain.datasets.dataset import Column


def plain(name: str) -> str:
    """Returns a column's name without case, accents, spaces and signs, for comparing.

    >>> plain(" Facility-Name "), plain("Région")
    ('facilityname', 'region')
    """
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in letters if char.isalnum())


def columns_not_there(names: Sequence[str], given: Iterable[str]) -> list[str]:
    """Returns the names among `given` that no column of a file's header has.

    >>> columns_not_there(["Facility name"], ["facility-name", "Facility nmae"])
    ['Facility nmae']
    """
    there = set(map(plain, names))
    return [name for name in given if plain(name) not in there]


def columns_named(
    names: Sequence[str], columns: Sequence[Column], given: Mapping[str, str]
) -> list[Column | None]:
    """Returns what each name of a file's header stands for; None for what is not declared.

    `given` has names of the file to declared ones, as an operator has said, and counts first; then
    the declared name itself; then names and aliases that are the same but for case and signs.
    """
    exact = {each.name: each for each in columns}
    alike: dict[str, Column] = {}
    for each in columns:
        for name in (each.name, *each.aliases):
            alike.setdefault(plain(name), each)
    said = {plain(name): exact[column] for name, column in given.items()}
    return [said.get(plain(name)) or exact.get(name) or alike.get(plain(name)) for name in names]
