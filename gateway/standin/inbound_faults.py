"""The trouble that networks make with what citizens send, on the way to the gateway."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from typing import assert_never
from urllib.parse import parse_qsl, urlencode

from gateway.adapters.providers.shared.wire import WireRequest
from gateway.standin.handset import Post


class Trouble(enum.StrEnum):
    """What goes wrong with each request of a phone."""

    DUPLICATE = "duplicate"
    REORDER = "reorder"
    DELAY = "delay"
    TRUNCATE = "truncate"
    CASE = "case"
    OTHER_SESSION = "other_session"


#: How long a request is held up by `delay`, in seconds.
DELAY_SECONDS = 2.0


class Troubled:
    """Posts a phone's requests with one kind of trouble; returns the answer that the phone shows.

    `duplicate` delivers each twice. `reorder` delivers the one before once more, after it. `delay`
    holds each up. `truncate` loses half of it, and delivers it whole then, as networks do that get
    no 2xx. `case` writes the names of its fields in other capitals. `other_session` delivers it
    under another id first: `session` is the real one. What the provider itself would write
    otherwise is `signed` as it stands then.
    """

    def __init__(
        self,
        post: Post,
        trouble: Trouble,
        session: str,
        sleep: Callable[[float], None],
        signed: Callable[[WireRequest], WireRequest],
    ) -> None:
        self._post, self._trouble, self._session, self._signed = post, trouble, session, signed
        self._sleep = sleep
        self._before: WireRequest | None = None

    def __call__(self, request: WireRequest) -> tuple[int, str]:
        """Posts one request."""
        match self._trouble:
            case Trouble.DUPLICATE:
                self._post(request)
                return self._post(request)
            case Trouble.REORDER:
                answer = self._post(request)
                if self._before is not None:
                    self._post(self._before)
                self._before = request
                return answer
            case Trouble.DELAY:
                self._sleep(DELAY_SECONDS)
                return self._post(request)
            case Trouble.TRUNCATE:
                self._post(truncated(request))
                return self._post(request)
            case Trouble.CASE:
                return self._post(self._signed(in_other_capitals(request)))
            case Trouble.OTHER_SESSION:
                other = _replaced(request, self._session, f"{self._session}0")
                self._post(self._signed(other))
                return self._post(request)
            case _:
                assert_never(self._trouble)


def truncated(request: WireRequest) -> WireRequest:
    """Returns the first half of a request: of its body, or of what stands behind its secret."""
    if request.body:
        return request._replace(body=request.body[: len(request.body) // 2])
    kept, _, lost = request.target.partition("&")
    return request._replace(target=f"{kept}&{lost[: len(lost) // 2]}")


def in_other_capitals(request: WireRequest) -> WireRequest:
    """Returns a request whose names are in other capitals; its secret stays what it is."""
    kept, _, fields = request.target.partition("&")
    query = urlencode([(name.swapcase(), value) for name, value in parse_qsl(fields, True)])
    target = f"{kept}&{query}" if query else request.target
    if "json" in request.headers.get("Content-Type", ""):
        body = json.dumps(_swapped(json.loads(request.body))).encode("ascii")
    else:
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True)
        body = urlencode([(name.swapcase(), value) for name, value in pairs]).encode("ascii")
    return request._replace(target=target, body=body)


def _swapped(tree: object) -> object:
    if isinstance(tree, dict):
        return {name.swapcase(): _swapped(value) for name, value in tree.items()}
    return [_swapped(each) for each in tree] if isinstance(tree, list) else tree


def _replaced(request: WireRequest, told: str, other: str) -> WireRequest:
    return request._replace(
        target=request.target.replace(told, other) if told else request.target,
        body=request.body.replace(told.encode(), other.encode()) if told else request.body,
    )
