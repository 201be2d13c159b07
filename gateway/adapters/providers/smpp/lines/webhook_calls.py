"""Calls the gateway's webhooks from within the loop, over kept connections.

Plain HTTP/1.1 with JSON, as far as our own web server speaks it: a thread and a transport for each
receipt would cost three times what the receipt itself does.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import urlsplit

#: How many webhooks are called at the same time, and how long each may take, in seconds.
_CALLS, _SECONDS = 16, 10.0
_LONGEST_ANSWER = 65_536


class _Connection(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class WebhookCalls:
    """Kept connections to the webhooks, as many as there are calls at once."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(_CALLS)
        self._idle: dict[str, deque[_Connection]] = {}

    async def post(self, url: str, told: Mapping[str, object]) -> int:
        """Returns the status of the answer; raises OSError, EOFError, ValueError, TimeoutError."""
        parts = urlsplit(url)
        body = json.dumps(told).encode()
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        request = (
            f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode("ascii") + body
        async with self._room, asyncio.timeout(_SECONDS):
            idle = self._idle.setdefault(f"{parts.scheme}://{parts.netloc}", deque())
            while idle:
                kept = idle.pop()
                if kept.reader.at_eof() or kept.writer.is_closing():
                    kept.writer.close()
                    continue
                # It may end at this very moment: what was not answered is told once more, and is
                # known by its reference.
                with suppress(OSError, EOFError):
                    return await self._exchange(kept, idle, request)
            secure = ssl.create_default_context() if parts.scheme == "https" else None
            port = parts.port or (443 if secure else 80)
            fresh = await asyncio.open_connection(parts.hostname, port, ssl=secure)
            return await self._exchange(_Connection(*fresh), idle, request)

    def close(self) -> None:
        """Closes what is kept."""
        for idle in self._idle.values():
            while idle:
                idle.pop().writer.close()

    async def _exchange(
        self, connection: _Connection, idle: deque[_Connection], request: bytes
    ) -> int:
        reader, writer = connection
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            status = int(head.split(b" ", 2)[1])
            length = _length_in(head)
            if length is None:
                writer.close()  # its end is not told: only the connection's is
                return status
            await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if b"connection: close" in head:
            writer.close()
        else:
            idle.append(connection)
        return status


def _length_in(head: bytes) -> int | None:
    """Returns how long the body of an answer is; None where the head does not say."""
    _, found, rest = head.partition(b"\r\ncontent-length:")
    if not found:
        return None
    length = int(rest.split(b"\r\n", 1)[0])
    if not 0 <= length <= _LONGEST_ANSWER:
        raise ValueError("an answer of this length is none of ours")
    return length
