"""A request as granian gives it, and a reply.

granian's asynchronous interface is RSGI: https://github.com/emmett-framework/granian
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

#: Status, headers with lower-case names, and body.
Reply = tuple[int, list[tuple[str, str]], bytes]
#: Answers a request with its body.
Answer = Callable[[bytes], Reply]


@dataclass(frozen=True, slots=True)
class WithOthers:
    """A request that is answered together with others: `asked` goes with its body to `together`."""

    asked: Any


@dataclass(frozen=True, slots=True)
class Room:
    """How long the body of a request may be, in octets, and how long it may take, in seconds: as
    long as any, where that is 0.

    With a `page` the application says that one is longer, of its head alone.
    """

    octets: int
    seconds: float = 0.0
    page: bool = False


class Scope(Protocol):
    """The head of a request."""

    scheme: str
    method: str
    path: str
    query_string: str
    client: str
    server: str
    http_version: str
    headers: Any


class Arriving(Protocol):
    """What is still under way: a body, or a part of one."""

    def add_done_callback(self, callback: Any, context: Any = None) -> None: ...
    def result(self) -> bytes: ...
    def cancel(self) -> bool: ...


class Exchange(Protocol):
    """The rest of the request, and the way to answer it.

    Called, it brings the whole body; `__anext__` brings a part, and raises StopAsyncIteration after
    the last one.
    """

    def __call__(self) -> Arriving: ...
    def __aiter__(self) -> Any: ...
    def __anext__(self) -> Arriving: ...
    def response_bytes(
        self, status: int, headers: Sequence[tuple[str, str]], body: bytes
    ) -> None: ...


def peer_of(scope: Scope) -> str:
    """Returns the address of the other end of the connection, without its port."""
    return scope.client.rpartition(":")[0].strip("[]")
