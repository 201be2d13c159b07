"""STOP is law, and only for what was not asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.consent import EVERYTHING, may_send
from gateway.domain.sms import Purpose

TOPICS = st.sampled_from(["", "prices", "exams", "floods"])


@pytest.mark.parametrize(
    ("purpose", "topic", "stopped"),
    [
        (Purpose.NOTICE, "prices", set()),
        (Purpose.NOTICE, "prices", {"exams"}),
        (Purpose.NOTICE, "", {"exams"}),
        (Purpose.REPLY, "prices", {"prices"}),
        (Purpose.REPLY, "prices", {EVERYTHING}),
        (Purpose.CONSENT, "", {EVERYTHING}),
    ],
)
def test_what_was_asked_for_or_not_stopped_may_go_out(
    purpose: Purpose, topic: str, stopped: set[str]
) -> None:
    assert may_send(purpose, topic, frozenset(stopped))


@pytest.mark.parametrize(
    ("topic", "stopped"),
    [
        ("prices", {"prices"}),
        ("prices", {EVERYTHING}),
        ("prices", {"exams", "prices"}),
        ("prices", {"exams", EVERYTHING}),
        ("", {EVERYTHING}),
        (EVERYTHING, {EVERYTHING}),
    ],
)
def test_a_notice_that_was_stopped_may_not_go_out(topic: str, stopped: set[str]) -> None:
    assert not may_send(Purpose.NOTICE, topic, frozenset(stopped))


@given(TOPICS, st.frozensets(TOPICS))
def test_stopping_everything_stops_every_notice(topic: str, stopped: frozenset[str]) -> None:
    assert not may_send(Purpose.NOTICE, topic, stopped | {EVERYTHING})


@given(st.sampled_from(Purpose), TOPICS, st.frozensets(TOPICS), TOPICS)
def test_one_more_stop_never_allows_more(
    purpose: Purpose, topic: str, stopped: frozenset[str], also: str
) -> None:
    assert may_send(purpose, topic, stopped) >= may_send(purpose, topic, stopped | {also})
