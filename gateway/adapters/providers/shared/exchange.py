"""One request and its answer on a connection: as little as HTTP/1.1 asks for (RFC 9112).

`http.client` connects, and reads answers that are out of the ordinary. Its own way of a request
takes 60 calls, and to read the fields of an answer it has the e-mail parser take 80 more: half of
what it costs to send an SMS.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from http.client import (
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    InvalidURL,
    LineTooLong,
    UnknownProtocol,
)
from typing import IO, Any, NamedTuple

from gateway.adapters.providers.shared.observed_connection import Observed

_LONGEST_LINE = 64 * 1024
_MOST_FIELDS = 100
#: What is read at once; an answer of an API comes in one piece.
AT_ONCE = 64 * 1024
#: Octets on the line for each that may be read of an answer: chunks have a head each.
_MOST_WRAPPED = 8

#: The first line of nearly all answers.
_STATUS = re.compile(r"HTTP/1\.1 ([2-5][0-9][0-9])(?: .*)?", re.ASCII)
_WITHOUT_BODY = frozenset({204, 304})


class TooLarge(HTTPException):
    """An answer over the limit."""


class Whole(NamedTuple):
    """An answer that is there: status, fields by lower-case names, and its body.

    `closes` says that its connection carries no other.
    """

    status: int
    fields: Mapping[str, str]
    content: bytes
    closes: bool


class Answering:
    """An answer, as far as it has come. A body of `most` octets is read.

    One whose length is told is read here. All others are read by `http.client`, which is given what
    is there anew each time that more has come.
    """

    __slots__ = ("_method", "_most", "_received")

    def __init__(self, method: str, most: int) -> None:
        self._method, self._most = method, most
        self._received = b""

    def take(self, part: bytes) -> Whole | None:
        """Takes what has come, or nothing where nothing more does; returns the answer, once whole.

        Raises TooLarge, other HTTPExceptions, and ValueError.
        """
        received = self._received = self._received + part if self._received else part
        whole = self._plain(received)
        if whole is None:
            if len(received) > _MOST_WRAPPED * self._most + _LONGEST_LINE:
                raise TooLarge
            try:
                whole = self._otherwise(_SoFar(received, is_all=not part))
            except _NotYetError:
                return None
        return whole

    def _plain(self, received: bytes) -> Whole | None:
        """Returns an answer that is whole, as nearly all are: with a length, and nothing else."""
        head, ends, content = received.partition(b"\r\n\r\n")
        if not ends or head.count(b"\n") != head.count(b"\r\n") or self._method == "HEAD":
            return None
        first, *lines = head.decode("iso-8859-1").split("\r\n")
        status = _STATUS.fullmatch(first)
        if status is None or len(lines) > _MOST_FIELDS or len(head) > _LONGEST_LINE:
            return None
        fields: dict[str, str] = {}
        for line in lines:
            name, _, value = line.partition(":")
            fields.setdefault(name.strip().lower(), value.strip())
        length, number = fields.get("content-length", ""), int(status[1])
        if not length.isdecimal() or number in _WITHOUT_BODY or "transfer-encoding" in fields:
            return None
        missing = int(length) - len(content)
        if int(length) > self._most:
            raise TooLarge
        if missing > 0:
            return None
        closes = missing < 0 or "close" in fields.get("connection", "").lower()
        return Whole(number, fields, content[:missing] if missing else content, closes)

    def _otherwise(self, so_far: _SoFar) -> Whole:
        line: Any = so_far
        answer = _Answer(line, method=self._method)
        answer.begin()
        content = answer.read(self._most + 1)
        if len(content) > self._most:
            raise TooLarge
        if answer.length:  # what was promised and did not come: `read` is silent on it
            raise IncompleteRead(content, answer.length)
        fields: Any = answer.headers
        return Whole(answer.status, fields, content, answer.will_close)


class _NotYetError(Exception):
    """More of an answer is to come."""


class _SoFar(io.BytesIO):
    """What has come of an answer, as a line to read from; `is_all` says that no more does."""

    def __init__(self, received: bytes, *, is_all: bool) -> None:
        super().__init__(received)
        self._is_all = is_all

    def makefile(self, mode: str) -> _SoFar:
        """Returns itself: `http.client` asks a socket so."""
        return self

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        return self._enough(line, line.endswith(b"\n"), size)

    def read(self, size: int | None = -1, /) -> bytes:
        return self._enough(super().read(size), False, size)

    def _enough(self, read: bytes, ends: bool, size: int | None) -> bytes:
        if ends or self._is_all or (size is not None and 0 <= size <= len(read)):
            return read
        raise _NotYetError


class _Answer(HTTPResponse):
    """An answer with its fields by lower-case names; of a repeated one, the first."""

    def begin(self) -> None:
        """Reads the head; raises HTTPException and OSError."""
        fields: dict[str, str] = {}
        status = 100
        while status == 100:  # "go on": the answer follows
            version, status, _ = self._read_status()  # type: ignore[attr-defined] # theirs
            fields = _fields(self.fp)
        if not version.startswith("HTTP/1."):
            raise UnknownProtocol(version)
        self.version = 10 if version == "HTTP/1.0" else 11
        self.code = self.status = status
        self.headers = self.msg = fields  # type: ignore[assignment] # asked with `get` alone
        self.chunked = fields.get("transfer-encoding", "").lower() == "chunked"
        self.chunk_left = None
        self.will_close = self._check_close()  # type: ignore[attr-defined] # theirs
        length = fields.get("content-length", "")
        has_none = status in _WITHOUT_BODY or self._method == "HEAD"  # type: ignore[attr-defined]
        self.length = 0 if has_none else None
        if length.isdecimal() and not self.chunked and not has_none:
            self.length = int(length)
        if self.length is None and not self.chunked:
            self.will_close = True


def exchanged(
    connection: Observed,
    method: str,
    target: str,
    body: bytes,
    headers: Mapping[str, str],
    most: int,
) -> Whole:
    """Returns the answer to a request, its body of `most` octets.

    Raises TooLarge, other HTTPExceptions, OSError, and ValueError for what fits no request.
    """
    connection.send(octets_of(connection, method, target, body, headers))
    answering = Answering(method, most)
    whole = None
    while whole is None:
        whole = answering.take(connection.sock.recv(AT_ONCE))
    if whole.closes:
        connection.close()
    return whole


def octets_of(
    connection: Observed, method: str, target: str, body: bytes, headers: Mapping[str, str]
) -> bytes:
    """Returns a request as it is written; raises HTTPException and ValueError for none."""
    if not target.isascii() or not target.isprintable() or " " in target:
        raise InvalidURL("A URL has no control characters, and no spaces.")
    host = connection.host if ":" not in connection.host else f"[{connection.host}]"
    if connection.port != connection.default_port:
        host = f"{host}:{connection.port}"
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Accept-Encoding: identity"]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines)
    if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
        raise ValueError("A header has one line.")
    return f"{head}\r\n\r\n".encode("latin-1") + body


def _fields(lines: IO[bytes]) -> dict[str, str]:
    """Returns the fields up to the empty line; raises HTTPException."""
    fields: dict[str, str] = {}
    for _ in range(_MOST_FIELDS + 1):
        line = lines.readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise LineTooLong("header line")
        if line in (b"\r\n", b"\n", b""):
            return fields
        name, _, value = line.decode("iso-8859-1").partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    raise HTTPException("got more than 100 headers")
