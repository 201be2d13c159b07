"""What offices work on: cases, messages to the help desk, and the note that somebody has looked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.telecom.help_desk_message import HelpDeskMessage, HelpDeskStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms
from gateway.use_cases.ports.handlers import Case

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

    def listed(self, statuses: Sequence[str], service: str, limit: int) -> Sequence[Case]:
        """Returns cases of these statuses, the oldest first; of one service when it is given."""

    def read(self, number: str) -> CaseFile | None:
        """Returns a case with all that was told, or None."""

    def move(self, number: str, status: str, by: str, now: datetime, *, message: str = "") -> bool:
        """Lets a case come to a status; returns False without one, or when it is there.

        Its citizen can see that it was done, and by whom. `message` is a text of
        `menus/messages.yaml` that tells them, with the value `number`: it is noted in the same
        transaction, under the topic `cases`, in the place of one of this case that still waits.
        """


class Looks(Protocol):
    """The note that somebody has seen what belongs to subscribers: they can read it."""

    def note(self, subscribers: Iterable[Identity], who: str, what: str, at: datetime) -> None:
        """Notes that `who` has read `what` of each subscriber; raises StoreUnavailable."""


class HelpDesk(Protocol):
    """Messages to the help desk. Raises StoreUnavailable."""

    def newest(
        self, status: HelpDeskStatus | None, institution: str, limit: int
    ) -> Sequence[HelpDeskMessage]:
        """Returns messages of a status, or of any; those of an institution when it is given.

        Open ones come oldest first, since they wait; all others newest first.
        """

    def read(self, message_id: int) -> HelpDeskMessage | None:
        """Returns a message, or None."""

    def answer(self, message_id: int, answer: NewSms, by: str, now: datetime) -> bool:
        """Marks an open message as answered and accepts its answer, in one transaction.

        Its citizen can see that it was done, and by whom. Returns False, with nothing stored, when
        the message is not open.
        """

    def close(self, message_id: int, by: str, now: datetime) -> bool:
        """Closes an open message without an answer; returns False when it is not open.

        Its citizen can see that it was done, and by whom.
        """
