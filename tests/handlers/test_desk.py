"""The desk that handlers' tests work with does what the real one does: it is the real one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.handler_api import Desk
from gateway.use_cases.ports.desk import MyData, Pins, Records, Reminders, Subscriptions
from tests.handlers.desk import NOON, DeskInMemory, call_of
from tests.handlers.memory import FIRST_SERIAL


def test_what_one_handler_writes_another_reads() -> None:
    written: Desk = DeskInMemory()
    records: Records = written.records
    call = call_of("ask_for_place", {})
    records.put("school_applications", call, {"school": "0101", "child": "Neema"})

    assert 1 == records.count("school_applications", child="Neema")
    assert 0 == DeskInMemory().records.count("school_applications")


def test_reminders_wait_to_be_looked_at() -> None:
    desk = DeskInMemory()
    reminders: Reminders = desk.reminders
    for key, days in (("2", 2), ("1", 1)):
        reminders.schedule(
            call_of("register_child", {}),
            message="vaccination_due",
            values={"child": "Neema", "vaccines": "BCG", "due": "2026-11-25"},
            at=NOON + timedelta(days=days),
            topic="vaccination",
            key=key,
        )

    assert [1, 2] == [(each.due_at - NOON).days for each in desk.scheduled]
    assert 2 == reminders.cancel(call_of("x", {}, "turn-2"), "vaccination")
    assert [] == desk.scheduled


def test_cases_count_up_and_can_be_placed() -> None:
    desk = DeskInMemory()

    number = desk.cases.open(call_of("open_case", {}), "report_problem", "water", {"place": "x"})

    assert str(FIRST_SERIAL) == number[:-1]
    assert {"place": "x"} == desk.cases.details[number]

    desk.cases.set_status(number, "solved")
    desk.cases.put("100020277", "in_progress")

    with pytest.raises(ValueError, match="100020289"):
        desk.cases.put("100020280", "solved")
    found = [desk.cases.find(each) for each in (number, "100020277")]
    assert ["solved", "in_progress"] == [case.status for case in found if case]


def test_all_of_it_is_about_the_same_subscriber() -> None:
    desk = DeskInMemory()
    pins: Pins = desk.pins
    subscriptions: Subscriptions = desk.subscriptions
    my: MyData = desk.my
    pins.set(call_of("set_benefit_pin", {}), "benefits", "4711", of="30110042")
    subscriptions.add(call_of("subscribe_warnings", {}), "warnings", "Mbale")
    desk.cases.open(call_of("open_case", {}), "report_problem", "water", {})

    held = {row["what"]: row["count"] for row in my.held(call_of("my_held_data", {}))}

    assert {
        "cases": "1", "consents": "1", "consent_proofs": "1", "pins": "1", "subscriptions": "1",
    } == held  # fmt: skip
