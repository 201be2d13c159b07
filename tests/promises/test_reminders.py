"""A reminder, from the dial to the SMS weeks later, on the reference deployment as it is wired."""

from __future__ import annotations

from datetime import timedelta

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock

CALLER = Msisdn("+999700000123")
#: Health, child vaccination, register a child, born some days ago.
REGISTER = "1*2*1*Neema*{born}"
AGE_DAYS = 51
#: The next visit is that at ten weeks; the evening before it, children are spoken of.
DAYS_TO_EVE = 70 - AGE_DAYS - 1
END_REMINDERS = "1*2*3*{born}"


def dial(gateway: Gateway, session_id: str, text: str) -> str:
    """Returns the last screen of a dial on the simulator's channel."""
    phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
    return phone.turn(CALLER, session_id, text).text


def registers(gateway: Gateway, clock: FixedClock) -> str:
    """Returns the last screen of registering a child."""
    born = clock.now() - timedelta(days=AGE_DAYS)
    told = REGISTER.format(born=f"{born:%d%m%Y}")
    assert "Neema" in dial(gateway, "one", told)  # read back, and written on Yes
    return dial(gateway, "one", f"{told}*1")


def texts(gateway: Gateway) -> list[str]:
    return [sms.text for sms, _ in gateway.sql.outbox.to_subscriber(CALLER, 20)]


def test_a_registered_child_is_remembered_the_day_before_each_visit(
    gateway: Gateway, clock: FixedClock
) -> None:
    gateway.choose_language(CALLER, "en")
    assert "vaccines for Neema" in registers(gateway, clock)

    before = len(texts(gateway))
    gateway.upkeep.send_reminders()
    assert before == len(texts(gateway))

    gateway.choose_language(CALLER, "sw")
    clock.advance(days=DAYS_TO_EVE, hours=-5)  # six in the morning there: still quiet
    gateway.upkeep.send_reminders()
    assert before == len(texts(gateway))

    clock.advance(hours=9)
    for _ in range(3):
        gateway.upkeep.send_reminders()

    assert before + 1 == len(texts(gateway))
    visit = clock.now() + timedelta(days=1)
    assert texts(gateway)[0].startswith(f"Neema anatakiwa kupata chanjo tarehe {visit.day} ")


def test_who_ended_the_reminders_gets_none(gateway: Gateway, clock: FixedClock) -> None:
    gateway.choose_language(CALLER, "en")
    registers(gateway, clock)
    born = clock.now() - timedelta(days=AGE_DAYS)
    ends = END_REMINDERS.format(born=f"{born:%d%m%Y}")
    dial(gateway, "two", ends)
    assert "no more reminders" in dial(gateway, "two", f"{ends}*1")
    before = len(texts(gateway))

    clock.advance(days=190)
    gateway.upkeep.send_reminders()

    assert before == len(texts(gateway))


def test_a_turn_that_comes_twice_registers_one_child(gateway: Gateway, clock: FixedClock) -> None:
    gateway.choose_language(CALLER, "en")
    assert registers(gateway, clock) == registers(gateway, clock)

    clock.advance(days=DAYS_TO_EVE)
    before = len(texts(gateway))
    gateway.upkeep.send_reminders()

    assert before + 1 == len(texts(gateway))
