"""Answer a message to the help desk by SMS, or close it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS, SMS_PAGE, Channel, channel_to_send
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.domain.telecom.paging import excess
from gateway.domain.telecom.segments import segment
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.domain.text.gsm7 import downgraded
from gateway.use_cases.casework.read_help_desk import SEEN, found
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock, HelpDesk, Jobs
from gateway.use_cases.ports.institutions import AuditEntry

#: What the MTs of the help desk are about, for statistics. They are replies: no opt-out stops them.
TOPIC = "help_desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHelpDesk:
    """The use case, with the ports it needs."""

    help_desk: HelpDesk
    authorise: Authorise
    channels: Mapping[str, Channel]
    jobs: Jobs
    clock: Clock

    def __call__(self, message_id: int, text: str, by: str) -> int:
        """Returns how many segments the answer takes, once it is accepted for sending.

        The answer goes out on the channel of the message, from the address that was texted; where
        that channel sends no SMS, on another. Its citizen can see that `by` has answered. Raises
        NotAllowed, and Refused for a message that is not there or not open, for a text that is
        empty or longer than three segments, and when no channel sends.
        """
        message, actor = self._open(message_id, by)
        answer = self._answer(message, downgraded(" ".join(text.split())))
        entry = self._entry(message, actor, "answered")
        if not self.help_desk.answer(message_id, answer, entry):
            raise Refused(f"Message {message_id} was settled by someone else just now.")
        self.jobs.wake_outbound(answer.channel, Lane.REPLY)
        return len(segment(answer.text).parts)

    def close(self, message_id: int, by: str) -> None:
        """Closes a message that needs no answer; raises Refused like an answer does."""
        message, actor = self._open(message_id, by)
        if not self.help_desk.close(message_id, self._entry(message, actor, "closed")):
            raise Refused(f"Message {message_id} was settled by someone else just now.")

    def _open(self, message_id: int, by: str) -> tuple[HelpDeskMessage, Actor]:
        message, actor = found(self.help_desk, self.authorise, message_id, by, Act.ANSWER)
        if message.status is not HelpDeskStatus.OPEN:
            raise Refused(f"Message {message_id} is {message.status} already.")
        return message, actor

    def _entry(self, message: HelpDeskMessage, actor: Actor, done: str) -> AuditEntry:
        return AuditEntry(
            at=self.clock.now(),
            by=actor.name,
            known_as=actor.known_as,
            institution=message.institution,
            act=Act.ANSWER,
            what=f"help desk message {message.id} {done}",
            subscribers=[message.subscriber] if message.subscriber else [],
            seen=SEEN,
        )

    def _answer(self, message: HelpDeskMessage, text: str) -> NewSms:
        if message.subscriber is None:
            raise Refused(
                f"Message {message.id} cannot be read: the key it was sealed with is gone. Give "
                "the gateway that key too, or close the message."
            )
        if not text:
            raise Refused("An answer needs a text.")
        over = excess(text, SMS_PAGE)
        if over:
            raise Refused(f"The answer is {over} characters over three segments. Shorten it.")
        channel = channel_to_send(self.channels, message.channel, message.subscriber)
        if channel is None:
            raise Refused(NO_CHANNEL_SENDS)
        same = channel.name == message.channel
        return NewSms(
            channel=channel.name,
            subscriber=message.subscriber,
            text=text,
            lane=Lane.REPLY,
            purpose=Purpose.REPLY,
            key=f"help-desk-{message.id}",
            topic=TOPIC,
            sender=message.sender if same else "",
            link_id=message.link_id if same else "",
            in_reply_to=message.in_reply_to,
            institution=message.institution,
        )
