"""A turn costs Redis two round trips at the most: load, and save."""

from __future__ import annotations

import pytest

from gateway.adapters.redis.wire import Wire
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn

CALLER = Msisdn.from_e164("+254700000042")


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands sent to Redis, each a round trip."""
    seen: list[str] = []
    exchange = Wire.exchange

    def counted(self: Wire, command: tuple[bytes | str | int, ...]) -> object:
        seen.append(str(command[0]))
        return exchange(self, command)

    monkeypatch.setattr(Wire, "exchange", counted)
    return seen


def turn(gateway: Gateway, text: str, session: str) -> str:
    said = UssdTurn(session_id=session, subscriber=CALLER, service_code="*384*2026#", text=text)
    return gateway.ussd.answer(gateway.channels["at-ke"], said).text


def test_no_turn_takes_more_than_two_round_trips(gateway: Gateway, trips: list[str]) -> None:
    turn(gateway, "", "warm")  # the server learns the script once
    counts = {}

    for number, text in enumerate(["", "8", "8*2", "8*2*1", "8*2*1*00"]):
        trips.clear()
        turn(gateway, text, "first")
        counts[number, text] = len(trips)
    trips.clear()
    again = turn(gateway, "", "second")

    assert 2 == max(counts.values()), counts
    assert 2 == len(trips)
    assert again.startswith("Huduma za umma")


def test_a_repeated_turn_takes_one(gateway: Gateway, trips: list[str]) -> None:
    turn(gateway, "", "s")
    trips.clear()

    turn(gateway, "", "s")

    assert 1 == len(trips)
