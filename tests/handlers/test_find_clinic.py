"""Finding a clinic, over the sample facilities."""

from __future__ import annotations

import pytest

from gateway.handler_api import Outcome, ServiceFailed
from handlers.find_clinic import MAX_FACILITIES
from tests.handlers.desk import DeskInMemory, call_of, listed, run

FACILITY = {
    "id": "0101",
    "name": "Mbale Kuu",
    "kind": "hospital",
    "region": "Amboro",
    "district": "Mbale",
    "hours": "00:00-24:00",
    "phone": "+99921001010",
    "place": "Mnara 143",
}


def names(outcome: Outcome, rows: str) -> list[str]:
    return [row["name"] for row in listed(outcome, rows)]


def test_regions_come_once_each_in_the_order_of_the_file() -> None:
    outcome = run(call_of("list_regions", {}), DeskInMemory())

    assert names(outcome, "regions") == ["Amboro", "Keluwa", "Nyandari", "Tisoke"]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("Amboro", ["Mbale", "Sorindo", "Kitembe", "Olare"]),
        ("Tisoke", ["Tulima", "Ngelo", "Badira"]),
    ],
)
def test_districts_are_those_of_the_region(region: str, expected: list[str]) -> None:
    outcome = run(call_of("list_districts", {"region": region}), DeskInMemory())

    assert expected == names(outcome, "districts")


def test_facilities_are_those_of_the_district() -> None:
    outcome = run(call_of("list_facilities", {"district": "Mbale"}), DeskInMemory())

    assert outcome.name == "found"
    assert names(outcome, "facilities") == ["Mbale Kuu", "Neema", "Furaha", "Jamii", "Umoja"]


@pytest.mark.parametrize(
    ("handler", "answers"),
    [
        ("list_districts", {"region": "Atlantis"}),
        ("list_districts", {"region": ""}),
        ("list_facilities", {"district": "Atlantis"}),
        ("list_facilities", {"district": "mbale"}),
    ],
)
def test_a_place_without_facilities_has_none(handler: str, answers: dict[str, str]) -> None:
    outcome = run(call_of(handler, answers), DeskInMemory())

    assert Outcome("none") == outcome


@pytest.mark.parametrize(
    ("handler", "answers"),
    [
        ("list_regions", {}),
        ("list_districts", {"region": "Amboro"}),
        ("list_facilities", {"district": "Mbale"}),
        ("list_all_districts", {}),
    ],
)
def test_before_the_data_is_imported_every_list_says_none(
    handler: str, answers: dict[str, str]
) -> None:
    outcome = run(call_of(handler, answers), DeskInMemory({"facilities": []}))

    assert Outcome("none") == outcome


@pytest.mark.parametrize(
    ("facility", "kind", "name"),
    [
        ("0101", "hospital", "Mbale Kuu"),
        ("0102", "health_centre", "Neema"),
        ("0103", "dispensary", "Furaha"),
    ],
)
def test_the_kind_of_a_facility_is_the_outcome(facility: str, kind: str, name: str) -> None:
    outcome = run(call_of("facility_details", {"facility": facility}), DeskInMemory())

    assert (kind, name) == (outcome.name, outcome.values["name"])


def test_details_hold_what_a_caller_needs_to_get_there() -> None:
    outcome = run(call_of("facility_details", {"facility": "0101"}), DeskInMemory())

    assert outcome.values == {
        "name": "Mbale Kuu",
        "place": "Mnara 143",
        "hours": "00:00-24:00",
        "phone": "+99921001010",
    }


@pytest.mark.parametrize("facility", ["9999", "", "101", "Mbale Kuu"])
def test_a_facility_that_left_the_data_is_unknown(facility: str) -> None:
    outcome = run(call_of("facility_details", {"facility": facility}), DeskInMemory())

    assert Outcome("unknown") == outcome


def test_a_kind_without_words_is_an_error_that_says_what_to_do() -> None:
    desk = DeskInMemory({"facilities": [{**FACILITY, "kind": "clinic"}]})

    with pytest.raises(ServiceFailed, match=r"0101.*'clinic'.*Write one of hospital"):
        run(call_of("facility_details", {"facility": "0101"}), desk)


def test_a_longer_list_than_declared_is_cut() -> None:
    many = [{**FACILITY, "id": str(number)} for number in range(MAX_FACILITIES + 1)]

    outcome = run(
        call_of("list_facilities", {"district": "Mbale"}), DeskInMemory({"facilities": many})
    )

    assert len(listed(outcome, "facilities")) == MAX_FACILITIES
