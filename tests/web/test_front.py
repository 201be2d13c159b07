"""The front takes from granian's thread what is its own, and nothing that it raises stays there."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

import pytest

from gateway.web.front.exchange import Reply, Room, WithOthers
from gateway.web.front.front import LIVE, Front
from gateway.web.front.request import Request
from gateway.web.front.wsgi_call import reply_of

MISTAKE = (500, b"The gateway made a mistake.\n")
ENOUGH = 20.0


@dataclass(frozen=True)
class Head:
    """The head of a request, as granian gives it."""

    path: str = "/ussd/at-ke"
    headers: Mapping[str, str] = field(default_factory=dict)
    query_string: str = ""
    method: str = "POST"
    client: str = "127.0.0.1:40000"
    scheme: str = "http"
    server: str = "127.0.0.1:8384"
    http_version: str = "1.1"


class Body:
    """A body under way; `comes` brings it, from granian's thread."""

    def __init__(self, granian: Granian) -> None:
        self._granian = granian
        self._callback: Any = None
        self._came: bytes | Exception = b""
        self.cancelled = False

    def add_done_callback(self, callback: Any, context: Any = None) -> None:
        self._callback = callback

    def result(self) -> bytes:
        if isinstance(self._came, Exception):
            raise self._came
        return self._came

    def cancel(self) -> bool:
        self.cancelled = True
        return True

    def comes(self, what: bytes | Exception) -> None:
        self._came = what
        self._granian.loop.call_soon_threadsafe(self._callback, self, context=None)


class Exchange:
    """What granian gives to answer a request with."""

    def __init__(self, granian: Granian) -> None:
        self.body = Body(granian)
        self.replies: SimpleQueue[tuple[int, bytes]] = SimpleQueue()

    def __call__(self) -> Body:
        return self.body

    def __aiter__(self) -> Exchange:
        return self

    def __anext__(self) -> Body:
        return self.body

    def response_bytes(self, status: int, headers: Any, body: bytes) -> None:
        assert all(isinstance(value, str) for pair in headers for value in pair)
        self.replies.put((status, body))

    def said(self) -> tuple[int, bytes]:
        """Returns the one reply."""
        reply = self.replies.get(timeout=ENOUGH)
        assert self.replies.empty()
        return reply


class Granian:
    """Calls an application as granian does, from its own side; `done` counts what was finished."""

    def __init__(self, front: Front) -> None:
        self.loop = asyncio.new_event_loop()
        self.done: SimpleQueue[None] = SimpleQueue()
        self._front = front
        front.__rsgi_init__(self.loop)

    def asks(self, head: Head) -> Exchange:
        """Returns the exchange of a request that has come."""
        exchange = Exchange(self)
        watched = self._watched(head, exchange)
        self.loop.call_soon_threadsafe(_makes_a_task, watched, object(), context=None)
        return exchange

    def runs(self) -> None:
        """Runs the loop until it is told to stop.

        A browser that other tests have opened may keep a loop of its own in the test's thread.
        """
        thread = threading.Thread(target=self.loop.run_forever)
        thread.start()
        thread.join(timeout=ENOUGH)
        assert not thread.is_alive()

    async def _watched(self, head: Head, exchange: Exchange) -> None:
        await self._front.__rsgi__(head, exchange)
        self.done.put(None)


def _makes_a_task(*_: object) -> None:
    raise AssertionError("The loop was asked to make a task of a request.")


@pytest.fixture
def granian_of() -> Iterator[Callable[..., Granian]]:
    """Lets granian call a front that is made of what it is given."""
    made: list[Granian] = []

    def make(**given: Any) -> Granian:
        front = Front(_says_hello, threads=2, longest_body=100, **given)
        made.append(Granian(front))
        return made[-1]

    yield make
    for each in made:
        each.loop.close()


