"""How a channel is drained, paused and taken up again, without going to and fro."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.domain.outbound.channel_state import (
    FIRST_REST,
    FIRST_REST_OF_PAUSE,
    LONGEST_REST,
    TRIAL_MTS,
    WINDOW,
    Calls,
    ChannelState,
    Standing,
    begun_trial,
    decided,
    noted,
)

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
OPEN = ChannelState(name="ke")
S = Standing


def calls(made: int, failed: int = 0, slow: int = 0, fault: str = "") -> Calls:
    return Calls(made=made, failed=failed, slow=slow, fault=fault)


def after(state: ChannelState, *seen: Calls, now: datetime = NOW) -> ChannelState:
    for each in seen:
        state = noted(state, each, now)
    return state


@pytest.mark.parametrize(
    ("seen", "standing"),
    [
        (calls(7, failed=7), S.OPEN),  # too few to conclude anything
        (calls(8, failed=3), S.OPEN),
        (calls(100, failed=49), S.OPEN),
        (calls(8, failed=4), S.DRAINED),
        (calls(8, slow=4), S.DRAINED),
        (calls(100, failed=25, slow=25), S.DRAINED),
        (calls(1, failed=1, fault="balance_exhausted"), S.PAUSED),
    ],
)
def test_a_channel_is_drained_by_half_its_calls_and_paused_by_one_fault(
    seen: Calls, standing: Standing
) -> None:
    assert standing is after(OPEN, seen).standing


def test_the_reason_says_what_was_seen() -> None:
    drained = after(OPEN, calls(12, failed=5, slow=3))
    paused = after(OPEN, calls(1, failed=1, fault="balance_exhausted (405)"))

    assert "5 of 12 calls failed and 3 of 12 took over 10 s within 120 s" == drained.reason
    assert "every call is refused: balance_exhausted (405)" == paused.reason
    assert NOW == drained.since == paused.since


def test_failures_of_long_ago_count_no_more() -> None:
    state = after(OPEN, calls(7, failed=7))

    state = after(state, calls(7, failed=3), now=NOW + WINDOW + timedelta(seconds=11))

    assert S.OPEN is state.standing
    assert calls(7, failed=3) == state.of_late


def test_failures_of_several_workers_add_up() -> None:
    assert S.DRAINED is after(OPEN, *[calls(1, failed=1)] * 8).standing


@pytest.mark.parametrize(
    ("trial", "standing"),
    [
        (calls(4), S.DRAINED),  # not all of the trial is back
        (calls(5), S.OPEN),
        (calls(5, failed=1), S.OPEN),
        (calls(5, failed=2), S.DRAINED),  # between: more is waited for
        (calls(5, failed=3), S.DRAINED),
        (calls(5, slow=5), S.DRAINED),
    ],
)
def test_a_drained_channel_takes_four_in_five_to_be_used_again(
    trial: Calls, standing: Standing
) -> None:
    drained = after(OPEN, calls(8, failed=8))
    tried = begun_trial(drained, NOW + FIRST_REST)

    assert standing is noted(tried, trial, NOW + FIRST_REST).standing


def test_each_trial_that_fails_makes_the_rest_longer_up_to_a_bound() -> None:
    state, now, rests = after(OPEN, calls(8, failed=8)), NOW, []
    for _ in range(7):
        assert state.trial_at is not None
        rests.append(state.trial_at - now)
        now = state.trial_at
        state = noted(begun_trial(state, now), calls(TRIAL_MTS, failed=TRIAL_MTS), now)

    assert [FIRST_REST * 2**each for each in range(5)] == rests[:5]
    assert LONGEST_REST == rests[5] == rests[6]


def test_one_of_two_who_would_try_a_channel_does() -> None:
    drained = after(OPEN, calls(8, failed=8))
    too_early = begun_trial(drained, NOW + FIRST_REST / 2)
    first = begun_trial(drained, NOW + FIRST_REST)
    second = begun_trial(first, NOW + FIRST_REST)
    of_one_who_died = begun_trial(first, NOW + timedelta(hours=1))

    assert drained == too_early != first == second != of_one_who_died


def test_a_paused_channel_is_used_again_after_a_trial_and_not_by_calls_that_were_out() -> None:
    paused = after(OPEN, calls(1, failed=1, fault="balance_exhausted"))
    still = noted(paused, calls(3), NOW)
    tried = begun_trial(still, NOW + FIRST_REST_OF_PAUSE)

    assert S.PAUSED is still.standing
    assert S.OPEN is noted(tried, calls(1), NOW + FIRST_REST_OF_PAUSE).standing
    failed = noted(tried, calls(1, failed=1), NOW + FIRST_REST_OF_PAUSE)
    assert S.PAUSED is failed.standing
    again = noted(tried, calls(1, failed=1, fault="balance_exhausted"), NOW + FIRST_REST_OF_PAUSE)
    assert (S.PAUSED, FIRST_REST_OF_PAUSE * 2) == (again.standing, again.rest)


@pytest.mark.parametrize("standing", [S.PAUSED, S.PREFERRED])
@pytest.mark.parametrize("seen", [calls(50), calls(50, failed=50), calls(1, failed=1, fault="x")])
def test_what_a_person_decided_is_not_fought(standing: Standing, seen: Calls) -> None:
    by_asha = decided(OPEN, standing, "asha", "The contract has ended", NOW)

    later = after(by_asha, seen, now=NOW + timedelta(hours=1))

    assert replace(by_asha, seen=()) == replace(later, seen=())
    assert None is by_asha.trial_at


def test_a_channel_that_a_person_resumes_is_the_gateways_again() -> None:
    drained = after(OPEN, calls(8, failed=8))

    resumed = decided(drained, S.OPEN, "asha", "The provider has mended it", NOW)

    assert ("", calls(0)) == (resumed.by, resumed.of_late)
    assert S.DRAINED is after(resumed, calls(8, failed=8)).standing
