"""One contract for every store of USSD sessions."""

from __future__ import annotations

import threading

import pytest

from gateway.adapters.memory.sessions import MemorySessions
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.sessions import RedisSessions
from gateway.domain.dialogue.session import StoredTurn
from gateway.use_cases.ports import Sessions
from tests.clock import FixedClock
from tests.session_samples import KEY, KEYRING, OTHER_KEY, RECORD, SUBSCRIBER, turn


@pytest.fixture
def link(valkey: str) -> RedisLink:
    return RedisLink(valkey)


@pytest.fixture(params=["redis", "memory"])
def sessions(request: pytest.FixtureRequest, clock: FixedClock) -> Sessions:
    if request.param == "memory":
        return MemorySessions(clock)
    return RedisSessions(request.getfixturevalue("link"), KEYRING)


def test_nothing_is_stored_at_first(sessions: Sessions) -> None:
    loaded = sessions.load(KEY, SUBSCRIBER, "ke")

    assert (loaded.kept, loaded.token, loaded.language) == (None, b"", None)


def test_a_saved_turn_is_loaded_again(sessions: Sessions) -> None:
    saved = sessions.save(KEY, b"", turn(), 180.0, RECORD)

    assert saved
    assert turn() == sessions.load(KEY, SUBSCRIBER, "ke").kept


def test_a_turn_follows_the_one_that_was_loaded(sessions: Sessions) -> None:
    sessions.save(KEY, b"", turn(8), 180.0, RECORD)
    token = sessions.load(KEY, SUBSCRIBER, "ke").token

    saved = sessions.save(KEY, token, turn(11), 180.0, RECORD)

    assert saved
    assert turn(11) == sessions.load(KEY, SUBSCRIBER, "ke").kept


@pytest.mark.parametrize("second", [turn(11), turn(8)], ids=["another turn", "the same turn again"])
def test_of_two_turns_on_one_version_only_the_first_is_stored(
    sessions: Sessions, second: StoredTurn
) -> None:
    first = sessions.save(KEY, b"", turn(8), 180.0, RECORD)

    late = sessions.save(KEY, b"", second, 180.0, RECORD)

    assert (first, late) == (True, False)
    assert turn(8) == sessions.load(KEY, SUBSCRIBER, "ke").kept


def test_a_version_does_not_come_back(sessions: Sessions) -> None:
    sessions.save(KEY, b"", turn(8), 180.0, RECORD)
    oldest = sessions.load(KEY, SUBSCRIBER, "ke").token
    sessions.save(KEY, oldest, turn(11), 180.0, RECORD)
    sessions.save(KEY, sessions.load(KEY, SUBSCRIBER, "ke").token, turn(8), 180.0, RECORD)

    assert not sessions.save(KEY, oldest, turn(9), 180.0, RECORD)


@pytest.mark.parametrize("token", [b"\0" * 16, b"x"])
def test_a_turn_on_a_session_that_is_gone_is_not_stored(sessions: Sessions, token: bytes) -> None:
    saved = sessions.save(KEY, token, turn(), 180.0, RECORD)

    assert not saved
    assert sessions.load(KEY, SUBSCRIBER, "ke").kept is None


def test_sessions_do_not_mix(sessions: Sessions) -> None:
    sessions.save(KEY, b"", turn(8), 180.0, RECORD)
    sessions.save(OTHER_KEY, b"", turn(11), 180.0, RECORD)

    assert turn(8) == sessions.load(KEY, SUBSCRIBER, "ke").kept
    assert turn(11) == sessions.load(OTHER_KEY, SUBSCRIBER, "ke").kept


@pytest.mark.parametrize("language", ["sw", "am", ""])
def test_a_language_is_remembered_by_subscriber(sessions: Sessions, language: str) -> None:
    sessions.remember_language(SUBSCRIBER, language)

    assert language == sessions.load(KEY, SUBSCRIBER, "ke").language
    assert sessions.load(KEY, b"t" * 16, "ke").language is None


def test_a_language_is_looked_up_again_once_it_is_forgotten(sessions: Sessions) -> None:
    sessions.remember_language(SUBSCRIBER, "sw")
    sessions.forget_language(SUBSCRIBER)
    sessions.forget_language(SUBSCRIBER)

    assert sessions.load(KEY, SUBSCRIBER, "ke").language is None


def test_of_many_turns_at_once_exactly_one_is_stored(sessions: Sessions) -> None:
    start = threading.Barrier(8)
    won: list[int] = []

    def save(number: int) -> None:
        start.wait()
        if sessions.save(KEY, b"", turn(number), 180.0, RECORD):
            won.append(number)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = sessions.load(KEY, SUBSCRIBER, "ke").kept
    assert kept is not None
    assert [kept.seen_length] == won


def test_a_session_in_memory_lapses_with_the_clock(clock: FixedClock) -> None:
    sessions = MemorySessions(clock)
    sessions.save(KEY, b"", turn(), 180.0, RECORD)

    clock.advance(179.0)
    in_time = sessions.load(KEY, SUBSCRIBER, "ke").kept
    clock.advance(1.0)

    assert turn() == in_time
    assert sessions.load(KEY, SUBSCRIBER, "ke").kept is None
    assert sessions.save(KEY, b"", turn(), 180.0, RECORD)


def test_a_language_saved_with_a_turn_is_at_hand_for_the_next(sessions: Sessions) -> None:
    sessions.save(KEY, b"", turn(), 180.0, RECORD, (SUBSCRIBER, "sw"))

    assert "sw" == sessions.load(KEY, SUBSCRIBER, "ke").language
