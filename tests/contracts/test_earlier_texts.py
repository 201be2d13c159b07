"""What the inbox knows of a subscriber's earlier texts, of suggestions, and of the help desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.help_desk import SqlHelpDesk
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.tables import conversations
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.use_cases.ports import Conversation, Routed, StoredInbound
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
NUMBER = Msisdn("+999700000001")
OTHER = Msisdn("+999700000002")
HOUR = timedelta(hours=1)


class Texts:
    """An inbox into which texts come one after the other."""

    def __init__(self, inbox: SqlInbox, clock: FixedClock) -> None:
        self.inbox = inbox
        self.clock = clock
        self._count = 0

    def arrive(self, text: str, subscriber: Msisdn = NUMBER, channel: str = "ke") -> StoredInbound:
        """Returns an MO that was just taken in."""
        self._count += 1
        sms = InboundSms(
            provider_ref=f"m{self._count}", subscriber=subscriber, to="2026", text=text
        )
        inbound_id = self.inbox.accept(channel, sms, self.clock.now())
        assert inbound_id is not None
        stored = self.inbox.read(inbound_id)
        assert stored is not None
        return stored

    def routed(self, text: str, outcome: str, **more: object) -> StoredInbound:
        """Returns an MO that was taken in and came to something."""
        subscriber = more.pop("subscriber", NUMBER)
        assert isinstance(subscriber, Msisdn)
        stored = self.arrive(text, subscriber)
        routed = replace(Routed(inbound_id=stored.id, outcome=outcome), **more)  # type: ignore[arg-type] # fields of Routed
        assert self.inbox.finish(routed, self.clock.now())
        return stored


@pytest.fixture
def texts(database: Engine, clock: FixedClock) -> Texts:
    return Texts(SqlInbox(database, KEYRING), clock)


def test_outcomes_of_the_time_asked_for_are_counted(texts: Texts) -> None:
    texts.routed("too old", "not_understood")
    texts.clock.advance(3601)
    since = texts.clock.now() - HOUR
    texts.routed("what", "not_understood")
    texts.routed("and now", "passed_on")
    texts.routed("and now?", "passed_on")
    texts.routed("of another", "stop", subscriber=OTHER)
    newest = texts.arrive("hello")
    texts.arrive("later than that")

    assert {"not_understood": 1, "passed_on": 2} == texts.inbox.outcomes(newest, since)


def test_the_same_words_are_counted_whatever_the_spaces(texts: Texts) -> None:
    since = texts.clock.now() - HOUR
    for text in ("I am driving", "  I am\ndriving ", "I am not driving", "i am driving"):
        texts.routed(text, "shown")
    texts.routed("I am driving", "shown", subscriber=OTHER)
    newest = texts.arrive("I am driving")
    texts.arrive("I am driving")

    assert 2 == texts.inbox.repeats(newest, since)
    assert 0 == texts.inbox.repeats(newest, texts.clock.now() + HOUR)


def test_the_same_words_in_a_row_end_at_other_words(texts: Texts) -> None:
    for text in ("MENU", "RESULT", "MENU", "menu", "MENU", "MENU"):
        texts.arrive(text)
    newest, since = texts.arrive(" MENU "), texts.clock.now() - HOUR

    assert (4, 2) == (
        texts.inbox.repeats(newest, since),
        texts.inbox.repeats(newest, since, in_a_row=True),
    )


def test_the_same_words_on_other_channels_count_unless_those_of_its_own_are_asked_for(
    texts: Texts,
) -> None:
    texts.arrive("HELP")
    texts.arrive("HELP", channel="other")
    newest, since = texts.arrive("HELP", channel="third"), texts.clock.now() - HOUR
    again = texts.arrive("HELP", channel="third")

    told = [
        (
            texts.inbox.repeats(each, since),
            texts.inbox.repeats(each, since, on_its_channel=True),
            texts.inbox.together([each.id]).repeats(each, since, on_its_channel=True),
        )
        for each in (newest, again)
    ]
    assert [(2, 0, 0), (3, 1, 1)] == told


def test_a_text_that_was_forgotten_repeats_nothing(texts: Texts) -> None:
    texts.routed("RESULT 10231456 2025 15042007", "ended", forget_text=True)
    newest = texts.arrive("RESULT 10231456 2025 15042007")

    assert 0 == texts.inbox.repeats(newest, texts.clock.now() - HOUR)


def test_a_suggestion_waits_in_the_place_of_a_dialogue_until_it_expires(
    texts: Texts, database: Engine
) -> None:
    now = texts.clock.now()
    texts.routed(
        "REPROT water",
        "did_you_mean",
        conversation=Conversation(None, 0, suggested="REPORT water"),
        conversation_expires_at=now + HOUR,
    )

    expected = Conversation(None, 1, suggested="REPORT water")
    assert expected == texts.inbox.conversation("ke", NUMBER, now)
    assert Conversation(None, 1) == texts.inbox.conversation("ke", NUMBER, now + HOUR)
    with statements(database) as connection:
        sealed = connection.scalar(select(conversations.c.session_sealed))
    assert b"REPORT" not in sealed


def test_a_suggestion_is_dropped_by_the_next_state(texts: Texts) -> None:
    now = texts.clock.now()
    for version, suggested in enumerate(("REPORT water", "")):
        texts.routed(
            "text",
            "any",
            conversation=Conversation(None, version, suggested=suggested),
            conversation_expires_at=now + HOUR,
        )

    assert Conversation(None, 2) == texts.inbox.conversation("ke", NUMBER, now)


def test_what_goes_to_people_is_stored_with_its_mo_or_not_at_all(
    texts: Texts, database: Engine
) -> None:
    message = NewHelpDeskMessage(
        key="mo-1", channel="ke", subscriber=NUMBER, text="My cow is ill", in_reply_to=1
    )
    stored = texts.routed("My cow is ill", "passed_on", help_desk=(message,))
    second = replace(message, key="mo-1 again")
    again = Routed(inbound_id=stored.id, help_desk=(second,))

    assert not texts.inbox.finish(again, texts.clock.now())

    (kept,) = SqlHelpDesk(database, KEYRING).newest(None, "", 10)
    assert ("My cow is ill", 1) == (kept.text, kept.in_reply_to)