def _says_hello(environ: Mapping[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Hello, ", environ["wsgi.input"].read()]


WITH_BODY = {"content-length": "5"}
IN_PARTS = {"transfer-encoding": "chunked"}


def test_a_request_is_answered_and_finished_without_the_loop(
    granian_of: Callable[..., Granian],
) -> None:
    granian = granian_of()
    exchange = granian.asks(Head(headers=WITH_BODY))
    assert exchange.replies.empty()

    exchange.body.comes(b"world")

    assert exchange.said() == (200, b"Hello, world")
    granian.done.get(timeout=ENOUGH)


def test_a_request_without_a_body_is_answered_at_once(granian_of: Callable[..., Granian]) -> None:
    granian = granian_of()

    assert granian.asks(Head()).said() == (200, b"Hello, ")
    assert granian.asks(Head(path=LIVE)).said()[0] == 200


def test_what_answers_directly_is_given_the_body(granian_of: Callable[..., Granian]) -> None:
    def direct(scope: Head) -> Callable[[bytes], Reply]:
        return lambda body: (200, [("x", scope.path)], body.upper())

    exchange = granian_of(direct=direct).asks(Head(headers=WITH_BODY))
    exchange.body.comes(b"world")

    assert exchange.said() == (200, b"WORLD")


def test_what_is_answered_together_is_given_each_with_its_body(
    granian_of: Callable[..., Granian],
) -> None:
    def together(asked: Sequence[tuple[str, bytes]]) -> list[Reply]:
        return [(200, [], name.encode() + b" " + body) for name, body in asked]

    granian = granian_of(direct=lambda scope: WithOthers(scope.path), together=together)
    exchanges = [granian.asks(Head(path=f"/{n}", headers=WITH_BODY)) for n in range(3)]
    for number, exchange in enumerate(exchanges):
        exchange.body.comes(str(number).encode())

    assert [(200, f"/{n} {n}".encode()) for n in range(3)] == [each.said() for each in exchanges]
    for _ in exchanges:
        granian.done.get(timeout=ENOUGH)


def _raises(*_: object) -> Any:
    raise ValueError("A mistake.")


@pytest.mark.parametrize(
    "mistaken",
    [
        {"direct": _raises},
        {"direct": lambda scope: _raises},
        {"direct": lambda scope: WithOthers(scope), "together": _raises},
        {
            "direct": lambda scope: WithOthers(scope),
            "together": lambda asked: [(200, [("x", None)], b"")],
        },
        {"direct": lambda scope: lambda body: (200, [("x", None)], b"")},
        {"room": _raises},
    ],
    ids=[
        "on the way in",
        "in the thread",
        "together",
        "in a reply of several",
        "in the reply",
        "before the body",
    ],
)
def test_a_mistake_is_answered_and_never_raised_in_granians_thread(
    granian_of: Callable[..., Granian], mistaken: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    exchange = granian_of(**mistaken).asks(Head(headers=WITH_BODY))
    if exchange.replies.empty():
        exchange.body.comes(b"world")

    assert exchange.said() == MISTAKE
    assert "A request could not be answered: " in caplog.text
    assert "A mistake." not in caplog.text


@pytest.mark.parametrize("headers", [WITH_BODY, IN_PARTS], ids=["whole", "in parts"])
def test_a_caller_who_goes_away_leaves_nothing_behind(
    granian_of: Callable[..., Granian], headers: Mapping[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    granian = granian_of()
    exchange = granian.asks(Head(headers=headers))

    exchange.body.comes(OSError("closed"))

    granian.done.get(timeout=ENOUGH)
    assert exchange.said() == MISTAKE
    assert not caplog.records


@pytest.mark.parametrize("came", [b"world", OSError("closed")], ids=["a body", "nobody"])
@pytest.mark.parametrize("headers", [WITH_BODY, {"content-length": "500"}], ids=["short", "long"])
def test_a_request_that_was_answered_holds_nothing_of_granians(
    granian_of: Callable[..., Granian], headers: Mapping[str, str], came: bytes | Exception
) -> None:
    """What comes from granian holds the request and is seen by no collector: a ring would stay."""
    made: list[Request] = []
    granian = granian_of()
    begins = granian._front.__rsgi__

    def seen(scope: Any, exchange: Any) -> Request:
        made.append(begins(scope, exchange))
        return made[-1]

    granian._front.__rsgi__ = seen
    exchange = granian.asks(Head(headers=headers))
    if exchange.body._callback is not None:
        exchange.body.comes(came)
    granian.done.get(timeout=ENOUGH)

    assert [(None, None)] == [(each.arriving, each.coroutine) for each in made]


def test_a_body_that_comes_after_it_was_given_up_is_not_answered_twice(
    granian_of: Callable[..., Granian],
) -> None:
    told: list[int] = []

    def refused(scope: Head, status: int, seconds: float) -> str:
        told.append(status)
        return "name"

    granian = granian_of(body_seconds=0.0, refused=refused)
    late, later = granian.asks(Head(headers=WITH_BODY)), granian.asks(Head(headers=IN_PARTS))

    while late.replies.empty() or later.replies.empty():
        granian.loop.call_soon(granian.loop.stop)
        granian.runs()
    late.body.comes(b"world")
    later.body.comes(b"world")

    assert [408, 408] == told == [late.said()[0], later.said()[0]]
    assert late.body.cancelled
    assert later.body.cancelled


def test_each_body_has_the_time_that_its_room_gives(granian_of: Callable[..., Granian]) -> None:
    patient = {"/slow": Room(100, seconds=60)}
    granian = granian_of(body_seconds=0.0, room=lambda head: patient.get(head.path, Room(100)))
    slow, other = (granian.asks(Head(path, headers=WITH_BODY)) for path in ("/slow", "/quick"))

    while other.replies.empty():
        granian.loop.call_soon(granian.loop.stop)
        granian.runs()
    slow.body.comes(b"world")

    assert [200, 408] == [slow.said()[0], other.said()[0]]


def test_of_what_is_too_long_the_application_says_so_where_it_has_a_page(
    granian_of: Callable[..., Granian],
) -> None:
    def page(environ: Mapping[str, Any], start_response: Callable[..., object]) -> list[bytes]:
        start_response("413 Content Too Large", [])
        return [environ["CONTENT_LENGTH"].encode(), environ["wsgi.input"].read()]

    granian = granian_of(room=lambda head: Room(3, page=True))
    granian._front._application = page

    assert granian.asks(Head(headers=WITH_BODY)).said() == (413, b"5")


def test_everything_else_is_left_to_the_loop(granian_of: Callable[..., Granian]) -> None:
    granian, called = granian_of(), []

    granian.loop.call_soon_threadsafe(called.append, "a word")
    assert called == []
    granian.loop.call_soon_threadsafe(granian.loop.stop)
    granian.runs()

    assert called == ["a word"]


def test_another_loop_than_asyncios_own_is_refused() -> None:
    front = Front(_says_hello, threads=1, longest_body=100)

    with pytest.raises(TypeError, match="granian --loop asyncio"):
        front.__rsgi_init__(object())  # type: ignore[arg-type]


def test_a_request_is_told_apart_by_itself_alone() -> None:
    front = Front(_says_hello, threads=1, longest_body=100)
    one, other = (Request(front, Head(), None) for _ in range(2))  # type: ignore[arg-type]

    assert {one: 1}.get(other) is None


@pytest.mark.parametrize("name", ["x_forwarded_for", "x_forwarded-for"])
@pytest.mark.parametrize("turned", [False, True])
def test_no_header_is_written_over_by_one_that_only_looks_like_it(name: str, turned: bool) -> None:
    seen: list[object] = []

    def application(environ: Mapping[str, Any], start_response: Any) -> list[bytes]:
        seen.append(environ.get("HTTP_X_FORWARDED_FOR"))
        start_response("200 OK", [])
        return [b""]

    headers = {"x-forwarded-for": "196.201.1.2", name: "1.1.1.1"}
    if turned:
        headers = dict(reversed(headers.items()))
    reply_of(application, Head(headers=headers), b"")

    assert ["196.201.1.2"] == seen
