"""A reminder, from the dial to the SMS weeks later, on the reference deployment as it is wired."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock

CALLER = Msisdn("+999700000123")
#: Health, child vaccination, register a child.
REGISTER = "1*2*1*Neema*03102026"
END_REMINDERS = "1*2*3*1"


def dial(gateway: Gateway, session_id: str, text: str) -> str:
    """Returns the last screen of a dial on the simulator's channel."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    return phone.turn(CALLER, session_id, text).text


def move_to(clock: FixedClock, when: datetime) -> None:
    clock.advance((when - clock.now()).total_seconds())


def texts(gateway: Gateway) -> list[str]:
    return [sms.text for sms, _ in gateway.sql.outbox.to_subscriber(CALLER, 20)]


def test_a_registered_child_is_remembered_the_day_before_each_visit(
    gateway: Gateway, clock: FixedClock
) -> None:
    gateway.choose_language(CALLER, "en")
    assert "Neema is registered" in dial(gateway, "one", REGISTER)

    before = len(texts(gateway))
    gateway.upkeep.send_reminders()
    assert before == len(texts(gateway))

    gateway.choose_language(CALLER, "sw")
    move_to(clock, datetime(2026, 12, 11, 3, 0, tzinfo=UTC))  # six in the morning: still quiet
    gateway.upkeep.send_reminders()
    assert before == len(texts(gateway))

    move_to(clock, datetime(2026, 12, 11, 12, 0, tzinfo=UTC))
    for _ in range(3):
        gateway.upkeep.send_reminders()

    assert before + 1 == len(texts(gateway))
    assert texts(gateway)[0].startswith("Neema anatakiwa kupata chanjo tarehe 12 ")


def test_who_ended_the_reminders_gets_none(gateway: Gateway, clock: FixedClock) -> None:
    gateway.choose_language(CALLER, "en")
    dial(gateway, "one", REGISTER)
    dial(gateway, "two", END_REMINDERS)
    before = len(texts(gateway))

    move_to(clock, datetime(2027, 6, 1, 12, 0, tzinfo=UTC))
    gateway.upkeep.send_reminders()

    assert before == len(texts(gateway))


def test_a_turn_that_comes_twice_registers_one_child(gateway: Gateway, clock: FixedClock) -> None:
    gateway.choose_language(CALLER, "en")
    assert dial(gateway, "one", REGISTER) == dial(gateway, "one", REGISTER)

    move_to(clock, datetime(2026, 12, 11, 12, 0, tzinfo=UTC))
    before = len(texts(gateway))
    gateway.upkeep.send_reminders()

    assert before + 1 == len(texts(gateway))
