"""No number, text, answer or secret of a citizen in a log, an error or a repr."""

from __future__ import annotations

import dataclasses
import importlib
import logging
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

import gateway.domain
import gateway.use_cases
from gateway.domain.commands.keywords import read
from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.domain.dialogue.transition import Event, PendingCall, Step
from gateway.domain.faults_and_errors.errors import OutcomeUnknown
from gateway.domain.handler_contract.service_call import Outcome
from gateway.domain.record import Record
from gateway.domain.telecom.channel import PageBudget
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.paging import page
from gateway.domain.telecom.sms import (
    InboundSms,
    Lane,
    NewSms,
    OutboundSms,
    ProviderOptOut,
    Purpose,
)
from gateway.domain.telecom.ussd import UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party
from gateway.use_cases.inbound.sms_reply import SmsReply
from gateway.use_cases.ports import ConsentChange, Conversation, LoadedTurn, Routed, StoredInbound
from gateway.use_cases.ussd.dialogue import TurnInHand, TurnResult
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig

#: What citizens say in the dialogues below, in any form that the gateway gives it.
PRIVATE = (
    CALLER.e164.removeprefix("+"),
    OTHER_CALLER.e164.removeprefix("+"),
    "10231456",
    SECRET,
    "2007-04-15",
    "Kwekwezi",
    "pump",
)


def told_in(text: str) -> list[str]:
    """Returns what a text gives away."""
    return [said for said in PRIVATE if said.casefold() in text.casefold()]


def formatted(record: logging.LogRecord) -> str:
    """Returns all that a handler of logs could write of a record."""
    return f"{logging.Formatter().format(record)} {record.args!r} {record.__dict__!r}"


def lead_dialogues(rig: Rig) -> None:
    """Leads dialogues on both surfaces, well and badly, and sends what they bring about."""
    rig.turns("1", "1", "2", "3", "The pump is broken", "Kwekwezi")
    rig.turns("2", "10231456", "1", SECRET, "98", session="s-2")
    rig.turns("31", "10231456*1*" + SECRET, session="s-3")
    rig.turn("", code=f"*384*2026*31*10231456*1*{SECRET}#", session="s-4")
    rig.texts(f"RESULT 10231456 2025 {SECRET}")
    rig.texts("RESULT 1023 pump", caller=OTHER_CALLER)
    rig.texts("Kwekwezi: the pump", caller=OTHER_CALLER)
    rig.texts("STOP", caller=OTHER_CALLER)
    rig.accepts("Dear Kwekwezi", "The pump works")
    rig.provider.answers["Dear Kwekwezi"] = OutcomeUnknown("no_answer", "timeout")
    rig.provider.answers["The pump works"] = KeyError("pump", CALLER.e164)
    for lane in Lane:
        rig.send_sms("ke", lane)
    rig.outbox.sweep(rig.clock.advance(hours=1))


def break_dialogues(rig: Rig) -> None:
    """Leads dialogues whose handlers fail, with words that quote the citizen."""
    rig.failure = ValueError(f"10231456 {SECRET} {CALLER.e164} Kwekwezi pump")
    rig.turns("2", "10231456", "1", SECRET, session="s-5")
    rig.texts(f"RESULT 10231456 2025 {SECRET}")
    rig.failure = None
    failing = Failing(rig.sessions, "load", "save")
    rig.answer_ussd = replace(rig.answer_ussd, sessions=failing)
    rig.turns("2", "10231456", "1", SECRET, session="s-6")
    rig.receives("the pump of Kwekwezi")

    def cannot_route(inbound_id: int) -> bool:
        raise ValueError(f"the pump of Kwekwezi, {CALLER.e164}")

    replace(rig.route_pending, route_sms=cannot_route)()  # type: ignore[arg-type]


