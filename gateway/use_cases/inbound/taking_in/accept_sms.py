"""Take in one MO exactly once; it is routed later, by a worker."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.faults_and_errors.errors import TooMany
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import LONGEST_MO, InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.inbound.taking_in.limit_rate import LimitRate, Verdict
from gateway.use_cases.ports import (
    Clock,
    Counters,
    Inbox,
    Jobs,
    Keyring,
    Outbox,
    Releases,
    Subscribers,
)

#: What came over the limit is answered within so many minutes; more was sent by no person.
MOST_MINUTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptSms:
    """The use case, with the ports it needs."""

    inbox: Inbox
    outbox: Outbox
    jobs: Jobs
    clock: Clock
    keyring: Keyring
    limit_rate: LimitRate
    releases: Releases
    subscribers: Subscribers
    counters: Counters

    def __call__(self, channel: Channel, sms: InboundSms) -> bool:
        """Returns whether the MO is new and was taken in.

        What is longer than LONGEST_MO is cut: everything that reads a text is bounded by it.
        What a subscriber texts over the limit is put off, and answered later; they are told so
        once. Raises StoreUnavailable, and TooMany when the channel is full: the provider tries
        again.
        """
        subscriber = self.keyring.index_of(sms.subscriber)
        verdict = self.limit_rate(channel, "sms", subscriber)
        if verdict is Verdict.TAKE or self._stops(channel, sms):
            return self.store(channel, sms, self.clock.now())
        match verdict:
            case Verdict.CHANNEL_FULL:
                raise TooMany(f"Channel '{channel.name}' takes no more texts in this minute.")
            case Verdict.TELL | Verdict.IGNORE:
                return self._put_off(channel, sms)
            case _:
                assert_never(verdict)

    def store(
        self,
        channel: Channel,
        sms: InboundSms,
        at: datetime,
        put_off_to: datetime | None = None,
    ) -> bool:
        """Stores an MO that came then, whoever sends how many; returns whether it is new.

        Raises StoreUnavailable.
        """
        sms = replace(sms, text=sms.text[:LONGEST_MO])
        new = self.inbox.accept(channel.name, sms, at, put_off_to) is not None
        if new:
            self.counters.add("inbound_accepted", channel=channel.name)
            self.jobs.wake_inbound()
        return new

    def _put_off(self, channel: Channel, sms: InboundSms) -> bool:
        """Stores an MO to be answered when its turn comes: as many a minute as the limit says.

        Beyond what a person can have sent, of a machine, nothing more is kept.
        """
        a_minute = channel.subscriber_per_minute
        most = a_minute * MOST_MINUTES
        waiting = self.inbox.put_off_since(sms.subscriber, most)
        if waiting >= most:
            return False
        minutes, now = 1 + waiting // a_minute, self.clock.now()
        new = self.store(channel, sms, now, now + timedelta(minutes=minutes))
        if new and not waiting:
            self._tell(channel, sms)
        return new

    def _stops(self, channel: Channel, sms: InboundSms) -> bool:
        text, texted = sms.text[:LONGEST_MO], channel.address or ""
        opening = read(self.releases.current(), text, texted=texted)
        return sms.opt_out == "STOP" or (opening.opening is Opening.STOP and not opening.meant)

    def _tell(self, channel: Channel, sms: InboundSms) -> None:
        if not channel.can_text(sms.subscriber):
            return
        release = self.releases.current()
        language = self.subscribers.language(sms.subscriber)
        if language not in release.languages:
            language = release.default_language
        notice = NewSms(
            channel=channel.name,
            subscriber=sms.subscriber,
            text=sentence(release, language, "answered_later"),
            lane=Lane.REPLY,
            purpose=Purpose.REPLY,
            key=f"answered-later-{channel.name}-{sms.provider_ref}",
            sender=sms.to,
            link_id=sms.link_id,
            template_id="answered_later",
            language=language,
        )
        if self.outbox.add([notice], self.clock.now()):
            self.jobs.wake_outbound(channel.name, Lane.REPLY)
