"""A broadcast as it is drafted, and as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.domain.broadcast.audience import Audience
from gateway.domain.broadcast.outcomes import Part
from gateway.domain.broadcast.states import State
from gateway.domain.telecom.sms import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBroadcast:
    """One text to many, as somebody drafts it; times are aware.

    `key` makes it exactly one: a second draft with the same key is the first. `texts` are by
    language, and `fallback` is the language of who reads none of them. `topic` is what it is about:
    who has stopped that is not written to. Those of the lane `urgent` go at night as well.
    `per_minute` is 0 for as fast as the channel goes; `service_code` is the code that it names.
    What is not sent by `valid_until` is not sent.
    """

    key: str = field(repr=False)
    institution: str
    topic: str
    title: str
    audience: Audience
    texts: Mapping[str, str] = field(repr=False)
    fallback: str
    lane: Lane = Lane.BULK
    channel: str = ""
    per_minute: int = 0
    service_code: str = ""
    valid_until: datetime | None = None
    created_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast as it stands. `version` counts what was changed, so that nobody overwrites.

    `why` says why it is as it is, where it did not come there by a person's wish. `estimate` is
    what the check has found, as plain values. The outbox was filled up to `cursor`, and `filled`
    recipients are in it; `left_out` counts the others by reason. The next is due at `next_at`.
    While it is `held` nothing of it leaves the outbox. `report` is what came of it, kept some days
    after its end, for when its MTs are removed. `emergency_by` has declared it an emergency, which
    goes to those who said STOP, too; empty for every other. A worker was asked at `checking_since`
    to count whom it reaches; None while none is.
    """

    id: int
    key: bytes = field(repr=False)
    institution: str
    topic: str
    title: str
    audience: Audience
    texts: Mapping[str, str] = field(repr=False)
    fallback: str
    lane: Lane
    channel: str
    per_minute: int
    service_code: str
    valid_until: datetime | None
    created_by: str
    created_at: datetime
    state: State
    why: str
    changed_at: datetime
    version: int
    estimate: Mapping[str, Any] = field(default_factory=dict)
    approved_by: str = ""
    approved_at: datetime | None = None
    start_at: datetime | None = None
    cursor: str = ""
    filled: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)
    next_at: datetime | None = None
    held: bool = False
    filled_at: datetime | None = None
    list_rows: int | None = None
    closed_at: datetime | None = None
    report: tuple[Part, ...] | None = None
    emergency_by: str = ""
    emergency_at: datetime | None = None
    checking_since: datetime | None = None

    @property
    def is_emergency(self) -> bool:
        """Returns whether somebody has declared it an emergency."""
        return self.emergency_at is not None

    @property
    def recipients(self) -> int:
        """Returns how many it reaches, as the check has counted; 0 before."""
        return int(self.estimate.get("recipients", 0))

    def has_expired(self, now: datetime) -> bool:
        """Returns whether what it says holds no longer."""
        return self.valid_until is not None and self.valid_until <= now
