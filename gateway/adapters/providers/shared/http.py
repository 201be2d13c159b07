"""The one way out to a provider's API, and the one seam where HTTP failures become ours.

Nothing is sent again and no redirect is followed: both would send an SMS twice. What decides
between "surely not sent" and "perhaps sent" is not the kind of exception but whether a byte of the
request had been written: a time-out in the TLS handshake and one in the answer raise the same
exception.
"""

from __future__ import annotations

import json
import socket
import ssl
import time
import weakref
from collections import deque
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http.client import HTTPException, InvalidURL
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from gateway.adapters.providers.shared.calling.asked import HttpAnswer, HttpRequest, form_request
from gateway.adapters.providers.shared.exchange import TooLarge, Whole, exchanged
from gateway.adapters.providers.shared.observed_connection import (
    Observed,
    ObservedTls,
    no_longer_than,
)
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

T = TypeVar("T")

#: All that an exchange can raise.
CAUGHT = (HTTPException, OSError, ValueError)


class Origin(NamedTuple):
    """Where connections lead."""

    tls: bool
    host: str
    port: int


class Transport:
    """Kept connections to one provider, as many as there are requests at once, for any threads.

    `ca_file` holds certificates that are trusted besides the machine's, for a provider whose chain
    is not whole. Raises OSError, of which SSLError is one, when it cannot be read.
    """

    def __init__(
        self,
        *,
        connect_seconds: float = CONNECT_SECONDS,
        read_seconds: float = READ_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
        ca_file: Path | None = None,
    ) -> None:
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._monotonic = monotonic
        self._context = ssl.create_default_context()
        if ca_file is not None:
            self._context.load_verify_locations(ca_file)
        self._idle: dict[Origin, deque[Observed]] = {}
        weakref.finalize(self, _close_all, self._idle)

    def get(self, url: str, headers: Mapping[str, str]) -> HttpAnswer:
        """Asks for what stands at a URL; raises like `post_form`."""
        return self.answer_to(HttpRequest("GET", url, b"", headers))

    def post_form(
        self,
        url: str,
        fields: Mapping[str, object],
        headers: Mapping[str, str],
        within: float | None = None,
    ) -> HttpAnswer:
        """Posts a form and returns the answer, whatever its status but 429.

        With `within` all of it, connecting included, takes no more than so many seconds. Raises
        Throttled for 429, and ProviderUnavailable, ChannelMisconfigured or OutcomeUnknown when
        there is no complete answer.
        """
        return self.answer_to(form_request(url, fields, headers), within)

    def post_json(
        self,
        url: str,
        document: Mapping[str, object],
        headers: Mapping[str, str],
        within: float | None = None,
    ) -> HttpAnswer:
        """Posts JSON and returns the answer; raises like `post_form`.

        With `within` all of it, connecting included, takes no more than so many seconds.
        """
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
        content = {**headers, "Content-Type": "application/json"}
        return self.answer_to(HttpRequest("POST", url, body, content), within)

    def call(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Makes a request as it is given, and returns the answer; raises like `post_form`."""
        return self.answer_to(HttpRequest(method, url, body, headers))

    def run(self, call: Coroutine[HttpRequest, Any, T]) -> T:
        """Returns what comes of a call that asks by `answer_to`; it waits for each answer.

        What it raises it may raise by itself, or get from here, as of `post_form`.
        """
        try:
            request = call.send(None)
            while True:
                try:
                    answer = self.answer_to(request)
                except SendFailed as failure:
                    request = call.throw(failure)
                else:
                    request = call.send(answer)
        except StopIteration as done:
            came_to: T = done.value
            return came_to

    def kept(self, origin: Origin) -> Observed | None:
        """Returns a connection that stands, for one request; None where there is none."""
        idle = self._idle.get(origin, ())
        while idle:
            try:
                kept = idle.pop()  # the last one used: the others may grow old, and are closed then
            except IndexError:  # another thread was faster
                break
            if kept.fit_for_another(self._monotonic()):
                kept.begun = False
                return kept
            kept.close()
        return None

    def answered(self, origin: Origin, connection: Observed, whole: Whole) -> HttpAnswer:
        """Returns an answer, and keeps its connection for another; raises Throttled."""
        if whole.closes:
            connection.close()
        else:
            connection.used_at = self._monotonic()
            self._idle.setdefault(origin, deque()).append(connection)
        answer = HttpAnswer(whole.status, whole.fields, whole.content)
        if answer.status == 429:
            raise Throttled("throttled", "429", retry_after_seconds(answer.headers))
        return answer

    def answer_to(self, request: HttpRequest, within: float | None = None) -> HttpAnswer:
        """Makes a request as it is given; returns and raises like `post_form`."""
        origin, target = place_of(request.url)
        connection = self.kept(origin) or self._new(origin)
        try:
            with no_longer_than(within, connection):
                connection.be_waiting(True)
                whole = exchanged(
                    connection, request.method, target, request.body, request.headers,
                    LARGEST_ANSWER,
                )  # fmt: skip
        except BaseException as error:
            connection.close()
            if not isinstance(error, CAUGHT):
                raise
            # Without its cause: the sentences of some hold the URL or the credentials.
            raise failure_for(error, request_begun=connection.begun) from None
        return self.answered(origin, connection, whole)

    def _new(self, origin: Origin) -> Observed:
        connection: Observed
        if origin.tls:
            connection = ObservedTls(
                origin.host, origin.port, timeout=self._connect_seconds, context=self._context
            )
        else:
            connection = Observed(origin.host, origin.port, timeout=self._connect_seconds)
        connection.connect_seconds = self._connect_seconds
        connection.read_seconds = self._read_seconds
        return connection


def _close_all(idle: Mapping[Origin, deque[Observed]]) -> None:
    for connections in idle.values():
        for connection in connections:
            connection.close()


def place_of(url: str) -> tuple[Origin, str]:
    """Returns where a URL leads and what is asked for there; raises ChannelMisconfigured."""
    try:
        return _parts(url)
    except ValueError:
        raise ChannelMisconfigured("api_url_invalid") from None


@lru_cache(maxsize=64)
def _parts(url: str) -> tuple[Origin, str]:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(url)
    tls = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Origin(tls, parts.hostname, parts.port or (443 if tls else 80)), target


#: The first row that fits names the cause: before an octet was written, and after it.
_CODES: tuple[tuple[type[BaseException], str, str], ...] = (
    (InvalidURL, "api_url_invalid", "api_url_invalid"),
    (TooLarge, "answer_too_large", "answer_too_large"),
    (HTTPException, "connection_lost", "connection_lost"),
    (ssl.SSLError, "tls_failed", "tls_failed"),
    (socket.gaierror, "name_not_resolved", "connection_lost"),
    (TimeoutError, "connect_timeout", "answer_timeout"),
    (ConnectionRefusedError, "connection_refused", "connection_lost"),
    (OSError, "connection_lost", "connection_lost"),
    (ValueError, "request_not_possible", "connection_lost"),
)

#: These do not mend themselves: a certificate, an address, or a credential that fits no header.
_MISCONFIGURED = (ssl.SSLError, InvalidURL, ValueError)


def failure_for(error: BaseException, *, request_begun: bool) -> SendFailed:
    """Returns what a failed exchange means for the SMS."""
    before, after = next(row[1:] for row in _CODES if isinstance(error, row[0]))
    if request_begun:
        return OutcomeUnknown(after)
    if isinstance(error, _MISCONFIGURED):
        return ChannelMisconfigured(before)
    return ProviderUnavailable(before)


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
