"""What is near a place: boxes that an index finds, and the way between two places."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.domain.text.localised_text import Template

#: The value that says how far a row is, in kilometres with one decimal.
DISTANCE = "distance"
#: The mean radius of the Earth in kilometres (IUGG: 6371.0088).
_RADIUS = 6371.0088
_A_DEGREE = math.radians(1) * _RADIUS
#: The first box reaches so far; each further one reaches four times as far.
_FIRST, _WIDER = 2.0, 4.0
#: Bands of latitude a degree has in an index: a box of the first reach lies in two of them.
BANDS = 20
#: No box is wider than the Earth, however near to a pole the place is.
_LEAST_COSINE = 0.01


@dataclass(frozen=True, slots=True)
class Near:
    """Rows near a place: the `columns` of latitude and longitude, in degrees, and the place.

    `within` is how far they are at most, in kilometres. Longitudes do not go around at 180.
    """

    columns: tuple[str, str]
    latitude: Template
    longitude: Template
    within: int


@dataclass(frozen=True, slots=True)
class Box:
    """All places within `reach` kilometres of one, and some beside; bounds in degrees."""

    reach: float
    south: float
    north: float
    west: float
    east: float

    @property
    def bands(self) -> list[int]:
        """Returns the bands of latitude that it lies in, counted from the South Pole."""
        first, last = (math.floor((each + 90) * BANDS) for each in (self.south, self.north))
        return list(range(max(first, 0), min(last, 180 * BANDS) + 1))


def narrowing(latitude: float) -> float:
    """Returns how much shorter a degree of longitude is there than at the equator."""
    return max(math.cos(math.radians(latitude)), _LEAST_COSINE)


def boxes(latitude: float, longitude: float, within: float) -> Iterator[Box]:
    """Yields boxes around a place, each wider than the one before, up to `within` kilometres."""
    reach = min(_FIRST, within)
    while True:
        tall = reach / _A_DEGREE
        # A degree is shortest where the box is nearest to a pole.
        wide = tall / narrowing(abs(latitude) + tall)
        yield Box(reach, latitude - tall, latitude + tall, longitude - wide, longitude + wide)
        if reach >= within:
            return
        reach = min(reach * _WIDER, within)


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Returns how far two places, of latitude and longitude, are from each other as the crow flies.

    >>> round(kilometres((-1.2864, 36.8172), (-4.0435, 39.6682)))
    441
    """
    (north, east), (north_2, east_2) = (tuple(map(math.radians, each)) for each in (one, other))
    half = (
        math.sin((north_2 - north) / 2) ** 2
        + math.cos(north) * math.cos(north_2) * math.sin((east_2 - east) / 2) ** 2
    )
    return 2 * _RADIUS * math.asin(math.sqrt(min(half, 1.0)))
