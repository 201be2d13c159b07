"""Deliver the answer of a slow call by SMS, when no screen has shown it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from gateway.domain.dialogue.engine import resume
from gateway.domain.dialogue.screen_rendering import closing
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS, Channel, channel_to_send
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.handler_calls.settle_calls import Party, SettleCalls
from gateway.use_cases.inbound.sms_dialogue import HANDLER_SECONDS, SmsDialogue
from gateway.use_cases.ports import Clock, Conversation, Inbox, Jobs, Releases
from gateway.use_cases.ports.calls import LateAnswer, SlowCalls

log = logging.getLogger(__name__)

#: How often the SMS is worked out anew because the subscriber has texted meanwhile.
MOST_RACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverLateAnswer:
    """The use case, with the ports it needs."""

    channels: Mapping[str, Channel]
    releases: Releases
    calls: SlowCalls
    inbox: Inbox
    jobs: Jobs
    settle_calls: SettleCalls
    clock: Clock

    def __call__(self, call_id: int) -> bool:
        """Returns whether an SMS was accepted for sending now.

        The claim decides first. The SMS, the dialogue that it opens and the note that it was
        delivered are stored in one transaction: a crash on the way leaves it to be done again, with
        the same keys. While no channel sends SMS, the answer waits and the log says so. That to a
        token, which no SMS can reach, is over: its subscriber was told so.
        """
        late = self.calls.claim_sms(call_id, self.clock.now())
        if late is None:
            return False
        channel = channel_to_send(self.channels, late.channel, late.subscriber)
        if channel is None and isinstance(late.subscriber, ProviderToken):
            now = self.clock.now()  # kept while the database was away: they know that none comes
            self.calls.deliver(late, None, None, now, now)
            return False
        if channel is None:
            log.error("The answer of slow call %d waits. %s", call_id, NO_CHANNEL_SENDS)
            return False
        if channel.name != late.channel:  # the dialogue goes on there, too
            late = replace(late, channel=channel.name, texted=None)
        text, session = self._said(late, channel)
        for _ in range(MOST_RACES):
            now = self.clock.now()
            conversation = None
            if session is not None:
                before = self.inbox.conversation(late.channel, late.subscriber, now)
                conversation = Conversation(session, before.version)
            expires_at = now + timedelta(seconds=channel.conversation_seconds)
            sms = _sms(self.releases.current(), late, text, channel if session else None)
            if self.calls.deliver(late, sms, conversation, expires_at, now):
                self.jobs.wake_outbound(late.channel, Lane.REPLY)
                return True
            if self.calls.claim_sms(call_id, now) is None:
                return False  # it was delivered by another worker
        raise StoreUnavailable("The dialogue of a late answer moves on all the time.")

    def _said(self, late: LateAnswer, channel: Channel) -> tuple[str, Session | None]:
        """Returns the text, and the session when the dialogue goes on by SMS."""
        release = self.releases.find(late.session.release)
        if release is None or late.result.outcome is None:
            name = late.result.failure or "try_again"
            return self._failed(release or self.releases.current(), late, name), None
        deadline = self.clock.monotonic() + HANDLER_SECONDS
        reader = SmsDialogue(
            settle_calls=self.settle_calls, seconds_left=lambda: deadline - self.clock.monotonic()
        )
        key = f"{late.call_key}-late"
        party = Party(late.subscriber, key, late.channel, comes_again=True)
        step = resume(release, late.session, late.result.outcome)
        earlier = self.settle_calls.told(late.result.outcome)
        if earlier is not None:  # it stands in for a back end that has failed meanwhile
            step = step._replace(complaint=earlier)
        spoken = reader.go_from(release, channel, party, step)
        return spoken.text, spoken.session

    def _failed(self, release: Release, late: LateAnswer, name: str) -> str:
        session = late.session
        if session.language not in release.languages or session.at not in release.screens:
            session = Session(release=release.id, language=release.default_language, at="home.home")
        step = Step(session=session, event=Event.LOST)
        return closing(release, step.session, name, {"reference": late.result.reference}).text


def _sms(release: Release, late: LateAnswer, text: str, goes_on_at: Channel | None) -> NewSms:
    """Returns the SMS: from the address that was texted, or one that a question can be answered to.

    A sender ID shows a name, and nobody can text that.
    """
    service = late.session.at.partition(".")[0]
    texted, answered = late.texted, goes_on_at and goes_on_at.address
    return NewSms(
        channel=late.channel,
        subscriber=late.subscriber,
        text=text,
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=f"late-{late.call_key}",
        topic=service,
        institution=release.institution_of(service),
        sender=texted.to if texted else answered or "",
        link_id=texted.link_id if texted else "",
        in_reply_to=texted.inbound_id if texted else None,
        service=service,
        template_id=late.session.at,
        language=late.session.language,
    )
