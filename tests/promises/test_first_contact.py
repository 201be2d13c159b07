"""The language of a caller, from the first dial on, as the gateway is wired: asked for once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.sql.migrate import migrate
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests import servers, water_deployment
from tests.clock import FixedClock

CALLER = Msisdn("+999700000123")
QUESTION = "language text\n1. English\n2. Kiswahili"


@pytest.fixture
def environ(tmp_path: Path, valkey: str) -> dict[str, str]:
    """A deployment that asks callers for their language."""
    environ = water_deployment.write(tmp_path / "home")
    asks = "  2: {open: language}\nask_language: true\n"
    water_deployment.edit(tmp_path / "home", "main.yaml", "  2: {open: language}\n", asks)
    return {**environ, "GATEWAY_REDIS_URL": valkey}


@pytest.fixture
def gateway(environ: dict[str, str], clock: FixedClock) -> Iterator[Gateway]:
    wired = Gateway(load(environ), clock=clock)
    migrate(wired.engine)
    yield wired
    wired.close()


def dial(gateway: Gateway, session_id: str, *typed: str) -> str:
    """Returns the last screen of a session in which answers are typed one after the other."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    texts = ["", *("*".join(typed[: count + 1]) for count in range(len(typed)))]
    return [phone.turn(CALLER, session_id, text).text for text in texts][-1]


def test_a_caller_is_asked_once_and_the_answer_outlives_redis(
    gateway: Gateway, environ: dict[str, str], clock: FixedClock
) -> None:
    assert dial(gateway, "one").startswith(QUESTION)
    assert dial(gateway, "one", "2").startswith("Huduma\n1. Maji")
    assert dial(gateway, "two").startswith("Huduma\n1. Maji")

    servers.empty_valkey(environ["GATEWAY_REDIS_URL"])
    again = Gateway(load(environ), clock=clock)

    assert dial(again, "three").startswith("Huduma\n1. Maji")
    again.close()


def test_who_hangs_up_without_an_answer_is_asked_again(gateway: Gateway) -> None:
    assert dial(gateway, "one").startswith(QUESTION)

    assert dial(gateway, "two").startswith(QUESTION)


def test_the_language_can_be_changed_from_home(gateway: Gateway) -> None:
    dial(gateway, "one", "2")

    assert dial(gateway, "two", "2").startswith(QUESTION)
    assert dial(gateway, "two", "2", "1").startswith("Services\n1. Water")
    assert dial(gateway, "three").startswith("Services\n1. Water")


def test_texts_are_answered_in_the_language_that_was_chosen(gateway: Gateway) -> None:
    dial(gateway, "one", "2")
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))

    phone.text(CALLER, "41")
    gateway.inbound.work()

    (reply,) = [sms.text for sms, _ in gateway.sql.outbox.to_subscriber(CALLER, 5)]
    assert reply.startswith("Mkoa gani?")
