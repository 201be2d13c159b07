"""`gateway channels`: how each stands, what people decide, and how a doctor tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import EXIT_REFUSED, main
from gateway.composition.gateway import Gateway
from gateway.domain.outbound.channel_state import Calls, noted
from tests.clock import FixedClock
from tests.gateways import environment


@pytest.fixture
def run(tmp_path: Path, valkey: str, clock: FixedClock):
    """Runs `gateway` on the deployment that the fixture `gateway` serves."""
    environ = environment(tmp_path, valkey)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, env=environ, obj=clock)

    return run


def test_channels_are_listed_paused_shown_and_resumed(run, gateway: Gateway) -> None:
    listed = run("channels", "list")
    paused = run("channels", "pause", "at-ke", "--by", "asha", "--reason", "The contract ends")
    shown = run("channels", "show", "at-ke", "--json")
    doctor = run("doctor")
    gauges = gateway.vital_signs.gauges()
    resumed = run("channels", "resume", "at-ke", "--by", "asha", "--reason", "It is there again")

    assert "at-ke                open" in listed.output
    assert "paused (by asha)" in paused.output
    told = json.loads(shown.output)
    assert ("paused", "The contract ends", "asha") == (
        told["standing"], told["reason"], told["by"],
    )  # fmt: skip
    assert "SMS: paused by asha: The contract ends." in doctor.output
    assert "paused" == gauges.standings["at-ke"]
    assert (0, 0, 0) == (paused.exit_code, shown.exit_code, resumed.exit_code)


def test_the_reason_and_the_next_trial_of_the_gateways_own_decision_are_shown(
    run, gateway: Gateway, clock: FixedClock
) -> None:
    gateway.sql.channel_states.change(
        "twilio",
        lambda state: noted(state, Calls(made=9, failed=9), clock.now()),
        lambda before, after: None,
    )

    listed, shown = run("channels", "list"), run("channels", "show", "twilio")

    assert ": 9 of 9 calls failed within 120 s" in listed.output
    assert "tried next     20" in shown.output


@pytest.mark.parametrize(
    ("arguments", "exit_code", "told"),
    [
        (["show", "at-kee"], EXIT_REFUSED, "There is no channel 'at-kee'. Did you mean 'at-ke'?"),
        (["pause", "at-ke"], 2, "--reason"),
        (["pause", "at-ke", "--reason", " "], EXIT_REFUSED, "Say why"),
    ],
)
def test_what_cannot_be_is_refused(
    run, gateway: Gateway, arguments: list[str], exit_code: int, told: str
) -> None:
    result = run("channels", *arguments)

    assert exit_code == result.exit_code
    assert told in result.output


def test_the_addresses_for_providers_are_told_as_before(run, gateway: Gateway) -> None:
    rows = json.loads(run("channels", "--json").output)

    assert {"at-ke", "twilio"} <= {row["name"] for row in rows}
    assert all("urls" in row for row in rows)
