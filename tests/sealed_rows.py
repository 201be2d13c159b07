"""Rows of two subscribers in every table that has something sealed, written by the stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Engine

from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.broadcast.broadcasts import SqlBroadcasts
from gateway.adapters.sql.broadcast.recipient_lists import SqlRecipientLists
from gateway.adapters.sql.casework.cases import SqlCases
from gateway.adapters.sql.handler_toolkit.proofs import SqlProofs
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.handler_toolkit.subscriptions import SqlSubscriptions
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.credentials import SqlCredentials
from gateway.adapters.sql.posting.notes import PostingNotes
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.ussd.kept_questions import SqlKeptQuestions
from gateway.adapters.sql.ussd.resume_points import SqlResumePoints
from gateway.adapters.sql.ussd.slow_calls import SqlSlowCalls
from gateway.adapters.sql.ussd.spare_sessions import SqlSpareSessions
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.adapters.system.keyring import Keyring
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import NewBroadcast
from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.help_desk_message import HelpDeskStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange, Conversation, ResumePoint, Routed
from gateway.use_cases.ports.calls import Result
from gateway.use_cases.ports.institutions import AuditEntry
from gateway.use_cases.ports.reminders import NewQuestion
from gateway.use_cases.ports.sign_in.credentials import Credentials, OneTimeLink
from gateway.use_cases.ports.sms.broadcasts import ListRow
from tests.clock import FixedClock
from tests.contracts.test_writes_of_a_call import RELEASE
from tests.session_samples import KEYRING, RECORD, turn

ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
SESSION = Session(release="r1", language="en", at="result.fetch", answers={"result.year": "2025"})


def call(clock: FixedClock, key: str, subscriber: Msisdn) -> ServiceCall:
    """Returns a call of a handler."""
    return ServiceCall(
        handler="register",
        answers={"name": key},
        language="en",
        subscriber=subscriber,
        key=key,
        at=clock.now(),
        release="r1",
        channel="ke",
    )


def sms(key: str, subscriber: Msisdn) -> NewSms:
    """Returns an MT."""
    return NewSms(
        channel="ke",
        subscriber=subscriber,
        text=f"This is {key}.",
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=key,
    )


def fill(engine: Engine, clock: FixedClock, keyring: Keyring = KEYRING) -> None:
    """Writes all that the gateway may hold of two subscribers; Juma has said STOP."""
    for name, subscriber in (("asha", ASHA), ("juma", JUMA)):
        _texts(engine, clock, keyring, name, subscriber)
        _dials(engine, clock, keyring, name, subscriber)
        _is_listed(engine, clock, keyring, name, subscriber)


def _texts(
    engine: Engine, clock: FixedClock, keyring: Keyring, name: str, subscriber: Msisdn
) -> None:
    now, inbox = clock.now(), SqlInbox(engine, keyring)
    mo = InboundSms(
        provider_ref=f"{name}-1", subscriber=subscriber, to="20880", text=f"STOP {name}"
    )
    stored = inbox.accept("ke", mo, now)
    assert stored is not None
    inbox.finish(
        Routed(
            inbound_id=stored,
            replies=[sms(f"reply {name}", subscriber)],
            conversation=Conversation(SESSION, 0),
            conversation_expires_at=now + timedelta(hours=1),
            consents=[
                ConsentChange(
                    subscriber=subscriber,
                    topic=EVERYTHING,
                    state=ConsentState.OPTED_OUT if name == "juma" else ConsentState.OPTED_IN,
                    source="sms",
                    words=mo.text,
                )
            ],
            language="sw",
            outcome="stop",
        ),
        now,
    )
    inbox.accept("ke", replace(mo, provider_ref=f"{name}-2", text=f"HELLO {name}"), now)
    desk = SqlHelpDesk(engine, keyring)
    desk.leave(call(clock, f"ask {name}", subscriber), "health", f"Where is {name}?")
    (message,) = (
        each for each in desk.newest(HelpDeskStatus.OPEN, "", 10) if each.subscriber == subscriber
    )
    entry = AuditEntry(
        at=now, by="a.person", institution="health", act="answer", what=f"message {message.id}"
    )
    assert desk.answer(message.id, sms(f"answer {name}", subscriber), entry)


def _dials(
    engine: Engine, clock: FixedClock, keyring: Keyring, name: str, subscriber: Msisdn
) -> None:
    now = clock.now()
    cases = SqlCases(engine, keyring)
    asked = call(clock, f"case {name}", subscriber)
    number = cases.open(asked, "report_problem", "water", {"place": name}, {"who": name})
    assert cases.add_note(call(clock, f"note {name}", subscriber), number, f"by {name}")
    SqlReminders(engine, keyring, ServedReleases(RELEASE)).schedule(
        call(clock, f"remind {name}", subscriber),
        message="due",
        values={"what": name},
        at=now + timedelta(days=1),
        topic="vaccination",
        key="1",
    )
    proving = call(clock, f"prove {name}", subscriber)
    SqlProofs(engine, keyring, ServedReleases(RELEASE)).check(proving, "exam", of=name, fits=True)
    SqlSubscriptions(engine, keyring).add(call(clock, f"tell {name}", subscriber), "floods")
    slow = SqlSlowCalls(engine, keyring)
    for key, done in ((f"slow {name}", False), (f"answered {name}", True)):
        begun = slow.begin(call(clock, key, subscriber), SESSION, now + timedelta(seconds=9), now)
        if done:
            assert slow.finish(begun.id, Result(Outcome("found", {"grade": name})), now)
    point = ResumePoint(
        code=keyring.index("resume code", name).hex(),
        service="exam_results",
        fact=keyring.index("second fact", name).hex(),
        kept=turn()._replace(origin="ab", caller=subscriber.e164, channel="ke"),
        expires_at=now + timedelta(minutes=30),
    )
    SqlKeptQuestions(engine, keyring).keep(
        NewQuestion(
            channel="ke",
            subscriber=subscriber,
            session=SESSION,
            asked=f"No result for {name} yet.",
            institution="education",
            kept_at=now,
            expires_at=now + timedelta(days=30),
            ask_at=now + timedelta(hours=1),
        )
    )
    SqlAuditTrail(engine, keyring).record(
        AuditEntry(
            at=now,
            by="a.person",
            institution="health",
            act="read",
            what=f"case of {name}",
            reason=f"{name} asks for it",
            subscribers=[subscriber],
        )
    )
    link = OneTimeLink(key=name.encode(), name=name, expires_at=now + timedelta(days=1))
    credentials = Credentials(name=name, password="scrypt:", secret=f"{name} 234567")
    entry = AuditEntry(at=now, by=name, institution="health", act="set password", what=name)
    SqlCredentials(engine, keyring).issue(link, None)
    assert SqlCredentials(engine, keyring).enrol(link, credentials, [b"code"], entry)
    with engine.begin() as connection:
        PostingNotes(keyring, ["visits"]).note(
            connection, "visits", name, call(clock, f"post {name}", subscriber)
        )
    session = keyring.index("session", name)
    dialled = keyring.index_of(subscriber).hex()
    dials = RECORD._replace(at=now, lasted=0, session=session.hex(), dialled_by=dialled)
    SqlTurns(engine, keyring=keyring).store([dials])
    SqlSpareSessions(engine, keyring).save(session, turn(), now + timedelta(minutes=3))
    assert SqlResumePoints(engine, keyring).nudge(sms(f"nudge {name}", subscriber), point, now)


def _is_listed(
    engine: Engine, clock: FixedClock, keyring: Keyring, name: str, subscriber: Msisdn
) -> None:
    new = NewBroadcast(
        key=name,
        institution="health",
        topic="floods",
        title=f"To {name}",
        audience=Audience(source=Source.LIST),
        texts={"en": "Dear {name}"},
        fallback="en",
    )
    draft = SqlBroadcasts(engine, keyring).draft(new, clock.now())
    row = ListRow(number=subscriber, language="en", values={"name": name})
    SqlRecipientLists(engine, keyring).add(draft, [row], clock.now())
