"""The load generator counts what is right, and only that."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import callers
from bench.load import Load
from tests.apart import apart

run = apart(callers.run)

DIALOGUE = ("CON home", "CON list", "CON number?", "END Permit {id} is {state}")


def rightly(text: str) -> str:
    """Answers a turn as the benched menu does."""
    typed = text.split("*") if text else []
    if len(typed) < 3:
        return DIALOGUE[len(typed)]
    state = "ready" if int(typed[2]) % 2 else "in progress"
    return f"END Permit {typed[2]} is {state}"


@contextmanager
def server(answer: Callable[[str], str], *, closes: bool = False) -> Iterator[int]:
    """Yields the port of a server that gives these answers to what was typed."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            match = re.search("text=(.*)$", asked)
            body = answer(match.group(1) if match else "").encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if closes:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Writes nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield httpd.server_port
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def load(port: int, **changes: float) -> Load:
    shape = {"connections": 2, "seconds": 0.1, **changes}
    return Load(port=port, target="/ussd/x", salt="t", expected=DIALOGUE, **shape)


@pytest.mark.parametrize("closes", [False, True], ids=["kept alive", "closed after each"])
def test_every_session_is_played_to_its_end(closes: bool) -> None:
    with server(rightly, closes=closes) as port:
        result = run(load(port))

    assert result.wrong == 0
    assert result.turns == 4 * result.finals > 0
    assert result.p99 >= result.p50 > 0


def test_sessions_at_random_moments_are_played_to_their_end_too() -> None:
    with server(rightly) as port:
        result = run(load(port, sessions_per_second=100.0, think_seconds=0.01))

    assert result.wrong == 0
    assert result.turns == 4 * result.finals > 0


@pytest.mark.parametrize(
    "answer",
    [
        lambda text: rightly(text).replace("ready", "in progress"),
        lambda text: rightly(text).replace("END", "CON"),
        lambda text: "",
    ],
    ids=["the other state", "an end that is none", "nothing"],
)
def test_a_wrong_answer_is_counted_and_shown(answer: Callable[[str], str]) -> None:
    with server(answer) as port:
        result = run(load(port))

    assert result.wrong > 0
    assert result.first_wrong
    assert result.finals < result.turns / 4


def test_a_server_that_is_not_there_is_a_wrong_answer_and_no_hang() -> None:
    with server(rightly) as port:
        pass

    result = run(load(port))

    assert result.finals == 0
    assert result.wrong > 0
