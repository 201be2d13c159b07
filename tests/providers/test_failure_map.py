"""What urllib3's exceptions mean for an SMS, all of them, and how long a provider asks to wait."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import exceptions as causes

from gateway.adapters.providers.shared.http import (
    CAUGHT,
    LONGEST_WAIT_SECONDS,
    failure_for,
    retry_after_seconds,
)
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
)


def tree(root: type[BaseException]) -> Iterator[type[BaseException]]:
    yield root
    for branch in root.__subclasses__():
        yield from tree(branch)


URLLIB3 = sorted(set(tree(causes.HTTPError)), key=lambda cause: cause.__qualname__)
STANDARD = [*tree(http.client.HTTPException), ConnectionResetError, TimeoutError, OSError]


@pytest.mark.parametrize("cause", [*URLLIB3, *STANDARD], ids=lambda cause: cause.__qualname__)
def test_every_exception_means_one_thing_before_and_one_after_the_request(
    cause: type[Exception],
) -> None:
    error = cause.__new__(cause)

    assert issubclass(cause, CAUGHT)
    assert isinstance(failure_for(error, request_begun=True), OutcomeUnknown)
    assert not isinstance(failure_for(error, request_begun=False), OutcomeUnknown)


def test_nothing_in_urllib3_stands_outside_the_tree() -> None:
    declared = [each for each in vars(causes).values() if isinstance(each, type)]
    raised = [each for each in declared if issubclass(each, Exception)]

    outside = [
        each.__name__
        for each in raised
        if not issubclass(each, Warning) and not issubclass(each, CAUGHT)
    ]

    assert len(raised) > 25
    assert outside == []


@pytest.mark.parametrize(
    ("cause", "failure", "code"),
    [
        (causes.NameResolutionError, ProviderUnavailable, "name_not_resolved"),
        (causes.NewConnectionError, ProviderUnavailable, "connection_refused"),
        (causes.ConnectTimeoutError, ProviderUnavailable, "connect_timeout"),
        (causes.ReadTimeoutError, ProviderUnavailable, "answer_timeout"),
        (causes.ProtocolError, ProviderUnavailable, "connection_lost"),
        (causes.SSLError, ChannelMisconfigured, "tls_failed"),
        (causes.EmptyPoolError, ProviderUnavailable, "no_connection"),
        (causes.LocationParseError, ChannelMisconfigured, "api_url_invalid"),
    ],
)
def test_the_cause_of_what_was_not_sent_is_named(
    cause: type[Exception], failure: type[SendFailed], code: str
) -> None:
    actual = failure_for(cause.__new__(cause), request_begun=False)

    assert (failure, code) == (type(actual), actual.code)


# ---------------------------------------------------------------- Retry-After

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [
        ("0", 0.0),
        ("17", 17.0),
        (" 17 ", 17.0),
        ("9" * 400, LONGEST_WAIT_SECONDS),
        (format_datetime(NOON + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOON - timedelta(seconds=90), usegmt=True), 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("١٧", None),
        ("soon", None),
        ("Mon, 05 Jan 2026 12:00:00", None),
    ],
)
def test_retry_after_is_read_in_both_its_forms(asked: str, seconds: float | None) -> None:
    headers = {"retry-after": asked, "date": format_datetime(NOON, usegmt=True)}

    assert seconds == retry_after_seconds(headers)


def test_a_date_to_wait_for_needs_the_date_of_the_answer() -> None:
    headers = {"retry-after": format_datetime(NOON, usegmt=True)}

    assert retry_after_seconds(headers) is None


@given(asked=st.text(), now=st.text())
def test_no_retry_after_is_too_strange(asked: str, now: str) -> None:
    seconds = retry_after_seconds({"retry-after": asked, "date": now})

    assert seconds is None or 0 <= seconds <= LONGEST_WAIT_SECONDS
