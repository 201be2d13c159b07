"""A date of birth that is tried out, from the dials and texts to the owner's SMS, as wired."""

from __future__ import annotations

import pytest

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.clock import FixedClock
from tests.handlers.desk import NOON

OWNER = Msisdn("+999700000123")
#: Phones that have never proven anything, each asking once.
STRANGERS = [Msisdn(f"+9997000005{n:02d}") for n in range(6)]
#: Education, exam results, a candidate, 2025.
RESULT = "2*1*10231456*2"
BORN = "03092007"


@pytest.fixture
def clock() -> FixedClock:
    """Noon: nobody is spared by quiet hours."""
    return FixedClock(NOON)


class Phones:
    """Whoever dials and texts on the simulator's channel, in English."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._phone = handset(gateway.deployment, "phone", within(create_app(gateway)))
        self._sessions = 0

    def dials(self, caller: Msisdn, born: str) -> str:
        self.gateway.choose_language(caller, "en")
        self._sessions += 1
        return self._phone.turn(caller, f"s-{self._sessions}", f"{RESULT}*{born}").text

    def texts(self, caller: Msisdn, born: str) -> str:
        """Sends a text; returns the newest SMS that came back."""
        self.gateway.choose_language(caller, "en")
        self._phone.text(caller, f"RESULT 10231456 2025 {born}")
        self.gateway.inbound.route_pending()
        return self.received(caller)[0]

    def received(self, caller: Msisdn) -> list[str]:
        return [sms.text for sms, _ in self.gateway.sql.outbox.to_subscriber(caller, 20)]


@pytest.fixture
def phones(gateway: Gateway) -> Phones:
    return Phones(gateway)


def test_dials_and_texts_of_all_phones_count_together(phones: Phones, clock: FixedClock) -> None:
    wrong = [
        phones.dials(STRANGERS[0], "01092007"),
        phones.texts(STRANGERS[1], "02092007"),
        phones.dials(STRANGERS[2], "04092007"),
        phones.texts(STRANGERS[3], "05092007"),
    ]

    right = [phones.dials(STRANGERS[4], BORN), phones.texts(STRANGERS[5], BORN)]

    assert all(page.startswith("We found no result") for page in wrong)
    assert all("too many wrong tries" in page for page in right)
    clock.advance(seconds=300)
    assert "Total grade" in phones.dials(STRANGERS[5], BORN)


def test_the_owner_goes_on_and_is_told_once(phones: Phones, clock: FixedClock) -> None:
    assert "Total grade" in phones.dials(OWNER, BORN)
    before = len(phones.received(OWNER))
    for n, stranger in enumerate(STRANGERS):
        phones.dials(stranger, f"{n + 10}092007")

    for _ in range(2):
        phones.gateway.upkeep.send_reminders()
        clock.advance(seconds=10)

    told = phones.received(OWNER)[: len(phones.received(OWNER)) - before]
    assert ["somebody tried several times" in text for text in told] == [True]
    assert "Total grade" in phones.dials(OWNER, BORN)
    assert [] == [text for each in STRANGERS for text in phones.received(each)]


def test_the_same_turn_again_counts_once(phones: Phones) -> None:
    phone = handset(phones.gateway.deployment, "phone", within(create_app(phones.gateway)))
    phones.gateway.choose_language(OWNER, "en")

    again = {phone.turn(OWNER, "one", f"{RESULT}*01092007").text for _ in range(10)}

    assert 1 == len(again)
    assert "Total grade" in phones.dials(OWNER, BORN)
