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
class Part:
    """A district whose points the borders of areas do not all hold: `held` of `points`."""

    district: str
    held: int
    points: int


@dataclass(frozen=True, slots=True)
class Placed:
    """The districts that areas are, in the deployment's order, and areas with none in them.

    Each district of `partly` stands in `districts`, too.
    """

    districts: Sequence[str]
    unknown: Sequence[str]
    partly: Sequence[Part] = ()


def placed(areas: Iterable[Area], districts: Sequence[District]) -> Placed:
    """Returns which districts the areas are."""
    found: dict[str, list[Area]] = {}
    unknown: list[str] = []
    for area in areas:
        here = [district.name for district in districts if _is_in(district, area)]
        for name in here:
            found.setdefault(name, []).append(area)
        if not here:
            unknown.append(area.description)
    where = [each for each in districts if each.name in found]
    partly = [part for each in where if (part := _part(each, found[each.name]))]
    return Placed([each.name for each in where], unknown, partly)


def _part(district: District, areas: Sequence[Area]) -> Part | None:
    """Returns how much of a district its areas hold; None of all of it, or where nobody knows.

    An area that has a border beside the code or name is as wide as the border at least, and its
    source may mean no more than that. One with a code or name alone means the whole district.
    """
    if not all(area.polygons or area.circles for area in areas):
        return None
    held = sum(any(_holds(area, point) for area in areas) for point in district.points)
    points = len(district.points)
    return Part(district.name, held, points) if held < points else None


def _is_in(district: District, area: Area) -> bool:
    return _is_named(district, area) or any(_holds(area, point) for point in district.points)


def _is_named(district: District, area: Area) -> bool:
    codes = {(_folded(name), _folded(value)) for name, value in area.geocodes}
    if any((_folded(name), _folded(value)) in codes for name, value in district.geocodes):
        return True
    said = {_folded(each) for each in (area.description, *_BETWEEN_NAMES.split(area.description))}
    return any(_folded(name) in said for name in (district.name, *district.other_names))


def _holds(area: Area, point: Point) -> bool:
    return any(_in_polygon(point, polygon) for polygon in area.polygons) or any(
        _kilometres(point, centre) <= radius for centre, radius in area.circles
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
