"""The rows that are nearest to a place: an index finds a box of them, the database their order."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from sqlalchemy import Connection, RowMapping

from gateway.adapters.sql.datasets.queries import Queries
from gateway.domain.handler_contract.look_up import FOUND, NONE, ONE
from gateway.domain.handler_contract.nearness import (
    DISTANCE,
    Near,
    boxes,
    kilometres,
    narrowing,
)
from gateway.domain.handler_contract.service_call import Outcome


def nearest(
    queries: Queries,
    near: Near,
    connection: Connection,
    values: Mapping[str, object],
    answers: Mapping[str, str],
) -> Outcome:
    """Returns the nearest rows, in boxes that grow until they hold as many as are shown."""
    look_up = queries.look_up
    try:
        north, east = (
            float(Decimal(each.fill(answers))) for each in (near.latitude, near.longitude)
        )
    except InvalidOperation:  # a place that has no degrees is near nothing
        return Outcome(NONE)
    if not (abs(north) <= 90 and abs(east) <= 180):
        return Outcome(NONE)
    query = queries.near(near.columns, look_up.most)
    middle = {"at_north": north, "at_east": east, "narrowing": narrowing(north)}
    found: list[tuple[float, RowMapping]] = []
    for box in boxes(north, east, near.within):
        bounds = {
            "south": box.south, "north": box.north, "west": box.west, "east": box.east,
            "bands": box.bands,
        }  # fmt: skip
        rows = connection.execute(query, {**values, **middle, **bounds}).mappings().all()
        place, (in_north, in_east) = (north, east), near.columns
        far = [kilometres(place, (float(row[in_north]), float(row[in_east]))) for row in rows]
        found = sorted(zip(far, rows, strict=True), key=lambda each: each[0])
        found = [each for each in found if each[0] <= box.reach]
        if len(found) == look_up.most:
            break
    shown = [
        {**{name: row[name] for name in look_up.gives}, DISTANCE: f"{far:.1f}"}
        for far, row in found
    ]
    if not shown:
        return Outcome(NONE)
    if look_up.alone and len(shown) == 1:
        return Outcome(ONE, shown[0])
    return Outcome(FOUND, {look_up.rows_as: shown})
