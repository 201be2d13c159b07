"""A country's list of facilities: each is reached in four screens, and none is looked for in all.

The screens: words of the name, the sub-county where many have them, the list, the facility.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from gateway.adapters.menu_files.compiling.look_ups import look_up
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.sql.engine import create, statements
from gateway.domain.datasets.column_kinds import Form
from gateway.domain.datasets.dataset import Column, Dataset
from tests.contracts import test_look_ups as look_ups
from tests.facility_list import COUNTIES, FACILITIES, MOST_IN_ONE, SUB_COUNTIES, facilities

DATASET = Dataset(
    name="clinics",
    columns=(
        Column(name="code", max=5, kind=Form("#####")),
        Column(name="name", max=30),
        Column(name="county", max=12),
        Column(name="sub_county", max=12),
    ),
    key=("code",),
    search=("name", "sub_county"),
    asked_by=(("county",), ("county", "sub_county"), ("sub_county",)),
)
BY_WORDS = {
    "lookup": "clinics", "search": "{words} {more}", "list": {"as": "found", "most": 20},
    "gives": ["code", "name"],
}  # fmt: skip
ALL = list(facilities())


@pytest.fixture
def country(database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Returns a database with the whole list."""
    monkeypatch.setitem(look_ups.DATASETS, "clinics", (DATASET, ALL))  # type: ignore[arg-type] # a dict
    look_ups.load(database, tmp_path, DATASET, ALL)
    return database


def test_the_list_has_the_size_and_shape_of_a_countrys() -> None:
    in_one = Counter((county, sub_county) for _, _, county, sub_county in ALL)

    assert FACILITIES == len(ALL) == len({code for code, *_ in ALL})
    assert (COUNTIES, SUB_COUNTIES) == (len({c for c, _ in in_one}), len(in_one))
    assert MOST_IN_ONE == max(in_one.values())


def test_each_facility_is_reached_in_at_most_four_screens(country: Engine) -> None:
    for code, name, _, sub_county in ALL[::97]:
        outcome = look_ups.asked(country, BY_WORDS, words=name, more="")
        if outcome.name == "many":
            outcome = look_ups.asked(country, BY_WORDS, words=name, more=sub_county)

        assert code in look_ups.names(outcome, "code"), (name, sub_county)


@pytest.mark.parametrize(
    ("list_", "asked_by", "found"),
    [
        ({"each": "county"}, (("county",),), True),
        ({"each": "county"}, (("county", "sub_county"),), False),
        ({"each": "county", "within": "sub_county"}, (("county", "sub_county"),), True),
        ({"each": "county", "within": "sub_county"}, (("county", "sub_county", "name"),), False),
    ],
)
def test_different_values_need_an_index_without_further_columns(
    list_: dict[str, str], asked_by: tuple[tuple[str, ...], ...], found: bool
) -> None:
    """Otherwise the first row of a value is found by looking at all that have it."""
    shape = {"lookup": "clinics", "list": {"as": "l", **list_}, "outcomes": {}}
    dataset = replace(DATASET, asked_by=asked_by)
    made = look_up("sample.look", LookUpShape.model_validate(shape), {"clinics": dataset})

    assert found == made.is_indexed(dataset)


SHAPES = [
    {"where": {"code": "00077"}, "gives": "name"},
    {"where": {"sub_county": ALL[0][3]}, "gives": ["name"], "list": {"as": "l", "most": 99}},
    {"where": {"county": ALL[0][2]}, "list": {"as": "l", "each": "sub_county"}},
    {"list": {"as": "l", "each": "county", "most": 60}},
    {"list": {"as": "l", "each": "county", "within": "sub_county", "most": 60}},
    {"search": "mary hospital", "gives": ["name"], "list": {"as": "l", "most": 20}},
    {"where": {"sub_county": ALL[0][3]}, "search": "mary", "gives": ["name"], "list": {"as": "l"}},
    {"where": {"sub_county": ALL[0][3]}, "count": "number"},
]


