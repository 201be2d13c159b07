"""What the session store in Redis promises beyond the contract: secrecy, economy, statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.redis import turn_codec
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.redis.sessions import RedisSessions, RedisTurnLog
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import TurnRecord
from tests.session_samples import KEY, KEYRING, OTHER_KEY, RECORD, SUBSCRIBER, turn


@pytest.fixture
def link(valkey: str) -> RedisLink:
    return RedisLink(valkey)


@pytest.mark.parametrize(
    ("expires_in", "at_most"), [(180.0, 180_000), (0.25, 250), (0.0, 1), (-5.0, 1)]
)
def test_a_session_in_redis_lapses_by_itself(
    link: RedisLink, expires_in: float, at_most: int
) -> None:
    RedisSessions(link, KEYRING).save(KEY, b"", turn(), expires_in, RECORD)

    left = link.call("PTTL", b"ussd:" + KEY)

    assert -2 <= left <= at_most
    assert left != -1  # -1: would stay for ever


def test_a_remembered_language_lapses_after_a_week(link: RedisLink) -> None:
    RedisSessions(link, KEYRING).remember_language(SUBSCRIBER, "sw")

    week = 7 * 24 * 3600 * 1000
    assert week - 60_000 < link.call("PTTL", b"lang:" + SUBSCRIBER) <= week


def test_redis_sees_nothing_of_the_citizen(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    session = turn().session._replace(answers={"candidate": "10231456"})
    kept = turn()._replace(session=session, reply_text="Grade: B+")

    sessions.save(KEY, b"", kept, 180.0, RECORD)

    everything = (
        link.call("GET", b"ussd:" + KEY) + repr(link.call("XRANGE", "turns", "-", "+")).encode()
    )
    assert b"exam_results" in everything  # the record, which is no secret
    for text in (b"10231456", b"Grade"):
        assert text not in everything


UNREADABLE = {
    "empty": b"",
    "short": b"x",
    "noise": b"\0" * 64,
    "another key": Keyring(b"\x02" * 32).seal("session", turn_codec.encode(turn())),
    "another purpose": KEYRING.seal("other", turn_codec.encode(turn())),
    "another version": KEYRING.seal("session", b"[1, 2]"),
    "another shape": KEYRING.seal("session", b"{}"),
    "a number": KEYRING.seal("session", b"7"),
}


@pytest.mark.parametrize("stored", UNREADABLE.values(), ids=UNREADABLE)
def test_a_session_that_cannot_be_read_is_begun_anew(link: RedisLink, stored: bytes) -> None:
    sessions = RedisSessions(link, KEYRING)
    link.call("SET", b"ussd:" + KEY, stored)

    loaded = sessions.load(KEY, SUBSCRIBER, "ke")

    assert loaded.kept is None
    assert sessions.save(KEY, loaded.token, turn(), 180.0, RECORD)
    assert turn() == sessions.load(KEY, SUBSCRIBER, "ke").kept


def test_a_save_whose_answer_was_lost_can_be_sent_again(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    sent: list[tuple[object, ...]] = []
    call = link.call
    link.call = lambda *command: (sent.append(command), call(*command))[1]  # type: ignore[method-assign]
    sessions.save(KEY, b"", turn(), 180.0, RECORD)

    again = call(*sent[-1])

    assert again == 1
    assert call("XLEN", "turns") == 1


def test_a_server_without_the_script_is_taught_it(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    sessions.save(KEY, b"", turn(), 180.0, RECORD)
    link.call("SCRIPT", "FLUSH")

    assert sessions.save(OTHER_KEY, b"", turn(), 180.0, RECORD)


def test_load_and_save_are_one_command_each(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    sessions.save(OTHER_KEY, b"", turn(), 180.0, RECORD)
    link.call("CONFIG", "RESETSTAT")

    loaded = sessions.load(KEY, SUBSCRIBER, "ke")
    sessions.save(KEY, loaded.token, turn(), 180.0, RECORD)

    served = link.call("INFO", "commandstats").decode()
    calls = {line.split(":")[0]: line.split("calls=")[1].split(",")[0]
             for line in served.splitlines() if "calls=" in line}  # fmt: skip
    assert "2" == calls["cmdstat_evalsha"]
    of_the_first_time = {"cmdstat_eval", "cmdstat_config|resetstat"}
    in_scripts = {"getrange", "set", "xadd", "mget", "incr", "pexpire"}
    assert {f"cmdstat_{name}" for name in (*in_scripts, "evalsha")} == set(
        calls
    ) - of_the_first_time


def test_without_redis_every_call_says_so(tmp_path: object) -> None:
    sessions = RedisSessions(RedisLink("unix:///tmp/no-such-gateway.sock"), KEYRING)

    for call in (
        lambda: sessions.load(KEY, SUBSCRIBER, "ke"),
        lambda: sessions.save(KEY, b"", turn(), 180.0, RECORD),
        lambda: sessions.remember_language(SUBSCRIBER, "sw"),
    ):
        with pytest.raises(StoreUnavailable, match=r"no-such-gateway\.sock"):
            call()


class Stored:
    """Fits `TurnStore`: what was stored, and what happens when something is."""

    def __init__(self, happens: Callable[[], object] = lambda: None) -> None:
        self.records: list[TurnRecord] = []
        self.stretch = ("0-0", "0-0")
        self.happens = happens

    def newest(self) -> tuple[str, str]:
        return self.stretch

    def store(
        self, records: Sequence[TurnRecord], entries: tuple[str, str], was: tuple[str, str]
    ) -> bool:
        if was != self.stretch:
            return False
        self.records += records
        self.stretch = entries
        self.happens()
        return True


def test_turns_are_drained_in_order_and_once(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    for number in range(5):
        record = RECORD._replace(milliseconds=number)
        sessions.save(bytes([number]) * 16, b"", turn(), 180.0, record)
    stored = Stored()
    log = RedisTurnLog(link, stored)

    moved = [log.drain(3), log.drain(3), log.drain(3)]

    assert moved == [3, 2, 0]
    assert [RECORD._replace(milliseconds=number) for number in range(5)] == stored.records


def dies() -> None:
    raise OSError("The process was killed.")


def test_turns_count_once_when_the_process_dies_after_it_has_stored_them(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    stored = Stored(dies)
    for number in range(4):
        if number == 2:
            with pytest.raises(OSError, match="killed"):
                RedisTurnLog(link, stored).drain(10)
            assert link.call("XLEN", "turns") == 2
        record = RECORD._replace(milliseconds=number)
        sessions.save(bytes([number]) * 16, b"", turn(), 180.0, record)
    with pytest.raises(OSError, match="killed"):  # some of them are stored, some are not
        RedisTurnLog(link, stored).drain(10)
    stored.happens = lambda: None

    moved = [RedisTurnLog(link, stored).drain(10) for _ in range(2)]

    assert moved == [4, 0]
    assert list(range(4)) == [each.milliseconds for each in stored.records]
    assert link.call("XLEN", "turns") == 0


def test_of_two_processes_that_drain_at_once_one_stores(link: RedisLink) -> None:
    RedisSessions(link, KEYRING).save(KEY, b"", turn(), 180.0, RECORD)
    stored, ours = Stored(), Stored()

    def newest() -> tuple[str, str]:
        was = stored.stretch
        RedisTurnLog(link, stored).drain(10)  # another, at this moment
        return was

    ours.newest = newest  # type: ignore[method-assign]
    ours.store = stored.store  # type: ignore[method-assign]
    RedisTurnLog(link, ours).drain(10)

    assert stored.records == [RECORD]


def test_turns_of_a_redis_with_an_earlier_clock_are_stored(link: RedisLink) -> None:
    stored = Stored()
    stored.stretch = ("9999999999999-0", "9999999999999-7")
    RedisSessions(link, KEYRING).save(KEY, b"", turn(), 180.0, RECORD)

    RedisTurnLog(link, stored).drain(10)

    assert stored.records == [RECORD]


def test_a_turn_that_was_refused_is_not_counted(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    sessions.save(KEY, b"", turn(), 180.0, RECORD)

    sessions.save(KEY, b"", turn(), 180.0, RECORD)

    assert link.call("XLEN", "turns") == 1


def test_turns_stay_in_the_stream_while_the_database_does_not_take_them(link: RedisLink) -> None:
    RedisSessions(link, KEYRING).save(KEY, b"", turn(), 180.0, RECORD)
    stored, away = Stored(), Stored()

    def refuse(*told: object) -> bool:
        raise StoreUnavailable("The database does not answer.")

    away.store = refuse  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        RedisTurnLog(link, away).drain(10)

    assert RedisTurnLog(link, stored).drain(10) == 1
    assert stored.records == [RECORD]


def test_turns_that_arrive_while_others_are_stored_are_kept(link: RedisLink) -> None:
    sessions = RedisSessions(link, KEYRING)
    sessions.save(KEY, b"", turn(), 180.0, RECORD)

    stored = Stored(lambda: sessions.save(OTHER_KEY, b"", turn(), 180.0, RECORD))

    RedisTurnLog(link, stored).drain(10)

    assert link.call("XLEN", "turns") == 1


def test_a_record_of_another_version_does_not_block_the_rest(link: RedisLink) -> None:
    link.call("XADD", "turns", "*", "turn", b"[1]")
    RedisSessions(link, KEYRING).save(KEY, b"", turn(), 180.0, RECORD)
    stored = Stored()

    assert RedisTurnLog(link, stored).drain(10) == 2
    assert stored.records == [RECORD]


texts = st.text(max_size=20)


@given(
    answers=st.dictionaries(texts, texts, max_size=4),
    reply_text=texts,
    rows=st.lists(st.dictionaries(texts, texts, max_size=2), max_size=3),
    seen_length=st.integers(min_value=0, max_value=1000),
)
def test_what_is_kept_survives_json(
    answers: dict[str, str], reply_text: str, rows: list[dict[str, str]], seen_length: int
) -> None:
    session = turn().session._replace(answers=answers, values=({"rows": rows, "name": reply_text},))
    kept = turn(seen_length, reply_text)._replace(session=session)

    assert kept == turn_codec.decode(turn_codec.encode(kept))


def test_the_turns_that_wait_for_the_statistics_are_bounded(
    link: RedisLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.adapters.redis.sessions.MOST_TURNS", 10)
    sessions = RedisSessions(link, KEYRING)

    for number in range(400):
        sessions.save(number.to_bytes(16, "big"), b"", turn(), 180.0, RECORD)

    # Redis cuts whole nodes of a hundred entries, and not each time.
    assert 10 <= link.call("XLEN", "turns") < 250
