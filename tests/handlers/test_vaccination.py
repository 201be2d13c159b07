"""Vaccination reminders: which are scheduled, for whom, and how they end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.telecom.msisdn import Msisdn
from gateway.handler_api import Outcome
from handlers import HANDLERS
from handlers.datasets import IMMUNISATION_SCHEDULE
from tests.handlers.desk import NOON, DeskInMemory, call_of, listed, rows_of_file, run

NEEMA = {"child_name": "Neema", "birth_date": "2026-10-03"}
BORN = {"born": "2026-10-03"}
AGES = [int(row["age_days"]) for row in rows_of_file(IMMUNISATION_SCHEDULE)]


def registered(desk: DeskInMemory, key: str = "turn-1", **answers: str) -> Outcome:
    return run(call_of("register_child", {**NEEMA, **answers}, key=key), desk)


def test_the_next_visit_is_told_at_once() -> None:
    outcome = registered(DeskInMemory())

    expected = {"child_name": "Neema", "vaccines": "Penta 2, OPV 2", "due": "2026-12-12"}
    assert Outcome("registered", expected) == outcome


def test_each_visit_ahead_has_a_reminder_on_the_day_before() -> None:
    desk = DeskInMemory()

    registered(desk)

    born = date(2026, 10, 3)
    days = [born + timedelta(days=age - 1) for age in AGES if age > 51]
    assert [datetime(d.year, d.month, d.day, 10, tzinfo=UTC) for d in days] == [
        reminder.due_at for reminder in desk.scheduled
    ]


def test_another_schedule_is_another_table_of_data() -> None:
    rows = [
        {"visit": "1", "age_days": "60", "vaccines": "MenA"},
        {"visit": "2", "age_days": "90", "vaccines": "YF"},
    ]
    desk = DeskInMemory({IMMUNISATION_SCHEDULE.name: rows})

    outcome = registered(desk)

    expected = {"child_name": "Neema", "vaccines": "MenA", "due": "2026-12-02"}
    assert Outcome("registered", expected) == outcome
    assert [date(2026, 12, 1), date(2026, 12, 31)] == [
        reminder.due_at.date() for reminder in desk.scheduled
    ]


def test_the_menu_is_checked_for_the_message_that_is_sent() -> None:
    desk = DeskInMemory()

    registered(desk)

    sent = {reminder.message for reminder in desk.scheduled}
    assert sent == set(HANDLERS["register_child"].contract.messages)


def test_the_morning_of_a_reminder_is_that_of_the_deployment() -> None:
    desk = DeskInMemory()
    call = call_of("register_child", NEEMA)

    run(replace(call, at=call.at.astimezone(ZoneInfo("Africa/Nairobi"))), desk)

    assert 7 == desk.scheduled[0].due_at.astimezone(UTC).hour


def test_a_visit_tomorrow_is_reminded_of_at_once() -> None:
    desk = DeskInMemory()

    registered(desk, birth_date=(NOON.date() - timedelta(days=41)).isoformat())

    assert NOON == desk.scheduled[0].due_at


@pytest.mark.parametrize(
    ("born", "outcome"),
    [
        ("2026-11-24", "not_born"),
        ("2030-01-01", "not_born"),
        ("2026-11-23", "registered"),
        ("2025-08-25", "registered"),
        ("2025-08-24", "complete"),
        ("1990-01-01", "complete"),
    ],
)
def test_only_a_child_with_a_visit_ahead_is_registered(born: str, outcome: str) -> None:
    desk = DeskInMemory()

    given = registered(desk, birth_date=born)

    assert outcome == given.name
    assert (outcome == "registered") == bool(desk.scheduled)


@given(days=st.integers(min_value=0, max_value=2000))
@settings(max_examples=25, deadline=None)
def test_no_reminder_lies_in_the_past_and_each_age_has_one(days: int) -> None:
    desk = DeskInMemory()

    registered(desk, birth_date=(NOON.date() - timedelta(days=days)).isoformat())

    assert all(reminder.due_at >= NOON for reminder in desk.scheduled)
    assert len(desk.scheduled) == sum(age > days for age in AGES)


def test_a_child_registered_twice_is_reminded_of_once() -> None:
    desk = DeskInMemory()

    registered(desk, key="turn-1")
    once = len(desk.scheduled)
    registered(desk, key="turn-2")

    again = run(call_of("children_born", BORN, key="turn-3"), desk)
    assert ("next", once) == (again.name, len(desk.scheduled))


def test_twins_are_two_children() -> None:
    desk = DeskInMemory()

    registered(desk, key="turn-1")
    registered(desk, key="turn-2", child_name="Baraka")

    children = listed(run(call_of("children_born", BORN, key="turn-3"), desk), "children")
    assert ["Neema", "Baraka"] == [row["name"] for row in children]
    visit = run(call_of("next_vaccination", {"child": children[1]["id"]}), desk)
    assert ("next", "Baraka") == (visit.name, visit.values["child_name"])


def test_the_next_visit_can_be_asked_for_later() -> None:
    desk = DeskInMemory()
    told = registered(desk)

    assert Outcome("next", told.values) == run(call_of("children_born", BORN), desk)


def test_another_day_tells_nothing_of_the_child() -> None:
    desk = DeskInMemory()
    registered(desk)

    wrong, nobody = (
        run(call_of("children_born", {"born": "2026-10-04"}, key="turn-2"), each)
        for each in (desk, DeskInMemory())
    )

    assert Outcome("unknown") == wrong == nobody


@pytest.mark.parametrize("handler", ["children_born", "forget_children"])
def test_days_of_birth_cannot_be_tried_out(handler: str) -> None:
    desk = DeskInMemory()
    registered(desk)

    told = [
        run(call_of(handler, {"born": f"2026-09-{day:02}"}, key=f"try {day}"), desk).name
        for day in range(1, 6)
    ]

    assert ["unknown"] * 4 + ["too_often"] == told
    assert "too_often" == run(call_of(handler, BORN, key="right"), desk).name


def test_wrong_days_on_one_phone_make_no_other_phone_wait() -> None:
    desk = DeskInMemory()
    for day in range(1, 6):
        run(call_of("children_born", {"born": f"2026-09-{day:02}"}, key=f"try {day}"), desk)

    other = replace(call_of("children_born", BORN), subscriber=Msisdn("+999700000999"))

    assert Outcome("unknown") == run(other, desk)


def test_a_child_of_nobody_is_unknown() -> None:
    assert Outcome("unknown") == run(call_of("next_vaccination", {"child": "1"}), DeskInMemory())


def test_who_registers_a_child_after_stop_has_asked_for_the_reminders() -> None:
    desk = DeskInMemory()
    stop = call_of("set_topic", {}, key="stop")
    desk.my.set_consent(replace(stop, at=stop.at - timedelta(days=1)), "*", on=False)

    registered(desk)

    states = {row["topic"]: row["state"] for row in desk.my.consents(stop)}
    assert {"*": "off", "vaccination": "on"} == states


def test_ending_the_reminders_leaves_neither_reminder_nor_child() -> None:
    desk = DeskInMemory()
    registered(desk)

    outcome = run(call_of("forget_children", BORN, key="turn-2"), desk)

    assert Outcome("forgotten") == outcome
    assert [] == desk.scheduled
    assert Outcome("unknown") == run(call_of("children_born", BORN, key="turn-3"), desk)


def test_ending_the_reminders_of_one_child_leaves_those_of_another() -> None:
    desk = DeskInMemory()
    registered(desk)
    registered(desk, key="turn-2", child_name="Baraka", birth_date="2026-10-10")

    run(call_of("forget_children", BORN, key="turn-3"), desk)

    assert {"Baraka"} == {reminder.values["child"] for reminder in desk.scheduled}
    other = run(call_of("children_born", {"born": "2026-10-10"}, key="turn-4"), desk)
    assert ("next", "Baraka") == (other.name, other.values["child_name"])
