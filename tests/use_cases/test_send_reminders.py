"""Reminders: from a handler's wish to one MT, in the subscriber's language, and not at night."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms, Purpose
from gateway.domain.text.gsm7 import is_gsm7
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.use_cases.outbound import send_reminders
from gateway.use_cases.outbound.send_reminders import PUT_OFF, SendReminders
from gateway.use_cases.ports import ConsentChange
from tests.clock import FixedClock
from tests.consents import stops_of
from tests.fakes import RecordingJobs

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
CHANNELS = {
    "web": Channel(name="web", provider="simulator", service_code="*100#"),
    "ke": Channel(name="ke", provider="simulator", address="2026"),
    "tz": Channel(name="tz", provider="simulator", address="2027"),
}
RELEASE = Release(
    id="r1",
    languages={"en": "English", "sw": "Kiswahili"},
    services={},
    screens={},
    phrases={},
    messages={
        "due": LocalisedText(
            {
                "en": Template.parse("{child} is due on {day}."),
                "sw": Template.parse("{child} anatakiwa {day}."),
            }
        )
    },
    message_values={"child": 10, "day": 10},
)
VALUES = {"child": "Neema", "day": "24/11/2026"}


class Rig:
    """The use case on a real database; `releases` may be replaced by another release."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.clock = clock
        self.releases = ServedReleases(RELEASE)
        self.jobs = RecordingJobs()
        self.counters = MemoryCounters()
        self.outbox = SqlOutbox(engine, KEYRING)
        self.subscribers = SqlSubscribers(engine, KEYRING)
        self.consents = SqlConsents(engine, KEYRING)
        self.reminders = SqlReminders(engine, KEYRING, self.releases)
        self.channels: Mapping[str, Channel] = CHANNELS
        self.calls = 0

    def call(self, subscriber: Msisdn = ASHA, channel: str = "ke", key: str = "") -> ServiceCall:
        self.calls += 1
        return ServiceCall(
            handler="register_child",
            answers={},
            language="en",
            subscriber=subscriber,
            key=key or f"turn {self.calls}",
            at=self.clock.now(),
            channel=channel,
        )

    def schedule(
        self,
        at: datetime,
        *,
        key: str = "1",
        topic: str = "vaccination",
        call: ServiceCall | None = None,
    ) -> None:
        self.reminders.schedule(
            call or self.call(), message="due", values=VALUES, at=at, topic=topic, key=key
        )

    def send(self, quiet: str = "20:00-07:00") -> int:
        return SendReminders(
            reminders=self.reminders,
            releases=self.releases,
            channels=self.channels,
            quiet=QuietHours.parse(quiet, ZoneInfo("Africa/Nairobi")),
            jobs=self.jobs,
            clock=self.clock,
            counters=self.counters,
        )()

    def sent(self, subscriber: Msisdn = ASHA) -> Sequence[OutboundSms]:
        return [sms for sms, _ in self.outbox.to_subscriber(subscriber, 10)]


@pytest.fixture
def rig(database: Engine, clock: FixedClock) -> Rig:
    return Rig(database, clock)


def test_a_reminder_is_sent_once_when_its_time_has_come(rig: Rig) -> None:
    rig.schedule(rig.clock.now() + timedelta(hours=1))

    assert 0 == rig.send()
    rig.clock.advance(hours=1)
    assert 1 == rig.send()
    assert 0 == rig.send()

    (sms,) = rig.sent()
    assert "Neema is due on 24/11/2026." == sms.text
    assert ("ke", Lane.BULK, Purpose.NOTICE, "vaccination") == (
        sms.channel,
        sms.lane,
        sms.purpose,
        sms.topic,
    )
    assert ["ke bulk"] == rig.jobs.wakes


