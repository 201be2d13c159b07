"""The one way out to a provider's API, and the one seam where HTTP failures become ours.

Retries and redirects are off: both would send an SMS twice. What decides between "surely not sent"
and "perhaps sent" is not the kind of exception but whether a byte of the request had been written:
a time-out in the TLS handshake and one in the answer raise the same exception.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

import urllib3
from urllib3 import exceptions as causes
from urllib3.connection import HTTPConnection, HTTPSConnection

from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    Throttled,
)

CONNECT_SECONDS = 5.0
#: Long, because an answer that is missed leaves an SMS without an outcome.
READ_SECONDS = 20.0
#: The longest answer that is read. Real ones are under 2 KiB.
LARGEST_ANSWER = 64 * 1024
#: The longest wait that a Retry-After can ask for.
LONGEST_WAIT_SECONDS = 86_400.0

#: All that an exchange can raise. http.client's and the socket's own mostly come wrapped.
CAUGHT = (causes.HTTPError, HTTPException, OSError, ValueError)

_this_thread = threading.local()


class _ObservedConnection(HTTPConnection):
    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # before the mark: what fails in here has reached nobody
        _this_thread.request_begun = True
        super().send(data)


class _ObservedTlsConnection(HTTPSConnection):
    # The pool connects this kind before it writes, handshake included.
    def send(self, data: Any) -> None:
        _this_thread.request_begun = True
        super().send(data)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _ObservedConnection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _ObservedTlsConnection


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer; `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Returns the body as text, with U+FFFD for what is not UTF-8."""
        return self.body.decode("utf-8", "replace")


class Transport:
    """Pooled connections to one provider, for any number of threads."""

    def __init__(
        self,
        *,
        connections: int = 8,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
    ) -> None:
        # At DEBUG urllib3 logs each URL, and some hold the account's name.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
        self._timeout = urllib3.Timeout(connect=connect_seconds, read=read_seconds)
        self._connections = urllib3.PoolManager(maxsize=connections)
        self._connections.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def post_form(
        self, url: str, fields: Mapping[str, object], headers: Mapping[str, str]
    ) -> HttpAnswer:
        """Posts a form and returns the answer, whatever its status but 429.

        Raises Throttled for 429, and ProviderUnavailable, ChannelMisconfigured or OutcomeUnknown
        when there is no complete answer.
        """
        body = urlencode(fields, doseq=True).encode("ascii")
        form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        _this_thread.request_begun = False
        try:
            answer = self._exchange(url, body, form)
        except CAUGHT as error:
            # Without its cause: urllib3's sentences hold the URL, http.client's the credentials.
            raise failure_for(error, request_begun=_this_thread.request_begun) from None
        if answer.status == 429:
            raise Throttled("throttled", "429", retry_after_seconds(answer.headers))
        return answer

    def _exchange(self, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        response = self._connections.request(
            "POST",
            url,
            body=body,
            headers=headers,
            timeout=self._timeout,
            retries=False,
            redirect=False,
            preload_content=False,
            decode_content=False,
        )
        content = b""
        try:
            # To the empty piece: only there does urllib3 notice that an answer broke off.
            while piece := response.read(LARGEST_ANSWER + 1 - len(content)):
                content += piece
        except BaseException:
            response.close()
            raise
        if len(content) > LARGEST_ANSWER:
            response.close()
            raise OutcomeUnknown("answer_too_large")
        response.release_conn()
        names = {name.lower(): value for name, value in response.headers.items()}
        return HttpAnswer(response.status, names, content)


#: The first row that fits names the cause. A test holds it against all that urllib3 can raise.
_CODES: tuple[tuple[type[BaseException], str], ...] = (
    (causes.NameResolutionError, "name_not_resolved"),
    (causes.NewConnectionError, "connection_refused"),
    (causes.ConnectTimeoutError, "connect_timeout"),
    (causes.TimeoutError, "answer_timeout"),
    (causes.SSLError, "tls_failed"),
    (causes.ProxyError, "proxy_failed"),
    (causes.PoolError, "no_connection"),
    (causes.LocationValueError, "api_url_invalid"),
    (causes.HTTPError, "connection_lost"),
    (HTTPException, "connection_lost"),
    (OSError, "connection_lost"),
    (ValueError, "request_not_possible"),
)

#: These do not mend themselves: a certificate, an address, or a credential that fits no header.
_MISCONFIGURED = (causes.SSLError, causes.LocationValueError, ValueError)


def failure_for(error: Exception, *, request_begun: bool) -> SendFailed:
    """Returns what a failed exchange means for the SMS."""
    code = next(code for cause, code in _CODES if isinstance(error, cause))
    if request_begun:
        return OutcomeUnknown(code)
    if isinstance(error, _MISCONFIGURED):
        return ChannelMisconfigured(code)
    return ProviderUnavailable(code)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Returns the wait that a Retry-After asks for, in seconds; None when it says nothing usable.

    It holds seconds or a date (RFC 9110, 10.2.3). A date is held against the answer's own Date, so
    that a provider's wrong clock does no harm.
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        seconds = float(asked)
    else:
        until, now = _date(asked), _date(headers.get("date", ""))
        if until is None or now is None:
            return None
        seconds = (until - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
