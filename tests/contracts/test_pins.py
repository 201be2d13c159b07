"""PINs: five tries, whoever makes them and however often a turn comes, on both databases."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import pins as pins_table
from gateway.adapters.sql.handler_toolkit.pins import MOST_WRONG, SqlPins
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
BENEFITS = "benefits"
#: ID numbers of two who share a phone.
ASHAS, JUMAS = "30110042", "30110205"


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
    assert "unset" == pins.verify(call("a"), BENEFITS, "4711", of=ASHAS)
    assert not pins.is_set(call("a"), BENEFITS, of=ASHAS)

    pins.set(call("b"), BENEFITS, "4711", of=ASHAS)

    assert pins.is_set(call("c"), BENEFITS, of=ASHAS)
    assert "ok" == pins.verify(call("d"), BENEFITS, "4711", of=ASHAS)
    assert "wrong" == pins.verify(call("e"), BENEFITS, "4712", of=ASHAS)
    assert "wrong" == pins.verify(call("f"), BENEFITS, "", of=ASHAS)


def test_a_pin_is_that_of_one_subscriber_and_one_service(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)

    assert "unset" == pins.verify(call("b"), "school", "4711", of=ASHAS)
    assert "unset" == pins.verify(call("c", "+999700000002"), BENEFITS, "4711", of=ASHAS)


def test_each_thing_that_is_guarded_has_a_pin_of_its_own(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)
    pins.set(call("b"), BENEFITS, "1234", of=JUMAS)

    assert "ok" == pins.verify(call("c"), BENEFITS, "4711", of=ASHAS)
    assert "wrong" == pins.verify(call("d"), BENEFITS, "4711", of=JUMAS)

    pins.reset(call("e"), BENEFITS, of=JUMAS)

    assert pins.is_set(call("f"), BENEFITS, of=ASHAS)
    assert not pins.is_set(call("f"), BENEFITS, of=JUMAS)


def test_wrong_tries_of_one_lock_no_other(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)
    pins.set(call("b"), BENEFITS, "1234", of=JUMAS)

    for n in range(MOST_WRONG):
        pins.verify(call(f"wrong {n}"), BENEFITS, "0000", of=JUMAS)

    assert "locked" == pins.verify(call("c"), BENEFITS, "1234", of=JUMAS)
    assert "ok" == pins.verify(call("d"), BENEFITS, "4711", of=ASHAS)


def test_what_a_pin_guards_does_not_stand_in_its_row(pins: SqlPins, database: Engine) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)

    with statements(database) as connection:
        (row,) = connection.execute(pins_table.select()).all()
    assert ASHAS not in str(tuple(row))


def test_the_fifth_wrong_pin_locks_it_until_it_is_reset(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)

    verdicts = [
        pins.verify(call(f"wrong {n}"), BENEFITS, "0000", of=ASHAS) for n in range(MOST_WRONG)
    ]

    assert ["wrong"] * 4 + ["locked"] == verdicts
    assert "locked" == pins.verify(call("right"), BENEFITS, "4711", of=ASHAS)
    with pytest.raises(Refused, match="locked"):
        pins.set(call("set"), BENEFITS, "1234", of=ASHAS)

    pins.reset(call("reset"), BENEFITS, of=ASHAS)

    assert "unset" == pins.verify(call("b"), BENEFITS, "4711", of=ASHAS)
    pins.set(call("c"), BENEFITS, "1234", of=ASHAS)
    assert "ok" == pins.verify(call("d"), BENEFITS, "1234", of=ASHAS)


def test_a_right_pin_takes_the_wrong_ones_back(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)

    for turn in range(2):
        for n in range(MOST_WRONG - 1):
            assert "wrong" == pins.verify(call(f"{turn} {n}"), BENEFITS, "0000", of=ASHAS)
        assert "ok" == pins.verify(call(f"{turn} right"), BENEFITS, "4711", of=ASHAS)


def test_a_turn_that_comes_again_is_not_another_try(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)

    verdicts = {pins.verify(call("b"), BENEFITS, "0000", of=ASHAS) for _ in range(MOST_WRONG + 2)}

    assert {"wrong"} == verdicts
    assert "ok" == pins.verify(call("c"), BENEFITS, "4711", of=ASHAS)


def test_a_turn_that_was_cut_off_in_its_try_is_neither_lost_nor_counted_twice(
    pins: SqlPins, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)

    def dies(*arguments: object) -> bytes:
        raise KeyboardInterrupt

    for _ in range(MOST_WRONG + 2):
        with monkeypatch.context() as context:
            context.setattr(SqlPins, "_hashed", dies)
            with pytest.raises(KeyboardInterrupt):
                pins.verify(call("b"), BENEFITS, "4711", of=ASHAS)

    assert "ok" == pins.verify(call("b"), BENEFITS, "4711", of=ASHAS)


def test_tries_at_the_same_moment_are_no_more_than_five(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)
    verdicts: list[str] = []

    def guess(number: int) -> None:
        verdicts.append(pins.verify(call(f"guess {number}"), BENEFITS, f"{number:04}", of=ASHAS))

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(MOST_WRONG + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 4 == verdicts.count("wrong")
    assert 4 == verdicts.count("locked")


def test_setting_it_twice_in_one_turn_keeps_the_first_one(pins: SqlPins) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)
    pins.set(call("a"), BENEFITS, "1234", of=ASHAS)

    assert "ok" == pins.verify(call("b"), BENEFITS, "4711", of=ASHAS)


def test_what_is_stored_is_different_for_the_same_pin(pins: SqlPins, database: Engine) -> None:
    pins.set(call("a"), BENEFITS, "4711", of=ASHAS)
    pins.set(call("b", "+999700000002"), BENEFITS, "4711", of=ASHAS)

    with statements(database) as connection:
        first, second = connection.scalars(pins_table.select().with_only_columns(pins_table.c.hash))
    assert first != second
    assert b"4711" not in first
    others = SqlPins(database, _other_keyring())
    # Another deployment's key makes nothing of it, even with the right PIN.
    assert "wrong" == others.verify(call("c"), BENEFITS, "4711", of=ASHAS)


def _other_keyring() -> Keyring:
    class SameNumbers(Keyring):
        """Finds the rows of another deployment, and has a secret of its own all the same."""

        def index(self, purpose: str, text: str) -> bytes:
            own = super().index(purpose, text)
            return own if purpose.startswith("pin ") else KEYRING.index(purpose, text)

        def index_of(self, subscriber: Identity) -> bytes:
            return KEYRING.index_of(subscriber)

    return SameNumbers(bytes(range(1, 33)))


def at(key: str, days: int) -> ServiceCall:
    """Returns a call so many days after the first."""
    first = call(key)
    return replace(first, at=first.at + timedelta(days=days))


def test_a_pin_that_nobody_used_for_long_is_none_any_more(database: Engine) -> None:
    pins = SqlPins(database, KEYRING, timedelta(days=80))
    pins.set(at("a", 0), BENEFITS, "4711", of=ASHAS)

    assert "ok" == pins.verify(at("b", 79), BENEFITS, "4711", of=ASHAS)
    assert pins.is_set(at("c", 158), BENEFITS, of=ASHAS)
    assert "wrong" == pins.verify(at("d", 158), BENEFITS, "4712", of=ASHAS)
    assert not pins.is_set(at("e", 160), BENEFITS, of=ASHAS)
    assert "unset" == pins.verify(at("f", 160), BENEFITS, "4711", of=ASHAS)
    pins.set(at("g", 160), BENEFITS, "1932", of=ASHAS)
    assert "ok" == pins.verify(at("h", 161), BENEFITS, "1932", of=ASHAS)


def test_without_the_setting_a_pin_never_falls_asleep(pins: SqlPins) -> None:
    pins.set(at("a", 0), BENEFITS, "4711", of=ASHAS)

    assert "ok" == pins.verify(at("b", 4000), BENEFITS, "4711", of=ASHAS)
