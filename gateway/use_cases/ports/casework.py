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

#: What an office notes for itself alone; what it wrote to the citizen; and who works on it.
REMARK, ANSWERED, ASSIGNED = "remark", "answered", "assigned"

#: What citizens may stop: the texts that say how far their cases are.
CASES_TOPIC = "cases"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """What happened to a case: confirmed, not_mended, amended, note or moved, and when.

    What an office does is `moved`, `answered` (the text of an SMS), `assigned` (to whom) or a
    `remark`, which no citizen ever sees. `by` is who did it; empty where its citizen did.
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


@dataclass(frozen=True, slots=True)
class ToldTogether:
    """That a citizen is told once of several cases which are moved one after the other.

    The news waits under the case `first`; it is of `count` cases, this one among them.
    """

    first: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesWanted:
    """Which cases are asked for; what is left out does not matter.

    `assigned_to` is a short name; empty for those that nobody works on. `overdue` says by service
    before when one was opened that is: those of other services are not wanted then. `institutions`
    None is all. `limit` are returned at most, after the first `skip`.
    """

    statuses: Sequence[str] = STATUSES
    service: str = ""
    subscriber: Identity | None = None
    assigned_to: str | None = None
    overdue: Mapping[str, datetime] | None = None
    opened_before: datetime | None = None
    institutions: frozenset[str] | None = None
    limit: int = 50
    skip: int = 0


class CaseWork(Protocol):
    """Cases as those see them who work on them. All methods raise StoreUnavailable."""

    def find(self, wanted: CasesWanted) -> Sequence[Case]:
        """Returns cases: those that wait the oldest first; with solved ones, the newest first."""

    def read(self, number: str) -> CaseFile | None:
        """Returns a case with all that was told, or None."""

    def move(
        self,
        number: str,
        status: str,
        entry: AuditEntry,
        *,
        message: str = "",
        together: ToldTogether | None = None,
    ) -> bool:
        """Lets a case come to a status; returns False without one, or when it is there.

        It is recorded in the same transaction, as `entry` says: who did it, and when. `message` is
        a text of `menus/messages.yaml` that tells them, with the values `number` and `count`: it
        is noted in the same transaction, under the topic `cases`, in the place of one of this case
        that still waits. Where several are told `together` it waits a minute, so that all are in
        it, in the place of what was noted of those before.
        """

    def note(self, number: str, kind: str, text: str, entry: AuditEntry) -> None:
        """Notes what an office did with a case, or remarks on it; recorded as `entry` says."""

    def assign(self, number: str, to: str, entry: AuditEntry) -> bool:
        """Says who works on a case; returns False without one, or when it is theirs already."""

    def answer(self, number: str, answer: NewSms, entry: AuditEntry) -> bool:
        """Accepts an SMS to the citizen, and notes its text with the case, in one transaction.

        Returns False, with nothing stored, where one with its key was accepted before.
        """


class HelpDesk(Protocol):
    """Messages to the help desk. Raises StoreUnavailable."""

    def newest(
        self,
        status: HelpDeskStatus | None,
        institution: str,
        limit: int,
        within: frozenset[str] | None = None,
        *,
        subscriber: Identity | None = None,
        assigned_to: str | None = None,
        opened_before: datetime | None = None,
        skip: int = 0,
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages of a status, or of any; those of an institution when it is given.

        Only those of the institutions `within`, where not None; of a subscriber, of who answers
        them (empty: nobody yet), and opened before a moment, where these are given.

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

    def assign(self, message_id: int, to: str, entry: AuditEntry) -> bool:
        """Says who answers an open message; returns False when that is so, or it is not open."""
