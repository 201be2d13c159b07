"""A form that is told while the database is away is kept, opened once, and answered by SMS."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.input_kinds.case_number import grouped
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.paging import excess
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.use_cases.ports.casework import CasesWanted
from gateway.use_cases.ussd.answer_ussd import AnswerUssd
from gateway.web.replay import replay_once
from tests import gateways
from tests.clock import FixedClock
from tests.contracts.test_spool import in_a_fork
from tests.fakes import Failing
from tests.polling import PATIENCE_SECONDS, eventually
from tests.promises.test_database_away import away

CALLER = Msisdn("+254700000123")
LANGUAGES = {"1": "en", "2": "sw", "3": "fr", "4": "am"}
REPORT = ["6", "1", "1", "1"]
LAST = "The pump at the school is broken"


def turn(
    gateway: Gateway,
    *typed: str,
    answer: AnswerUssd | None = None,
    caller: Identity = CALLER,
    session: str = "s",
    deadline: float | None = None,
) -> UssdReply:
    said = UssdTurn(
        session_id=session, subscriber=caller, service_code="*384*2026#", text="*".join(typed)
    )
    channel = gateway.channels["at-ke"]
    if deadline is not None:
        channel = replace(channel, deadline_seconds=deadline)
    return (answer or gateway.ussd.answer)(channel, said)


def told_up_to_the_last(
    gateway: Gateway, language: str = "1", caller: Identity = CALLER
) -> list[str]:
    """Returns what was typed when only one answer is missing; nothing is wrong yet.

    A busy machine may take longer than the deadline that trouble is met with.
    """
    typed = [language, *REPORT]
    for number in range(len(typed) + 1):
        reply = turn(gateway, *typed[:number], caller=caller, deadline=PATIENCE_SECONDS)
    assert not reply.ends
    return typed


def phrase(gateway: Gateway, name: str, language: str = "en") -> str:
    return sentence(gateway.releases.current(), language, name)


def work(gateway: Gateway) -> None:
    """Does what the worker of slow calls does, until nothing is left."""
    run_slow = gateway.handler_calls.run_slow
    while (slow := run_slow.next()) is not None:
        run_slow.run(slow)
    run_slow.send_late()


def opened(gateway: Gateway) -> list[str]:
    return [
        case.number
        for case in gateway.cases.cases.find(CasesWanted(statuses=["received"], limit=100))
    ]


def texts(gateway: Gateway, caller: Msisdn = CALLER) -> list[str]:
    return [sms.text for sms, _ in gateway.sql.outbox.to_subscriber(caller, 10)]


def held_by_one_case(gateway: Gateway) -> bool:
    """Returns whether there is one case, whose number one SMS tells."""
    (number,), (text,) = opened(gateway), texts(gateway)
    return grouped(number) in text


@pytest.fixture
def elsewhere(gateway: Gateway, tmp_path: Path, valkey: str) -> Iterator[Gateway]:
    """Another node: the same stores, and a disk of its own."""
    url = gateway.deployment.settings.database_url
    environ = gateways.environment(tmp_path / "elsewhere", valkey, url)
    node = Gateway(load(environ), clock=gateway.clock)
    yield node
    node.close()


@pytest.fixture
def begun(gateway: Gateway) -> list[str]:
    return told_up_to_the_last(gateway)


def test_whatever_ails_the_database_the_form_is_kept_and_its_number_follows(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble
    typed = told_up_to_the_last(gateway)

    with lasting:
        reply = turn(gateway, *typed, LAST)

    assert UssdReply(text=phrase(gateway, "kept"), ends=True) == reply

    def is_stored() -> bool:
        replay_once(gateway)
        return not gateway.spool.state().waiting

    eventually(is_stored)
    work(gateway)
    assert held_by_one_case(gateway)


@pytest.mark.parametrize("key", LANGUAGES)
def test_it_is_said_on_one_page_in_the_language_of_the_caller(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    typed = told_up_to_the_last(gateway, key)

    with away(monkeypatch):
        reply = turn(gateway, *typed, LAST)

    assert UssdReply(text=phrase(gateway, "kept", LANGUAGES[key]), ends=True) == reply
    assert 0 == excess(reply.text, gateway.channels["at-ke"].page)


def test_the_turn_again_gets_the_same_reply_and_is_kept_once(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch):
        first = turn(gateway, *begun, LAST)
        size = gateway.spool.state().waiting
        again = turn(gateway, *begun, LAST)

    assert first == again
    assert size == gateway.spool.state().waiting > 0


def test_who_dials_again_is_not_offered_what_is_kept(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch):
        turn(gateway, *begun, LAST)
        dialled = turn(gateway, session="s-2")

    assert "cut off" not in dialled.text
    assert not dialled.ends


def test_the_dialogue_goes_on_by_sms_where_it_would_have_on_the_screen(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with away(monkeypatch):
        turn(gateway, *begun, LAST)
    replay_once(gateway)
    work(gateway)

    for number, text in enumerate(("Give my name", "Asha Musa")):
        sms = InboundSms(provider_ref=f"mo-{number}", subscriber=CALLER, to="20880", text=text)
        gateway.inbound.accept(gateway.channels["at-ke"], sms)
        gateway.inbound.work()

    (number_of_case,) = opened(gateway)
    assert f"Case {grouped(number_of_case)} has your name." in texts(gateway)[0]


def test_what_had_reached_the_database_is_not_opened_again(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case is stored, and the answer of the database is lost on its way to us."""
    cases = type(gateway.toolkit.cases)
    stored_by = cases.open

    def answer_is_lost(*asked: Any, **told: Any) -> str:
        stored_by(*asked, **told)
        raise StoreUnavailable("The database does not answer (OperationalError).")

    with monkeypatch.context() as patch:
        patch.setattr(cases, "open", answer_is_lost)
        reply = turn(gateway, *begun, LAST)
        assert 1 == len(opened(gateway))

    replay_once(gateway)
    work(gateway)

    assert phrase(gateway, "kept") == reply.text
    assert held_by_one_case(gateway)


