"""Answer an MO that opens nothing: ask what was meant, say how, hand it to people, or be silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from gateway.domain.dialogue.keywords import Opening, Read, bare_number, says_yes
from gateway.domain.dialogue.resume_offer import is_resume_code
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.help_desk_message import NewHelpDeskMessage
from gateway.domain.telecom.sms import Purpose
from gateway.domain.telecom.ussd import dialled_by_sms, dialled_with
from gateway.use_cases.inbound.sms_dialogue import asks_for_secret
from gateway.use_cases.inbound.sms_replies import SmsReplies
from gateway.use_cases.ports import Clock, Conversation, Inbox, Routed, StoredInbound

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
#: A number of so few digits can only have been a choice from a list.
_CHOICE_DIGITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnknown:
    """The decisions about texts that no dialogue takes; nothing is stored here."""

    inbox: Inbox
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
        self, release: Release, stored: StoredInbound, channel: Channel, wanted: Read, version: int
    ) -> Routed:
        """Returns the question whether a keyword was meant; the corrected text waits for a yes.

        What is asked again and again goes unanswered: a person would have said yes or no.
        """
        if self._repeats(stored, MOST_ASKED):
            return Routed(inbound_id=stored.id, outcome="loop")
        reply = self.replies.say(
            stored, Purpose.REPLY, "did_you_mean", wanted, keyword=wanted.meant
        )
        now = self.clock.now()
        return Routed(
            inbound_id=stored.id,
            replies=(reply,),
            conversation=Conversation(
                None, version, suggested=" ".join((wanted.meant, *wanted.words))
            ),
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

    def __call__(self, stored: StoredInbound, channel: Channel, conversed: bool) -> Routed:
        """Returns what becomes of a text that opens nothing.

        `conversed` says that there was a dialogue on this channel before, which a number may have
        been meant for.
        """
        if self._repeats(stored, MOST_UNKNOWN):
            return Routed(inbound_id=stored.id, outcome="loop")
        number = bare_number(stored.sms.text)
        if is_resume_code(number) and channel.service_code:
            return self._dial(stored, channel.service_code, number)
        if number and (conversed or len(number) <= _CHOICE_DIGITS):
            reply = self.replies.say(stored, Purpose.REPLY, "conversation_over")
            return Routed(inbound_id=stored.id, replies=(reply,), outcome="conversation_over")
        since = self.clock.now() - timedelta(seconds=HELP_SECONDS)
        outcomes = self.inbox.outcomes(stored, since)
        if "not_understood" not in outcomes:
            reply = self.replies.say_how(stored, channel, "not_understood")
            return Routed(inbound_id=stored.id, replies=(reply,), outcome="not_understood")
        return self._pass_on(stored, told="passed_on" in outcomes)

    def _dial(self, stored: StoredInbound, service_code: str, code: str) -> Routed:
        dial = dialled_with(service_code, code)
        reply = self.replies.say(stored, Purpose.REPLY, "resume_dial", dial_code=dial)
        return Routed(inbound_id=stored.id, replies=(reply,), outcome="resume_dial")

    def _repeats(self, stored: StoredInbound, most: int) -> bool:
        since = self.clock.now() - timedelta(seconds=LOOP_SECONDS)
        return self.inbox.repeats(stored, since) >= most

    def _pass_on(self, stored: StoredInbound, told: bool) -> Routed:
        """Keeps the text for the help desk, and says so once an hour.

        Who has left as many as a person does in a day is told once to wait, and no more is kept.
        """
        text = stored.sms.text.strip()
        if not text:
            return Routed(inbound_id=stored.id, outcome="empty")
        lately = self.inbox.outcomes(stored, self.clock.now() - timedelta(seconds=PEOPLE_SECONDS))
        if lately.get("passed_on", 0) + lately.get("help_desk", 0) >= MOST_FOR_PEOPLE:
            if "too_often" in lately:
                return Routed(inbound_id=stored.id, outcome="loop")
            reply = self.replies.say(stored, Purpose.REPLY, "too_often")
            return Routed(inbound_id=stored.id, replies=(reply,), outcome="too_often")
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
        if told:
            return Routed(inbound_id=stored.id, help_desk=(message,), outcome="help_desk")
        reply = self.replies.say(stored, Purpose.REPLY, "passed_on")
        return Routed(
            inbound_id=stored.id, replies=(reply,), help_desk=(message,), outcome="passed_on"
        )


def agrees(release: Release, text: str) -> bool:
    """Returns whether a text says yes to what was asked."""
    return bare_number(text) == "1" or says_yes(release, text)


def must_ask(release: Release, wanted: Read) -> bool:
    """Returns whether a guess would start something, so that the citizen is asked first."""
    if not wanted.meant:
        return False
    match wanted.opening:
        case Opening.SERVICE:
            return release.services[wanted.service].writes
        case Opening.STOP | Opening.START:
            return True
        case Opening.HELP | Opening.MENU | Opening.UNKNOWN:
            return False
        case _:
            assert_never(wanted.opening)
