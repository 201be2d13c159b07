"""What is done about an MT of which nobody knows whether the provider has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.outbound.copies import copy_of
from gateway.domain.outbound.settling import (
    LATEST,
    NOT_THERE_AFTER,
    SOONEST,
    Move,
    ReportFlow,
    SettlingRules,
    Unsettled,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms, Purpose

BEGAN = datetime(2027, 3, 5, 8, tzinfo=UTC)
RULES = SettlingRules(
    validity={lane: timedelta(hours=72) for lane in Lane},
    again_after={Lane.REPLY: timedelta(minutes=5), Lane.URGENT: timedelta(minutes=1)},
)
SMS = OutboundSms(
    id=7, channel="ke", subscriber=Msisdn("+999700000001"), text="Tank 117 is full",
    lane=Lane.REPLY, purpose=Purpose.REPLY, topic="water", sender="20880", link_id="L1",
    attempt=1, created_at=BEGAN, institution="water", template_id="full",
)  # fmt: skip
REPLY = Unsettled(sms=SMS, since=BEGAN, why="provider_error (500)")
URGENT = replace(REPLY, sms=SMS._replace(lane=Lane.URGENT, purpose=Purpose.NOTICE))


def after(minutes: float) -> datetime:
    return BEGAN + timedelta(minutes=minutes)


def flow(through: float, at: float) -> ReportFlow:
    """Returns reports of what was begun so many minutes later, the last one at `at`."""
    return ReportFlow(at=after(at), through=after(through))


@pytest.mark.parametrize(
    ("mt", "minutes", "reports", "move"),
    [
        (REPLY, 4.9, flow(1, 4), Move.WAIT),
        (REPLY, 5, flow(1, 4), Move.SEND_COPY),
        (REPLY, 5, None, Move.WAIT),
        (REPLY, 5, flow(-1, 4), Move.WAIT),
        (REPLY, 5, flow(0, 4), Move.WAIT),
        (REPLY, 16, flow(1, 4), Move.WAIT),
        (REPLY, 600, None, Move.WAIT),
        (replace(REPLY, sms=SMS._replace(purpose=Purpose.CONSENT)), 5, flow(1, 4), Move.SEND_COPY),
        (replace(REPLY, sms=SMS._replace(purpose=Purpose.NOTICE)), 5, flow(1, 4), Move.LEAVE),
        (replace(REPLY, sms=SMS._replace(lane=Lane.BULK)), 60, flow(1, 59), Move.LEAVE),
        (replace(REPLY, copied=True), 60, flow(1, 59), Move.LEAVE),
        (replace(REPLY, sms=SMS._replace(resend_of=3)), 60, flow(1, 59), Move.LEAVE),
        (URGENT, 0.9, flow(0.5, 0.8), Move.WAIT),
        (URGENT, 1, flow(0.5, 0.8), Move.SEND_COPY),
        (URGENT, 9.9, None, Move.WAIT),
        (URGENT, 10, None, Move.SEND_COPY),
        (replace(URGENT, copied=True), 10, None, Move.LEAVE),
    ],
)  # fmt: skip
def test_where_nobody_can_be_asked_a_rule_decides(
    mt: Unsettled, minutes: float, reports: ReportFlow | None, move: Move
) -> None:
    assert move is RULES.next_move(mt, reports, after(minutes), can_ask=False)


def test_a_lane_without_a_rule_is_left_alone() -> None:
    rules = replace(RULES, again_after={})

    assert Move.LEAVE is rules.next_move(REPLY, flow(1, 4), after(5), can_ask=False)
    assert Move.LEAVE is rules.next_move(URGENT, flow(1, 4), after(60), can_ask=False)


def test_who_can_be_asked_is_asked_first_and_not_too_soon() -> None:
    moves = [
        RULES.next_move(REPLY, flow(1, 4), after(minutes), can_ask=True)
        for minutes in (0.4, 0.5, 9)
    ]

    assert [Move.WAIT, Move.ASK, Move.ASK] == moves


def test_the_word_that_an_sms_is_not_there_counts_once_no_call_of_ours_is_open() -> None:
    longest_call = timedelta(seconds=120)  # SENDING_AT_MOST of the sweep

    assert longest_call < NOT_THERE_AFTER


@given(
    minutes=st.floats(0, 60 * 72), left=st.booleans(), can_ask=st.booleans(),
    valid_for=st.none() | st.integers(1, 100),
)  # fmt: skip
def test_it_is_looked_at_seldomer_and_never_after_its_end(
    minutes: float, left: bool, can_ask: bool, valid_for: int | None
) -> None:
    until = None if valid_for is None else BEGAN + timedelta(hours=valid_for)
    mt = replace(REPLY, left=left, sms=SMS._replace(valid_until=until))
    now, end = after(minutes), RULES.ends_at(mt.sms)

    at = RULES.look_again(mt, now, can_ask=can_ask)

    assert at <= end
    assert at == end or SOONEST <= at - now <= LATEST
    assert at == end or not left or can_ask


def test_an_mt_says_itself_how_long_it_is_wanted_or_else_its_lane_does() -> None:
    soon = after(10)
    rules = replace(RULES, validity={**RULES.validity, Lane.URGENT: timedelta(hours=24)})

    assert soon == rules.ends_at(SMS._replace(valid_until=soon))
    assert after(72 * 60) == rules.ends_at(SMS)
    assert after(24 * 60) == rules.ends_at(URGENT.sms)


def test_a_copy_says_the_same_to_the_same_and_is_one_of_its_kind() -> None:
    copy = copy_of(SMS, 1, after(60))
    shared = {*NewSms.__struct_fields__} & {*OutboundSms.__struct_fields__}

    assert {name for name in shared if getattr(copy, name) != getattr(SMS, name)} == {
        "resend_of", "valid_until",
    }  # fmt: skip
    assert (7, after(60)) == (copy.resend_of, copy.valid_until)
    assert copy.key == copy_of(SMS, 1, after(90)).key
    assert copy.key not in (
        copy_of(SMS, 2, after(60)).key,
        copy_of(SMS._replace(id=8), 1, BEGAN).key,
    )
