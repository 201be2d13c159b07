"""A list of health facilities of the size and shape of a country's: invented names, no place of it.

12,379 facilities in 303 sub-counties of 47 counties; from 1 to 163 in a sub-county, many of one
name in a county, as in real lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

COUNTIES, SUB_COUNTIES, FACILITIES, MOST_IN_ONE = 47, 303, 12_379, 163
_SYLLABLES = ("ka", "mo", "ri", "ta", "bu", "ne", "sa", "lo", "wi", "du", "ma", "ge", "ny", "ki")
_SAINTS = ("Mary", "Joseph", "Luke", "Anne", "Peter", "Theresa")
_KINDS = ("Dispensary", "Health Centre", "Hospital", "Medical Clinic", "Nursing Home")


def facilities(seed: int = 13) -> Iterator[tuple[str, str, str, str]]:
    """Yields the code, name, county and sub-county of each facility; the same for the same seed."""
    chance = Random(seed)
    named: dict[str, None] = {}
    while len(named) < COUNTIES + SUB_COUNTIES:
        named.setdefault(_name(chance))
    counties, sub_counties = list(named)[:COUNTIES], list(named)[COUNTIES:]
    places = [(counties[at % COUNTIES], each) for at, each in enumerate(sub_counties)]
    sizes = [MOST_IN_ONE, *([1] * 5), *([40] * (SUB_COUNTIES - 6))]
    at = 6
    while sum(sizes) < FACILITIES:
        sizes[at] += 1
        at = at + 1 if at + 1 < SUB_COUNTIES else 6
    number = 0
    for (county, sub_county), size in zip(places, sizes, strict=True):
        own: set[str] = set()
        while len(own) < size:
            own.add(f"{_first(chance)} {chance.choice(_KINDS)}")
        for name in sorted(own):
            number += 1
            yield f"{number:05}", name, county, sub_county


def _first(chance: Random) -> str:
    return f"St. {chance.choice(_SAINTS)}" if chance.random() < 0.1 else _name(chance)


def _name(chance: Random) -> str:
    return "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))).title()
