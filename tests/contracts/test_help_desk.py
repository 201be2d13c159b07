"""Messages to the help desk: kept once, answered once, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.memory.stores import NoQueue
from gateway.adapters.sql import help_desk_rows as rows
from gateway.adapters.sql.casework.how_often import MOST
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import audit
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.help_desk_rows import help_desk_messages
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.people import SqlPeople
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused, TooOften
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.institutions.person import Person
from gateway.domain.institutions.roles import Role
from gateway.domain.money.money import Money
from gateway.domain.money.tariff import Prices
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.help_desk_message import HelpDeskStatus, NewHelpDeskMessage
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, Purpose
from gateway.use_cases.casework.answer_help_desk import AnswerHelpDesk
from gateway.use_cases.casework.compose_answer import ComposeAnswer
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports.institutions import AuditEntry
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
CALLER = Msisdn("+999700000123")
QUESTION = "When does the clinic in Mbale open?"

#: Who answers.
OFFICE = "Ministry of Health"


@pytest.fixture
def desk(database: Engine) -> SqlHelpDesk:
    return SqlHelpDesk(database, KEYRING)


@pytest.fixture
def outbox(database: Engine) -> SqlOutbox:
    return SqlOutbox(database, KEYRING)


@pytest.fixture
def answer(database: Engine, desk: SqlHelpDesk, clock: FixedClock) -> AnswerHelpDesk:
    channels = {"ke": Channel(name="ke", provider="simulator", address="2026")}
    return AnswerHelpDesk(
        help_desk=desk,
        authorise=Authorise(
            people=SqlPeople(database, KEYRING),
            own="gateway",
            trail=SqlAuditTrail(database, KEYRING),
            exists=bool,
            clock=clock,
        ),
        people=SqlPeople(database, KEYRING),
        compose=ComposeAnswer(
            channels=channels,
            prices=lambda: Prices(contracts={"health": Money(Decimal("0.80"), "KES")}),
        ),
        jobs=NoQueue(),
        clock=clock,
    )


def call(clock: FixedClock, key: str = "session 1:3", channel: str = "ke") -> ServiceCall:
    return ServiceCall(
        handler="leave_message",
        answers={},
        language="sw",
        subscriber=CALLER,
        key=key,
        at=clock.now(),
        channel=channel,
    )


def texted(text: str = QUESTION, key: str = "mo-7") -> NewHelpDeskMessage:
    return NewHelpDeskMessage(
        key=key,
        channel="ke",
        subscriber=CALLER,
        text=text,
        sender="2026",
        link_id="link-7",
        in_reply_to=7,
    )


def keep(database: Engine, clock: FixedClock, *messages: NewHelpDeskMessage) -> None:
    with transaction(database) as connection:
        rows.add(connection, KEYRING, messages, clock.now())


def test_a_message_that_was_left_waits_open(desk: SqlHelpDesk, clock: FixedClock) -> None:
    reference = desk.leave(call(clock), "health", QUESTION)

    message = desk.read(int(reference))
    assert message is not None
    assert ("health", "sw", "ke", QUESTION) == (
        message.institution,
        message.language,
        message.channel,
        message.text,
    )
    assert (HelpDeskStatus.OPEN, "", CALLER) == (message.status, message.answer, message.subscriber)
    assert clock.now() == message.opened_at == message.changed_at


def test_the_same_call_again_leaves_one_message(desk: SqlHelpDesk, clock: FixedClock) -> None:
    first = desk.leave(call(clock), "health", QUESTION)
    repeated = desk.leave(call(clock), "health", QUESTION)
    other = desk.leave(call(clock, "session 2:3"), "health", QUESTION)

    assert first == repeated
    assert first != other
    assert 2 == len(desk.newest(None, "", 10))


def test_neither_text_nor_number_is_readable_in_the_table(
    database: Engine, desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock
) -> None:
    answer(int(desk.leave(call(clock), "health", QUESTION)), "On Monday.", OFFICE)

    with statements(database) as connection:
        stored = repr(connection.execute(select(help_desk_messages)).all())
    assert all(secret not in stored for secret in (QUESTION, "700000123", "On Monday"))


def test_nothing_personal_is_in_the_repr(desk: SqlHelpDesk, clock: FixedClock) -> None:
    message = desk.read(int(desk.leave(call(clock), "health", QUESTION)))

    assert QUESTION not in repr(message)
    assert "700000123" not in repr(message)


def test_open_messages_come_oldest_first_and_settled_ones_newest_first(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock
) -> None:
    first, second, third, fourth = (
        int(desk.leave(call(clock, str(number)), "health", QUESTION)) for number in range(4)
    )
    answer(first, "Yes.", OFFICE)
    answer(third, "No.", OFFICE)

    assert [second, fourth] == [each.id for each in desk.newest(HelpDeskStatus.OPEN, "", 10)]
    answered = desk.newest(HelpDeskStatus.ANSWERED, "", 10)
    assert [third, first] == [each.id for each in answered]
    assert [fourth] == [each.id for each in desk.newest(None, "", 1)]


def test_an_institution_sees_its_own_messages(desk: SqlHelpDesk, clock: FixedClock) -> None:
    desk.leave(call(clock, "1"), "health", QUESTION)
    own = desk.leave(call(clock, "2"), "water", "No water since Monday")

    assert [int(own)] == [each.id for each in desk.newest(HelpDeskStatus.OPEN, "water", 10)]
    assert [] == list(desk.newest(HelpDeskStatus.OPEN, "education", 10))


def test_an_answer_goes_out_from_the_address_that_was_texted(
    database: Engine,
    desk: SqlHelpDesk,
    answer: AnswerHelpDesk,
    outbox: SqlOutbox,
    clock: FixedClock,
) -> None:
    keep(database, clock, texted())
    (waiting,) = desk.newest(HelpDeskStatus.OPEN, "", 10)
    clock.advance(60)

    before = answer.composed(waiting.id, "  At eight,\n every day.  ", OFFICE)
    assert [] == list(outbox.to_subscriber(CALLER, 10))
    composed = answer(waiting.id, "  At eight,\n every day.  ", OFFICE)

    assert (1, None) == (composed.segments, composed.cost)
    assert before == composed
    ((sms, _),) = outbox.to_subscriber(CALLER, 10)
    assert "At eight, every day." == sms.text
    assert ("ke", "2026", "link-7") == (sms.channel, sms.sender, sms.link_id)
    assert (Lane.REPLY, Purpose.REPLY, "help_desk") == (sms.lane, sms.purpose, sms.topic)
    settled = desk.read(waiting.id)
    assert settled is not None
    assert ("answered", "At eight, every day.") == (settled.status.value, settled.answer)
    assert timedelta(seconds=60) == settled.changed_at - settled.opened_at


def on(answer: AnswerHelpDesk, channels: Mapping[str, Channel]) -> AnswerHelpDesk:
    """Returns the use case in a deployment with other channels."""
    return replace(answer, compose=replace(answer.compose, channels=channels))


def hana(clock: FixedClock) -> Person:
    """Somebody of the ministry of health who answers."""
    return Person(
        name="hana",
        known_as="Desk",
        roles={"health": frozenset({Role.HELP_DESK}), "*": frozenset({Role.ADMINISTRATOR})},
        added_at=clock.now(),
    )


def test_what_an_answer_costs_is_known_before_it_is_sent(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock
) -> None:
    message_id = int(desk.leave(call(clock), "health", QUESTION))

    composed = answer.composed(message_id, "x" * 161, OFFICE)

    assert (2, "1.60 KES") == (composed.segments, str(composed.cost))
    assert "xxx" not in repr(composed)


def test_messages_are_found_by_number_by_who_answers_and_by_how_long_they_wait(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock
) -> None:
    old = int(desk.leave(call(clock, "1"), "health", QUESTION))
    clock.advance(3600)
    new = int(desk.leave(call(clock, "2"), "health", QUESTION))
    people = SqlPeople(desk._engine, KEYRING)
    assert people.add(hana(clock), AuditEntry(
        at=clock.now(), by="hana", institution="*", act="administer", what="people",
    ))  # fmt: skip
    answer.assign(new, "hana", "hana")

    def found(**wanted: Any) -> list[int]:
        return [each.id for each in desk.newest(HelpDeskStatus.OPEN, "", 9, **wanted)]

    assert [old, new] == found(subscriber=CALLER)
    assert [] == found(subscriber=Msisdn("+999700000124"))
    assert ([new], [old]) == (found(assigned_to="hana"), found(assigned_to=""))
    assert [old] == found(opened_before=clock.now())
    with pytest.raises(Refused, match="so already"):
        answer.assign(new, "hana", "hana")
    with pytest.raises(Refused, match="does not answer"):
        answer.assign(old, "nobody", "hana")
    answer.assign(new, "", "hana")
    assert [old, new] == found(assigned_to="")


def test_several_are_closed_for_one_reason_or_none_is(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock
) -> None:
    some = [int(desk.leave(call(clock, str(number)), "health", QUESTION)) for number in range(3)]
    with pytest.raises(Refused, match="no message 1000000"):
        answer.close_many([*some, 1000000], "thanks", OFFICE)
    assert 3 == len(desk.newest(HelpDeskStatus.OPEN, "", 9))
    answer.close(some[0], OFFICE)

    assert some[1:] == list(answer.close_many([*some, some[1]], "thanks", OFFICE))
    with pytest.raises(Refused, match="long number"):
        answer.close_many(some, "0711 000 001 has thanked", OFFICE)


def test_a_message_is_answered_once(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, outbox: SqlOutbox, clock: FixedClock
) -> None:
    message_id = int(desk.leave(call(clock), "health", QUESTION))
    answer(message_id, "At eight.", OFFICE)

    with pytest.raises(Refused, match="answered already"):
        answer(message_id, "At nine.", OFFICE)
    with pytest.raises(Refused, match="answered already"):
        answer.close(message_id, OFFICE)
    assert ["At eight."] == [sms.text for sms, _ in outbox.to_subscriber(CALLER, 10)]


def test_of_two_answers_at_the_same_moment_one_is_sent(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, outbox: SqlOutbox, clock: FixedClock
) -> None:
    message_id = int(desk.leave(call(clock), "health", QUESTION))
    seen = desk.read(message_id)

    class Late:
        """A help desk that still shows the message as it was before."""

        def read(self, message_id: int) -> object:
            return seen

        def __getattr__(self, name: str) -> object:
            return getattr(desk, name)

    late = replace(answer, help_desk=Late())  # type: ignore[arg-type] # it fits by shape
    answer(message_id, "At eight.", OFFICE)

    with pytest.raises(Refused, match="someone else"):
        late(message_id, "At nine.", OFFICE)
    with pytest.raises(Refused, match="someone else"):
        late.close(message_id, OFFICE)
    assert ["At eight."] == [sms.text for sms, _ in outbox.to_subscriber(CALLER, 10)]


def test_a_closed_message_sends_nothing(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, outbox: SqlOutbox, clock: FixedClock
) -> None:
    message_id = int(desk.leave(call(clock), "", QUESTION))

    answer.close(message_id, OFFICE)

    closed = desk.read(message_id)
    assert closed is not None
    assert "closed" == closed.status.value
    assert [] == list(outbox.to_subscriber(CALLER, 10))


@pytest.mark.parametrize(
    ("text", "why"),
    [("", "needs a text"), (" \n ", "needs a text"), ("x" * 460, "1 characters over"),
     ("አ" * 202, "1 characters over")],
)  # fmt: skip
def test_an_answer_that_cannot_be_sent_is_refused_and_the_message_stays_open(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock, text: str, why: str
) -> None:
    message_id = int(desk.leave(call(clock), "", QUESTION))

    with pytest.raises(Refused, match=why):
        answer(message_id, text, OFFICE)

    assert [message_id] == [each.id for each in desk.newest(HelpDeskStatus.OPEN, "", 10)]


def test_a_message_that_is_not_there_is_named(answer: AnswerHelpDesk) -> None:
    with pytest.raises(Refused, match="no message 1000000"):
        answer(1000000, "Hello.", OFFICE)


def test_the_answer_to_a_channel_that_is_only_dialled_takes_one_that_can_send(
    desk: SqlHelpDesk, answer: AnswerHelpDesk, outbox: SqlOutbox, clock: FixedClock
) -> None:
    message_id = int(desk.leave(call(clock, channel="web"), "", QUESTION))
    dialled = Channel(name="web", provider="simulator", service_code="*100#")
    named = Channel(name="named", provider="simulator", sender_id="MINISTRY")

    on(answer, {"web": dialled, "named": named})(message_id, "At eight.", OFFICE)

    ((sms, _),) = outbox.to_subscriber(CALLER, 10)
    assert ("named", "") == (sms.channel, sms.sender)


@pytest.mark.parametrize("sender_id", ["MINISTRY", None])
def test_the_answer_to_a_channel_that_is_gone_takes_one_that_can_send(
    desk: SqlHelpDesk,
    answer: AnswerHelpDesk,
    outbox: SqlOutbox,
    clock: FixedClock,
    sender_id: str | None,
) -> None:
    message_id = int(desk.leave(call(clock, channel="gone"), "", QUESTION))
    other = Channel(name="other", provider="simulator", sender_id=sender_id)
    moved = on(answer, {"other": other})

    if sender_id is None:
        with pytest.raises(Refused, match="No channel can send"):
            moved(message_id, "At eight.", OFFICE)
    else:
        moved(message_id, "At eight.", OFFICE)
        ((sms, _),) = outbox.to_subscriber(CALLER, 10)
        assert ("other", "") == (sms.channel, sms.sender)


def test_who_settles_a_message_is_noted_with_it_and_for_its_citizen(
    database: Engine, desk: SqlHelpDesk, answer: AnswerHelpDesk, clock: FixedClock
) -> None:
    first = int(desk.leave(call(clock), "health", QUESTION))
    second = int(desk.leave(call(clock, "session 2:3"), "health", QUESTION))

    answer(first, "At eight.", OFFICE)
    answer.close(second, "Front desk")
    with pytest.raises(Refused, match="is answered already"):
        answer(first, "At nine.", "Somebody else")

    settled = [desk.read(each) for each in (first, second)]
    assert [OFFICE, "Front desk"] == [each.settled_by for each in settled if each is not None]
    with statements(database) as connection:
        noted = [
            (row.who, row.what) for row in connection.execute(select(audit).order_by(audit.c.id))
        ]
    assert [(OFFICE, "help_messages"), ("Front desk", "help_messages")] == noted


def test_one_subscriber_leaves_no_end_of_messages(desk: SqlHelpDesk, clock: FixedClock) -> None:
    calls = [call(clock, f"session {number}") for number in range(MOST)]
    left = [desk.leave(each, "health", QUESTION) for each in calls]

    with pytest.raises(TooOften):
        desk.leave(call(clock, "one more"), "health", QUESTION)

    assert left == [desk.leave(each, "health", QUESTION) for each in calls]
    other = replace(call(clock, "another's"), subscriber=Msisdn("+999700000124"))
    assert desk.leave(other, "health", QUESTION)
