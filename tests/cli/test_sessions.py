"""`gateway sessions`: how a dial went, found by the number that its caller reads out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import EXIT_REFUSED, main
from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import Role
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.analytics.life_of_session import Standing
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock
from tests.gateways import environment
from tests.sealed_rows import call

CALLER, OTHER = Msisdn("+254711000001"), Msisdn("+999700000002")
#: Works, report a problem, water; then two answers that there are not; then the first district.
ANSWERS = ("", "6", "6*1", "6*1*1", "6*1*1*77", "6*1*1*77*1")


@pytest.fixture
def environ(tmp_path: Path, valkey: str) -> dict[str, str]:
    """The environment of the deployment that the fixture `gateway` serves."""
    return environment(tmp_path, valkey)


@pytest.fixture
def dialled(gateway: Gateway, clock: FixedClock) -> FixedClock:
    """A caller has dialled, and the line has dropped; so has another's, at home."""
    gateway.choose_language(CALLER, "en")
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    for text in ANSWERS:
        phone.turn(CALLER, "a", text)
        clock.advance(4)
    phone.turn(OTHER, "b", "")
    while gateway.upkeep.store_turn_statistics():
        pass
    clock.advance(600)
    return clock


def ran(environ: dict[str, str], *arguments: str, clock: FixedClock | None = None) -> Result:
    return CliRunner().invoke(main, ["sessions", *arguments], env=environ, obj=clock)


def listed(environ: dict[str, str], *arguments: str, clock: FixedClock) -> list[dict[str, object]]:
    done = ran(environ, "list", "--json", *arguments, clock=clock)
    assert done.exit_code == 0, done.output
    found: list[dict[str, object]] = json.loads(done.output)
    return found


def services_of(session: dict[str, object]) -> list[str]:
    found = session["services"]
    assert isinstance(found, list)
    return found


def test_where_the_line_dropped_is_told_moment_by_moment(
    environ: dict[str, str], dialled: FixedClock
) -> None:
    (session,) = listed(environ, "--number", "0711 000 001", clock=dialled)
    shown = ran(environ, "show", str(session["id"]), clock=dialled).output
    told = [line.partition("  ")[2].partition(" (")[0] for line in shown.splitlines()]

    assert "home.home was shown." == told[0]
    assert told[4].startswith("The answer was not accepted")
    assert told[-1].startswith("Nothing came any more: the line dropped")
    assert "report_problem" in told[-1]
    assert (Standing.BROKE_OFF, "report_problem") == (session["standing"], services_of(session)[-1])
    assert "77" not in shown.replace(str(session["id"]), "")


@pytest.mark.parametrize(
    "number", ["+254711000001", "254 711 000 001", "0711-000-001", "O711OOOOO1"]
)
def test_a_number_is_found_however_it_is_typed(
    environ: dict[str, str], dialled: FixedClock, number: str
) -> None:
    assert 1 == len(listed(environ, "--number", number, clock=dialled))


def test_without_a_number_nobody_is_told_whose_a_session_is(
    environ: dict[str, str], dialled: FixedClock
) -> None:
    found = listed(environ, clock=dialled)
    as_text = ran(environ, "list", clock=dialled).output

    assert [Standing.BROKE_OFF, Standing.BROKE_OFF] == [each["standing"] for each in found]
    assert "711" not in as_text.replace(str(found[0]["id"]), "")
    assert (
        "No sessions.\n" == ran(environ, "list", "--number", "0799 000 001", clock=dialled).output
    )


def test_whose_sessions_were_looked_for_can_see_by_whom(
    environ: dict[str, str], gateway: Gateway, dialled: FixedClock
) -> None:
    (session,) = listed(environ, "--number", "0711 000 001", "--by", "Line office", clock=dialled)
    ran(environ, "show", str(session["id"]), "--by", "Help office", clock=dialled)

    looks = gateway.toolkit.my.who_looked(call(dialled, "mine", CALLER))
    # Each once for a day, though the session has a part at home and one at works.
    assert [("Help office", "sessions"), ("Line office", "sessions")] == [
        (look["who"], look["what"]) for look in looks
    ]
    assert [] == gateway.toolkit.my.who_looked(call(dialled, "theirs", OTHER))


def test_an_institution_sees_its_own_part_and_no_other(
    environ: dict[str, str], gateway: Gateway, dialled: FixedClock
) -> None:
    manage = gateway.institutions.manage_people
    manage.add("adam", {"*": frozenset({Role.ADMINISTRATOR})}, "", "adam")
    manage.add("wema", {"works": frozenset({Role.VIEWER})}, "", "adam")
    manage.add("eve", {"education": frozenset({Role.VIEWER})}, "", "adam")
    (whole,) = listed(environ, "--number", "0711000001", "--by", "adam", clock=dialled)
    (part,) = listed(environ, "--number", "0711000001", "--by", "wema", clock=dialled)

    assert ["gateway", "works"] == whole["institutions"]
    assert ["works"] == part["institutions"]
    shown = ran(environ, "show", str(part["id"]), "--by", "wema", clock=dialled).output
    assert "home.home" not in shown
    assert [] == listed(environ, "--number", "0711000001", "--by", "eve", clock=dialled)
    refused = [
        ran(environ, "show", str(number), "--by", "eve", clock=dialled)
        for number in (part["id"], whole["id"], 99)
    ]
    assert [EXIT_REFUSED] * 3 == [each.exit_code for each in refused]
    assert len({each.output.replace(str(number), "N") for each, number in zip(
        refused, (part["id"], whole["id"], 99), strict=True)}) == 1  # fmt: skip


@pytest.mark.parametrize("number", ["Asha", "07", "0711 000 001 and more"])
def test_what_is_no_number_is_wrong_usage(
    environ: dict[str, str], gateway: Gateway, number: str
) -> None:
    assert 2 == ran(environ, "list", "--number", number).exit_code
