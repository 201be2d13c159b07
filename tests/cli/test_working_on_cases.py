"""`gateway cases` and `gateway helpdesk`: an office at work, as it is at work in the console."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import EXIT_REFUSED, main
from gateway.composition.gateway import Gateway
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.institutions.roles import Role
from tests.clock import FixedClock
from tests.gateways import environment
from tests.sealed_rows import ASHA, call


@pytest.fixture
def environ(tmp_path: Path, valkey: str) -> dict[str, str]:
    """The environment of the deployment that the fixture `gateway` serves."""
    return environment(tmp_path, valkey)


@pytest.fixture
def numbers(gateway: Gateway, clock: FixedClock) -> list[str]:
    """Two cases and a message; Hana helps everywhere, and Adam administers."""
    add = gateway.institutions.manage_people.add
    add("adam", {"*": frozenset({Role.ADMINISTRATOR})}, "", "adam")
    add("hana", {"*": frozenset({Role.HELP_DESK})}, "", "adam")
    gateway.toolkit.help.leave(call(clock, "ask", ASHA), "", "Where?")
    return [
        gateway.toolkit.cases.open(call(clock, f"case {each}", ASHA), "report_problem", "water", {})
        for each in range(2)
    ]


def ran(environ: dict[str, str], clock: FixedClock, *arguments: str, by: str = "hana") -> Result:
    command = [*arguments, "--by", by]
    return CliRunner().invoke(main, command, env=environ, obj=clock)


def test_a_case_is_assigned_noted_answered_and_solved(
    environ: dict[str, str], gateway: Gateway, clock: FixedClock, numbers: list[str]
) -> None:
    first, second = numbers

    def done(*arguments: str) -> str:
        result = ran(environ, clock, "cases", *arguments)
        assert result.exit_code == 0, result.output
        return result.output

    done("assign", first, "--to", "hana")
    done("note", first, "The pump is old.")
    assert "in 1 SMS on channel" in done("answer", first, "Soon.", "--dry-run")
    assert [] == list(gateway.sql.outbox.to_subscriber(ASHA, 9))
    assert "answered" in done("answer", first, "Soon.")
    assert ["Soon."] == [sms.text for sms, _ in gateway.sql.outbox.to_subscriber(ASHA, 9)]
    (mine,) = json.loads(done("list", "--assigned-to", "hana", "--json"))
    assert (first, "hana", None) == (mine["number"], mine["assigned_to"], mine["due_at"])
    assert 2 == len(json.loads(done("list", "--number", "+999 700 000 001", "--json")))
    assert "No cases." in done("list", "--overdue")
    clock.advance(3 * 24 * 3600)
    assert "report_problem" in done("list", "--older", "2")
    events = json.loads(done("show", first, "--json"))["events"]
    assert ["assigned", "remark", "answered"] == [event["kind"] for event in events]
    assert "Solved: 2 of 2." in done("close", first, second, "--why", "mended")
    assert "Solved: 0 of 2." in done("close", first, second, "--why", "mended")
    assert gateway.upkeep.send_reminders() == 0  # so that all of them are in one SMS
    clock.advance(61)
    assert gateway.upkeep.send_reminders() == 1
    told = gateway.sql.outbox.to_subscriber(ASHA, 9)[0][0].text
    assert "2" in told
    assert grouped(first) in told
    assert [] == json.loads(done("list", "--json"))


def test_a_number_is_told_for_a_reason_alone(
    environ: dict[str, str], clock: FixedClock, numbers: list[str]
) -> None:
    show = ["cases", "show", numbers[0], "--reveal", "to call back"]

    assert ran(environ, clock, *show).exit_code == EXIT_REFUSED
    assert ASHA.e164 in ran(environ, clock, *show, by="adam").output
    assert ASHA.e164 not in ran(environ, clock, "cases", "show", numbers[0], by="adam").output
    helps = ["helpdesk", "show", "1", "--reveal", "to call back"]
    assert ASHA.e164 in ran(environ, clock, *helps, by="adam").output


def test_a_message_is_assigned_and_several_are_closed_for_a_reason(
    environ: dict[str, str], clock: FixedClock, numbers: list[str]
) -> None:
    assert 0 == ran(environ, clock, "helpdesk", "assign", "1", "--to", "hana").exit_code
    listed = ran(environ, clock, "helpdesk", "list", "--assigned-to", "hana", "--json").output
    assert ["hana"] == [each["assigned_to"] for each in json.loads(listed)]
    assert EXIT_REFUSED == ran(environ, clock, "helpdesk", "assign", "1", "--to", "eve").exit_code
    assert 2 == ran(environ, clock, "helpdesk", "close", "1", "2").exit_code
    closed = ran(environ, clock, "helpdesk", "close", "1", "--why", "thanks", "--json")
    assert {"id": 1, "status": "closed", "by": "hana"} == json.loads(closed.output)
