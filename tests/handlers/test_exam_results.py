"""Exam results, over the sample candidates."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gateway.handler_api import Outcome
from tests.handlers.desk import (
    DATASETS,
    DeskInMemory,
    call_of,
    rows_of_file,
    run,
)
from tests.phones import reference_look_ups

LOOK_UP = "lookup:exam_results.fetch"
RIGHT = {"candidate": "10231456", "year": "2025", "birth_date": "2007-09-03"}


def asked(facts: Mapping[str, str], key: str = "turn-1") -> Outcome:
    """Returns what the menu is told on a desk of its own."""
    return run(call_of(LOOK_UP, facts, key), DeskInMemory(), reference_look_ups())


def test_the_three_right_facts_give_the_result() -> None:
    outcome = asked(RIGHT)

    expected = {"name": "A. M.", "grade": "B", "subjects": "ENG B- MAT B- SCI A- SOC B- LAN B"}
    assert Outcome("found", expected) == outcome


@pytest.mark.parametrize(
    "wrong",
    [
        {"candidate": "10231457"},
        {"candidate": "99999999"},
        {"year": "2024"},
        {"year": ""},
        {"birth_date": "2007-03-09"},
        {"birth_date": ""},
        {"candidate": "99999999", "birth_date": "1999-01-01"},
    ],
    ids=lambda wrong: "+".join(f"{fact}={value}" for fact, value in wrong.items()),
)
def test_any_wrong_fact_gives_the_same_answer(wrong: dict[str, str]) -> None:
    outcome = asked(RIGHT | wrong)

    assert Outcome("none") == outcome


def test_a_candidate_of_two_years_gets_the_year_asked_for() -> None:
    rows = rows_of_file(DATASETS["exam_results"])
    years: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        years.setdefault(row["candidate"], []).append(row)
    twice = [sat for sat in years.values() if len(sat) == 2]

    assert len(twice) == 6
    for row in (row for sat in twice for row in sat):
        outcome = asked(row)
        assert (row["grade"], row["subjects"]) == (
            outcome.values["grade"],
            outcome.values["subjects"],
        )


def test_the_date_of_birth_is_in_no_answer() -> None:
    outcome = asked(RIGHT)

    assert "2007" not in str(dict(outcome.values))
