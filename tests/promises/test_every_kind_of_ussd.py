"""What USSD promises holds for every kind of provider, whatever a turn holds, wherever screens go.

A provider that repeats all that was typed, or sends the newest answer alone; one that takes the
screen in the answer to a turn's webhook, or in a call of its own. The development phone is one of
each kind; a real provider is its own stand-in.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.system.clock import SystemClock
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.ussd.push_screen import GRACE_SECONDS
from tests import servers
from tests.polling import PATIENCE_SECONDS, eventually
from tests.promises.test_database_away import away
from tests.ussd_kinds import (
    CALLER,
    CODE,
    DEADLINE,
    HOME,
    KINDS,
    LOST,
    Line,
    at_once,
    line_of,
    same_session,
)

TANK = "/v1/tanks/117"
LEVEL = (200, {"tank": {"level": 80}})
#: The kinds whose screens are calls of their own.
PUSHED = ("push-newest", "push-all", "hsenid", "smpp")
FULL = UssdReply(text="Tank 117 is 80% full.", ends=True)


@pytest.fixture(params=KINDS)
def line(request: pytest.FixtureRequest, tmp_path: Path, valkey: str) -> Iterator[Line]:
    with line_of(request.param, tmp_path, valkey) as one:
        one.water.answers[TANK] = LEVEL
        yield one


def test_a_dialogue_is_played_to_its_end(line: Line) -> None:
    caller = line.caller()

    assert UssdReply(text=HOME, ends=False) == caller.dial()
    pages = [caller.type(answer) for answer in ("2", "1", "Asha", "1")]

    # The same answer means something else on each page.
    assert ["Which region?", "Name in Amboro?", "Your age?"] == [
        page.text.splitlines()[0] for page in pages[:3]
    ]
    assert UssdReply(text="Thank you, Asha, 1, of Amboro.", ends=True) == pages[3]


def test_a_turn_that_is_delivered_again_shows_nothing_new_and_does_nothing_twice(
    line: Line,
) -> None:
    caller = line.caller()
    replies = [caller.dial()]
    repeated = [caller.again()]
    for answer in ("1", "117"):
        replies.append(caller.type(answer))
        repeated.append(caller.again())

    assert replies[-1] == FULL
    assert [None] * 3 == repeated if line.pushes else replies == repeated
    assert 1 == len(line.water.asked)
    assert 1 == line.counted("sessions_begun")


def test_a_turn_that_comes_many_times_at_once_is_one_turn(line: Line) -> None:
    caller = line.caller()
    caller.dial()
    caller.type("1")
    request = same_session(caller, "117").request()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: line.post(request), range(8)))

    shown = [line.shown_now(caller.session, body) for _, body in answers]
    assert {200} == {status for status, _ in answers}
    assert [FULL] * (1 if line.pushes else 8) == [each for each in shown if each is not None]
    assert 1 == len(line.water.asked)


def test_two_answers_at_the_same_moment_do_not_fork_a_session(line: Line) -> None:
    caller = line.caller()
    caller.dial()
    caller.type("2")
    requests = [same_session(caller, answer).request(name=f"t-{answer}") for answer in "13"]
    assert line.gateway.ussd.pushing.wait(PATIENCE_SECONDS)

    with at_once(line, 2), ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(line.post, requests))
        assert line.gateway.ussd.pushing.wait(PATIENCE_SECONDS)
    shown = [line.shown_now(caller.session, body) for _, body in answers]

    pages = [each.text for each in shown if each is not None]
    assert 1 == len(set(pages))
    assert pages[0] in {f"Name in {region}?\nback home 0 00" for region in ("Amboro", "Tisoke")}
    assert (1 if line.pushes else 2) == len(pages)


def test_an_earlier_turn_that_comes_late_moves_nothing(line: Line) -> None:
    caller = line.caller()
    caller.dial()
    caller.type("2")
    late = caller.last
    caller.type("1")
    assert late is not None

    status, body = line.post(late)
    shown = line.shown_now(caller.session, body)

    assert 200 == status
    assert shown is None or shown.text.startswith("Name in Amboro?")
    assert caller.type("Asha").text.startswith("Your age?")


def test_what_hangs_behind_a_service_costs_nobody_the_deadline_and_comes_by_sms(
    line: Line,
) -> None:
    def answers_late(handler: object) -> None:
        line.water.released.wait()
        body = b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"tank": {"level": 80}}'
        handler.wfile.write(body)  # type: ignore[attr-defined] # a request handler

    line.water.answers[TANK] = answers_late
    caller = line.caller()
    caller.dial()
    caller.type("1")

    reply = caller.type("117")  # in time, or it fails
    again = caller.again()
    before = line.sms()
    line.water.released.set()
    eventually(line.sms)

    assert UssdReply(text="answer by sms", ends=True) == reply
    assert again in (None, reply)
    assert ([], ["Tank 117 is 80% full."]) == (before, line.sms())
    assert 1 == len(line.water.asked)


def test_who_was_cut_off_is_offered_to_go_on(line: Line) -> None:
    first = line.caller()
    first.dial()
    for answer in ("2", "2", "Asha"):
        first.type(answer)

    second = line.caller("s-2")
    offer = second.dial()
    page = second.type("1")

    assert offer.text.startswith("resume offer")
    assert page.text.startswith("Your age?")
    assert UssdReply(text="Thank you, Asha, 31, of Keluwa.", ends=True) == second.type("31")


def test_a_service_is_dialled_at_once_with_answers(line: Line) -> None:
    assert FULL == line.caller().dial("*384*1*43*117#")

    caller = line.caller("s-2")
    assert caller.dial("*384*1*44*2#").text.startswith("Name in Keluwa?")
    assert caller.last is not None
    code = "*384*1*44*2#" if line.repeats_all else CODE
    caller.turns, caller.answers = 1, ["Asha"]
    _, body = line.post(caller.request(code=code))
    assert line.shown(caller.session, body).text.startswith("Your age?")


def test_redis_that_was_emptied_costs_no_wrong_page(line: Line, valkey: str) -> None:
    caller = line.caller()
    caller.dial()
    caller.type("2")

    servers.empty_valkey(valkey)
    reply = caller.type("1")

    if line.repeats_all:
        assert reply.text.startswith("Name in Amboro?")
    else:
        assert line.begins_again == reply


def test_without_redis_a_session_goes_on_or_ends_civilly(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = line.caller()
    caller.dial()
    caller.type("2")

    def nobody(self: RedisLink, *command: object) -> object:
        raise StoreUnavailable("Redis does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(RedisLink, "call", nobody)
        reply = caller.type("1")

    if line.repeats_all and not line.pushes:
        assert reply.text.startswith("Name in Amboro?")
    else:
        assert line.begins_again == reply


def test_without_the_database_a_dialogue_goes_on(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    line.caller("warm").dial()  # so that what is read once is there
    caller = line.caller()

    with away(monkeypatch):
        pages = [caller.dial(), *(caller.type(answer) for answer in ("2", "1", "Asha", "31"))]

    assert UssdReply(text="Thank you, Asha, 31, of Amboro.", ends=True) == pages[-1]


def test_a_turn_of_which_nothing_proves_the_origin_is_refused_and_shows_nothing(
    line: Line,
) -> None:
    caller = line.caller()
    request = caller.request(begins=True)
    forged = request._replace(target=request.target.replace("key=", "key=x"))

    status, _ = line.post(forged)

    assert 403 == status
    assert line.gateway.ussd.pushing.wait(0)
    assert line.exchange.screens.next(caller.session, 0) is None
    assert 0 == line.counted("sessions_begun")
    assert 1 == line.counted("webhooks_rejected", code="origin_unproven")
    assert UssdReply(text=HOME, ends=False) == caller.dial()  # nothing of it was stored


@pytest.fixture(params=PUSHED)
def pushed(request: pytest.FixtureRequest, tmp_path: Path, valkey: str) -> Iterator[Line]:
    with line_of(request.param, tmp_path, valkey) as one:
        yield one


def test_a_screen_of_which_nobody_knows_is_not_shown_again_and_ends_civilly(pushed: Line) -> None:
    caller = pushed.caller()
    caller.dial()
    pushed.exchange.faults.add(Fault(kind=FaultKind.DROP_CONNECTION))

    screen = caller.type("2")  # it was shown, and the answer was lost
    end = pushed.exchange.screens.next(caller.session, DEADLINE + 1)
    again = caller.again()

    assert screen.text.startswith("Which region?")
    assert (LOST, None) == (end, again)
    assert 1 == pushed.counted("ussd_screens", outcome="unknown")


def test_a_screen_that_was_refused_ends_the_session_civilly(pushed: Line) -> None:
    caller = pushed.caller()
    caller.dial()
    pushed.exchange.faults.add(Fault(kind=FaultKind.REFUSE))

    assert LOST == caller.type("2")
    assert caller.again() is None
    assert 1 == pushed.counted("ussd_screens", outcome="refused")


def test_a_provider_that_is_slow_to_take_a_screen_costs_nobody_the_deadline(pushed: Line) -> None:
    caller = pushed.caller()
    caller.dial()
    long = round(DEADLINE * 2000)
    pushed.exchange.faults.add(Fault(kind=FaultKind.SLOW, milliseconds=long))

    caller.type("2")
    end = pushed.exchange.screens.next(caller.session, DEADLINE + 1)

    assert LOST == end


def test_a_process_that_died_with_a_screen_in_hand_ends_the_session_civilly(
    pushed: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = pushed.caller()
    caller.dial()
    caller.turns, caller.answers = 1, ["2"]
    caller.last = caller.request()
    provider, now = pushed.gateway.providers[pushed.kind], SystemClock.now

    def dies(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(type(provider), "push_ussd", dies)
        assert caller.again() is None
    early = caller.again()
    later = timedelta(seconds=DEADLINE + GRACE_SECONDS + 1)
    monkeypatch.setattr(SystemClock, "now", lambda self: now(self) + later)
    late = [caller.again() for _ in range(2)]

    assert early is None
    assert [LOST, None] == late


def test_the_phone_in_the_browser_dials_it(line: Line) -> None:
    page = line.client.application.test_client()
    page.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    asked = {"channel": line.kind, "from": str(CALLER.e164), "session": "browser", "code": CODE}
    typed = [("", {}), ("2", {"newest": "2"}), ("2*1", {"newest": "1"})]

    replies = [
        page.post("/phone/turn", json={**asked, "text": text, **newest}).get_json()
        for text, newest in typed
    ]

    assert HOME == replies[0]["text"]
    assert replies[-1]["text"].startswith("Name in Amboro?")


def test_a_turn_that_cannot_be_read_is_refused_and_shows_nothing(line: Line) -> None:
    request = line.caller().request(begins=True)

    status, _ = line.post(request._replace(body=b"\xff\xfe"))

    assert 400 == status
    assert line.gateway.ussd.pushing.wait(0)
    assert 0 == line.counted("sessions_begun")