def test_no_log_tells_what_a_citizen_said(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    lead_dialogues(rig)
    break_dialogues(rig)

    assert len(rig.calls) >= 10
    assert all(word in caplog.text for word in ("failed: reference=", "raised", "Could not route"))
    told = {record.name: told_in(formatted(record)) for record in caplog.records}
    assert {} == {name: found for name, found in told.items() if found}


def test_no_count_tells_what_a_citizen_said(rig: Rig) -> None:
    lead_dialogues(rig)
    break_dialogues(rig)

    assert [] == told_in(repr(rig.counters.snapshot()))
    assert [] == told_in(repr(rig.sessions.records))


def records(rig: Rig) -> Iterator[object]:
    """Yields one of each record that holds something of a citizen."""
    now = rig.clock.now()
    answers = {"candidate": "10231456", "birth_date": "2007-04-15", "name": "Kwekwezi"}
    session = Session(
        release="r1",
        language="en",
        at="result.unknown",
        trail=(("result.candidate", 0, "10231456"),),
        answers={"result.candidate": "10231456"},
        values=({"name": "Kwekwezi"},),
    )
    said = UssdTurn(
        session_id="s-1",
        subscriber=CALLER,
        service_code=f"*384*2026*31*10231456*{SECRET}#",
        text=f"10231456*{SECRET}",
    )
    pending = PendingCall("exam_results", answers)
    step = Step(session=session, event=Event.CALL, call=pending)
    talk = DialogueProgress(step, arrived=session)
    kept = StoredTurn(
        session=session,
        reply_text="Dear Kwekwezi",
        reply_ends=False,
        seen_length=8,
        seen_hash="ff",
    )
    mo = InboundSms(
        provider_ref="7", subscriber=CALLER, to="2026", text=f"RESULT 10231456 {SECRET}"
    )
    mt = NewSms(
        channel="ke",
        subscriber=CALLER,
        text="Dear Kwekwezi",
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key="mo-7",
    )
    turn = TurnInHand(channel=CHANNEL, said=said, key=b"k", subscriber=b"s", began=0.0)
    shown = rig.answer_ussd.dialogue.begin(turn, "en", ["31", "10231456", "1", "16042007"]).shown
    yield from (session, said, pending, step, talk, kept, mo, mt, turn, shown, rig.calls[-1])
    yield TurnResult(SAMPLE, talk, shown)
    yield SmsReply("Dear Kwekwezi", session, talk)
    yield LoadedTurn(kept, b"", "en")
    yield Party(CALLER, "mo-7")
    yield read(SAMPLE, f"RESULT 10231456 {SECRET}")
    yield Outcome("found", {"name": "Kwekwezi"})
    yield UssdReply(text="Dear Kwekwezi", ends=True)
    yield UssdEnd(session_id="s-1", subscriber=CALLER, service_code=said.service_code, status="ok")
    yield ProviderOptOut(subscriber=CALLER)
    stored = StoredInbound(id=7, channel="ke", sms=mo, received_at=now)
    stop = ConsentChange(
        subscriber=CALLER, topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="sms stop"
    )
    open_at = Conversation(session, 3)
    yield from (stored, stop, open_at)
    yield Routed(inbound_id=7, replies=(mt,), conversation=open_at, consents=(stop,))
    rig.outbox.add([mt], now)
    leased = rig.outbox.lease("ke", Lane.REPLY, 1, now, now + timedelta(seconds=60))
    assert isinstance(leased[0], OutboundSms)
    yield leased
    yield page(
        complaint="", text="Dear Kwekwezi", lines=["10231456"], foot="", more="", number=0,
        budget=PageBudget(),
    )  # fmt: skip
    yield WebhookRequest(
        method="POST",
        path="/sms/ke",
        query="text=pump",
        headers={"x-text": "pump"},
        body=b"text=pump&from=%2B999700000123",
        remote_address="203.0.113.7",
        public_url="https://gateway.test",
    )
    yield WebhookReply(body="CON Dear Kwekwezi")


def test_no_repr_tells_what_a_citizen_said(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", SECRET)

    told = {type(each).__name__: told_in(f"{each!r} {each}") for each in records(rig)}

    assert len(told) > 25
    assert {} == {name: found for name, found in told.items() if found}


#: Fields that hold words of citizens, or words to them, wherever they stand.
_WORDS = {"text", "texts", "answers", "words", "body", "query", "reply_text", "trail"}
_BY_NAME = {
    "Session.values",
    "Outcome.values",
    "UssdTurn.service_code",
    "UssdEnd.service_code",
    "WebhookRequest.headers",
}


def fields_with_words() -> Iterator[tuple[str, bool]]:
    """Yields each such field of the two lowest floors, and whether its repr shows it."""
    for package in (gateway.domain, gateway.use_cases):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for record in vars(module).values():
                if not isinstance(record, type) or record.__module__ != found.name:
                    continue
                if issubclass(record, Record) and record is not Record:
                    for name in _WORDS.intersection(record.__struct_fields__):
                        field = f"{record.__name__}.{name}: {record.__annotations__[name]}"
                        yield field, "__repr__" not in vars(record)
                if not dataclasses.is_dataclass(record):
                    continue
                for field in dataclasses.fields(record):
                    name = f"{record.__name__}.{field.name}"
                    if field.name in _WORDS or name in _BY_NAME:
                        yield f"{name}: {field.type}", field.repr


def test_every_field_that_may_hold_words_of_a_citizen_stays_out_of_the_repr() -> None:
    fields = dict(fields_with_words())
    # What a deployment has written in its menu is no secret, and a number holds no words.
    of_the_menu = (
        "LocalisedText", "LocalisedText | None", "Template", "frozenset[str]", "Mapping[str, int]",
        "int", "int | None", "AuditTrail",
    )  # fmt: skip

    shown = [name for name, in_repr in fields.items() if in_repr]

    assert len(fields) > 15
    assert [] == [name for name in shown if not name.endswith(of_the_menu)]


@pytest.mark.parametrize("caller", [CALLER, OTHER_CALLER])
def test_a_number_that_is_printed_shows_its_ends_alone(caller: object) -> None:
    assert [] == told_in(f"{caller} {caller!r} {[caller]} {CODE}")
