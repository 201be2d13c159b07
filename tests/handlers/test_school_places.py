"""School places: what is free, and that no school gives more than it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome
from handlers.datasets import SCHOOLS
from handlers.school_places import MAX_SCHOOLS
from tests.handlers.desk import DeskInMemory, call_of, listed, run

SMALL = {
    "id": "0101",
    "name": "Amani",
    "district": "Mbale",
    "places": "2",
    "until": "2026-11-23",
    "phone": "+99930101076",
}


def desk_with(**changed: str) -> DeskInMemory:
    return DeskInMemory({SCHOOLS.name: [{**SMALL, **changed}]})


def ask(desk: DeskInMemory, child: str, phone: int = 0) -> Outcome:
    call = call_of("ask_for_place", {"school": "0101", "child": child}, key=f"{child}-{phone}")
    return run(replace(call, subscriber=Msisdn.from_e164(f"+99970000{phone:04d}")), desk)


def free(desk: DeskInMemory) -> str:
    (school,) = listed(run(call_of("list_schools", {"district": "Mbale"}), desk), "schools")
    return school["free"]


def test_a_wish_takes_one_place() -> None:
    desk = desk_with()

    outcome = ask(desk, "Neema")

    assert Outcome("asked", {"school_name": "Amani", "phone": "+99930101076"}) == outcome
    assert "1" == free(desk)


def test_a_school_gives_no_more_places_than_it_has() -> None:
    desk = desk_with()

    outcomes = [ask(desk, f"Child {letter}", phone=n).name for n, letter in enumerate("ABC")]

    assert ["asked", "asked", "full"] == outcomes
    assert "0" == free(desk)


def test_a_child_that_asks_again_keeps_its_place_even_when_the_school_is_full() -> None:
    desk = desk_with(places="1")

    outcomes = [ask(desk, "Neema").name, ask(desk, "Neema").name, ask(desk, "Baraka").name]

    assert ["asked", "asked", "full"] == outcomes


@pytest.mark.parametrize("changed", [{"until": "2026-11-22"}, {"district": "Wendu"}])
def test_a_school_that_takes_nobody_here_is_not_listed(changed: dict[str, str]) -> None:
    desk = desk_with(**changed)

    assert Outcome("none") == run(call_of("list_schools", {"district": "Mbale"}), desk)


def test_schools_that_have_closed_their_lists_take_no_line_of_one_that_has_not() -> None:
    closed = [{**SMALL, "id": str(n), "until": "2026-11-22"} for n in range(MAX_SCHOOLS)]
    desk = DeskInMemory({SCHOOLS.name: [*closed, SMALL]})

    assert "2" == free(desk)


def test_a_school_that_has_closed_its_list_takes_no_wish() -> None:
    desk = desk_with(until="2026-11-22")

    assert Outcome("closed") == ask(desk, "Neema")
    assert 0 == desk.records.count("school_applications")


def test_a_school_that_is_no_more_takes_no_wish() -> None:
    assert Outcome("closed") == ask(desk_with(id="0999"), "Neema")
