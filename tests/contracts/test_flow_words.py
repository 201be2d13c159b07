"""One contract for what brings the words of a neighbour's flow to the turn that waits for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from gateway.adapters.memory.flows import MemoryFlows
from gateway.adapters.redis.flows.flow_words import RedisFlows
from gateway.adapters.redis.link import RedisLink
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.ports.ussd import Flows, Hearing
from tests.session_samples import KEY, KEYRING, OTHER_KEY

ASHA = Msisdn("+254711000001")


def words(reference: str, text: str = "District?", *, waits: bool = True) -> FlowWords:
    return FlowWords(reference, ASHA, text, waits)


@pytest.fixture(params=["redis", "memory"])
def flows(request: pytest.FixtureRequest) -> Flows:
    if request.param == "memory":
        return MemoryFlows()
    return RedisFlows(RedisLink(request.getfixturevalue("valkey")), KEYRING)


def test_who_waits_has_the_words_in_their_order(flows: Flows) -> None:
    flows.listen(KEY, 5.0)
    first, second = words("1", "Karibu 🙂"), words("2", waits=False)

    assert [Hearing.HEARD] * 2 == [flows.say(KEY, each) for each in (first, second)]
    assert [first, second] == list(flows.heard(KEY, 0, 1.0))
    assert [second] == list(flows.heard(KEY, 1, 1.0))
    assert [] == list(flows.heard(KEY, 2, 0.01))
    assert [] == list(flows.leave(KEY, 2))


def test_words_wake_who_waits(flows: Flows) -> None:
    flows.listen(KEY, 5.0)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(flows.heard, KEY, 0, 5.0)
        flows.say(KEY, words("1"))

        assert [words("1")] == list(waiting.result(5.0))


def test_words_that_come_as_the_waiting_ends_are_not_lost(flows: Flows) -> None:
    flows.listen(KEY, 5.0)
    flows.say(KEY, words("1"))

    assert [words("1")] == list(flows.leave(KEY, 0))
    assert Hearing.UNASKED is flows.say(KEY, words("2"))


def test_words_that_are_told_again_were_heard_even_when_nobody_waits_any_more(flows: Flows) -> None:
    flows.listen(KEY, 5.0)
    flows.say(KEY, words("1"))
    assert Hearing.HEARD is flows.say(KEY, words("1"))
    assert [words("1")] == list(flows.leave(KEY, 0))

    assert Hearing.HEARD is flows.say(KEY, words("1"))


def test_the_parts_of_long_words_share_their_reference_and_are_each_heard_once(
    flows: Flows,
) -> None:
    flows.listen(KEY, 5.0)
    parts = [words("1", "Which district do "), words("1", "you live in?")]

    assert {Hearing.HEARD} == {flows.say(KEY, each) for each in (*parts, *parts)}
    assert parts == list(flows.leave(KEY, 0))


def test_who_told_the_flow_something_lately_is_answered_late_and_others_were_not_asked(
    flows: Flows,
) -> None:
    at = datetime(2026, 11, 29, 22, 44, 0, 250, UTC)
    flows.note(KEY, at, 60.0)

    assert (at, None) == (flows.noted(KEY), flows.noted(OTHER_KEY))
    assert Hearing.LATE is flows.say(KEY, words("1"))
    assert Hearing.UNASKED is flows.say(OTHER_KEY, words("1"))


def test_a_new_turn_hears_nothing_of_the_one_before(flows: Flows) -> None:
    flows.listen(KEY, 5.0)
    flows.say(KEY, words("1"))
    flows.listen(KEY, 5.0)

    assert [] == list(flows.heard(KEY, 0, 0.01))


def test_redis_sees_no_words(valkey: str) -> None:
    link = RedisLink(valkey)
    flows = RedisFlows(link, KEYRING)
    flows.listen(KEY, 5.0)
    flows.say(KEY, words("1", "Your result is 385"))

    (sealed,) = link.call(b"LRANGE", b"flow:said:" + KEY, 0, -1)
    assert b"385" not in sealed
    assert ASHA.e164.encode() not in sealed


def test_without_redis_it_is_said_so() -> None:
    flows = RedisFlows(RedisLink("redis://127.0.0.1:1"), KEYRING)

    with pytest.raises(StoreUnavailable):
        flows.listen(KEY, 5.0)