@pytest.mark.parametrize("number", range(len(SHAPES)))
def test_no_look_up_reads_through_the_whole_list(country: Engine, number: int) -> None:
    with heard(country) as made:
        look_ups.asked(country, {"lookup": "clinics", **SHAPES[number]})
    with statements(country) as connection:
        if country.dialect.name == "postgresql":  # a list this small may well be read through
            connection.execute(text("SET enable_seqscan = off"))
        plans = [_plan(connection, *each) for each in made]
        if country.dialect.name == "postgresql":
            connection.execute(text("RESET enable_seqscan"))
        else:  # a plan does not say where on an index it begins
            assert _steps(connection, made) < 3 * FACILITIES

    assert plans
    for plan in plans:
        assert not [step for step in plan if _reads_all(step)], plan


@pytest.mark.parametrize(
    "shape",
    [
        {"list": {"as": "l", "each": "county", "most": 60}},
        {"list": {"as": "l", "each": "county", "within": "sub_county", "most": 60}},
        {"where": {"county": "County3"}, "list": {"as": "l", "each": "sub_county"}},
    ],
)
def test_different_values_cost_the_same_however_many_rows_have_each(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shape: dict[str, object]
) -> None:
    costs = []
    for rows in (500, 8000):
        some = [
            (f"{n:05}", f"Kituo {n}", f"County{n % 303 % 47}", f"Sub{n % 303}") for n in range(rows)
        ]
        dataset = replace(DATASET, search=())
        monkeypatch.setitem(look_ups.DATASETS, "clinics", (dataset, some))  # type: ignore[arg-type] # a dict
        look_ups.load(database, tmp_path, dataset, some)
        with heard(database) as made:
            look_ups.asked(database, {"lookup": "clinics", **shape})
        with statements(database) as connection:
            if database.dialect.name == "sqlite":
                costs.append(_steps(connection, made, each=1))
            else:
                connection.execute(text("SET enable_seqscan = off"))
                costs.append(_pages(connection, made))
                connection.execute(text("RESET enable_seqscan"))
    few, many = costs

    assert many <= 1.1 * few, costs


#: Half of a list are large, few are rare, and nobody is called otherwise.
_LISTED = {"gives": ["name"], "list": {"as": "l", "most": 20}}
IN_COUNTY = [
    {"where": {"county": "County1"}, **_LISTED},
    {"where": {"county": "County1"}, "latest": "code", "gives": ["name"]},
    {"where": {"county": "County1"}, "count": "number"},
]
RARE = [
    {"search": "nadra", **_LISTED},
    {"search": "nadra", **_LISTED, "order": "name"},
    {"search": "nadra", "latest": "code", "gives": ["name"]},
    {"search": "nadra", "count": "number"},
    {"search": "nadra", "list": {"as": "l", "each": "county"}},
    {"search": "nadra", "where": {"county": "County1"}, **_LISTED},
    {"search": "nadra", "where": {"name": {"starts": "Kituo"}}, **_LISTED},
    {"search": "nadra sana", **_LISTED},
    {"search": "nadra", "where": {"sub_county": "Sub3"}, **_LISTED},
]
OTHER_WORDS = [
    {"search": "nadra kubwa", **_LISTED},
    {"search": "kubwa nadra", "where": {"name": {"starts": "Kituo"}}, **_LISTED},
    {"search": "kubwa", **_LISTED},
    {"search": "kubwa kituo", **_LISTED},
    {"search": "nowhere", **_LISTED},
    {"search": "nowhere kubwa", **_LISTED},
]


def _named(count: int) -> list[tuple[str, str, str, str]]:
    """Returns a list of which a few are rare, and every second one is large."""
    return [
        (
            f"{n:05}",
            f"Kituo{n}{' Nadra Sana' if n < 8 else ''}{' Kubwa' if n % 2 else ''}",
            f"County{n % 2}",
            f"Sub{n % 303}",
        )
        for n in range(count)
    ]


