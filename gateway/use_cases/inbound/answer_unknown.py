"""Answer an MO that opens nothing: ask what was meant, say how, hand it to people, or be silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import assert_never

from gateway.domain.commands.keywords import bare_number, says_no, says_yes
from gateway.domain.commands.openings import Opening, Read
from gateway.domain.dialogue.engine import advance
from gateway.domain.dialogue.resume_offer import is_resume_code
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event
from gateway.domain.inbound.noise import is_noise, wants_no_answer
from gateway.domain.inbound.within_dialogue import is_all_said
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import InputScreen
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.sms import Purpose
from gateway.domain.telecom.ussd import dialled_by_sms, dialled_with
from gateway.use_cases.inbound.sms_dialogue import asks_for_secret
from gateway.use_cases.inbound.sms_replies import SmsReplies
from gateway.use_cases.ports import (
    Clock,
    Conversation,
    InboundBatch,
    Inbox,
    Routed,
    StoredInbound,
)

#: One help reply in this time; what follows goes to people.
HELP_SECONDS = 3600.0
#: So many texts of one number go to people in such a time: no more can be read of anybody.
MOST_FOR_PEOPLE, PEOPLE_SECONDS = 10, 86_400.0
#: The same words within this time are taken for a machine that answers a machine.
LOOP_SECONDS = 600.0
#: So often they are heard: where nothing understands them, something may, and something does.
MOST_UNKNOWN, MOST_ASKED, MOST_UNDERSTOOD = 2, 3, 4
#: So often a single word in a row: people send MENU again and again, and other texts in between.
MOST_IN_A_ROW = 6
#: What comes of a text that is kept for people, and of one whose sender is told so.
_KEPT = ("not_understood", "passed_on", "help_desk", "help_kept")
_TOLD = frozenset({"passed_on", "help_kept"})
#: A number of so few digits can only have been a choice from a list.
_CHOICE_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnknown:
    """The decisions about texts that no dialogue takes; nothing is stored here."""

    inbox: Inbox | InboundBatch
    replies: SmsReplies
    clock: Clock

    def is_loop(self, stored: StoredInbound) -> bool:
        """Returns whether words came too often of late for a person to have sent them.

        Numbers are what people do send again and again, as to read on.
        """
        if bare_number(stored.sms.text):
            return False
        if len(stored.sms.text.split()) > 1:
            return self._repeats(stored, MOST_UNDERSTOOD)
        since = self.clock.now() - timedelta(seconds=LOOP_SECONDS)
        return self.inbox.repeats(stored, since, in_a_row=True) >= MOST_IN_A_ROW

    def ask(
        self,
        release: Release,
        stored: StoredInbound,
        channel: Channel,
        wanted: Read,
        before: Conversation,
    ) -> Routed:
        """Returns the question whether something was meant; the corrected text waits for a yes.

        A dialogue goes on where it was, whatever is answered but yes. What is asked again and again
        goes unanswered: a person would have said yes or no.
        """
        if self._repeats(stored, MOST_ASKED):
            return Routed(inbound_id=stored.id, outcome="loop")
        if wanted.opening in (Opening.STOP, Opening.LEAVE):
            reply = self.replies.say(stored, Purpose.REPLY, "no_more_sms", wanted)
        else:
            reply = self.replies.say(
                stored, Purpose.REPLY, "did_you_mean", wanted, keyword=wanted.meant
            )
        now = self.clock.now()
        return Routed(
            inbound_id=stored.id,
            replies=(reply,),
            conversation=replace(before, suggested=" ".join((wanted.meant, *wanted.words))),
            conversation_expires_at=now + timedelta(seconds=channel.conversation_seconds),
            forget_text=bool(wanted.words) and asks_for_secret(release, wanted.service),
            outcome="did_you_mean",
        )

    def tell_to_dial(self, stored: StoredInbound, channel: Channel) -> Routed | None:
        """Returns what is said of the code of a dialogue, texted as it is dialled; else None.

        It is no answer to whatever may be asked just now.
        """
        code = channel.service_code or ""
        first, *_ = dialled_by_sms(code, "", stored.sms.text) or [""]
        if not code or not is_resume_code(first):
            return None
        if self._repeats(stored, MOST_UNKNOWN):
            return Routed(inbound_id=stored.id, outcome="loop")
        return self._dial(stored, code, first)

    def __call__(self, stored: StoredInbound, channel: Channel, before: Conversation) -> Routed:
        """Returns what becomes of a text that opens nothing.

        A number may have been meant for a dialogue that there was on this channel `before`, and so
        may words that are an answer to the question of one that has expired. The latter stays:
        whoever sends the answer once more is told once more.
        """
        answers = self._answers_the_lapsed(stored, channel, before)
        routed = self._of_nothing(stored, channel, answers or before.version > 0, answers)
        routed = self.replies.leaving(before, None, routed)
        if before.lapsed is None or routed.outcome == "conversation_over" or not routed.replies:
            return routed
        return replace(routed, conversation=Conversation(None, before.version))

    def _answers_the_lapsed(
        self, stored: StoredInbound, channel: Channel, before: Conversation
    ) -> bool:
        """Returns whether a text is one of the answers that a dialogue which expired has asked for.

        Free text is none of them: any words would be. It goes to people, as all words do.
        """
        session = before.lapsed
        release = self.replies.releases.find(session.release) if session else None
        if session is None or release is None:
            return False
        screen = release.screens.get(session.at)
        if isinstance(screen, InputScreen) and KINDS[screen.accepts.kind].free_text:
            return False
        today = stored.received_at.date()
        step = advance(release, session, stored.sms.text, channel.keys, today)
        return step.event not in (Event.REFUSED, Event.GIVEN_UP)

    def _of_nothing(
        self, stored: StoredInbound, channel: Channel, conversed: bool, answers: bool
    ) -> Routed:
        if self._repeats(stored, MOST_UNKNOWN):
            return Routed(inbound_id=stored.id, outcome="loop")
        release = self.replies.releases.current()
        noise = is_noise(release.reserved, stored.sms.text)
        if noise and wants_no_answer(stored.sms.text):
            return Routed(inbound_id=stored.id, outcome="noise")
        number = bare_number(stored.sms.text)
        if is_resume_code(number) and channel.service_code:
            return self._dial(stored, channel.service_code, number)
        answer = answers or (number and conversed) or 0 < len(number) <= _CHOICE_DIGITS
        if answer or says_yes(release, stored.sms.text) or denies(release, stored.sms.text):
            reply = self.replies.say(stored, Purpose.REPLY, "conversation_over")
            return Routed(inbound_id=stored.id, replies=(reply,), outcome="conversation_over")
        return self._for_people(stored, channel, () if noise else self._kept(stored))

    def all_said(self, release: Release, session: Session, stored: StoredInbound) -> Routed | None:
        """Returns what becomes of words that answer no question, once none needs an answer.

        Thanks are met with silence, as is a no; a sentence goes to people. None for whatever may be
        a line that was mistyped: it is asked about again, and the dialogue goes on in any case.
        """
        text, reserved = stored.sms.text, release.reserved
        if not is_all_said(release, session):
            return None
        nods = is_noise(reserved, text) and wants_no_answer(text)
        if nods or (says_no(release, text) and not bare_number(text)):
            return Routed(inbound_id=stored.id, outcome="noise")
        words = [word for word in text.split() if any(map(str.isalpha, word))]
        kept = self._kept(stored) if len(words) > 1 else ()
        if not kept or asks_for_secret(release, session.at.partition(".")[0]):
            return None
        return self._passed_on(stored, kept)

    def help(self, stored: StoredInbound, channel: Channel, wanted: Read) -> Routed:
        """Returns how to ask for something; a sentence behind the word is kept for people."""
        reply = self.replies.say_how(stored, channel, "help", wanted)
        kept = self._kept(stored) if wanted.words else ()
        if not kept:
            return Routed(inbound_id=stored.id, replies=(reply,), outcome="help")
        if _TOLD.isdisjoint(self._lately(stored, HELP_SECONDS)):
            told = self.replies.say(stored, Purpose.REPLY, "passed_on", wanted)
            reply = reply._replace(text=f"{told.text}\n{reply.text}")
        return Routed(inbound_id=stored.id, replies=(reply,), help_desk=kept, outcome="help_kept")

    def _dial(self, stored: StoredInbound, service_code: str, code: str) -> Routed:
        dial = dialled_with(service_code, code)
        reply = self.replies.say(stored, Purpose.REPLY, "resume_dial", dial_code=dial)
        return Routed(inbound_id=stored.id, replies=(reply,), outcome="resume_dial")

    def _repeats(self, stored: StoredInbound, most: int) -> bool:
        since = self.clock.now() - timedelta(seconds=LOOP_SECONDS)
        return self.inbox.repeats(stored, since) >= most

    def _lately(self, stored: StoredInbound, seconds: float) -> Mapping[str, int]:
        """Returns how often each outcome came of the subscriber's texts within this time."""
        return self.inbox.outcomes(stored, self.clock.now() - timedelta(seconds=seconds))

    def _for_people(
        self,
        stored: StoredInbound,
        channel: Channel,
        kept: Sequence[NewHelpDeskMessage],
    ) -> Routed:
        """Answers a text that nothing understood, and hands what is kept of it to the help desk.

        Within an hour the first is answered with how to ask, the second with who reads it. Who has
        left as many as a person does in a day is told once to wait, and no more is kept.
        """
        lately = self._lately(stored, HELP_SECONDS)
        if "not_understood" not in lately:
            reply = self.replies.say_how(stored, channel, "not_understood")
            return Routed(
                inbound_id=stored.id, replies=(reply,), help_desk=kept, outcome="not_understood"
            )
        if not kept and is_noise(self.replies.releases.current().reserved, stored.sms.text):
            return Routed(inbound_id=stored.id, outcome="noise")
        if not kept:
            if "too_often" in self._lately(stored, PEOPLE_SECONDS):
                return Routed(inbound_id=stored.id, outcome="loop")
            reply = self.replies.say(stored, Purpose.REPLY, "too_often")
            return Routed(inbound_id=stored.id, replies=(reply,), outcome="too_often")
        return self._passed_on(stored, kept)

    def _passed_on(self, stored: StoredInbound, kept: Sequence[NewHelpDeskMessage]) -> Routed:
        """Hands a text to people; its sender is told so once within an hour."""
        if not _TOLD.isdisjoint(self._lately(stored, HELP_SECONDS)):
            return Routed(inbound_id=stored.id, help_desk=kept, outcome="help_desk")
        reply = self.replies.say(stored, Purpose.REPLY, "passed_on")
        return Routed(inbound_id=stored.id, replies=(reply,), help_desk=kept, outcome="passed_on")

    def _kept(self, stored: StoredInbound) -> tuple[NewHelpDeskMessage, ...]:
        """Returns the text for the help desk; nothing where it is empty, or one too many."""
        text = stored.sms.text.strip()
        day = self._lately(stored, PEOPLE_SECONDS)
        if not text or sum(day.get(outcome, 0) for outcome in _KEPT) >= MOST_FOR_PEOPLE:
            return ()
        message = NewHelpDeskMessage(
            key=f"mo-{stored.id}",
            channel=stored.channel,
            subscriber=stored.sms.subscriber,
            text=text,
            language=self.replies.language(stored),
            sender=stored.sms.to,
            link_id=stored.sms.link_id,
            in_reply_to=stored.id,
        )
        return (message,)


def agrees(release: Release, text: str) -> bool:
    """Returns whether a text says yes to what was asked."""
    return bare_number(text) == "1" or says_yes(release, text)


def denies(release: Release, text: str) -> bool:
    """Returns whether a text says no to what was asked."""
    return bare_number(text) == "2" or says_no(release, text)


def must_ask(release: Release, wanted: Read) -> bool:
    """Returns whether a guess would start something, so that the citizen is asked first."""
    if not wanted.meant:
        return False
    match wanted.opening:
        case Opening.SERVICE:
            return release.services[wanted.service].writes
        case Opening.STOP | Opening.START | Opening.LEAVE:
            return True
        case Opening.HELP | Opening.MENU | Opening.UNKNOWN:
            return False
        case _:
            assert_never(wanted.opening)