def test_reminders_are_sent_a_batch_at_a_time(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever holds the ticker's lock renews it before the next batch."""
    monkeypatch.setattr(send_reminders, "AT_ONCE", 2)
    for number in range(3):
        rig.schedule(rig.clock.now(), key=str(number))

    assert [2, 1, 0] == [rig.send() for _ in range(3)]


def test_one_that_cannot_be_read_waits_for_its_key_and_keeps_nobody_waiting(
    rig: Rig, database: Engine
) -> None:
    other = SqlReminders(database, Keyring(bytes(32)), rig.releases)
    juma, due = rig.call(JUMA), rig.clock.now()
    other.schedule(juma, message="due", values=VALUES, at=due, topic="vaccination", key="1")
    rig.schedule(due)

    assert 1 == rig.send()

    assert 1 == len(rig.sent())
    assert [] == other.due(due, 10)
    assert [JUMA] == [each.subscriber for each in other.due(due + timedelta(hours=1), 10)]


def test_it_is_in_the_language_that_was_chosen_since(rig: Rig) -> None:
    rig.schedule(rig.clock.now())
    rig.subscribers.choose_language(ASHA, "sw", rig.clock.now())

    rig.send()

    assert ["Neema anatakiwa 24/11/2026."] == [sms.text for sms in rig.sent()]


def test_a_language_in_latin_letters_has_its_values_in_them_too(rig: Rig) -> None:
    rig.releases = ServedReleases(replace(RELEASE, transliterated=frozenset({"en"})))
    rig.reminders.schedule(
        rig.call(),
        message="due",
        values={**VALUES, "child": "ንጋት"},
        at=rig.clock.now(),
        topic="t",
        key="1",
    )

    rig.send()

    (sms,) = rig.sent()
    assert is_gsm7(sms.text)
    assert sms.text.endswith(" is due on 24/11/2026.")


def test_a_language_that_is_spoken_no_more_gives_way_to_the_default(rig: Rig) -> None:
    rig.schedule(rig.clock.now())
    rig.subscribers.choose_language(ASHA, "fr", rig.clock.now())

    rig.send()

    assert ["Neema is due on 24/11/2026."] == [sms.text for sms in rig.sent()]


@pytest.mark.parametrize(
    ("at", "sent"),
    [("16:59", 1), ("17:00", 0), ("21:00", 0), ("03:59", 0), ("04:00", 1)],  # Nairobi is UTC+3
)
def test_nobody_is_woken_in_the_quiet_hours(database: Engine, at: str, sent: int) -> None:
    rig = Rig(database, FixedClock(datetime.fromisoformat(f"2026-11-23T{at}+00:00")))
    rig.schedule(rig.clock.now())

    assert sent == rig.send()
    assert sent == len(rig.sent())


def test_what_was_due_in_the_night_is_sent_in_the_morning(database: Engine) -> None:
    rig = Rig(database, FixedClock(datetime(2026, 11, 23, 20, 0, tzinfo=UTC)))
    rig.schedule(rig.clock.now())

    assert 0 == rig.send()
    rig.clock.advance(hours=8)

    assert 1 == rig.send()


def test_scheduling_the_same_key_moves_the_reminder(rig: Rig) -> None:
    rig.schedule(rig.clock.now())
    rig.schedule(rig.clock.now() + timedelta(days=1))
    rig.schedule(rig.clock.now(), key="2")
    rig.schedule(rig.clock.now(), call=rig.call(JUMA))

    assert 2 == rig.send()
    assert (1, 1) == (len(rig.sent()), len(rig.sent(JUMA)))
    rig.clock.advance(days=1)
    assert 1 == rig.send()
    assert 2 == len(rig.sent())


def test_the_same_call_again_does_not_remind_of_what_was_sent(rig: Rig) -> None:
    call = rig.call()
    rig.schedule(rig.clock.now(), call=call)
    rig.send()

    rig.schedule(rig.clock.now(), call=call)

    assert 0 == rig.send()
    rig.schedule(rig.clock.now())
    assert 1 == rig.send()


@pytest.mark.parametrize(
    ("topic", "key", "cancelled"),
    [
        ("vaccination", "", 2),
        ("vaccination", "1", 1),
        ("vaccination", "3", 0),
        ("prices", "1", 1),
        ("other", "", 0),
    ],
)
def test_only_what_is_named_is_cancelled(rig: Rig, topic: str, key: str, cancelled: int) -> None:
    for scheduled_topic, scheduled_key in (
        ("vaccination", "1"),
        ("vaccination", "2"),
        ("prices", "1"),
    ):
        rig.schedule(rig.clock.now(), topic=scheduled_topic, key=scheduled_key)
    rig.schedule(rig.clock.now(), call=rig.call(JUMA))

    call = rig.call()

    assert cancelled == rig.reminders.cancel(call, topic, key)
    assert cancelled == rig.reminders.cancel(call, topic, key)
    assert 4 - cancelled == rig.send()


def test_a_reminder_cancelled_while_it_is_handed_over_is_not_sent(rig: Rig) -> None:
    rig.schedule(rig.clock.now())
    rig.schedule(rig.clock.now(), key="2")
    due = rig.reminders.due(rig.clock.now(), 10)
    rig.reminders.cancel(rig.call(), "vaccination", "1")
    sms = {
        each.id: NewSms(
            channel="ke",
            subscriber=each.subscriber,
            text="Hello",
            lane=Lane.BULK,
            purpose=Purpose.NOTICE,
            key=f"reminder-{each.id}",
        )
        for each in due
    }

    assert 1 == rig.reminders.hand_over(sms, rig.clock.now())
    assert 0 == rig.reminders.hand_over(sms, rig.clock.now())
    assert 1 == len(rig.sent())


def test_a_channel_that_is_gone_gives_way_to_one_that_can_send(rig: Rig) -> None:
    rig.schedule(rig.clock.now(), call=rig.call(channel="tz"))
    rig.schedule(rig.clock.now(), key="2", call=rig.call(channel="ug"))

    rig.send()

    assert ["ke", "tz"] == sorted(sms.channel for sms in rig.sent())


def test_a_channel_that_is_only_dialled_gives_way_to_one_that_can_send(rig: Rig) -> None:
    rig.schedule(rig.clock.now(), call=rig.call(channel="web"))

    rig.send()

    assert ["ke"] == [sms.channel for sms in rig.sent()]


def test_a_sender_id_is_enough_to_send(rig: Rig) -> None:
    named = Channel(name="named", provider="simulator", sender_id="MINISTRY")
    rig.channels = {"web": CHANNELS["web"], "named": named}
    rig.schedule(rig.clock.now(), call=rig.call(channel="web"))

    rig.send()

    assert ["named"] == [sms.channel for sms in rig.sent()]


def test_where_no_channel_sends_reminders_wait(rig: Rig) -> None:
    rig.channels = {"web": CHANNELS["web"]}
    rig.schedule(rig.clock.now(), call=rig.call(channel="web"))

    assert 0 == rig.send()
    rig.channels = CHANNELS
    rig.clock.advance(PUT_OFF.total_seconds())
    assert 1 == rig.send()


def test_a_message_that_was_taken_out_waits_and_is_told(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.schedule(rig.clock.now())
    rig.releases = ServedReleases(replace(RELEASE, messages={}))

    with caplog.at_level(logging.ERROR):
        assert 0 == rig.send()
    assert "1 of them. menus/messages.yaml has no message 'due'." in caplog.text

    rig.releases = ServedReleases(RELEASE)
    assert 0 == rig.send()
    rig.clock.advance(PUT_OFF.total_seconds())
    assert 1 == rig.send()


@pytest.mark.parametrize(
    ("text", "longest", "why"),
    [
        ("{child} is due at {clinic}.", 10, "needs a value for {clinic}"),
        ("{child} is due.", 4, "has 5 characters; menus/messages.yaml allows 4"),
    ],
)
def test_what_a_later_release_cannot_fill_waits_and_is_told_without_its_values(
    rig: Rig, caplog: pytest.LogCaptureFixture, text: str, longest: int, why: str
) -> None:
    rig.schedule(rig.clock.now())
    rig.schedule(rig.clock.now(), key="2")
    rig.releases = ServedReleases(
        replace(
            RELEASE,
            messages={"due": LocalisedText({"en": Template.parse(text)})},
            message_values={"child": longest, "clinic": 10},
        )
    )

    with caplog.at_level(logging.ERROR):
        assert 0 == rig.send()

    assert [] == rig.sent()
    assert "2 of them" in caplog.text
    assert why in caplog.text
    assert "Neema" not in caplog.text
    assert 2 == sum(rig.counters.snapshot().values())
    rig.releases = ServedReleases(RELEASE)
    rig.clock.advance(PUT_OFF.total_seconds())
    assert 2 == rig.send()


def test_who_stopped_the_topic_is_refused_where_every_mt_is(rig: Rig) -> None:
    stop = ConsentChange(
        subscriber=ASHA, topic="vaccination", state=ConsentState.OPTED_OUT, source="menu"
    )
    rig.consents.change([stop], rig.clock.now())
    rig.schedule(rig.clock.now())

    rig.send()

    (sms,) = rig.sent()
    assert sms.topic in stops_of(rig.consents, ASHA)[ASHA]
    assert Purpose.NOTICE is sms.purpose


@pytest.mark.parametrize(
    ("message", "values", "error", "says"),
    [
        ("deu", VALUES, LookupError, r"no message 'deu'\. Did you mean 'due'"),
        ("due", {"child": "Neema"}, ValueError, r"needs a value for \{day\}"),
        ("due", {**VALUES, "child": ""}, ValueError, r"needs a value for \{child\}"),
        ("due", {**VALUES, "child": "N" * 11}, ValueError, r"has 11 characters.* allows 10"),
    ],
)
def test_what_does_not_fit_its_message_is_refused_when_it_is_scheduled(
    rig: Rig, message: str, values: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        rig.reminders.schedule(
            rig.call(), message=message, values=values, at=rig.clock.now(), topic="t", key="1"
        )

    assert "Neema" not in str(caught.value)
    assert 0 == rig.send()
