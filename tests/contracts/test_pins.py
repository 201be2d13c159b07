"""PINs: five tries, whoever makes them and however often a turn comes, on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from gateway.adapters.database.desk_tables import pins as pins_table
from gateway.adapters.database.engine import statements
from gateway.adapters.database.pins import MOST_WRONG, SqlPins
from gateway.adapters.keyring import Keyring
from gateway.domain.errors import Refused
from gateway.domain.msisdn import Msisdn
from gateway.domain.service_call import ServiceCall
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
BENEFITS = "benefits"


@pytest.fixture
def pins(database: Engine) -> SqlPins:
    return SqlPins(database, KEYRING)


def call(key: str, subscriber: str = "+999700000001") -> ServiceCall:
    return ServiceCall(
        handler="benefit_payment",
        answers={},
        language="en",
        subscriber=Msisdn(subscriber),
        key=key,
        at=FixedClock().now(),
    )


def test_only_the_right_pin_is_right(pins: SqlPins) -> None:
    assert "unset" == pins.verify(call("a"), BENEFITS, "4711")
    assert not pins.is_set(call("a"), BENEFITS)

    pins.set(call("b"), BENEFITS, "4711")

    assert pins.is_set(call("c"), BENEFITS)
    assert "ok" == pins.verify(call("d"), BENEFITS, "4711")
    assert "wrong" == pins.verify(call("e"), BENEFITS, "4712")
    assert "wrong" == pins.verify(call("f"), BENEFITS, "")


def test_a_pin_is_that_of_one_subscriber_and_one_service(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711")

    assert "unset" == pins.verify(call("b"), "school", "4711")
    assert "unset" == pins.verify(call("c", "+999700000002"), BENEFITS, "4711")


def test_the_fifth_wrong_pin_locks_it_until_it_is_reset(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711")

    verdicts = [pins.verify(call(f"wrong {n}"), BENEFITS, "0000") for n in range(MOST_WRONG)]

    assert ["wrong"] * 4 + ["locked"] == verdicts
    assert "locked" == pins.verify(call("right"), BENEFITS, "4711")
    with pytest.raises(Refused, match="locked"):
        pins.set(call("set"), BENEFITS, "1234")

    pins.reset(call("reset"), BENEFITS)

    assert "unset" == pins.verify(call("b"), BENEFITS, "4711")
    pins.set(call("c"), BENEFITS, "1234")
    assert "ok" == pins.verify(call("d"), BENEFITS, "1234")


def test_a_right_pin_takes_the_wrong_ones_back(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711")

    for turn in range(2):
        for n in range(MOST_WRONG - 1):
            assert "wrong" == pins.verify(call(f"{turn} {n}"), BENEFITS, "0000")
        assert "ok" == pins.verify(call(f"{turn} right"), BENEFITS, "4711")


def test_a_turn_that_comes_again_is_not_another_try(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711")

    verdicts = {pins.verify(call("b"), BENEFITS, "0000") for _ in range(MOST_WRONG + 2)}

    assert {"wrong"} == verdicts
    assert "ok" == pins.verify(call("c"), BENEFITS, "4711")


def test_a_turn_that_was_cut_off_in_its_try_is_neither_lost_nor_counted_twice(
    pins: SqlPins, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins.set(call("a"), BENEFITS, "4711")

    def dies(*arguments: object) -> bytes:
        raise KeyboardInterrupt

    for _ in range(MOST_WRONG + 2):
        with monkeypatch.context() as context:
            context.setattr(SqlPins, "_hashed", dies)
            with pytest.raises(KeyboardInterrupt):
                pins.verify(call("b"), BENEFITS, "4711")

    assert "ok" == pins.verify(call("b"), BENEFITS, "4711")


def test_tries_at_the_same_moment_are_no_more_than_five(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711")
    verdicts: list[str] = []

    def guess(number: int) -> None:
        verdicts.append(pins.verify(call(f"guess {number}"), BENEFITS, f"{number:04}"))

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(MOST_WRONG + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 4 == verdicts.count("wrong")
    assert 4 == verdicts.count("locked")


def test_setting_it_twice_in_one_turn_keeps_the_first_one(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711")
    pins.set(call("a"), BENEFITS, "1234")

    assert "ok" == pins.verify(call("b"), BENEFITS, "4711")


def test_what_is_stored_is_different_for_the_same_pin(pins: SqlPins, database: Engine) -> None:
    pins.set(call("a"), BENEFITS, "4711")
    pins.set(call("b", "+999700000002"), BENEFITS, "4711")

    with statements(database) as connection:
        first, second = connection.scalars(pins_table.select().with_only_columns(pins_table.c.hash))
    assert first != second
    assert b"4711" not in first
    # Another deployment's key makes nothing of it, even with the right PIN.
    assert "wrong" == SqlPins(database, _other_keyring()).verify(call("c"), BENEFITS, "4711")


def _other_keyring() -> Keyring:
    class SameNumbers(Keyring):
        """Finds the rows of another deployment, and has a secret of its own all the same."""

        def index(self, purpose: str, text: str) -> bytes:
            own = super().index(purpose, text)
            return own if purpose.startswith("pin ") else KEYRING.index(purpose, text)

    return SameNumbers(bytes(range(1, 33)))
