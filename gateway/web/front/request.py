"""A request on its way through the front."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Generator
from typing import Any

from gateway.web.front.exchange import Answer, Arriving, Exchange, Reply, Room, Scope, WithOthers

_NONE = Room(0)


class Request:
    """A request, from its head to its reply.

    `answer` is what answers it directly, alone or with others; without it the application does.
    `coroutine` is granian's own, which stands until the reply is on its way. `arrived` is told of
    what has come of its body, which has its `room`, and time `until` then; none is waited for where
    there is no room. `unread` is the length of a body that is too long for it.
    """

    __slots__ = (
        "answer", "arrived", "arriving", "began", "body", "coroutine", "exchange", "parts", "room",
        "scope", "unread", "until",
    )  # fmt: skip

    def __init__(
        self, arrived: Callable[[Request, Arriving], None], scope: Scope, exchange: Exchange
    ) -> None:
        self.arrived, self.scope, self.exchange = arrived, scope, exchange
        self.answer: Answer | WithOthers | None = None
        self.arriving: Arriving | None = None
        self.body = b""
        self.parts: bytearray | None = None
        self.room = _NONE
        self.began = self.until = 0.0
        self.unread = ""
        self.coroutine: Coroutine[Any, Any, Any] | None = None

    def __await__(self) -> Generator[Request, None, None]:
        yield self

    def __call__(self, arriving: Arriving) -> None:
        """Takes what has arrived, and lets go of it: it is granian's, and holds this request."""
        self.arriving = None
        self.arrived(self, arriving)

    def wait_for(self, arriving: Arriving) -> None:
        """Lets the body come, or the next part of it."""
        self.arriving = arriving
        arriving.add_done_callback(self)

    def reply(self, reply: Reply) -> None:
        """Answers the request. That its caller is gone makes no difference."""
        self.exchange.response_bytes(*reply)
        coroutine, self.coroutine, self.arriving = self.coroutine, None, None
        if coroutine is not None:
            try:
                coroutine.send(None)
            except StopIteration:
                return
