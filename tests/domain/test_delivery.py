"""Delivery reports move an MT forward, in whatever order they come."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.telecom.delivery import FINAL, DeliveryReport, DeliveryStatus, moves_forward

STATUSES = list(DeliveryStatus)
D = DeliveryStatus


def after(reports: tuple[DeliveryStatus, ...], start: DeliveryStatus = D.SENT) -> DeliveryStatus:
    current = start
    for reported in reports:
        if moves_forward(current, reported):
            current = reported
    return current


@pytest.mark.parametrize(
    ("current", "reported"),
    [
        (D.SENDING, D.SENT),
        (D.SENDING, D.DELIVERED),
        (D.UNKNOWN, D.SENT),
        (D.UNKNOWN, D.DELIVERED),
        (D.UNKNOWN, D.UNDELIVERED),
        (D.SENT, D.DELIVERED),
        (D.SENT, D.UNDELIVERED),
        (D.SENT, D.EXPIRED),
        (D.SENT, D.REJECTED),
        (D.UNDELIVERED, D.DELIVERED),
        (D.EXPIRED, D.DELIVERED),
        (D.QUEUED, D.SENT),
    ],
)
def test_a_report_moves_an_mt_forward(current: D, reported: D) -> None:
    assert moves_forward(current, reported)


@pytest.mark.parametrize(
    ("current", "reported"),
    [
        (D.SENT, D.SENT),
        (D.SENT, D.QUEUED),
        (D.SENT, D.SENDING),
        (D.SENT, D.UNKNOWN),
        (D.DELIVERED, D.SENT),
        (D.DELIVERED, D.UNDELIVERED),
        (D.DELIVERED, D.EXPIRED),
        (D.DELIVERED, D.DELIVERED),
        (D.UNDELIVERED, D.SENT),
        (D.UNDELIVERED, D.EXPIRED),
        (D.REJECTED, D.UNDELIVERED),
        (D.FAILED, D.SENT),
        (D.REFUSED, D.SENT),
    ],
)
def test_a_report_does_not_move_an_mt_back_or_sideways(current: D, reported: D) -> None:
    assert not moves_forward(current, reported)


def test_second_delivery_report_does_not_undo_delivered() -> None:
    assert D.DELIVERED is after((D.DELIVERED, D.UNDELIVERED, D.SENT))


@pytest.mark.parametrize("order", list(permutations([D.SENT, D.UNDELIVERED, D.DELIVERED])))
def test_the_order_of_reports_does_not_change_where_they_lead(order: tuple[D, ...]) -> None:
    assert D.DELIVERED is after(order, D.SENDING)


@given(st.sampled_from(STATUSES), st.lists(st.sampled_from(STATUSES), max_size=12))
def test_no_sequence_of_reports_returns_to_an_earlier_status(start: D, reports: list[D]) -> None:
    been = [start]
    for reported in reports:
        if moves_forward(been[-1], reported):
            been.append(reported)

    assert len(been) == len(set(been))
    assert D.DELIVERED not in been[:-1]


@given(st.sampled_from(sorted(FINAL - {D.UNREPORTED})), st.sampled_from(STATUSES))
def test_only_delivered_may_follow_a_final_status(final: D, reported: D) -> None:
    assert not moves_forward(final, reported) or reported is D.DELIVERED


@given(st.sampled_from(STATUSES))
def test_a_late_report_may_follow_the_word_that_none_came(reported: D) -> None:
    closes = reported in FINAL and reported is not D.UNREPORTED

    assert closes == moves_forward(D.UNREPORTED, reported)


@given(*[st.sampled_from(STATUSES)] * 3)
def test_forward_is_an_order(first: D, second: D, third: D) -> None:
    assert not (moves_forward(first, second) and moves_forward(second, first))
    if moves_forward(first, second) and moves_forward(second, third):
        assert moves_forward(first, third)


def test_a_report_of_an_unknown_word_has_no_status() -> None:
    report = DeliveryReport(provider_ref="ref-1", status=None, detail="Parked")

    assert report.status is None
    assert not report.opted_out
