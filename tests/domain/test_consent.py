"""STOP is law, and only for what was not asked for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.telecom.consent import (
    EVERYTHING,
    Consent,
    ConsentState,
    TopicConsents,
    has_stopped_all,
    may_send,
)
from gateway.domain.telecom.sms import Purpose

IN, OUT = ConsentState.OPTED_IN, ConsentState.OPTED_OUT
NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
NAMES = ["", "prices", "exams", "floods"]
TOPICS = st.sampled_from(NAMES)
SAID = st.dictionaries(
    st.sampled_from([*NAMES, EVERYTHING]),
    st.builds(
        lambda state, minutes: Consent(state, NOON + timedelta(minutes=minutes)),
        st.sampled_from(ConsentState),
        st.integers(0, 5),
    ),
)


def stops(*topics: str) -> TopicConsents:
    return {topic: Consent(OUT, NOON) for topic in topics}


def said(minute: int, state: ConsentState) -> Consent:
    return Consent(state, NOON + timedelta(minutes=minute))


@pytest.mark.parametrize(
    ("purpose", "topic", "stopped"),
    [
        (Purpose.NOTICE, "prices", ()),
        (Purpose.NOTICE, "prices", ("exams",)),
        (Purpose.NOTICE, "", ("exams",)),
        (Purpose.REPLY, "prices", ("prices",)),
        (Purpose.REPLY, "prices", (EVERYTHING,)),
        (Purpose.CONSENT, "", (EVERYTHING,)),
    ],
)
def test_what_was_asked_for_or_not_stopped_may_go_out(
    purpose: Purpose, topic: str, stopped: tuple[str, ...]
) -> None:
    assert may_send(purpose, topic, stops(*stopped))


@pytest.mark.parametrize(
    ("topic", "stopped"),
    [
        ("prices", ("prices",)),
        ("prices", (EVERYTHING,)),
        ("prices", ("exams", "prices")),
        ("prices", ("exams", EVERYTHING)),
        ("", (EVERYTHING,)),
        (EVERYTHING, (EVERYTHING,)),
    ],
)
def test_a_notice_that_was_stopped_may_not_go_out(topic: str, stopped: tuple[str, ...]) -> None:
    assert not may_send(Purpose.NOTICE, topic, stops(*stopped))


@pytest.mark.parametrize(
    ("everything", "prices", "expected"),
    [
        pytest.param(said(1, OUT), said(2, IN), True, id="asked for again after STOP"),
        pytest.param(said(2, OUT), said(1, IN), False, id="STOP after it was asked for"),
        pytest.param(said(1, OUT), said(1, IN), False, id="both at one moment"),
        pytest.param(said(2, IN), said(1, OUT), False, id="START gives no topic back"),
        pytest.param(said(1, OUT), said(2, OUT), False, id="stopped twice"),
    ],
)
def test_a_topic_that_is_asked_for_after_stop_goes_out_until_the_next_stop(
    everything: Consent, prices: Consent, expected: bool
) -> None:
    spoken = {EVERYTHING: everything, "prices": prices}

    assert may_send(Purpose.NOTICE, "prices", spoken) is expected
    assert may_send(Purpose.NOTICE, "exams", spoken) is (everything.state is IN)


def test_all_is_stopped_until_one_topic_is_asked_for_again() -> None:
    assert not has_stopped_all({})
    assert has_stopped_all({EVERYTHING: said(1, OUT), "prices": said(0, IN)})
    assert not has_stopped_all({EVERYTHING: said(1, OUT), "prices": said(2, IN)})


@given(TOPICS, SAID)
def test_stopping_everything_stops_every_notice(topic: str, spoken: TopicConsents) -> None:
    assert not may_send(Purpose.NOTICE, topic, {**spoken, EVERYTHING: said(9, OUT)})


@given(st.sampled_from(Purpose), TOPICS, SAID, TOPICS)
def test_one_more_stop_never_allows_more(
    purpose: Purpose, topic: str, spoken: TopicConsents, also: str
) -> None:
    stopped = {**spoken, also: said(9, OUT)}
    assert may_send(purpose, topic, spoken) >= may_send(purpose, topic, stopped)
