"""Attempts are spread, grow apart, and come to an end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.telecom.retry_schedule import LONGEST_WAIT, SCHEDULE, next_delay

CHANCES = st.floats(0, 1, exclude_max=True)
ATTEMPTS = st.integers(1, len(SCHEDULE))


@given(ATTEMPTS, CHANCES)
def test_the_delay_is_within_a_fifth_of_the_schedule(attempt: int, chance: float) -> None:
    delay = next_delay(attempt, chance)

    planned = SCHEDULE[attempt - 1]
    assert delay is not None
    assert planned * 0.8 <= delay < planned * 1.2 + 1e-6


def test_the_whole_jitter_is_used() -> None:
    expected = (12.0, 15.0, pytest.approx(18.0, rel=1e-6))
    assert expected == (next_delay(1, 0.0), next_delay(1, 0.5), next_delay(1, 1 - 1e-9))


@given(st.integers(1, len(SCHEDULE) - 1), CHANCES, CHANCES)
def test_the_next_delay_is_longer_whatever_the_chance(
    attempt: int, chance: float, other: float
) -> None:
    assert next_delay(attempt, chance) < next_delay(attempt + 1, other)


@given(st.integers(len(SCHEDULE) + 1, 10_000), CHANCES, st.none() | st.floats(0, 1e9))
def test_after_the_schedule_there_is_no_further_attempt(
    attempt: int, chance: float, retry_after: float | None
) -> None:
    assert next_delay(attempt, chance, retry_after) is None


@given(st.integers(max_value=0))
def test_an_attempt_below_one_is_a_mistake_of_the_caller(attempt: int) -> None:
    with pytest.raises(ValueError, match="count from 1"):
        next_delay(attempt, 0.5)


@given(ATTEMPTS, CHANCES, st.floats(0, LONGEST_WAIT))
def test_the_provider_is_given_the_time_it_asks_for(
    attempt: int, chance: float, retry_after: float
) -> None:
    delay = next_delay(attempt, chance, retry_after)

    assert max(retry_after, next_delay(attempt, chance)) == delay


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [
        (None, 15.0),
        (0.0, 15.0),
        (-3.0, 15.0),
        (14.0, 15.0),
        (90.0, 90.0),
        (float("nan"), 15.0),
        (1e9, LONGEST_WAIT),
        (float("inf"), LONGEST_WAIT),
    ],
)
def test_a_providers_own_wait_is_a_bounded_lower_bound(
    retry_after: float | None, expected: float
) -> None:
    assert expected == next_delay(1, 0.5, retry_after)


def test_the_schedule_gives_up_after_more_than_two_days_and_less_than_three() -> None:
    assert 2 * 86_400 < sum(SCHEDULE) < 3 * 86_400
