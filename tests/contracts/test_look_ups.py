"""Look-ups on both databases: what is found, in which order, and when there are too many."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.handler_calls.contract_check import held_to
from gateway.adapters.menu_files.compiling.look_ups import look_up
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.sql.datasets import first_rows, look_ups
from gateway.adapters.sql.datasets.look_ups import SqlLookUps
from gateway.adapters.sql.engine import transaction
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Amount, Day, Form, OneOf, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.handler_contract.service_call import Outcome
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
AT = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)

CLINICS = Dataset(
    name="clinics",
    columns=(
        Column(name="code", max=5, kind=Form("@####")),
        Column(name="name", max=30),
        Column(name="kind", max=10, kind=OneOf("hospital", "clinic")),
        Column(name="county", max=20),
        Column(name="ward", max=20, required=False),
        Column(name="beds", max=4, kind=WholeNumber(), required=False),
        Column(name="pin", max=4, kind=Form("####"), secret=True),
    ),
    key=("code",),
    search=("name", "county"),
    asked_by=(("county",), ("county", "ward"), ("county", "name"), ("county", "beds"), ("kind",)),
)
CLINIC_ROWS = [
    ("A0001", "St. Mary's Hospital", "hospital", "Wendu", "Kisima", "120", "1111"),
    ("A0002", "Neema", "clinic", "Amboro", "Kuu", "9", "2222"),
    ("A0003", "Sainte-Marie", "clinic", "Amboro", "Kuu", "", "3333"),
    ("A0004", "St Mary Mission", "clinic", "Amboro", "Bandari", "30", "4444"),
    ("B0005", "Jamii", "clinic", "Amboro", "", "30", "5555"),
]
PRICES = Dataset(
    name="prices",
    columns=(
        Column(name="what", max=8),
        Column(name="market", max=16),
        Column(name="week", max=10, kind=Day()),
        Column(name="price", max=8, kind=Amount(), required=False),
    ),
    key=("what", "market", "week"),
)
PRICE_ROWS = [
    ("maize", "Mbale", "2026-11-09", "40.50"),
    ("maize", "Mbale", "2026-11-16", "44.00"),
    ("maize", "Wendu", "2026-11-02", "36.00"),
    ("maize", "Wendu", "2026-11-16", "34.00"),
    ("beans", "Mbale", "2026-11-09", "90.00"),
    ("beans", "Mbale", "2026-11-16", "90"),
    ("rice", "Mbale", "2026-11-16", "120"),
]
DATASETS: Mapping[str, tuple[Dataset, Sequence[Sequence[str]]]] = {
    "clinics": (CLINICS, CLINIC_ROWS),
    "prices": (PRICES, PRICE_ROWS),
}


def load(database: Engine, folder: Path, dataset: Dataset, rows: Sequence[Sequence[str]]) -> None:
    """Loads rows as a file would bring them."""
    path = folder / f"{dataset.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[each.name for each in dataset.columns], *rows])
    dataset_files.load(database, KEYRING, dataset, path, now=FixedClock().now(), may_be_empty=True)


@pytest.fixture
def loaded(database: Engine, tmp_path: Path) -> Engine:
    """Returns a database with both datasets."""
    for dataset, rows in DATASETS.values():
        load(database, tmp_path, dataset, rows)
    return database


def asked(database: Engine, shape: Mapping[str, object], **answers: str) -> Outcome:
    """Returns what a look-up comes to, held to the contract that menus are checked against."""
    read = LookUpShape.model_validate({"outcomes": {}, **shape})
    datasets = {name: dataset for name, (dataset, _) in DATASETS.items()}
    made = look_up("sample.look", read, datasets)
    outcome = SqlLookUps(database, KEYRING).answer(made, datasets[read.lookup], answers, AT)
    return held_to(made.contract, made.back_end, outcome)


def names(outcome: Outcome, column: str = "name") -> list[str]:
    """Returns a column of the list that was found."""
    assert "found" == outcome.name, outcome.name
    (rows,) = outcome.values.values()
    assert not isinstance(rows, str)
    return [row[column] for row in rows]


LIST = {"lookup": "clinics", "list": {"as": "clinics", "most": 3}, "gives": ["code", "name"]}


@pytest.mark.parametrize(
    ("words", "outcome", "found"),
    [
        ("neema", "found", ["Neema"]),
        ("neema, jamii", "found", ["Neema", "Jamii"]),
        ("jamii;neema ،jamii", "found", ["Jamii", "Neema"]),
        ("mary hospital, sainte", "found", ["St. Mary's Hospital", "Sainte-Marie"]),
        ("st m, jamii, neema", "many", []),
        ("amboro, jamii", "many", []),
        ("neema, kampala", "none", []),
        (", ,", "none", []),
        (",".join("abcdefghijk"), "many", []),
    ],
)
def test_words_between_commas_are_looked_for_each_by_itself(
    loaded: Engine, words: str, outcome: str, found: list[str]
) -> None:
    apart = {"as": "clinics", "most": 3, "apart": True}
    told = asked(loaded, {**LIST, "list": apart, "search": "{words}"}, words=words)

    assert outcome == told.name
    assert found == (names(told) if found else [])


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"code": "{it}"}, ["Neema"]),
        ({"county": "Amboro", "ward": "Kuu"}, ["Neema", "Sainte-Marie"]),
        ({"county": "Wendu"}, ["St. Mary's Hospital"]),
        ({"county": "Amboro", "name": {"starts": "S"}}, ["Sainte-Marie", "St Mary Mission"]),
        ({"county": "Amboro", "name": {"starts": "St"}}, ["St Mary Mission"]),
        ({"county": "Amboro", "beds": {"from": "10"}}, ["St Mary Mission", "Jamii"]),
        ({"county": "Amboro", "beds": {"to": "9"}}, ["Neema"]),
        ({"county": "Amboro", "beds": {"from": "9", "to": "29"}}, ["Neema"]),
        ({"county": "Amboro", "beds": "30"}, ["St Mary Mission", "Jamii"]),
        ({"code": "{it}", "pin": "2222"}, ["Neema"]),
        ({"code": {"starts": "a"}, "kind": "hospital"}, ["St. Mary's Hospital"]),
    ],
)
def test_rows_are_found_by_what_is_asked_of_their_columns(
    loaded: Engine, where: Mapping[str, object], found: list[str]
) -> None:
    assert found == names(asked(loaded, {**LIST, "where": where}, it="A0002"))


@pytest.mark.parametrize(
    "where",
    [
        {"county": "amboro"},
        {"county": "Amboro' OR '1'='1"},
        {"county": "Amboro", "beds": {"from": "1000"}},
        {"county": "Amboro", "beds": {"from": "many"}},
        {"county": "Amboro", "name": {"starts": "%"}},
        {"code": "{it}", "pin": "3333"},
        {"code": "{not_answered}"},
    ],
)
def test_what_does_not_fit_is_not_found(loaded: Engine, where: Mapping[str, object]) -> None:
    assert Outcome("none") == asked(loaded, {**LIST, "where": where}, it="A0002")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("st mary", ["St. Mary's Hospital", "St Mary Mission"]),
        ("MARY ST", ["St. Mary's Hospital", "St Mary Mission"]),
        ("St. Mary’s", ["St. Mary's Hospital"]),
        ("mar", ["St. Mary's Hospital", "Sainte-Marie", "St Mary Mission"]),
        ("marie", ["Sainte-Marie"]),
        ("saínte", ["Sainte-Marie"]),
        ("mission amboro", ["St Mary Mission"]),
        ("mary wendu", ["St. Mary's Hospital"]),
        ("jamii", ["Jamii"]),
    ],
)
def test_names_are_found_by_words_anywhere_in_them(
    loaded: Engine, typed: str, found: list[str]
) -> None:
    assert found == names(asked(loaded, {**LIST, "search": "{words}"}, words=typed))


@pytest.mark.parametrize("typed", ["ary", "mary kisima", "%", "_", "'", "", "...", "st' OR 1=1"])
def test_words_that_no_name_has_find_none(loaded: Engine, typed: str) -> None:
    assert Outcome("none") == asked(loaded, {**LIST, "search": "{words}"}, words=typed)


def test_words_are_looked_for_within_what_was_chosen(loaded: Engine) -> None:
    shape = {**LIST, "where": {"county": "{county}"}, "search": "{name} {more}"}

    assert ["St Mary Mission"] == names(
        asked(loaded, shape, county="Amboro", name="st mary", more="")
    )
    assert Outcome("none") == asked(loaded, shape, county="Wendu", name="st mary", more="mission")


def test_more_rows_than_are_shown_are_many_and_never_cut(loaded: Engine) -> None:
    by_county = {**LIST, "where": {"county": "Amboro"}}

    assert Outcome("many") == asked(loaded, by_county)
    assert 4 == len(names(asked(loaded, {**by_county, "list": {"as": "all", "most": 4}})))


def test_words_that_very_many_rows_have_are_many(database: Engine, tmp_path: Path) -> None:
    rows = [
        (
            f"A{n:04}",
            f"Clinic {n} Amani" if n < 3 else f"Clinic {n}",
            "clinic",
            "Wendu",
            "",
            "",
            "1",
        )
        for n in range(2500)
    ]
    rows = [(*row[:-1], "1111") for row in rows]
    load(database, tmp_path, CLINICS, rows)

    assert Outcome("many") == asked(database, {**LIST, "search": "clin"})
    assert 3 == len(names(asked(database, {**LIST, "search": "clinic amani"})))


def test_a_row_alone_may_be_shown_at_once(loaded: Engine) -> None:
    shape = {**LIST, "search": "{words}", "outcomes": {"one": "details"}}

    assert Outcome("one", {"code": "B0005", "name": "Jamii"}) == asked(loaded, shape, words="jamii")
    assert 2 == len(names(asked(loaded, shape, words="st mary")))


def test_rows_come_in_the_order_of_the_file_or_of_a_column(loaded: Engine) -> None:
    four = {**LIST, "list": {"as": "all", "most": 9}, "where": {"county": "Amboro"}}

    assert ["A0002", "A0003", "A0004", "B0005"] == names(asked(loaded, four), "code")
    assert ["Jamii", "Neema", "Sainte-Marie", "St Mary Mission"] == names(
        asked(loaded, {**four, "order": "name"})
    )
    assert ["A0004", "B0005"] == names(asked(loaded, {**four, "order": "beds"}), "code")[-2:]


@pytest.mark.parametrize(
    ("shape", "values"),
    [
        ({"list": {"as": "l", "each": "county"}}, ["Wendu", "Amboro"]),
        ({"list": {"as": "l", "each": "county"}, "order": "county"}, ["Amboro", "Wendu"]),
        ({"list": {"as": "l", "each": "ward"}, "where": {"county": "Amboro"}}, ["Kuu", "Bandari"]),
        ({"list": {"as": "l", "each": "kind"}}, ["hospital", "clinic"]),
    ],
)
def test_the_different_values_of_a_column_are_a_list(
    loaded: Engine, shape: Mapping[str, object], values: list[str]
) -> None:
    (column,) = [str(shape["list"]["each"])]  # type: ignore[index] # it is a map

    assert values == names(asked(loaded, {"lookup": "clinics", **shape}), column)


EACH = (
    {"list": {"as": "l", "each": "county"}},
    {"list": {"as": "l", "each": "county"}, "order": "county"},
    {"list": {"as": "l", "each": "county", "within": "ward"}},
    {"list": {"as": "l", "each": "ward"}, "where": {"county": "Amboro"}},
    {"list": {"as": "l", "each": "ward"}, "where": {"county": "{county}"}},
    {"list": {"as": "l", "each": "beds"}, "where": {"county": "Amboro"}},
    {"list": {"as": "l", "each": "name"}, "where": {"county": "Nowhere"}},
)


@pytest.mark.parametrize("without", ["too many values", "of an older version"])
def test_different_values_are_the_same_whether_their_first_rows_are_marked(
    database: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    def told() -> list[Outcome]:
        shapes = ({"lookup": "clinics", **shape} for shape in EACH)
        return [asked(database, shape, county="Wendu") for shape in shapes]

    load(database, tmp_path, CLINICS, CLINIC_ROWS)
    marked = told()
    if without == "too many values":
        monkeypatch.setattr(first_rows, "MOST_MARKED", 1)
        load(database, tmp_path, CLINICS, CLINIC_ROWS)
    else:
        with transaction(database) as connection:
            connection.execute(text('ALTER TABLE data_clinics RENAME COLUMN "_firsts" TO "_old"'))

    assert marked == told()
    assert ["found"] * 6 + ["none"] == [outcome.name for outcome in marked]


def test_more_values_than_are_shown_are_many(loaded: Engine) -> None:
    shape = {"lookup": "clinics", "list": {"as": "l", "each": "county", "most": 1}}

    assert Outcome("many") == asked(loaded, shape)
    assert Outcome("none") == asked(
        loaded, {"lookup": "clinics", "list": {"as": "l", "each": "ward"}, "where": {"county": "x"}}
    )


def test_the_different_values_among_what_words_lead_to_are_a_list(loaded: Engine) -> None:
    shape = {"lookup": "clinics", "list": {"as": "l", "each": "county"}, "search": "{words}"}

    assert ["Wendu", "Amboro"] == names(asked(loaded, shape, words="st mary"), "county")
    assert ["Amboro"] == names(asked(loaded, shape, words="neema"), "county")
    assert Outcome("none") == asked(loaded, shape, words="nobody")


def test_values_within_each_value_are_named_with_it(loaded: Engine) -> None:
    shape = {"lookup": "clinics", "list": {"as": "l", "each": "county", "within": "ward"}}

    (rows,) = asked(loaded, shape).values.values()

    assert [
        {"county": "Wendu", "ward": "Kisima"},
        {"county": "Amboro", "ward": "Kuu, Bandari"},
    ] == rows


def test_a_value_is_in_the_list_also_when_nothing_is_within_it(
    database: Engine, tmp_path: Path
) -> None:
    bare = ("C0006", "Tumaini", "clinic", "Zuri", "", "", "6666")
    load(database, tmp_path, CLINICS, [bare, *CLINIC_ROWS])
    shape = {"lookup": "clinics", "list": {"as": "l", "each": "county", "within": "ward"}}

    (rows,) = asked(database, shape).values.values()

    assert {"county": "Zuri", "ward": ""} == rows[0]
    assert ["Zuri", "Wendu", "Amboro"] == names(asked(database, shape), "county")


def test_no_value_is_left_out_where_very_many_stand_within_the_first(
    loaded: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look_ups, "MOST_PAIRS", 2)
    shape = {"lookup": "clinics", "list": {"as": "l", "each": "county", "within": "ward"}}

    assert ["Wendu", "Amboro"] == names(asked(loaded, shape), "county")
    assert ["Amboro", "Wendu"] == names(asked(loaded, {**shape, "order": "county"}), "county")
    by_one = {**shape, "list": {**shape["list"], "most": 1}}  # type: ignore[dict-item]
    assert Outcome("many") == asked(loaded, by_one)


def test_what_is_told_of_the_one_value_is_of_a_row_that_has_it(
    database: Engine, tmp_path: Path
) -> None:
    without = ("C0006", "Neema Annex", "clinic", "Zuri", "", "", "6666")
    load(database, tmp_path, CLINICS, [without, *CLINIC_ROWS])
    shape = {
        "lookup": "clinics",
        "list": {"as": "l", "each": "ward"},
        "search": "{words}",
        "gives": ["county"],
        "outcomes": {"one": "shown"},
    }

    assert Outcome("one", {"county": "Amboro"}) == asked(database, shape, words="neema")


ONE = {"lookup": "clinics", "gives": "name"}


@pytest.mark.parametrize(
    ("shape", "outcome"),
    [
        ({"where": {"code": "A0002"}}, Outcome("found", {"name": "Neema"})),
        ({"where": {"code": "A0009"}}, Outcome("none")),
        ({"where": {"county": "Wendu"}}, Outcome("found", {"name": "St. Mary's Hospital"})),
        ({"where": {"county": "Amboro"}}, Outcome("many")),
        ({"where": {"code": "A0001"}, "found_by": "kind"},
         Outcome("hospital", {"name": "St. Mary's Hospital"})),
        ({"where": {"code": "A0002"}, "found_by": "kind"}, Outcome("clinic", {"name": "Neema"})),
        ({"where": {"county": "Amboro"}, "order": "name"}, Outcome("found", {"name": "Jamii"})),
        ({"where": {"county": "Amboro"}, "latest": "beds"}, Outcome("found", {"name": "Jamii"})),
    ],
)  # fmt: skip
def test_one_row_is_found_by_its_key_or_as_the_first(
    loaded: Engine, shape: Mapping[str, object], outcome: Outcome
) -> None:
    assert outcome == asked(loaded, {**ONE, **shape})


PRICE = {
    "lookup": "prices", "where": {"what": "{what}", "market": "{market}"}, "latest": "week",
    "change": "price", "gives": ["price", "week"],
}  # fmt: skip
NEWEST = "2026-11-16"


@pytest.mark.parametrize(
    ("what", "market", "days", "outcome"),
    [
        ("maize", "Mbale", 7, Outcome("up", {"price": "44.00", "week": NEWEST, "change": "3.50"})),
        ("maize", "Wendu", None,
         Outcome("down", {"price": "34.00", "week": NEWEST, "change": "2.00"})),
        ("maize", "Wendu", 7, Outcome("first", {"price": "34.00", "week": NEWEST})),
        ("beans", "Mbale", 7, Outcome("same", {"price": "90", "week": NEWEST})),
        ("rice", "Mbale", None, Outcome("first", {"price": "120", "week": NEWEST})),
        ("milk", "Mbale", 7, Outcome("none")),
    ],
)  # fmt: skip
def test_the_latest_row_is_compared_with_the_row_before(
    loaded: Engine, what: str, market: str, days: int | None, outcome: Outcome
) -> None:
    shape = {**PRICE, **({"change_days": days} if days else {})}

    assert outcome == asked(loaded, shape, what=what, market=market)


@pytest.mark.parametrize(
    ("least", "outcome"),
    [("2026-11-16", "found"), ("{today}", "none")],
)
def test_what_holds_until_a_day_is_asked_for_with_the_citizens_day(
    loaded: Engine, least: str, outcome: str
) -> None:
    where = {"what": "rice", "market": "Mbale", "week": {"from": least}}

    assert outcome == asked(loaded, {"lookup": "prices", "where": where, "gives": "price"}).name


def test_rows_are_counted_and_summed_up_to_the_last_decimal(loaded: Engine) -> None:
    shape = {
        "lookup": "prices", "where": {"what": "maize"}, "count": "prices", "sum": {"all": "price"}
    }  # fmt: skip

    assert Outcome("found", {"prices": "4", "all": "154.50"}) == asked(loaded, shape)
    assert Outcome("none") == asked(loaded, {**shape, "where": {"what": "milk"}})
