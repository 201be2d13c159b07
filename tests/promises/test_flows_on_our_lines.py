"""A neighbour's flows on our lines: they keep what our own menus promise.

A RapidPro that the stand-in plays has a flow of one question. It is told of each answer once, its
words come in calls of their own, and reach the citizen once: on the screen or by SMS.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.adapters.providers.rapidpro.standin import QUESTION
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.redis.sessions import RedisSessions
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    Refused,
    StoreUnavailable,
)
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.domain.telecom.ussd import FlowWords, UssdReply
from tests.clock import FixedClock
from tests.polling import PATIENCE_SECONDS
from tests.providers.tried import ASHA, Tried, tried

LINE = """\
channels:
  phone:
    provider: simulator
    service_code: "*384*77#"
    address: "20880"
    flows: ureport
"""
NEIGHBOUR = """\
  ureport:
    provider: rapidpro
    api_url: STANDIN
    token: $RAPIDPRO_TOKEN
    external: 6ad4ef1c-35b9-4ba9-8a0c-1a8d7ad6f9be
"""
OTHER = Msisdn("+254711000002")


@pytest.fixture
def line(tmp_path: Path, valkey: str) -> Iterator[Tried]:
    secrets = {"RAPIDPRO_TOKEN": "a-token"}
    with tried(LINE, tmp_path, valkey, secrets, beside=NEIGHBOUR) as running:
        assert running.gateway.ussd.take_flow_words  # a process has its rooms before it is dialled
        yield running


def says(line: Tried, *texts: str, waits: bool = True, to: Identity = ASHA) -> None:
    """Has the flow say something by itself, as its webhook would."""
    for number, text in enumerate(texts):
        words = FlowWords(f"{text[:8]}-{number}", to, text, waits)
        line.gateway.ussd.take_flow_words(line.gateway.channels["ureport"], words)


def test_a_dial_is_led_by_the_flow_and_each_answer_is_told_once(line: Tried) -> None:
    turn = line.handset.turn

    assert UssdReply(QUESTION, ends=False) == turn(ASHA, "s1", "")
    assert UssdReply("Thank you: Kitui.", ends=True) == turn(ASHA, "s1", "Kitui")
    # Delivered again: a flow that was told twice would ask its question anew.
    assert UssdReply("Thank you: Kitui.", ends=True) == turn(ASHA, "s1", "Kitui")
    assert UssdReply(QUESTION, ends=False) == turn(ASHA, "s2", "")
    assert [] == line.sent()


def test_a_citizen_texts_with_the_flow_and_stop_stays_ours(line: Tried) -> None:
    line.handset.text(ASHA, "hello")
    line.send_replies()
    line.handset.text(ASHA, "Kitui")
    line.send_replies()
    assert ["Thank you: Kitui.", QUESTION] == [text for text, _ in line.sent()]

    line.handset.text(OTHER, "STOP")
    line.gateway.inbound.route_pending()
    says(line, "A poll for all", to=OTHER)
    line.gateway.outbound.send("phone", Lane.BULK)
    assert ("A poll for all", DeliveryStatus.REFUSED) == line.sent(OTHER)[0]


def test_a_flow_cannot_text_who_said_stop_after_talking_with_it_until_they_talk_again(
    line: Tried,
) -> None:
    line.handset.text(ASHA, "hello")
    line.send_replies()
    line.handset.text(ASHA, "STOP")
    line.send_replies()
    says(line, "One question more")
    for lane in (Lane.REPLY, Lane.BULK):
        line.gateway.outbound.send("phone", lane)
    assert ("One question more", DeliveryStatus.REFUSED) == line.sent()[0]

    line.handset.text(ASHA, "Kitui")  # who texts after a STOP is answered
    line.send_replies()
    assert "Thank you: Kitui." == line.sent()[0][0]
    says(line, "Welcome back")
    line.gateway.outbound.send("phone", Lane.REPLY)
    assert ("Welcome back", DeliveryStatus.SENT) == line.sent()[0]


def test_what_comes_too_late_is_sent_by_sms_and_once(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = replace(line.gateway.channels["phone"], deadline_seconds=1.0)
    monkeypatch.setitem(line.gateway.channels, "phone", impatient)  # type: ignore[arg-type]
    line.exchange.faults.add(Fault(kind=FaultKind.DROP_REPORT))
    reply = line.handset.turn(ASHA, "s1", "")
    assert reply.ends
    assert QUESTION not in reply.text
    for _ in range(2):  # told again, since the flow's server did not hear our answer
        says(line, "Which district?")
    line.gateway.outbound.send("phone", Lane.REPLY)

    assert [("Which district?", DeliveryStatus.SENT)] == line.sent()


def test_the_parts_of_long_words_that_come_too_late_are_each_sent_once(line: Tried) -> None:
    line.handset.text(ASHA, "hello")
    line.send_replies()
    parts = ["Which district do ", "you live in?"]
    for text in (*parts, *parts):  # cut by RapidPro, told with one id; and told again
        words = FlowWords("77", ASHA, text, waits=True)
        line.gateway.ussd.take_flow_words(line.gateway.channels["ureport"], words)
    line.gateway.outbound.send("phone", Lane.REPLY)

    assert sorted([QUESTION, *parts]) == sorted(text for text, _ in line.sent())


def test_what_is_said_in_a_row_is_one_screen_and_a_long_one_is_cut_into_pages(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def tell(subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        told.append(text)
        says(line, "Welcome.", "Line of many words. " * 12, waits=False)

    monkeypatch.setattr(line.gateway.providers["ureport"], "tell_flow", tell)
    first = line.handset.turn(ASHA, "s1", "")
    assert first.text.startswith("Welcome.\nLine of many words.")
    assert (False, True) == (first.ends, "98" in first.text)
    last = line.handset.turn(ASHA, "s1", "98")
    assert (True, [""]) == (last.ends, told)
    assert last.text.endswith("many words.")


def test_a_turn_that_comes_twice_at_one_moment_is_told_once(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, both = list[str](), threading.Barrier(2)
    provider = line.gateway.providers["ureport"]

    def tell(subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        told.append(text)
        says(line, QUESTION)

    def dial(_: int) -> UssdReply:
        both.wait(PATIENCE_SECONDS)
        return line.handset.turn(ASHA, "s1", "")

    monkeypatch.setattr(provider, "tell_flow", tell)
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(dial, range(2)))

    assert [UssdReply(QUESTION, ends=False)] * 2 == replies
    assert [""] == told


@pytest.mark.parametrize(
    "failure", [ChannelMisconfigured("refused", "404"), ProviderUnavailable("refused")]
)
def test_a_flow_that_cannot_be_told_ends_the_call_civilly_and_keeps_the_sms(
    line: Tried, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    provider = line.gateway.providers["ureport"]

    def refuse(*_: object, **__: object) -> None:
        raise failure

    with monkeypatch.context() as away:
        away.setattr(provider, "tell_flow", refuse)
        assert line.handset.turn(ASHA, "s1", "").ends
        line.handset.text(ASHA, "hello")
        line.gateway.inbound.route_pending()
        assert [] == line.sent()
    line.send_replies()
    assert [QUESTION] == [text for text, _ in line.sent()]


def test_an_sms_of_which_nobody_knows_whether_the_flow_was_told_is_said_so_and_not_told_again(
    line: Tried, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def lost(subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        told.append(text)
        raise OutcomeUnknown("provider_error", "500")

    monkeypatch.setattr(line.gateway.providers["ureport"], "tell_flow", lost)
    line.handset.text(ASHA, "hello")
    for _ in range(2):
        line.gateway.inbound.route_pending()
    assert ["hello"] == told
    assert "ureport were told of an SMS: provider_error (500)" in caplog.text
    assert "hello" not in caplog.text
    assert [] == line.sent()


@pytest.mark.parametrize(
    ("query", "document", "status"),
    [
        ("", {"id": "1", "to": ASHA.e164, "text": "a"}, 403),
        ("key", {"to": ASHA.e164, "text": "a"}, 400),
        ("key", {"id": "1", "to": "+", "text": "a"}, 400),
        ("key", {"id": "1", "to": ASHA.e164}, 400),
        ("key", {"id": "1", "to": "20880", "text": "a"}, 200),
        ("key", {"id": "1", "to": ASHA.e164, "text": "a", "session_status": None}, 200),
    ],
    ids=["no secret", "no id", "no number", "no text", "a short code", "no session"],
)
def test_a_webhook_of_the_flow_is_proven_and_read(
    line: Tried, query: str, document: dict[str, object], status: int
) -> None:
    url = line.gateway.deployment.webhook_urls("ureport")["flow"]
    path = url.partition("/flow/")[2] if query else "ureport"

    assert status == line.client.post(f"/flow/{path}", json=document).status_code


def test_an_sms_is_told_to_the_flow_once_although_its_batch_could_not_be_stored(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def tell(subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        told.append(text)

    def fail(*_: object) -> None:
        raise StoreUnavailable("The database is away.")

    monkeypatch.setattr(line.gateway.providers["ureport"], "tell_flow", tell)
    line.handset.text(ASHA, "hello")
    with monkeypatch.context() as away:
        away.setattr(SqlInbox, "finish_all", fail)
        with suppress(StoreUnavailable):
            line.gateway.inbound.route_pending()
    assert [True, False] == [line.gateway.inbound.route(1) for _ in range(2)]
    line.handset.text(ASHA, "Kitui")
    assert line.gateway.inbound.route(2)

    assert ["hello", "Kitui"] == told


def test_what_a_turn_cannot_store_is_sent_by_sms(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise StoreUnavailable("Redis is away.")

    with monkeypatch.context() as away:
        away.setattr(RedisSessions, "save", fail)
        reply = line.handset.turn(ASHA, "s1", "")
    assert (True, False) == (reply.ends, QUESTION in reply.text)
    line.gateway.outbound.send("phone", Lane.REPLY)
    assert [(QUESTION, DeliveryStatus.SENT)] == line.sent()


def test_what_a_turn_heard_whose_process_died_is_sent_by_sms_once(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> bool:
        raise RuntimeError("killed")

    with monkeypatch.context() as dying:
        dying.setattr(RedisSessions, "save", die)
        with pytest.raises(Refused, match="500"):
            line.handset.turn(ASHA, "s1", "")
    sends = line.gateway.ussd.send_lost_words
    in_a_minute = FixedClock(line.gateway.clock.now() + timedelta(seconds=60))
    for clock in (line.gateway.clock, in_a_minute, in_a_minute):
        assert replace(sends, clock=clock)() is False
        line.gateway.outbound.send("phone", Lane.REPLY)
        assert (clock is in_a_minute) == bool(line.sent())
    assert [QUESTION] == [text for text, _ in line.sent()]


def test_words_that_went_out_by_sms_are_not_shown_when_they_are_told_again(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(line, "Which district?")

    def tell(subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        says(line, "Which district?")
        says(line, "Welcome back.", waits=False)

    monkeypatch.setattr(line.gateway.providers["ureport"], "tell_flow", tell)
    assert UssdReply("Welcome back.", ends=True) == line.handset.turn(ASHA, "s1", "")
    line.gateway.outbound.send("phone", Lane.BULK)
    assert ["Which district?"] == [text for text, _ in line.sent()]


def test_turns_that_wait_for_a_flow_leave_threads_for_its_words(
    line: Tried, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def tell(subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        told.append(text)
        says(line, QUESTION)

    monkeypatch.setattr(line.gateway.providers["ureport"], "tell_flow", tell)
    room, taken = line.gateway.ussd.answer.by_flow.waiting, 0
    while room.acquire(blocking=False):
        taken += 1
    threads = line.gateway.deployment.settings.server.threads
    assert 1 <= taken < threads / 2
    assert line.handset.turn(ASHA, "s1", "").ends
    room.release(taken)
    assert UssdReply(QUESTION, ends=False) == line.handset.turn(ASHA, "s2", "")
    assert [""] == told
