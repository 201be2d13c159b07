"""Rows near a place, on both databases: in the order of their distance, and by an index."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, text

from gateway.adapters.sql.engine import statements
from gateway.domain.datasets.column_kinds import Amount, OneOf, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.datasets.indexes import is_indexed
from gateway.domain.handler_contract.nearness import kilometres
from gateway.domain.handler_contract.service_call import Outcome
from tests.contracts import test_look_ups as look_ups
from tests.contracts.test_look_ups_of_a_country import _plan, _steps, heard

PLACES = Dataset(
    name="clinics",
    columns=(
        Column(name="code", max=6, kind=WholeNumber(maximum=999_999)),
        Column(name="kind", max=8, kind=OneOf("hospital", "clinic")),
        Column(name="latitude", max=10, kind=Amount(6, Decimal(-90)), required=False),
        Column(name="longitude", max=11, kind=Amount(6, Decimal(-180)), required=False),
    ),
    key=("code",),
    asked_by=(("latitude", "longitude"), ("kind", "latitude", "longitude")),
)
#: Nairobi, what is near it, the coast, a place south and west of zero, and one nobody has measured.
ROWS = [
    ("1", "hospital", "-1.2864", "36.8172"),
    ("2", "clinic", "-1.3000", "36.8172"),
    ("3", "clinic", "-1.2864", "36.9000"),
    ("4", "hospital", "-1.0388", "37.0834"),
    ("5", "hospital", "-4.0435", "39.6682"),
    ("6", "clinic", "-0.5200", "-0.2500"),
    ("7", "clinic", "", ""),
]
NEAR = {
    "lookup": "clinics", "list": {"as": "near", "most": 3}, "gives": ["code"],
    "near": {"latitude": "{north}", "longitude": "{east}"},
}  # fmt: skip
NAIROBI = {"north": "-1.2864", "east": "36.8172"}


@pytest.fixture
def loaded(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Returns a database with these places."""
    monkeypatch.setitem(look_ups.DATASETS, "clinics", (PLACES, ROWS))  # type: ignore[arg-type] # a dict
    look_ups.load(database, tmp_path, PLACES, ROWS)
    return database


def rows_of(outcome: Outcome) -> list[tuple[str, str]]:
    """Returns code and distance of each row that was found."""
    assert "found" == outcome.name, outcome.name
    rows = outcome.values["near"]
    assert not isinstance(rows, str)
    return [(row["code"], row["distance"]) for row in rows]


def test_the_nearest_rows_come_first_each_with_its_distance(loaded: Engine) -> None:
    told = rows_of(look_ups.asked(loaded, NEAR, **NAIROBI))

    assert [("1", "0.0"), ("2", "1.5"), ("3", "9.2")] == told


@pytest.mark.parametrize(
    ("within", "codes"),
    [(1, ["1"]), (2, ["1", "2"]), (50, ["1", "2", "3", "4"]), (1000, ["1", "2", "3", "4", "5"])],
)
def test_no_row_is_farther_than_what_is_asked(
    loaded: Engine, within: int, codes: list[str]
) -> None:
    shape = {**NEAR, "near": {**NEAR["near"], "within": within}, "list": {"as": "near"}}  # type: ignore[dict-item] # a map

    assert codes == [code for code, _ in rows_of(look_ups.asked(loaded, shape, **NAIROBI))]


def test_what_is_near_may_have_to_be_something_else_too(loaded: Engine) -> None:
    shape = {**NEAR, "where": {"kind": "hospital"}}

    assert [("1", "0.0"), ("4", "40.4")] == rows_of(look_ups.asked(loaded, shape, **NAIROBI))


def test_signs_of_degrees_count(loaded: Engine) -> None:
    told = rows_of(look_ups.asked(loaded, NEAR, north="-0.5", east="-0.25"))

    assert [("6", "2.2")] == told


@pytest.mark.parametrize(
    ("north", "east"),
    [("60", "10"), ("", ""), ("x", "1"), ("91", "0"), ("0", "-181"), ("NaN", "0"), ("90", "0")],
)
def test_near_what_is_no_place_or_far_from_all_there_is_none(
    loaded: Engine, north: str, east: str
) -> None:
    assert Outcome("none") == look_ups.asked(loaded, NEAR, north=north, east=east)


