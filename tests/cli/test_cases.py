"""`gateway cases`: a report from the dial to the reporter's word that it was mended."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.system.login import login_name
from gateway.cli.main import EXIT_REFUSED, main
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock
from tests.gateways import environment

CALLER = Msisdn("+999700000123")
#: Works, report a problem, water, the first district.
REPORT = "6*1*1*1*the pump is broken"


@pytest.fixture
def environ(tmp_path: Path, valkey: str) -> dict[str, str]:
    """The environment of the deployment that the fixture `gateway` serves."""
    return environment(tmp_path, valkey)


@pytest.fixture
def number(gateway: Gateway) -> str:
    """The case of a report that was dialled."""
    gateway.choose_language(CALLER, "en")
    told = dial(gateway, "report", REPORT)
    return "".join(told.partition("Case ")[2].partition(".")[0].split())


def dial(gateway: Gateway, session_id: str, text: str) -> str:
    """Returns the last screen of a dial on the simulator's channel."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    return phone.turn(CALLER, session_id, text).text


def own_data(gateway: Gateway, clock: FixedClock) -> str:
    """Chooses a PIN and waits until it counts; returns what leads to one's own data."""
    assert "It works from" in dial(gateway, "pin", "9*3*1*2580*2580")
    clock.advance(4 * 24 * 3600)
    return "9*3*1*2580"


def ran(environ: dict[str, str], *arguments: str, clock: FixedClock | None = None) -> Result:
    return CliRunner().invoke(main, ["cases", *arguments], env=environ, obj=clock)


def test_a_report_is_followed_by_its_citizen_and_confirmed_as_mended(
    gateway: Gateway, environ: dict[str, str], number: str
) -> None:
    follow = f"6*2*{number}"
    assert "we have it" in dial(gateway, "a", follow)

    assert 0 == ran(environ, "move", number, "in_progress").exit_code
    assert "working on it" in dial(gateway, "b", follow)

    assert 0 == ran(environ, "move", number, "solved").exit_code
    assert "the office says it is solved. Is it?" in dial(gateway, "c", follow)
    assert "is open again" in dial(gateway, "c", f"{follow}*2")
    assert "working on it" in dial(gateway, "d", follow)

    assert 0 == ran(environ, "move", number, "solved").exit_code
    assert "is closed" in dial(gateway, "e", f"{follow}*1")
    events = json.loads(ran(environ, "show", number, "--json").output)["events"]
    expected = ["moved", "moved", "not_mended", "moved", "confirmed"]
    assert expected == [event["kind"] for event in events]


def test_a_list_tells_what_waits_and_nothing_of_who_told_it(
    environ: dict[str, str], number: str
) -> None:
    listed = ran(environ, "list").output

    grouped = f"{number[:3]} {number[3:6]} {number[6:]}"
    assert listed.startswith(f"{grouped}  ")
    assert listed.endswith("  received  report_problem water\n")
    assert "pump" not in ran(environ, "list", "--json").output
    assert "No cases.\n" == ran(environ, "list", "--status", "solved").output
    assert "No cases.\n" == ran(environ, "list", "--service", "id_card").output


def test_a_case_is_shown_whole_with_its_number_masked(environ: dict[str, str], number: str) -> None:
    shown = ran(environ, "show", f"{number[:3]} {number[3:]}").output
    as_json = json.loads(ran(environ, "show", number, "--json").output)

    assert "the pump is broken" in shown
    assert "the pump is broken" == as_json["details"]["description"]
    assert CALLER.e164 not in shown + str(as_json)
    assert str(CALLER) == as_json["from"]


def test_times_are_those_of_the_clocks_in_the_country(
    environ: dict[str, str], number: str, clock: FixedClock
) -> None:
    there = f"{clock.now().astimezone(ZoneInfo('Africa/Nairobi')):%Y-%m-%d %H:%M}"

    assert there in ran(environ, "list").output
    assert f"opened_at    {there}\n" in ran(environ, "show", number).output


def test_whose_case_was_read_can_see_by_whom(
    gateway: Gateway, environ: dict[str, str], number: str, clock: FixedClock
) -> None:
    mine = own_data(gateway, clock)
    assert "Nobody" in dial(gateway, "before", f"{mine}*2")

    today = clock.now().astimezone(gateway.deployment.settings.zone)
    ran(environ, "show", number, "--by", "Water office", clock=clock)

    assert f"1. {today:%d/%m/%Y} Water office" in dial(gateway, "after", f"{mine}*2")
    assert "We look at it within 14 days" in dial(
        gateway, "after", f"{mine}*2*1*I know nobody there"
    )


def test_a_case_of_whom_all_was_erased_is_still_worked_on(
    gateway: Gateway, environ: dict[str, str], number: str, clock: FixedClock
) -> None:
    mine = own_data(gateway, clock)
    assert "Delete your data" in dial(gateway, "erase", f"{mine}*3")
    assert "deleted" in dial(gateway, "erase", f"{mine}*3*1")

    shown = json.loads(ran(environ, "show", number, "--json").output)

    assert "" == shown["from"]
    assert 0 == ran(environ, "move", number, "solved").exit_code


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "100020266"], "There is no case 100 020 266."),
        (["move", "100020266", "solved"], "There is no case 100 020 266."),
        (["move", "NUMBER", "received"], "is received already."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    environ: dict[str, str], number: str, arguments: list[str], sentence: str
) -> None:
    refused = ran(environ, *(number if each == "NUMBER" else each for each in arguments))

    assert EXIT_REFUSED == refused.exit_code
    assert sentence in refused.output


def test_when_a_case_last_changed_is_told(
    gateway: Gateway, environ: dict[str, str], number: str, clock: FixedClock
) -> None:
    before = json.loads(ran(environ, "show", number, "--json").output)

    moved = json.loads(ran(environ, "move", number, "solved", "--json").output)

    after = json.loads(ran(environ, "show", number, "--json").output)
    assert {"number": number, "status": "solved", "by": login_name()} == moved
    assert before["changed_at"] == clock.now().isoformat() != after["changed_at"]
