"""One contract for what brings the words of a neighbour's flow to the turn that waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gateway.adapters.memory.flows import MemoryFlows
from gateway.adapters.redis.flows.flow_words import RedisFlows
from gateway.adapters.redis.link import RedisLink
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.ports.flows.words import Flows, Hearing, LostWords
from tests.session_samples import KEY, KEYRING, OTHER_KEY

ASHA = Msisdn("+254711000001")
NOW = datetime(2026, 4, 28, 8, tzinfo=UTC)
#: Two turns that wait.
TURN, NEWER = b"turn", b"newer"


def words(reference: str, text: str = "District?", *, waits: bool = True) -> FlowWords:
    return FlowWords(reference, ASHA, text, waits)


def said(flows: Flows, spoken: FlowWords, who: bytes = KEY) -> Hearing:
    return flows.say(who, "ureport", spoken, NOW)


@pytest.fixture(params=["redis", "memory"])
def flows(request: pytest.FixtureRequest) -> Flows:
    if request.param == "memory":
        return MemoryFlows()
    return RedisFlows(RedisLink(request.getfixturevalue("valkey")), KEYRING)


def test_who_waits_has_the_words_in_their_order(flows: Flows) -> None:
    flows.listen(KEY, TURN, 5.0)
    first, second = words("1", "Karibu 🙂"), words("2", waits=False)

    assert [Hearing.HEARD] * 2 == [said(flows, each) for each in (first, second)]
    assert [first, second] == list(flows.heard(TURN, 0, 1.0))
    assert [second] == list(flows.heard(TURN, 1, 1.0))
    assert [] == list(flows.heard(TURN, 2, 0.01))
    assert [] == list(flows.leave(KEY, TURN, 2))


def test_words_wake_who_waits(flows: Flows) -> None:
    flows.listen(KEY, TURN, 5.0)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(flows.heard, TURN, 0, 5.0)
        said(flows, words("1"))

        assert [words("1")] == list(waiting.result(5.0))


def test_words_that_come_as_the_waiting_ends_are_not_lost(flows: Flows) -> None:
    flows.listen(KEY, TURN, 5.0)
    said(flows, words("1"))

    assert [words("1")] == list(flows.leave(KEY, TURN, 0))
    assert Hearing.UNASKED is said(flows, words("2"))


def test_words_that_are_told_again_were_heard_even_when_nobody_waits_any_more(flows: Flows) -> None:
    flows.listen(KEY, TURN, 5.0)
    said(flows, words("1"))
    assert Hearing.HEARD is said(flows, words("1"))
    assert [words("1")] == list(flows.leave(KEY, TURN, 0))

    assert Hearing.HEARD is said(flows, words("1"))


def test_the_parts_of_long_words_share_their_reference_and_are_each_heard_once(
    flows: Flows,
) -> None:
    flows.listen(KEY, TURN, 5.0)
    parts = [words("1", "Which district do "), words("1", "you live in?")]

    assert {Hearing.HEARD} == {said(flows, each) for each in (*parts, *parts)}
    assert parts == list(flows.leave(KEY, TURN, 0))


def test_who_told_the_flow_something_lately_is_answered_late_and_others_were_not_asked(
    flows: Flows,
) -> None:
    at = datetime(2026, 11, 29, 22, 44, 0, 250, UTC)
    flows.note(KEY, at, 60.0)

    assert (at, None) == (flows.noted(KEY), flows.noted(OTHER_KEY))
    assert Hearing.LATE is said(flows, words("1"))
    assert Hearing.UNASKED is said(flows, words("1"), OTHER_KEY)


def test_of_two_turns_of_one_person_the_newest_hears_and_the_other_keeps_what_it_heard(
    flows: Flows,
) -> None:
    flows.listen(KEY, TURN, 5.0)
    said(flows, words("1"))
    flows.listen(KEY, NEWER, 5.0)
    said(flows, words("2"))

    assert [words("1")] == list(flows.heard(TURN, 0, 0.01))
    assert [words("1")] == list(flows.leave(KEY, TURN, 0))  # and ends nothing of the other
    assert Hearing.HEARD is said(flows, words("3"))
    assert [words("2"), words("3")] == list(flows.heard(NEWER, 0, 1.0))


def test_what_was_read_already_rings_no_more(flows: Flows) -> None:
    flows.listen(KEY, TURN, 5.0)
    said(flows, words("1"))
    assert [words("1")] == list(flows.heard(TURN, 0, 1.0))
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(flows.heard, TURN, 1, 5.0)
        said(flows, words("2"))

        assert [words("2")] == list(waiting.result(5.0))


def test_what_was_heard_and_not_shown_is_lost_after_a_minute_and_until_it_is_settled(
    flows: Flows,
) -> None:
    flows.listen(KEY, TURN, 5.0)
    flows.listen(OTHER_KEY, NEWER, 5.0)
    said(flows, words("1"))
    said(flows, words("2"), OTHER_KEY)
    flows.leave(KEY, TURN, 0)
    flows.shown(NEWER)
    lost = [LostWords(TURN, "ureport", [words("1")])]

    assert [] == list(flows.lost(NOW + timedelta(seconds=59), 10))
    assert [lost] * 2 == [list(flows.lost(NOW + timedelta(seconds=60), 10)) for _ in range(2)]
    flows.shown(TURN)
    assert [] == list(flows.lost(NOW + timedelta(seconds=60), 10))


def test_words_that_are_an_sms_are_heard_by_no_later_turn(flows: Flows) -> None:
    flows.settled(KEY, words("1"))
    flows.listen(KEY, TURN, 5.0)

    assert Hearing.HEARD is said(flows, words("1"))
    assert [] == list(flows.heard(TURN, 0, 0.01))
    assert Hearing.HEARD is said(flows, words("2"))


def test_a_flow_was_told_of_an_sms_once_it_is_noted(flows: Flows) -> None:
    flows.note_told(b"one")

    assert [True, False] == [flows.was_told(each) for each in (b"one", b"other")]


def test_redis_sees_no_words(valkey: str) -> None:
    link = RedisLink(valkey)
    flows = RedisFlows(link, KEYRING)
    flows.listen(KEY, TURN, 5.0)
    said(flows, words("1", "Your result is 385"))

    (sealed,) = link.call(b"LRANGE", b"flow:said:" + TURN, 0, -1)
    assert b"385" not in sealed
    assert ASHA.e164.encode() not in sealed


def test_without_redis_it_is_said_so() -> None:
    flows = RedisFlows(RedisLink("redis://127.0.0.1:1"), KEYRING)

    with pytest.raises(StoreUnavailable):
        flows.listen(KEY, TURN, 5.0)
