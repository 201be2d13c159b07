"""A citizen hears that a case has moved, in their language, unless they stopped such texts."""

from __future__ import annotations

import pytest

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock

CALLER = Msisdn("+999700000123")


def texts(gateway: Gateway, text: str) -> str:
    """Returns the newest SMS after this text was sent."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    phone.text(CALLER, text)
    gateway.inbound.work()
    return newest(gateway)


def newest(gateway: Gateway) -> str:
    ((sms, _), *_) = gateway.sql.outbox.to_subscriber(CALLER, 1)
    return sms.text


def reports(gateway: Gateway) -> str:
    """Returns the number of a case that the caller has opened by SMS."""
    said = texts(gateway, "REPORT water Mbale the pump is broken")
    return said.partition("Case ")[2].partition(".")[0]


def moves(gateway: Gateway, number: str, status: str) -> str:
    """Moves a case, and returns the newest SMS after the ticker has run."""
    gateway.cases.move(number, status, "the office")
    gateway.upkeep.send_reminders()
    return newest(gateway)


def test_a_case_that_moves_is_told_and_asked_about_when_it_is_solved(
    gateway: Gateway, clock: FixedClock
) -> None:
    gateway.choose_language(CALLER, "en")
    number = reports(gateway)

    said = moves(gateway, number, "in_progress")
    assert said.startswith(f"Case {number}: the office is working on it.")
    asked = moves(gateway, number, "solved")
    assert f"Is it? Send STATUS {number} 1 for yes, STATUS {number} 2 for no." in asked

    assert texts(gateway, f"STATUS {number} 2").startswith(f"Case {number} is open again.")


def test_it_is_told_in_the_language_that_the_citizen_chose_last(
    gateway: Gateway, clock: FixedClock
) -> None:
    gateway.choose_language(CALLER, "en")
    number = reports(gateway)
    gateway.choose_language(CALLER, "sw")

    told = moves(gateway, number, "solved")
    assert told.startswith(f"Suala {number}: ofisi inasema limetatuliwa.")


@pytest.mark.parametrize(("said", "are_told"), [("STOP", 0), ("DATA 5 4 2", 0), ("DATA 5 4 1", 1)])
def test_who_wants_no_such_texts_gets_none(
    gateway: Gateway,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    are_told: int,
) -> None:
    handed_over: list[OutboundSms] = []

    def send(sms: OutboundSms, delivery_url: str) -> Accepted:
        handed_over.append(sms)
        return Accepted(provider_ref=f"ref-{sms.id}")

    for provider in gateway.providers.values():
        monkeypatch.setattr(provider, "send", send)
    gateway.choose_language(CALLER, "en")
    number = reports(gateway)
    texts(gateway, said)

    gateway.cases.move(number, "solved", "the office")
    gateway.upkeep.send_reminders()
    for channel in gateway.channels:
        gateway.outbound.work(channel, Lane.BULK)

    assert are_told == len([sms for sms in handed_over if sms.topic == "cases"])
