"""Read the messages that no menu answers; their citizens can see that they were read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.faults_and_errors.errors import NotThere
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.inbound.alike import grouped
from gateway.domain.institutions.kept_reason import kept_reason
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock, HelpDesk
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail

#: What citizens read was touched.
SEEN = "help_messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikeMessages:
    """Messages that ask for the same, the one that waits longest first.

    `word` stands in most of them, as one of their citizens wrote it; it is empty where none does.
    """

    messages: Sequence[HelpDeskMessage]
    word: str

    @property
    def languages(self) -> Mapping[str, int]:
        """Returns how many were written in each language, the commonest first."""
        return dict(Counter(each.language for each in self.messages).most_common())


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHelpDesk:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable."""

    help_desk: HelpDesk
    authorise: Authorise
    trail: AuditTrail
    clock: Clock

    def newest(
        self,
        status: HelpDeskStatus | None,
        institution: str,
        limit: int,
        by: str,
        *,
        subscriber: Identity | None = None,
        assigned_to: str | None = None,
        opened_before: datetime | None = None,
        skip: int = 0,
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages: open ones oldest first, since they wait; all others newest first.

        Those of one institution when it is given, else of all that `by` may read. `assigned_to` is
        a short name, empty for those that nobody answers yet.
        """
        reach = self.authorise.within(by, {institution} if institution else (), Act.READ)
        messages = self.help_desk.newest(
            status,
            institution,
            limit,
            reach.institutions,
            subscriber=subscriber,
            assigned_to=assigned_to,
            opened_before=opened_before,
            skip=skip,
        )
        self._record(messages, reach.actor)
        return messages

    def alike(self, institution: str, limit: int, by: str) -> Sequence[AlikeMessages]:
        """Returns the open messages in groups of those that are alike, the largest first.

        At most `limit` messages are looked at, those that wait longest. Reads them like `newest`.
        """
        messages = self.newest(HelpDeskStatus.OPEN, institution, limit, by)
        readable = [each for each in messages if each.subscriber is not None]
        return [
            AlikeMessages(messages=[readable[place] for place in group.places], word=group.word)
            for group in grouped([each.text for each in readable])
        ]

    def one(self, message_id: int, by: str, reveal: str | None = None) -> HelpDeskMessage:
        """Returns a message; raises NotThere when there is none, or it is another institution's.

        With `reveal`, a reason, its number is to be shown whole: that is recorded with it.
        """
        act = Act.READ if reveal is None else Act.REVEAL
        message, actor = found(self.help_desk, self.authorise, message_id, by, act)
        self._record([message], actor, act, "" if reveal is None else kept_reason(reveal))
        return message

    def _record(
        self,
        messages: Sequence[HelpDeskMessage],
        actor: Actor,
        act: Act = Act.READ,
        why: str = "",
    ) -> None:
        by_institution: dict[str, list[HelpDeskMessage]] = defaultdict(list)
        for message in messages:
            by_institution[message.institution].append(message)
        for institution, seen in by_institution.items():
            ids = ", ".join(str(message.id) for message in seen)
            self.trail.record(
                AuditEntry(
                    at=self.clock.now(),
                    by=actor.name,
                    known_as=actor.known_as,
                    institution=institution,
                    act=act,
                    what=f"help desk message {ids}",
                    reason=why,
                    subscribers=[each.subscriber for each in seen if each.subscriber],
                    seen=SEEN,
                )
            )


def found(
    help_desk: HelpDesk, authorise: Authorise, message_id: int, by: str, act: Act
) -> tuple[HelpDeskMessage, Actor]:
    """Returns a message, and who acts on it; raises NotThere like `ReadHelpDesk.one`."""
    authorise.reach(by, Act.READ)  # before it tells what there is
    none = NotThere(
        Sentence(
            "There is no message %(id)s.",
            by_command="See: gateway helpdesk list",
            on_page=Sentence("Those of your institutions stand under Help desk."),
            id=message_id,
        )
    )
    message = help_desk.read(message_id)
    if message is None:
        raise none
    return message, authorise.over(by, message.institution, act, none)
