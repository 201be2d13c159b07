"""Route one stored MO: reserved words, an open dialogue, a keyword; store what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.domain.channel import Channel
from gateway.domain.consent import EVERYTHING, ConsentState
from gateway.domain.keywords import Opening, read
from gateway.domain.menu import Release
from gateway.domain.rendering import phrase
from gateway.domain.sms import Lane, NewSms, Purpose
from gateway.services.converse import Caller, Converse
from gateway.services.ports import (
    Clock,
    ConsentChange,
    Conversation,
    Inbox,
    Jobs,
    Outbox,
    Releases,
    Routed,
    StoredInbound,
    Subscribers,
)
from gateway.services.read_sms import ReadSms, Spoken

#: A handler may take its time for an SMS; nobody holds a phone to the ear.
HANDLER_SECONDS = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSms:
    """The use case, with the ports it needs."""

    channels: Mapping[str, Channel]
    releases: Releases
    inbox: Inbox
    outbox: Outbox
    subscribers: Subscribers
    jobs: Jobs
    converse: Converse
    clock: Clock

    def __call__(self, inbound_id: int) -> bool:
        """Returns whether the MO was routed now; False when there was nothing to do.

        Everything it leads to is stored in one transaction, so a worker that dies in the middle has
        done nothing, and the MO is routed again.
        """
        stored = self.inbox.read(inbound_id)
        if stored is None:
            return False
        routed = self._route(stored)
        if not self.inbox.finish(routed, self.clock.now()):
            return False
        for lane in {reply.lane for reply in routed.replies}:
            self.jobs.wake_outbound(stored.channel, lane)
        return True

    def _route(self, stored: StoredInbound) -> Routed:
        channel = self.channels.get(stored.channel)
        if channel is None:  # taken out of the configuration since: nothing can answer on it
            return Routed(inbound_id=stored.id, outcome="no_channel")
        wanted = read(self.releases.current(), stored.sms.text)
        opening = {"STOP": Opening.STOP, "START": Opening.START}.get(
            stored.sms.opt_out, wanted.opening
        )
        if opening in (Opening.STOP, Opening.START):
            return self._consent(stored, opening)
        if stored.sms.opt_out == "HELP":  # the provider has answered it by itself, as it does STOP
            return Routed(inbound_id=stored.id, outcome=Opening.HELP.value)
        if opening is Opening.HELP:
            return self._say(stored, channel, "help")
        return self._talk(stored, channel)

    def _consent(self, stored: StoredInbound, opening: Opening) -> Routed:
        msisdn = stored.sms.msisdn
        stop = opening is Opening.STOP
        change = ConsentChange(
            msisdn=msisdn,
            topic=EVERYTHING,
            state=ConsentState.OPTED_OUT if stop else ConsentState.OPTED_IN,
            source=f"sms {opening.value}",
        )
        stopped = EVERYTHING in self.outbox.opted_out_topics([msisdn]).get(msisdn, frozenset())
        answered_elsewhere = bool(stored.sms.opt_out)
        silent = answered_elsewhere or (stop and stopped)
        text = self._phrase(stored, "stopped" if stop else "started")
        replies = () if silent else (_reply(stored, text, Purpose.CONSENT),)
        now = self.clock.now()
        before = self.inbox.conversation(stored.channel, msisdn, now)
        return Routed(
            inbound_id=stored.id,
            replies=replies,
            consents=(change,),
            conversation=Conversation(None, before.version),
            conversation_expires_at=now,
            outcome=opening.value,
        )

    def _say(self, stored: StoredInbound, channel: Channel, name: str) -> Routed:
        release = self.releases.current()
        code = channel.service_code or channel.address or ""
        text = self._phrase(
            stored,
            name,
            service_code=code,
            keywords=_some_keywords(release, self._language(stored)),
        )
        return Routed(
            inbound_id=stored.id, replies=(_reply(stored, text, Purpose.REPLY),), outcome=name
        )

    def _talk(self, stored: StoredInbound, channel: Channel) -> Routed:
        now = self.clock.now()
        deadline = self.clock.monotonic() + HANDLER_SECONDS
        reader = ReadSms(
            converse=self.converse, seconds_left=lambda: deadline - self.clock.monotonic()
        )
        caller = Caller(stored.sms.msisdn, f"mo-{stored.id}", stored.channel)
        before = self.inbox.conversation(stored.channel, stored.sms.msisdn, now)
        spoken = self._speak(reader, stored, channel, caller, before)
        if spoken is None:
            return self._say(stored, channel, "not_understood")
        service = spoken.talk.step.session.at.partition(".")[0]
        reply = replace(_reply(stored, spoken.text, Purpose.REPLY), topic=service)
        return Routed(
            inbound_id=stored.id,
            replies=(reply,),
            conversation=Conversation(spoken.session, before.version),
            conversation_expires_at=now + timedelta(seconds=channel.conversation_seconds),
            language=spoken.talk.language_chosen,
            forget_text=spoken.talk.used_secret,
            outcome=spoken.talk.failure or spoken.talk.step.event.value,
        )

    def _speak(
        self,
        reader: ReadSms,
        stored: StoredInbound,
        channel: Channel,
        caller: Caller,
        before: Conversation,
    ) -> Spoken | None:
        current = self.releases.current()
        wanted = read(current, stored.sms.text)
        if wanted.opening is not Opening.MENU and before.session is not None:
            release = self.releases.find(before.session.release)
            if release is not None:
                return reader.go_on(release, channel, caller, before.session, stored.sms.text)
        if wanted.opening in (Opening.SERVICE, Opening.MENU):
            return reader.open(current, channel, caller, wanted, self._language(stored))
        return None

    def _language(self, stored: StoredInbound) -> str:
        release = self.releases.current()
        chosen = self.subscribers.language(stored.sms.msisdn)
        return chosen if chosen in release.languages else release.default_language

    def _phrase(self, stored: StoredInbound, name: str, **values: str) -> str:
        return phrase(self.releases.current(), self._language(stored), name, values)


def _some_keywords(release: Release, language: str) -> str:
    """Returns the first keyword of each service in a language, as many as the phrase may hold."""
    words = [service.keywords[language][0] for service in release.services.values()
             if service.keywords.get(language)]  # fmt: skip
    text = ""
    for word in words:
        longer = f"{text}, {word}" if text else word
        if len(longer) > 60:
            break
        text = longer
    return text


def _reply(stored: StoredInbound, text: str, purpose: Purpose) -> NewSms:
    """Returns the answer to an MO: from the address that was texted, with its link id."""
    return NewSms(
        channel=stored.channel,
        msisdn=stored.sms.msisdn,
        text=text,
        lane=Lane.REPLY,
        purpose=purpose,
        key=f"mo-{stored.id}",
        sender=stored.sms.to,
        link_id=stored.sms.link_id,
        in_reply_to=stored.id,
    )