@pytest.mark.parametrize("moment", ["begins", "stored"])
def test_a_process_that_dies_in_mid_replay_leaves_one_case(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    with away(monkeypatch):
        turn(gateway, *begun, LAST)
    store = gateway.replay_spool._store

    def dies(*record: Any) -> None:
        if moment == "stored":
            store(*record)
        os.kill(os.getpid(), signal.SIGKILL)

    assert -signal.SIGKILL == in_a_fork(lambda: gateway.spool.replay(dies))
    assert gateway.spool.state().waiting

    replay_once(gateway)
    work(gateway)

    assert held_by_one_case(gateway)


def test_many_at_once_are_all_kept_and_none_is_told_to_try_again(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    """Our own database is to blame for what is slow, and no service is closed for it."""
    gateway, lasting = trouble
    callers = [Msisdn(f"+2547000002{number:02}") for number in range(12)]
    for caller in callers:
        told_up_to_the_last(gateway, caller=caller)

    with lasting, ThreadPoolExecutor(len(callers)) as threads:
        told = list(
            threads.map(lambda each: turn(gateway, "1", *REPORT, LAST, caller=each), callers)
        )

    assert {phrase(gateway, "kept")} == {reply.text for reply in told}
    assert not gateway.stores.breakers.refuses("open_case")

    def is_stored() -> bool:
        replay_once(gateway)
        work(gateway)
        return len(opened(gateway)) == len(callers)

    eventually(is_stored)
    assert all(len(texts(gateway, each)) == 1 for each in callers)


def test_a_worker_that_dies_with_it_leaves_one_case(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    with away(monkeypatch):
        turn(gateway, *begun, LAST)
    replay_once(gateway)
    run_slow = gateway.handler_calls.run_slow
    slow = run_slow.next()
    assert slow is not None
    run_slow.runner.run(slow.call, 5)  # the case is open, and its worker gone

    clock.advance(90)
    work(gateway)

    assert held_by_one_case(gateway)


def test_behind_a_record_that_a_power_cut_tore_it_is_found(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    coming = gateway.deployment.settings.data_folder / "spool" / "coming"
    with away(monkeypatch):
        turn(gateway, *begun, LAST)
        whole = coming.read_bytes()
        coming.write_bytes(whole[: len(whole) // 2] + whole)

    replay_once(gateway)
    work(gateway)

    assert held_by_one_case(gateway)


def test_kept_on_two_nodes_it_is_one_case_and_one_sms(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch, elsewhere: Gateway
) -> None:
    """The first node could not note its answer in Redis, and the provider asks another."""
    forgetful = Failing(gateway.stores.sessions, "save")
    with away(monkeypatch):
        first = turn(gateway, *begun, LAST, answer=replace(gateway.ussd.answer, sessions=forgetful))
        second = turn(elsewhere, *begun, LAST)

    assert phrase(gateway, "kept") == first.text == second.text
    for node in (gateway, elsewhere):
        assert node.spool.state().waiting
        replay_once(node)
        work(node)
    assert held_by_one_case(gateway)


def test_rebuilt_on_another_node_that_reaches_the_database_it_is_the_same_case(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch, elsewhere: Gateway
) -> None:
    forgetful = Failing(gateway.stores.sessions, "save")
    with away(monkeypatch):
        turn(gateway, *begun, LAST, answer=replace(gateway.ussd.answer, sessions=forgetful))

    without_redis = Failing(elsewhere.stores.sessions, "load", "save")
    rebuilding = replace(elsewhere.ussd.answer, sessions=without_redis)
    shown = turn(elsewhere, *begun, LAST, answer=rebuilding)
    replay_once(gateway)
    work(gateway)

    (number,) = opened(gateway)
    assert grouped(number) in shown.text
    assert {True} == {grouped(number) in text for text in texts(gateway)}


def test_an_sms_waits_for_the_database_and_is_answered_with_the_number(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch, clock: FixedClock
) -> None:
    """It is in the database already: it is read again, and nobody is told to try later."""
    report = "REPORT water Mbale The pump at the school is broken"
    sms = InboundSms(provider_ref="mo-1", subscriber=CALLER, to="20880", text=report)
    gateway.inbound.accept(gateway.channels["at-ke"], sms)
    cases = type(gateway.toolkit.cases)
    with monkeypatch.context() as patch:
        patch.setattr(cases, "open", Failing(None, "open").open)
        gateway.inbound.work()
        before = texts(gateway)

    clock.advance(60)
    gateway.inbound.work()

    assert [] == before
    assert 0 == gateway.spool.state().waiting
    assert held_by_one_case(gateway)


def test_where_no_channel_sends_sms_none_is_promised(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mute = replace(gateway.channels["at-ke"], address=None, sender_id=None, chooses_sender=False)
    keep = replace(gateway.handler_calls.settle.keep, channels={"at-ke": mute})
    settle = replace(gateway.handler_calls.settle, keep=keep)
    dialogue = replace(gateway.ussd.answer.dialogue, settle_calls=settle)
    with away(monkeypatch):
        reply = turn(gateway, *begun, LAST, answer=replace(gateway.ussd.answer, dialogue=dialogue))

    assert phrase(gateway, "kept_without_sms") == reply.text
    replay_once(gateway)
    work(gateway)
    assert 1 == len(opened(gateway))


def test_whom_no_sms_can_reach_is_promised_none_and_the_case_is_opened(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = ProviderToken("africastalking", "sandbox", "4bd1aa30c2f94e07")
    typed = told_up_to_the_last(gateway, caller=caller)
    with away(monkeypatch):
        reply = turn(gateway, *typed, LAST, caller=caller)

    assert phrase(gateway, "kept_without_sms") == reply.text
    replay_once(gateway)
    work(gateway)
    (number,) = opened(gateway)
    assert caller == gateway.cases.read(number, "works").subscriber
    assert not gateway.sql.outbox.to_subscriber(caller, 1)
    assert not gateway.handler_calls.run_slow.calls.undelivered(gateway.clock.now(), 1)


def test_a_service_that_needs_the_database_to_answer_says_to_try_later(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn(gateway)
    turn(gateway, "1")
    with away(monkeypatch):
        reply = turn(gateway, "1", "6", "1", "1")  # which districts are there?

    assert phrase(gateway, "unavailable")[:40] in reply.text
    assert 0 == gateway.spool.state().waiting


def test_where_the_disk_takes_nothing_nothing_is_promised(
    gateway: Gateway, begun: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway.spool, "_most_bytes", 10)
    with away(monkeypatch):
        reply = turn(gateway, *begun, LAST)

    assert phrase(gateway, "unavailable")[:40] in reply.text
    assert 0 == gateway.spool.state().waiting