def test_postgresql_plans_a_look_up_once_however_long_the_list_is(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To plan it takes longer than to read what is looked for. SQLite never plans anew."""
    some = _named(8000)
    monkeypatch.setitem(look_ups.DATASETS, "clinics", (DATASET, some))  # type: ignore[arg-type] # a dict
    look_ups.load(database, tmp_path, DATASET, some)
    alone = create(database.url.render_as_string(hide_password=False), pool_size=1)
    on_postgresql = alone.dialect.name == "postgresql"
    planned = []
    try:
        for shape in (*IN_COUNTY, *RARE, *OTHER_WORDS):
            with heard(alone) as made:
                outcome = look_ups.asked(alone, {"lookup": "clinics", **shape})
            assert made, shape
            assert outcome.name in ("found", "many", "none"), shape
            if not on_postgresql:
                continue
            for _ in range(24):
                look_ups.asked(alone, {"lookup": "clinics", **shape})
        if on_postgresql:
            with statements(alone) as connection:
                planned = connection.exec_driver_sql(
                    "SELECT generic_plans, custom_plans, statement FROM pg_prepared_statements "
                    "WHERE statement LIKE '%%_clinics%%'"
                ).all()
    finally:
        alone.dispose()

    assert bool(planned) == on_postgresql
    assert not [each for each in planned if not each[1] <= 5 < each[0]]


def test_words_cost_the_same_however_long_the_list_is(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that few have lead to the same pages, and those that half have are not read through."""
    on_sqlite = database.dialect.name == "sqlite"
    of_rare: list[list[int]] = []
    of_others: list[int] = []
    for size in (1000, 8000):
        some = _named(size)
        monkeypatch.setitem(look_ups.DATASETS, "clinics", (DATASET, some))  # type: ignore[arg-type] # a dict
        look_ups.load(database, tmp_path, DATASET, some)
        costs = []
        with statements(database) as connection:
            for shape in (*RARE, *OTHER_WORDS):
                with heard(database) as made:
                    look_ups.asked(database, {"lookup": "clinics", **shape})
                cost = _steps(connection, made, each=1) if on_sqlite else _pages(connection, made)
                costs.append(cost)
        of_rare.append(costs[: len(RARE)])
        of_others += costs[len(RARE) :]
    few, many = of_rare

    # An index may be a level deeper. Of what many have, so many rows are looked at at most.
    assert all(more <= 1.1 * less + 2 for less, more in zip(few, many, strict=True)), of_rare
    assert max(of_others) < (50_000 if on_sqlite else 300), of_others


def _reads_all(step: str) -> bool:
    """Returns whether a step of a plan goes through a table, or an index from end to end."""
    scans = ("SCAN data_clinics", "SCAN words_clinics", "Seq Scan on data_", "Seq Scan on words_")
    return any(scan in step for scan in scans)


def _steps(connection: Connection, made: Sequence[tuple[str, object]], *, each: int = 100) -> int:
    """Returns about how many steps SQLite's machine takes for statements; a row takes several."""
    driver, heard = connection.connection.driver_connection, [0]
    assert isinstance(driver, sqlite3.Connection)

    def count() -> None:
        heard[0] += 1

    driver.set_progress_handler(count, each)
    try:
        for statement, parameters in made:
            connection.exec_driver_sql(statement, parameters).all()  # type: ignore[arg-type] # as it was sent
    finally:
        driver.set_progress_handler(None, 0)
    return heard[0] * each


def _pages(connection: Connection, made: Sequence[tuple[str, object]]) -> int:
    """Returns how many pages PostgreSQL looks at for statements."""
    pages = 0
    for statement, parameters in made:
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}"
        ((told,),) = connection.exec_driver_sql(explain, parameters).all()  # type: ignore[arg-type] # as it was sent
        plan = told[0]["Plan"]
        pages += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return pages


def _plan(connection: Connection, statement: str, parameters: object) -> list[str]:
    explain = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    found = connection.exec_driver_sql(f"{explain} {statement}", parameters)  # type: ignore[arg-type] # as it was sent
    return [str(row[-1]) for row in found]


class heard:
    """Hears the statements that are made within."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._made: list[tuple[str, object]] = []

    def _hear(self, *told: object) -> None:
        statement, parameters = str(told[2]), told[3]
        if "clinics" in statement:
            self._made.append((statement, parameters))

    def __enter__(self) -> list[tuple[str, object]]:
        event.listen(self._engine, "before_cursor_execute", self._hear)
        return self._made

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._hear)
