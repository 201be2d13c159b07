"""Decide what becomes of one MO: reserved words, an open dialogue, a keyword."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from gateway.domain.commands.evidence import is_meant, may_be_guessed
from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.inbound.home_lines import line_of_home
from gateway.domain.inbound.within_dialogue import within_dialogue
from gateway.domain.menu.release import Release
from gateway.domain.reading.signatures import without_signature
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Purpose, Texted
from gateway.domain.telecom.ussd import dialled_by_sms
from gateway.use_cases.flows.tell_flow import TellFlow
from gateway.use_cases.handler_calls.settle_calls import Party, SettleCalls
from gateway.use_cases.inbound.answer_unknown import AnswerUnknown, agrees, denies, must_ask
from gateway.use_cases.inbound.change_consent import ChangeConsent
from gateway.use_cases.inbound.cut_loops import TWIN, CutLoops
from gateway.use_cases.inbound.doubted_answer import (
    DoubtedAnswer,
    is_for_the_service,
    was_doubted,
)
from gateway.use_cases.inbound.sms_dialogue import HANDLER_SECONDS, SmsDialogue
from gateway.use_cases.inbound.sms_replies import SmsReplies, reply_to
from gateway.use_cases.inbound.sms_reply import SmsReply
from gateway.use_cases.ports import (
    Clock,
    Consents,
    Conversation,
    InboundBatch,
    Inbox,
    Languages,
    Releases,
    Routed,
    StoredInbound,
)

#: What providers recognise.
_TOLD = {"STOP": Opening.STOP, "START": Opening.START}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideSms:
    """The decision, with the ports it needs; nothing is stored here, but by handlers.

    `inbox` tells of the dialogue so far and of what came before, `subscribers` the language.
    `tell_flow` hands an MO to a neighbour whose flows answer on its channel.
    """

    channels: Mapping[str, Channel]
    releases: Releases
    inbox: Inbox | InboundBatch
    consents: Consents
    subscribers: Languages
    settle_calls: SettleCalls
    clock: Clock
    tell_flow: TellFlow | None = None

    def __call__(self, stored: StoredInbound) -> Routed:
        """Returns all that the MO leads to."""
        return self._loops(stored, self._route(stored))

    @property
    def _loops(self) -> CutLoops:
        return CutLoops(inbox=self.inbox, clock=self.clock)

    def _replies(self, before: Conversation) -> SmsReplies:
        return SmsReplies(releases=self.releases, subscribers=self.subscribers, talked=before)

    def _unknown(self, before: Conversation) -> AnswerUnknown:
        return AnswerUnknown(inbox=self.inbox, replies=self._replies(before), clock=self.clock)

    def _consent(self, before: Conversation) -> ChangeConsent:
        replies = self._replies(before)
        return ChangeConsent(consents=self.consents, replies=replies, clock=self.clock)

    def _route(self, stored: StoredInbound) -> Routed:
        channel = self.channels.get(stored.channel)
        if channel is None:
            return self._of_no_channel(stored)
        release = self.releases.current()
        stored = replace(stored, sms=replace(stored.sms, text=without_signature(stored.sms.text)))
        before = self.inbox.conversation(stored.channel, stored.sms.subscriber, self.clock.now())
        if not channel.can_text(stored.sms.subscriber):
            return self._unanswerable(stored, channel, before)
        if self._loops.is_twin(release, stored):
            return Routed(inbound_id=stored.id, outcome=TWIN)
        if was_doubted(release, before):
            return self._route_doubted(release, stored, channel, before)
        if not before.suggested:
            return self._route_from(release, stored, channel, before)
        if agrees(release, stored.sms.text):
            stored = replace(stored, sms=replace(stored.sms, text=before.suggested))
        routed = self._route_from(release, stored, channel, before)
        if routed.conversation is not None:
            return routed
        # Whatever else was sent: a yes that comes later answers something else.
        open_for = timedelta(seconds=channel.conversation_seconds if before.session else 0)
        return replace(
            routed,
            conversation=replace(before, suggested=""),
            conversation_expires_at=self.clock.now() + open_for,
        )

    def _route_doubted(
        self, release: Release, stored: StoredInbound, channel: Channel, before: Conversation
    ) -> Routed:
        """Returns what becomes of the reply to the question whether a text was an answer.

        Whatever is neither yes nor the service is an answer to the question before.
        """
        said, text = before.suggested, stored.sms.text
        doubted = replace(stored, sms=replace(stored.sms, text=said))
        asked = replace(before, suggested="")
        if agrees(release, text):
            return self._route_from(release, doubted, channel, asked, is_answer=True)
        if is_for_the_service(release, self._replies(before).language(stored), said, text):
            # What was asked is left: it is the service that goes on with the text.
            routed = self._route_from(release, doubted, channel, replace(asked, session=None))
            after = routed.conversation.session if routed.conversation else None
            return self._replies(before).leaving(asked, after, routed)
        return self._route_from(release, stored, channel, asked)

    def _route_from(
        self,
        release: Release,
        stored: StoredInbound,
        channel: Channel,
        before: Conversation,
        *,
        is_answer: bool = False,
    ) -> Routed:
        """Returns what becomes of a text; `is_answer` says that it is known to be an answer."""
        dial = self._unknown(before).tell_to_dial(stored, channel)
        if dial is not None:
            return dial
        of_topics = self._consent(before).of_topics(release, stored)
        if of_topics is not None:
            return of_topics
        if before.session is None:  # within a dialogue it may well be an answer
            still = self._consent(before).still_gets(release, stored)
            if still is not None:
                return still
        wanted = self._wanted(stored, channel, before)
        if must_ask(release, wanted):
            return self._unknown(before).ask(release, stored, channel, wanted, before)
        if wanted.opening is Opening.STOP or stored.sms.opt_out == "START":
            stopped = self._consent(before).of_everything(stored, wanted, before)
            return self._replies(before).leaving(before, None, stopped)
        if stored.sms.opt_out == "HELP":  # the provider has answered it by itself, as it does STOP
            return Routed(inbound_id=stored.id, outcome=Opening.HELP.value)
        if self._unknown(before).is_loop(stored):
            return Routed(inbound_id=stored.id, outcome="loop")
        match wanted.opening:
            case Opening.SERVICE | Opening.MENU | Opening.UNKNOWN:
                if channel.flows and self.tell_flow is not None:
                    return self.tell_flow(channel, stored)
                return self._talk(stored, channel, wanted, before, is_answer)
            case Opening.START:
                started = self._consent(before).of_everything(stored, wanted, before)
                return self._replies(before).leaving(before, None, started)
            case Opening.HELP:
                if wanted.words and before.session is None:  # "help me with RESULT 10231456"
                    return self._talk(stored, channel, wanted, before, is_answer)
                return self._unknown(before).help(stored, channel, wanted)
            case Opening.STOP | Opening.LEAVE:
                raise AssertionError("A wish for no more SMS is settled or asked about before.")
            case _:
                assert_never(wanted.opening)

    def _of_no_channel(self, stored: StoredInbound) -> Routed:
        """Returns what becomes of STOP and START on a channel that this process has not.

        Raises Refused for other texts. A worker that was started with newer settings may have the
        channel, or it may have been taken out by mistake: they are tried again.
        """
        before = self.inbox.conversation(stored.channel, stored.sms.subscriber, self.clock.now())
        release, text = self.releases.current(), stored.sms.text
        told = _TOLD.get(stored.sms.opt_out)
        wanted = Read(told) if told else read(release, text, before.language, stored.sms.to)
        talking = before.session is not None
        wanted = self._consent(before).meant(release, stored, wanted, talking)
        routed = self._word_of_consent(stored, wanted, before)
        if routed is None:
            raise Refused(f"No channel '{stored.channel}' is configured.")
        return routed

    def _unanswerable(
        self, stored: StoredInbound, channel: Channel, before: Conversation
    ) -> Routed:
        """Returns what becomes of a text that no SMS can answer: STOP and START count all the same.

        Nothing else is done: what a service needs is asked, and what it writes is read back first.
        """
        routed = self._word_of_consent(stored, self._wanted(stored, channel, before), before)
        return routed or Routed(inbound_id=stored.id, outcome="no_way_back")

    def _word_of_consent(
        self, stored: StoredInbound, wanted: Read, before: Conversation
    ) -> Routed | None:
        """Returns what becomes of STOP and START without an answer; None for other texts."""
        routed = self._consent(before).of_topics(self.releases.current(), stored)
        if routed is None and not wanted.meant and wanted.opening in (Opening.STOP, Opening.START):
            routed = self._consent(before).of_everything(stored, wanted, before)
        return None if routed is None else replace(routed, replies=())

    def _wanted(self, stored: StoredInbound, channel: Channel, before: Conversation) -> Read:
        """Returns what a text asks for. Within a dialogue it is an answer, and nothing is guessed.

        What the provider has recognised counts more than what we would.
        """
        told = _TOLD.get(stored.sms.opt_out)
        if told is not None:
            return Read(told)
        code, text = channel.service_code or "", stored.sms.text
        dialled = dialled_by_sms(code, "", text)
        if dialled is not None:
            return Read(Opening.MENU, words=tuple(dialled))
        release = self.releases.current()
        language = self._replies(before).language(stored)
        wanted = read(release, text, language, channel.address or "")
        if wanted.service and wanted.meant and not may_be_guessed(release, wanted, text, language):
            wanted = Read(Opening.UNKNOWN)  # "my data" is no misspelt MYDATA
        talking = before.session is not None
        wanted = self._consent(before).meant(release, stored, wanted, talking)
        if before.session is not None:
            theirs = self.releases.find(before.session.release) or release
            wanted = within_dialogue(theirs, before.session, wanted, text, channel.keys)
        at_home = wanted.opening is Opening.UNKNOWN and not talking
        if at_home and dialled_by_sms("", channel.address or "", text) is not None:
            return Read(Opening.MENU)
        return (line_of_home(release, text, language) if at_home else None) or wanted

    def _talk(
        self,
        stored: StoredInbound,
        channel: Channel,
        wanted: Read,
        before: Conversation,
        is_answer: bool,
    ) -> Routed:
        deadline = self.clock.monotonic() + HANDLER_SECONDS
        reader = SmsDialogue(
            settle_calls=self.settle_calls, seconds_left=lambda: deadline - self.clock.monotonic()
        )
        session, newest = before.session, self.releases.current()
        release = self.releases.find(session.release) if session else None
        if release is not None and wanted.opening is Opening.SERVICE and not is_answer:
            doubt = DoubtedAnswer(
                settle_calls=self.settle_calls, seconds_left=reader.seconds_left, clock=self.clock
            )
            asked = doubt.ask(release, newest, channel, stored, before)
            if asked is not None:
                return asked
        spoken = self._speak(reader, stored, channel, wanted, before)
        if spoken is None and wanted.opening is Opening.HELP:
            return self._unknown(before).help(stored, channel, wanted)
        if spoken is None:
            return self._unknown(before)(stored, channel, before)
        if session is not None and release is not None and spoken.refuses(session):
            said = self._unknown(before).all_said(release, session, stored)
            if said is not None:
                return said
        service = spoken.progress.step.session.at.partition(".")[0]
        release = self.releases.find(spoken.progress.step.session.release)
        whose = release.institution_of(service) if release else ""
        reply = reply_to(stored, spoken.text, Purpose.REPLY)._replace(
            topic=service,
            institution=whose,
            service=service,
            template_id=spoken.progress.step.session.at,
            language=spoken.progress.step.session.language,
        )
        ends_at = self.clock.now() + timedelta(seconds=channel.conversation_seconds)
        routed = Routed(
            inbound_id=stored.id,
            replies=(reply,),
            conversation=Conversation(spoken.session, before.version),
            conversation_expires_at=ends_at,
            language=spoken.progress.language_chosen,
            language_used=self._newly_used(stored, spoken.language_used(before.session)),
            forget_text=spoken.progress.used_secret,
            outcome=spoken.progress.failure or spoken.progress.step.event.value,
            institution=whose,
            shown=spoken.shown,
        )
        return self._replies(before).leaving(before, spoken.progress.step.session, routed)

    def _newly_used(self, stored: StoredInbound, used: str) -> str:
        """Returns a language that was used, unless it is known already."""
        return used if used and used != self.subscribers.language(stored.sms.subscriber) else ""

    def _speak(
        self,
        reader: SmsDialogue,
        stored: StoredInbound,
        channel: Channel,
        wanted: Read,
        before: Conversation,
    ) -> SmsReply | None:
        # As long as on a screen: other MOs wait for this worker.
        waits = channel.deadline_seconds
        texted = Texted(stored.id, stored.sms.to, stored.sms.link_id)
        key = f"mo-{stored.id}"
        party = Party(stored.sms.subscriber, key, stored.channel, waits, texted, comes_again=True)
        if wanted.opening is not Opening.MENU and before.session is not None:
            session, newest = before.session, self.releases.current()
            release = self.releases.find(session.release)
            if release is not None and before.suggested and denies(newest, stored.sms.text):
                return reader.go_from(release, channel, party, Step(session, Event.SHOWN))
            if release is not None:
                return reader.go_on(release, newest, channel, party, session, stored.sms.text)
        if wanted.opening in (Opening.SERVICE, Opening.MENU):
            language = self._replies(before).language(stored, wanted)
            reply = reader.open(self.releases.current(), channel, party, wanted, language)
            if self._is_meant(wanted, reply, stored.sms.text):
                return reply
        language = self._replies(before).language(stored)
        return reader.find(self.releases.current(), channel, party, stored.sms.text, language)

    def _is_meant(self, wanted: Read, reply: SmsReply, text: str) -> bool:
        """Returns whether a text is meant for the service whose keyword begins it."""
        if wanted.opening is not Opening.SERVICE or not wanted.keyword:
            return True  # a shortcut is no word of a sentence
        return is_meant(
            self.releases.current(),
            wanted.service,
            wanted.words,
            reply.taken,
            guessed=bool(wanted.meant),
            asks="?" in text,
            stressed=text.split(None, 1)[0].isupper(),
        )
