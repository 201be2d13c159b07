"""The port of sessions as those see them who help a caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.analytics.session_course import Course
from gateway.domain.telecom.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionPart:
    """What is kept of a session at the screens of one institution.

    Whose it is can be found by a number, and not be read: `owner` is the index of who dialled.
    `course` is None where its key is gone. Parts of one session have the same `session`.
    """

    id: int
    session: bytes = field(repr=False)
    owner: bytes = field(repr=False)
    institution: str
    channel: str
    network_code: str
    began_at: datetime
    last_at: datetime
    course: Course | None


class KeptSessions(Protocol):
    """Sessions as people see them. Raises StoreUnavailable. `institutions` None is all."""

    def of(
        self, subscriber: Identity, institutions: frozenset[str] | None, limit: int
    ) -> Sequence[SessionPart]:
        """Returns the newest parts of a subscriber's sessions, the newest first."""

    def newest(self, institutions: frozenset[str] | None, limit: int) -> Sequence[SessionPart]:
        """Returns the newest parts of all sessions, the newest first."""

    def read(self, part_id: int) -> Sequence[SessionPart]:
        """Returns all parts of the session that one belongs to; empty where there is none."""
