"""What offices work on: cases, and messages to the help desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports.handlers import Case
from gateway.use_cases.ports.institutions import AuditEntry

#: What an office can say of a case, in the order in which it comes; the menu has words for each.
RECEIVED, IN_PROGRESS, SOLVED = STATUSES = ("received", "in_progress", "solved")

#: What citizens may stop: the texts that say how far their cases are.
CASES_TOPIC = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """What happened to a case: confirmed, not_mended, amended, note or moved, and when.

    `by` is who moved it; empty where its citizen did it.
    """

    kind: str
    text: str = field(repr=False)
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """One case whole.

    Once its citizen has had the number erased, `subscriber` is None and personal details are gone.
    """

    case: Case
    subscriber: Identity | None
    details: Mapping[str, str] = field(repr=False)
    events: Sequence[CaseEvent]


class CaseWork(Protocol):
    """Cases as those see them who work on them. All methods raise StoreUnavailable."""

    def listed(
        self,
        statuses: Sequence[str],
        service: str,
        limit: int,
        institutions: frozenset[str] | None = None,
    ) -> Sequence[Case]:
        """Returns cases of these statuses, the oldest first; of one service when it is given.

        Of some institutions, where not None.
        """

    def read(self, number: str) -> CaseFile | None:
        """Returns a case with all that was told, or None."""

    def move(self, number: str, status: str, entry: AuditEntry, *, message: str = "") -> bool:
        """Lets a case come to a status; returns False without one, or when it is there.

        It is recorded in the same transaction, as `entry` says: who did it, and when. `message` is
        a text of `menus/messages.yaml` that tells them, with the value `number`: it is noted in
        the same transaction, under the topic `cases`, in the place of one of this case that still
        waits.
        """


class HelpDesk(Protocol):
    """Messages to the help desk. Raises StoreUnavailable."""

    def newest(
        self,
        status: HelpDeskStatus | None,
        institution: str,
        limit: int,
        within: frozenset[str] | None = None,
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages of a status, or of any; those of an institution when it is given.

        Only those of the institutions `within`, where not None.

        Open ones come oldest first, since they wait; all others newest first.
        """

    def read(self, message_id: int) -> HelpDeskMessage | None:
        """Returns a message, or None."""

    def answer(self, message_id: int, answer: NewSms, entry: AuditEntry) -> bool:
        """Marks an open message as answered and accepts its answer, in one transaction.

        It is recorded there, as `entry` says: who did it, and when. Returns False, with nothing
        stored, when the message is not open.
        """

    def close(self, message_id: int, entry: AuditEntry) -> bool:
        """Closes an open message without an answer; returns False when it is not open.

        It is recorded like an answer.
        """
