"""Areas are placed by code, by name or by border; what is not found is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.alerts.alert import Area
from gateway.domain.alerts.districts import District, Part, placed
from tests.alerts.samples import DISTRICTS

_SQUARE = ((0.9, 34.0), (0.9, 34.4), (1.3, 34.4), (1.3, 34.0), (0.9, 34.0))


@pytest.mark.parametrize(
    ("area", "found"),
    [
        (Area(description="x", geocodes=[("ZM-DISTRICT", "014")]), ["Mbale"]),
        (Area(description="x", geocodes=[("zm-district", " 014 ")]), ["Mbale"]),
        (Area(description="x", geocodes=[("SAME", "014")]), []),
        (Area(description="x", geocodes=[("ZM-DISTRICT", "14")]), []),
        (Area(description="MBALE"), ["Mbale"]),
        (Area(description="Mbalé  district"), ["Mbale"]),
        (Area(description="Kisoro and Mbale"), ["Mbale", "Kisoro"]),
        (Area(description="Kisoro, Mbale District"), ["Mbale", "Kisoro"]),
        (Area(description="Mbale town market"), []),
        (Area(description="x", polygons=[_SQUARE]), ["Mbale"]),
        (Area(description="x", polygons=[[(lat - 1, long) for lat, long in _SQUARE]]), []),
        (Area(description="x", circles=[((1.08, 34.0), 20.0)]), ["Mbale"]),
        (Area(description="x", circles=[((1.08, 34.0), 18.0)]), []),
        (Area(description="x"), []),
    ],
)
def test_an_area_means_the_districts_that_it_names_or_holds(area: Area, found: list[str]) -> None:
    where = placed([area], DISTRICTS)
    assert list(where.districts) == found
    assert list(where.unknown) == ([] if found else [area.description])


def test_a_code_and_a_border_of_two_districts_count_both() -> None:
    area = Area(description="x", geocodes=[("ZM-DISTRICT", "031")], polygons=[_SQUARE])
    assert list(placed([area], DISTRICTS).districts) == ["Mbale", "Kisoro"]


_TWO_TOWNS = District(
    name="Mbale", geocodes=frozenset({("C", "1")}), points=((1.08, 34.17), (1.4, 34.17))
)


@pytest.mark.parametrize(
    ("areas", "held"),
    [
        ([Area(description="x", polygons=[_SQUARE])], 1),
        ([Area(description="x", circles=[((1.08, 34.17), 5.0)])], 1),
        ([Area(description="x", circles=[((1.08, 34.17), 50.0)])], None),
        ([Area(description="x", geocodes=[("C", "1")], polygons=[_SQUARE])], 1),
        ([Area(description="Mbale", circles=[((9.0, 9.0), 1.0)])], 0),
        ([Area(description="x", geocodes=[("C", "1")])], None),
        ([Area(description="x", polygons=[_SQUARE]), Area(description="Mbale")], None),
        ([Area(description="x", polygons=[_SQUARE], circles=[((1.4, 34.17), 1.0)])], None),
        ([Area(description="x", circles=[(at, 1.0)]) for at in _TWO_TOWNS.points], None),
    ],
)
def test_a_border_that_holds_some_of_the_points_means_a_part(
    areas: list[Area], held: int | None
) -> None:
    where = placed(areas, [_TWO_TOWNS])
    assert ["Mbale"] == list(where.districts)
    assert ([] if held is None else [Part("Mbale", held, 2)]) == list(where.partly)


def test_a_district_without_points_is_never_said_to_be_a_part() -> None:
    area = Area(description="Mbale", polygons=[_SQUARE])
    assert [] == list(placed([area], [District(name="Mbale")]).partly)


@given(
    st.floats(-60, 60), st.floats(-170, 170), st.floats(0.1, 5), st.floats(-0.99, 0.99),
    st.floats(-0.99, 0.99), st.integers(0, 3),
)  # fmt: skip
def test_a_point_is_in_a_rectangle_wherever_its_border_begins(
    lat: float, long: float, half: float, up: float, right: float, begins: int
) -> None:
    corners = [(lat - half, long - half), (lat - half, long + half), (lat + half, long + half),
               (lat + half, long - half)]  # fmt: skip
    turned = corners[begins:] + corners[:begins]
    border = Area(description="x", polygons=[[*turned, turned[0]]])
    inside = District(name="in", points=[(lat + up * half, long + right * half)])
    outside = District(name="out", points=[(lat + (up + 2.1) * half, long + right * half)])
    assert list(placed([border], [inside, outside]).districts) == ["in"]
