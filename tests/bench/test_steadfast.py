"""Callers who are cut off ask again, and what they are told is counted by the turn."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench.load import Load
from bench.steadfast import Steadfast
from bench.verdicts import Judge, Tally, Verdict
from tests.apart import apart

SCREENS = ("CON home", "CON list", "CON number?")
JUDGE = Judge({"answer_by_sms": "We will text you.", "try_again": "Try again."})


def rightly(phone: str, typed: list[str]) -> str | None:
    """Answers a turn as the benched menu does."""
    if len(typed) < 3:
        return SCREENS[len(typed)]
    state = "ready" if int(typed[2]) % 2 else "in progress"
    return f"END Permit {typed[2]} of {phone} is {state}"


@contextmanager
def server(answer: Callable[[str, list[str]], str | None]) -> Iterator[int]:
    """Yields the port of a server; on None it hangs up without an answer."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            found = re.search(r"phoneNumber=%2B2547(\d{8}).*&text=(.*)$", asked)
            assert found
            body = answer(found[1], found[2].split("*") if found[2] else [])
            if body is None:
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

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


def played(answer: Callable[[str, list[str]], str | None]) -> Tally:
    """Returns what two callers of one session each met."""
    with server(answer) as port:
        load = Load(
            port=port, target="/ussd/x", salt="t", seconds=0.01, expected=SCREENS, connections=2,
            think_seconds=0.0,
        )  # fmt: skip
        callers = Steadfast(load, JUDGE)
        apart(asyncio.run)(callers.play())
    return callers.tally


def verdicts(tally: Tally) -> set[Verdict | None]:
    """Returns how the sessions ended."""
    return {verdict for _, verdict in tally.screens.values()}


def test_every_session_is_played_to_its_answer() -> None:
    tally = played(rightly)

    assert {Verdict.RIGHT} == verdicts(tally)
    assert 4 * len(tally.screens) == tally.turns
    assert 0 == tally.cut + tally.wrong + tally.crossed + tally.late


def test_a_turn_that_was_cut_is_sent_again_and_counted() -> None:
    seen: set[str] = set()

    def cuts_each_answer_once(phone: str, typed: list[str]) -> str | None:
        if len(typed) == 3 and phone not in seen:
            seen.add(phone)
            return None
        return rightly(phone, typed)

    tally = played(cuts_each_answer_once)

    assert {Verdict.RIGHT} == verdicts(tally)
    assert len(tally.screens) == tally.cut


@pytest.mark.parametrize(
    ("instead", "verdict"),
    [
        ("END Permit 12345678 of 12345678 is ready", Verdict.CROSSED),
        ("END We will text you.", Verdict.FOLLOWS),
        ("CON We will text you.", Verdict.WRONG),
        ("CON home", Verdict.WRONG),
    ],
    ids=["of another", "a promise", "a promise that does not end", "the home screen"],
)
def test_what_comes_instead_of_the_answer_is_judged(instead: str, verdict: Verdict) -> None:
    tally = played(lambda phone, typed: instead if len(typed) == 3 else rightly(phone, typed))

    assert {verdict} == verdicts(tally)
    counted = len(tally.screens)
    assert counted * (verdict is Verdict.WRONG) == tally.wrong
    assert counted * (verdict is Verdict.CROSSED) == tally.crossed


def test_another_screen_on_the_way_is_wrong_and_an_excuse_is_civil() -> None:
    home_again = played(lambda phone, typed: "CON home" if typed else rightly(phone, typed))
    excused = played(lambda phone, typed: "END Try again." if typed else rightly(phone, typed))

    assert {Verdict.WRONG} == verdicts(home_again)
    assert {Verdict.CIVIL} == verdicts(excused)
    assert 0 == excused.wrong
