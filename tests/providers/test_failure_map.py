"""What the exceptions of an exchange mean for an SMS, and how long a provider asks to wait."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


#: Of what other libraries derive from these, many cannot be made without arguments.
OURS = ("builtins", "http.client", "socket", "ssl")
CAUSES = sorted(
    {
        cause
        for root in (http.client.HTTPException, OSError, ValueError)
        for cause in tree(root)
        if cause.__module__ in OURS
    },
    key=lambda cause: cause.__qualname__,
)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.__qualname__)
def test_every_exception_means_one_thing_before_and_one_after_the_request(
    cause: type[Exception],
) -> None:
    error = cause.__new__(cause)

    assert issubclass(cause, CAUGHT)
    assert isinstance(failure_for(error, request_begun=True), OutcomeUnknown)
    assert not isinstance(failure_for(error, request_begun=False), OutcomeUnknown)


@pytest.mark.parametrize(
    ("cause", "failure", "before", "after"),
    [
        (socket.gaierror, ProviderUnavailable, "name_not_resolved", "connection_lost"),
        (ConnectionRefusedError, ProviderUnavailable, "connection_refused", "connection_lost"),
        (TimeoutError, ProviderUnavailable, "connect_timeout", "answer_timeout"),
        (ConnectionResetError, ProviderUnavailable, "connection_lost", "connection_lost"),
        (http.client.RemoteDisconnected, ProviderUnavailable, "connection_lost", "connection_lost"),
        (http.client.IncompleteRead, ProviderUnavailable, "connection_lost", "connection_lost"),
        (ssl.SSLError, ChannelMisconfigured, "tls_failed", "tls_failed"),
        (ssl.SSLCertVerificationError, ChannelMisconfigured, "tls_failed", "tls_failed"),
        (http.client.InvalidURL, ChannelMisconfigured, "api_url_invalid", "api_url_invalid"),
        (UnicodeError, ChannelMisconfigured, "request_not_possible", "connection_lost"),
    ],
)
def test_the_cause_of_what_was_not_sent_is_named(
    cause: type[Exception], failure: type[SendFailed], before: str, after: str
) -> None:
    error = cause.__new__(cause)
    unsent, open_ = (failure_for(error, request_begun=begun) for begun in (False, True))

    assert (failure, before) == (type(unsent), unsent.code)
    assert (OutcomeUnknown, after) == (type(open_), open_.code)


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
