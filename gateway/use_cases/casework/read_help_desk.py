"""Read the messages that no menu answers; their citizens can see that they were read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.institutions.roles import Act
from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.use_cases.institutions.authorise import Actor, Authorise
from gateway.use_cases.ports import Clock, HelpDesk
from gateway.use_cases.ports.institutions import AuditEntry, AuditTrail

#: What citizens read was touched.
SEEN = "help_messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadHelpDesk:
    """The use case, with the ports it needs. All methods raise NotAllowed and StoreUnavailable."""

    help_desk: HelpDesk
    authorise: Authorise
    trail: AuditTrail
    clock: Clock

    def newest(
        self, status: HelpDeskStatus | None, institution: str, limit: int, by: str
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages: open ones oldest first, since they wait; all others newest first.

        Those of one institution when it is given, else of all that `by` may read.
        """
        if institution:
            self.authorise(by, institution, Act.READ)
        reach = self.authorise.reach(by, Act.READ)
        messages = self.help_desk.newest(status, institution, limit, reach.institutions)
        self._record(messages, reach.actor)
        return messages

    def one(self, message_id: int, by: str) -> HelpDeskMessage:
        """Returns a message; raises Refused when there is none, or it is another institution's."""
        message, actor = found(self.help_desk, self.authorise, message_id, by, Act.READ)
        self._record([message], actor)
        return message

    def _record(self, messages: Sequence[HelpDeskMessage], actor: Actor) -> None:
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
                    act=Act.READ,
                    what=f"help desk message {ids}",
                    subscribers=[each.subscriber for each in seen if each.subscriber],
                    seen=SEEN,
                )
            )


def found(
    help_desk: HelpDesk, authorise: Authorise, message_id: int, by: str, act: Act
) -> tuple[HelpDeskMessage, Actor]:
    """Returns a message, and who acts on it; raises Refused like `ReadHelpDesk.one`."""
    authorise.reach(by, Act.READ)  # before it tells what there is
    none = Refused(f"There is no message {message_id}. See: gateway helpdesk list")
    message = help_desk.read(message_id)
    if message is None:
        raise none
    return message, authorise.over(by, message.institution, act, none)
