"""Which of a deployment's districts the areas of an alert are.

Sources say it in three ways. Some give codes; many weather services give a polygon and no code at
all; some give a name alone. So a district has codes, names and points: what an area says of any of
them counts. An area in which no district is found is told, and never guessed at.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.domain.alerts.alert import Area, Point

#: The mean radius of the earth (IUGG), in kilometres.
_EARTH = 6371.0088
_BETWEEN_NAMES = re.compile(r"[,;/\n]|\band\b|\bet\b|\bna\b|&")


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district by its name in the deployment, and what sources call it.

    Its `points` are where its people live: a polygon or circle that holds one of them means it.
    """

    name: str
    other_names: Sequence[str] = ()
    geocodes: frozenset[tuple[str, str]] = frozenset()
    points: Sequence[Point] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """The districts that areas are, in the deployment's order, and areas with none in them."""

    districts: Sequence[str]
    unknown: Sequence[str]


def placed(areas: Iterable[Area], districts: Sequence[District]) -> Placed:
    """Returns which districts the areas are."""
    found: set[str] = set()
    unknown: list[str] = []
    for area in areas:
        here = [district.name for district in districts if _is_in(district, area)]
        found.update(here)
        if not here:
            unknown.append(area.description)
    return Placed([each.name for each in districts if each.name in found], unknown)


def _is_in(district: District, area: Area) -> bool:
    codes = {(_folded(name), _folded(value)) for name, value in area.geocodes}
    if any((_folded(name), _folded(value)) in codes for name, value in district.geocodes):
        return True
    said = {_folded(each) for each in (area.description, *_BETWEEN_NAMES.split(area.description))}
    if any(_folded(name) in said for name in (district.name, *district.other_names)):
        return True
    return any(
        any(_in_polygon(point, polygon) for polygon in area.polygons)
        or any(_kilometres(point, centre) <= radius for centre, radius in area.circles)
        for point in district.points
    )


def _folded(text: str) -> str:
    """Returns a name or code as it is compared: no accents, cases or doubled spaces."""
    bare = "".join(
        char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char)
    )
    return " ".join(bare.casefold().split())


def _in_polygon(point: Point, polygon: Sequence[Point]) -> bool:
    """Returns whether a ray to the east crosses the border an odd number of times."""
    latitude, longitude = point
    inside = False
    for (one_lat, one_long), (other_lat, other_long) in zip(
        polygon, (*polygon[1:], polygon[0]), strict=True
    ):
        if (one_lat > latitude) == (other_lat > latitude):
            continue
        share = (latitude - one_lat) / (other_lat - one_lat)
        if longitude < one_long + share * (other_long - one_long):
            inside = not inside
    return inside


def _kilometres(one: Point, other: Point) -> float:
    """Returns the way between two points along the earth (haversine)."""
    (lat, long), (other_lat, other_long) = (tuple(map(math.radians, each)) for each in (one, other))
    half = (
        math.sin((other_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_long - long) / 2) ** 2
    )
    return 2 * _EARTH * math.asin(math.sqrt(min(1.0, half)))
