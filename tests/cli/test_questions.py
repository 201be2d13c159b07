"""`gateway questions`: what waits for an answer, and asking again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn
from tests import gateways
from tests.clock import FixedClock


@pytest.fixture
def environ(tmp_path: Path, valkey: str) -> dict[str, str]:
    return gateways.environment(tmp_path, valkey)


@pytest.fixture
def waiting(environ: dict[str, str], clock: FixedClock) -> Gateway:
    """A gateway with one citizen who waits for an ID card."""
    gateway = Gateway(gateways.deployed(environ), clock=clock)
    channel = gateway.channels["phone"]
    for text in ("", "1"):
        turn = UssdTurn(
            session_id="s-1",
            subscriber=Msisdn("+999700000001"),
            service_code="*384*2026*52*20260112*05112004#",
            text=text,
        )
        reply = gateway.ussd.answer(channel, turn)
    assert reply.ends
    return gateway


def run(environ: dict[str, str], clock: FixedClock, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["questions", *arguments], env=environ, obj=clock)


def test_nothing_is_listed_as_nothing(
    environ: dict[str, str], clock: FixedClock, waiting: Gateway
) -> None:
    waiting.questions.ask_now("", "works")
    clock.advance(60)
    waiting.upkeep.ask_again()
    with waiting.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM kept_questions")

    assert "Nobody waits for an answer.\n" == run(environ, clock, "list").output
    assert [] == json.loads(run(environ, clock, "list", "--json").output)


def test_what_waits_is_listed_without_whose_it_is(
    environ: dict[str, str], clock: FixedClock, waiting: Gateway
) -> None:
    listed = run(environ, clock, "list").output
    (row,) = json.loads(run(environ, clock, "list", "--json").output)

    assert listed.startswith("id_card.in_production  1 since ")
    assert ", next " in listed
    assert "9997" not in listed
    assert {
        "service": "id_card",
        "screen": "in_production",
        "number": 1,
        "due": 0,
        "oldest_at": clock.now().isoformat(),
    } == {name: value for name, value in row.items() if name != "next_at"}


def test_a_service_is_asked_at_once(
    environ: dict[str, str], clock: FixedClock, waiting: Gateway
) -> None:
    assert "Asked again within minutes: 1.\n" == run(environ, clock, "ask", "id_card").output
    assert "1 due now" in run(environ, clock, "list").output
    told = run(environ, clock, "ask", "--json").output
    assert {"service": "", "asked": 0} == json.loads(told)


def test_a_service_that_is_never_told_of_is_refused(
    environ: dict[str, str], clock: FixedClock, waiting: Gateway
) -> None:
    refused = run(environ, clock, "ask", "id_crad")

    assert 5 == refused.exit_code
    assert "No end of 'id_crad' has `tell_me`. Did you mean 'id_card'?" in refused.output
