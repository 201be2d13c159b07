"""One request and its answer on a connection: as little as HTTP/1.1 asks for (RFC 9112).

`http.client` connects, and reads bodies. Its own way of a request takes 60 calls, and to read the
fields of an answer it has the e-mail parser take 80 more: half of what it costs to send an SMS.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.client import (
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    InvalidURL,
    LineTooLong,
    UnknownProtocol,
)
from typing import IO

from gateway.adapters.providers.shared.observed_connection import Observed

_LONGEST_LINE = 64 * 1024
_MOST_FIELDS = 100


class TooLarge(HTTPException):
    """An answer over the limit."""


class _Answer(HTTPResponse):
    """An answer with its fields by lower-case names; of a repeated one, the first."""

    def begin(self) -> None:
        """Reads the head; raises HTTPException and OSError."""
        status, fields = 100, dict[str, str]()
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
        has_none = status in (204, 304) or self._method == "HEAD"  # type: ignore[attr-defined]
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
) -> tuple[int, Mapping[str, str], bytes]:
    """Returns status, fields by lower-case names, and the body, of `most` octets.

    Raises TooLarge, other HTTPExceptions, OSError, and ValueError for what fits no request.
    """
    connection.send(_head(connection, method, target, len(body), headers) + body)
    answer = _Answer(connection.sock, method=method)
    try:
        answer.begin()
        content = answer.read(most + 1)
        if len(content) > most:
            raise TooLarge
        if answer.length:  # what was promised and did not come: `read` is silent on it
            raise IncompleteRead(content, answer.length)
    finally:
        answer.close()  # it holds the socket, which its connection cannot let go of alone
    if answer.will_close:
        connection.close()
    return answer.status, answer.headers, content  # type: ignore[return-value] # see `_Answer`


def _head(
    connection: Observed, method: str, target: str, length: int, headers: Mapping[str, str]
) -> bytes:
    if not target.isascii() or not target.isprintable() or " " in target:
        raise InvalidURL("A URL has no control characters, and no spaces.")
    host = connection.host if ":" not in connection.host else f"[{connection.host}]"
    if connection.port != connection.default_port:
        host = f"{host}:{connection.port}"
    lines = [f"{method} {target} HTTP/1.1", f"Host: {host}", "Accept-Encoding: identity"]
    if length or method == "POST":
        lines.append(f"Content-Length: {length}")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join(lines)
    if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1:
        raise ValueError("A header has one line.")
    return f"{head}\r\n\r\n".encode("latin-1")


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
