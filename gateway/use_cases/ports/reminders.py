"""The ports of what is told later: a row that waits becomes an MT in the outbox.

Reminders wait for their time, kept questions for their answer.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.dialogue.session import Session
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import NewSms


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A text that shall be sent now; `language` is the one the subscriber has chosen last.

    `channel` is the one on which it was asked for.
    """

    id: int
    channel: str
    subscriber: Identity
    topic: str
    message: str
    values: Mapping[str, str] = field(repr=False)
    language: str
    due_at: datetime
    institution: str = ""


class ReminderQueue(Protocol):
    """Reminders as the ticker sees them. Raises StoreUnavailable."""

    def due(self, now: datetime, limit: int) -> Sequence[DueReminder]:
        """Returns the reminders whose time has come, oldest first."""

    def hand_over(self, sms: Mapping[int, NewSms], now: datetime) -> int:
        """Removes reminders and stores the MT of each, in one transaction; returns how many.

        One that was cancelled, moved or handed over meanwhile is passed over.
        """

    def put_off(self, ids: Sequence[int], until: datetime) -> None:
        """Makes reminders due again later."""


class Kept(enum.StrEnum):
    """What became of a question: new, kept already and for longer now, or too many are."""

    NEW = "kept"
    SAME = "same"
    FULL = "full"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A look-up without an answer yet. `session` stands at the screen that says so, in `asked`."""

    channel: str
    subscriber: Identity
    session: Session
    asked: str = field(repr=False)
    institution: str
    kept_at: datetime
    expires_at: datetime
    ask_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuestion:
    """A question that is asked again now, for the `asks`-th time; times are aware UTC.

    `language` is the one the subscriber has chosen last, `failures` how often in a row what is
    asked has failed.
    """

    id: int
    channel: str
    subscriber: Identity
    session: Session
    asked: str = field(repr=False)
    language: str
    institution: str
    kept_at: datetime
    expires_at: datetime
    asks: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOfScreen:
    """How many questions of a screen are kept: nothing of whose they are, or what was asked."""

    service: str
    screen: str
    number: int
    due: int
    oldest_at: datetime
    next_at: datetime


class KeptQuestions(Protocol):
    """Look-ups that are asked again until they have an answer. Raises StoreUnavailable."""

    def keep(self, new: NewQuestion) -> Kept:
        """Stores a question, and that its subscriber wants to be told of its service.

        The same question of the same subscriber stays one, and is kept for as long as this one.
        """

    def rests_on(self, screens: Sequence[str], loaded_at: datetime, now: datetime) -> int:
        """Makes those due that were asked before their data were loaded; returns how many."""

    def ask_now(self, service: str, now: datetime) -> int:
        """Makes all of a service due, of all services without one; returns how many."""

    def services_due(self, now: datetime) -> Sequence[str]:
        """Returns the services with something due, the one that has waited longest first."""

    def lease(
        self, service: str, limit: int, now: datetime, until: datetime
    ) -> Sequence[KeptQuestion]:
        """Takes questions of a service that are due, oldest first; due again after `until`."""

    def wait(self, id: int, ask_at: datetime, now: datetime, *, failed: bool) -> None:
        """Lets a question that was asked `now` be asked again later."""

    def put_back(self, ids: Sequence[int], now: datetime) -> None:
        """Makes questions due again that were taken and not asked."""

    def tell(self, id: int, sms: NewSms | None, now: datetime) -> bool:
        """Removes a question and stores the MT that settles it, in one transaction.

        Without an MT nobody is told. Returns False, with nothing stored, when it was settled or
        erased meanwhile.
        """

    def by_screen(self, now: datetime) -> Sequence[KeptOfScreen]:
        """Returns how many are kept, by service and screen."""
