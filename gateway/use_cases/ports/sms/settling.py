"""The ports of settling: MTs whose outcome is unknown, and what has happened to an MT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from gateway.domain.outbound.settling import ReportFlow, StepKind, Unsettled
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened to an MT; `by` is the person who did it, `other_id` its copy."""

    sms_id: int
    at: datetime
    kind: StepKind
    detail: str = ""
    by: str = ""
    other_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What was decided of unknown MTs, to be stored in one transaction. Times are aware UTC.

    `again` are sent once more as they are, since the provider surely does not have them; `copies`
    are new MTs beside their first; `failed` have no attempts left. Each counts only where its MT is
    still unknown then.
    """

    look_at: Mapping[int, datetime] = field(default_factory=dict)
    again: Sequence[int] = ()
    failed: Sequence[int] = ()
    copies: Mapping[int, NewSms] = field(default_factory=dict)
    steps: Sequence[Step] = ()


class Settling(Protocol):
    """MTs that nobody has told the end of. Raises StoreUnavailable."""

    def claim(self, now: datetime, until: datetime, most: int) -> Sequence[Unsettled]:
        """Takes unknown MTs that are due to be looked at; others see them again after `until`."""

    def flows(self) -> Mapping[str, ReportFlow]:
        """Returns by channel how its reports come; nothing of one that never had any."""

    def store(self, moves: Moves, now: datetime) -> Sequence[tuple[int, int]]:
        """Stores what was decided; returns each MT that was sent again, with its copy."""

    def is_another(self, sms: OutboundSms, provider_ref: str) -> bool:
        """Returns whether a reference is that of another MT of the same channel."""

    def end_overdue(
        self, validity: Mapping[Lane, timedelta], now: datetime, most: int
    ) -> Sequence[tuple[str, DeliveryStatus]]:
        """Ends up to `most` MTs of each kind whose time is over; returns channel and new status.

        What still waits has `expired`; what the provider has, or may have, is `unreported`.
        """


@runtime_checkable
class KnowsWhatItTook(Protocol):
    """A provider that can be asked whether it has an MT."""

    def find_sent(
        self, sms: OutboundSms, since: datetime, is_another: Callable[[str], bool]
    ) -> DeliveryReport | None:
        """Returns what it says of the MT it was handed after `since`; None when it has none such.

        Of several alike, one counts that is none of another MT's (`is_another`, by reference).
        Raises SendFailed when it cannot say, now or at all.
        """