def test_the_one_row_there_is_may_be_shown_at_once(loaded: Engine) -> None:
    shape = {**NEAR, "outcomes": {"one": "details"}}

    told = look_ups.asked(loaded, shape, north="-0.52", east="-0.25")

    assert Outcome("one", {"code": "6", "distance": "0.0"}) == told


def scattered(count: int) -> Iterator[tuple[str, str, str, str]]:
    """Yields places over a country, many of them in one town."""
    chance = Random(13)
    for number in range(count):
        town = number % 3 == 0
        north = chance.gauss(-1.3, 0.05) if town else chance.uniform(-4.5, 4.5)
        east = chance.gauss(36.8, 0.05) if town else chance.uniform(34, 41)
        yield str(number), chance.choice(["hospital", "clinic"]), f"{north:.6f}", f"{east:.6f}"


def test_they_are_those_that_are_nearest_of_all(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(scattered(2000))
    monkeypatch.setitem(look_ups.DATASETS, "clinics", (PLACES, rows))  # type: ignore[arg-type] # a dict
    look_ups.load(database, tmp_path, PLACES, rows)

    for north, east in [(-1.3, 36.8), (-1.0, 36.5), (3.9, 40.6), (0.0, 34.1)]:
        far = sorted(
            (kilometres((north, east), (float(lat), float(lon))), code)
            for code, _, lat, lon in rows
        )
        expected = [(code, f"{km:.1f}") for km, code in far[:3] if km <= 100]
        told = rows_of(look_ups.asked(database, NEAR, north=str(north), east=str(east)))
        assert expected == told


@pytest.mark.parametrize("where", [{}, {"kind": "clinic"}])
def test_an_index_leads_to_them(
    database: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: Mapping[str, str],
) -> None:
    rows = list(scattered(500))
    monkeypatch.setitem(look_ups.DATASETS, "clinics", (PLACES, rows))  # type: ignore[arg-type] # a dict
    look_ups.load(database, tmp_path, PLACES, rows)
    with heard(database) as made:
        look_ups.asked(database, {**NEAR, "where": where}, **NAIROBI)
    with statements(database) as connection:
        if database.dialect.name == "postgresql":  # a list this small may well be read through
            connection.execute(text("SET enable_seqscan = off"))
        plans = [_plan(connection, *each) for each in made]
        if database.dialect.name == "postgresql":
            connection.execute(text("RESET enable_seqscan"))

    assert plans
    for plan in plans:
        assert any("data_clinics" in step and ("INDEX" in step or "Index" in step) for step in plan)


def test_rows_that_are_as_far_north_and_elsewhere_are_not_looked_at(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = Random(13)
    rows = [
        (str(n), "clinic", f"{chance.uniform(-1.3, -1.28):.6f}", f"{chance.uniform(34, 41):.6f}")
        for n in range(5000)
    ]
    monkeypatch.setitem(look_ups.DATASETS, "clinics", (PLACES, rows))  # type: ignore[arg-type] # a dict
    look_ups.load(database, tmp_path, PLACES, rows)
    with heard(database) as made:
        assert 3 == len(rows_of(look_ups.asked(database, NEAR, **NAIROBI)))
    with statements(database) as connection:
        if database.dialect.name == "sqlite":
            assert _steps(connection, made) < len(rows)
        else:
            steps = [step for each in made for step in _plan(connection, *each)]
            assert all("floor(" in step for step in steps if "Index Cond" in step)
            assert any("Index Cond" in step for step in steps)


def test_an_index_of_places_is_none_of_latitudes() -> None:
    north = ("latitude",)

    assert is_indexed(PLACES, (), ("latitude", "longitude"), near=True)
    assert not is_indexed(PLACES, (), north)
    assert is_indexed(replace(PLACES, asked_by=(("latitude", "code"),)), (), north)
    assert not is_indexed(PLACES, ("kind",), north)
    assert is_indexed(PLACES, ("kind",), ())


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((-1.2864, 36.8172), (-4.0435, 39.6682), 441),
        ((0.0, 0.0), (0.0, 180.0), math.pi * 6371.0088),
        ((48.8566, 2.3522), (48.8566, 2.3522), 0),
    ],
)
def test_distances_are_those_of_a_globe(
    one: tuple[float, float], other: tuple[float, float], expected: float
) -> None:
    assert round(expected) == round(kilometres(one, other))
