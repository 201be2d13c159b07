"""Answer a message to the help desk by SMS, or close it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.kept_reason import kept_reason
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.casework.compose_answer import ComposeAnswer, Composed
from gateway.use_cases.casework.read_help_desk import SEEN, found
from gateway.use_cases.casework.work_on_cases import MOST_AT_ONCE
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock, HelpDesk, Jobs
from gateway.use_cases.ports.institutions import AuditEntry, People

#: What the MTs of the help desk are about, for statistics. They are replies: no opt-out stops them.
TOPIC = "help_desk"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerHelpDesk:
    """The use case, with the ports it needs."""

    help_desk: HelpDesk
    authorise: Authorise
    people: People
    compose: ComposeAnswer
    jobs: Jobs
    clock: Clock

    def composed(self, message_id: int, text: str, by: str) -> Composed:
        """Returns an answer as it would go out, raising like one: nothing is sent yet."""
        message, _ = self._open(message_id, by)
        return self._composed(message, text)

    def __call__(self, message_id: int, text: str, by: str) -> Composed:
        """Returns the answer, once it is accepted for sending.

        The answer goes out on the channel of the message, from the address that was texted; where
        that channel sends no SMS, on another. Its citizen can see that `by` has answered. Raises
        NotAllowed, and Refused for a message that is not there or not open, for a text that is
        empty or longer than three segments, and when no channel sends.
        """
        message, actor = self._open(message_id, by)
        composed = self._composed(message, text)
        answer = self._answer(message, composed)
        entry = self._entry(message, actor, "answered")
        if not self.help_desk.answer(message_id, answer, entry):
            raise _settled_meanwhile(message_id)
        self.jobs.wake_outbound(answer.channel, Lane.REPLY)
        return composed

    def close(self, message_id: int, by: str) -> None:
        """Closes a message that needs no answer; raises Refused like an answer does."""
        message, actor = self._open(message_id, by)
        if not self.help_desk.close(message_id, self._entry(message, actor, "closed")):
            raise _settled_meanwhile(message_id)

    def close_many(self, message_ids: Sequence[int], why: str, by: str) -> Sequence[int]:
        """Closes messages that need no answer, for one reason; returns which it closed.

        One that is not there, or not theirs to answer, stops all: nothing is done then. One that
        was settled before is left as it is.
        """
        said = kept_reason(why)
        if len(message_ids) > MOST_AT_ONCE:
            raise Refused(Sentence("At most %(number)s are closed at once.", number=MOST_AT_ONCE))
        found_ = [
            found(self.help_desk, self.authorise, each, by, Act.ANSWER)
            for each in dict.fromkeys(message_ids)
        ]
        return [
            message.id
            for message, actor in found_
            if self.help_desk.close(
                message.id, replace(self._entry(message, actor, "closed"), reason=said)
            )
        ]

    def assign(self, message_id: int, to: str, by: str) -> None:
        """Says who answers a message, or with an empty name that nobody does yet.

        Raises Refused for somebody who may not answer in its institution.
        """
        message, actor = self._open(message_id, by)
        own = message.institution or self.authorise.own
        if to and not any(
            person.name == to and person.may(own, Act.ANSWER) for person in self.people.all()
        ):
            raise Refused(
                Sentence("%(name)s does not answer citizens of this institution.", name=to)
            )
        entry = self._entry(message, actor, f"to {to or '-'}")
        if not self.help_desk.assign(message_id, to, replace(entry, subscribers=[])):
            raise Refused(Sentence("It is so already."))

    def _open(self, message_id: int, by: str) -> tuple[HelpDeskMessage, Actor]:
        message, actor = found(self.help_desk, self.authorise, message_id, by, Act.ANSWER)
        if message.status is not HelpDeskStatus.OPEN:
            raise Refused(
                Sentence(
                    "Message %(id)s is %(status)s already.",
                    id=message_id,
                    status=message.status.value,
                )
            )
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

    def _composed(self, message: HelpDeskMessage, text: str) -> Composed:
        if message.subscriber is None:
            raise Refused(
                Sentence(
                    "Message %(id)s cannot be read: the key it was sealed with is gone. Give the "
                    "gateway that key too, or close the message.",
                    id=message.id,
                )
            )
        return self.compose(text, message.channel, message.subscriber, message.institution)

    def _answer(self, message: HelpDeskMessage, composed: Composed) -> NewSms:
        same = composed.channel.name == message.channel
        return NewSms(
            channel=composed.channel.name,
            subscriber=composed.subscriber,
            text=composed.text,
            lane=Lane.REPLY,
            purpose=Purpose.REPLY,
            key=f"help-desk-{message.id}",
            topic=TOPIC,
            sender=message.sender if same else "",
            link_id=message.link_id if same else "",
            in_reply_to=message.in_reply_to,
            institution=message.institution,
        )


def _settled_meanwhile(message_id: int) -> Refused:
    return Refused(Sentence("Message %(id)s was settled by someone else just now.", id=message_id))
