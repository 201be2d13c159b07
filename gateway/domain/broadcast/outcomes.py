"""What has come of the MTs of a broadcast, in the words that operators read."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.money.money import Money
from gateway.domain.telecom.delivery import NO_REPORT, DeliveryStatus

#: Why an MT of a broadcast that ended early was not sent.
TAKEN_BACK = "taken_back"


class Outcome(enum.StrEnum):
    """`WAITING` has not left; `SENT` has, and no report came yet. `REFUSED` by STOP.

    `EXPIRED` came too late, `TAKEN_BACK` was not sent since it was cancelled, and of `UNKNOWN`
    nobody knows whether it was sent.
    """

    WAITING = "waiting"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"
    UNKNOWN = "unknown"


def outcome_of(status: DeliveryStatus, error: str) -> Outcome:
    """Returns what has come of an MT.

    >>> outcome_of(DeliveryStatus.REFUSED, "opted_out"), outcome_of(DeliveryStatus.LEASED, "")
    (<Outcome.REFUSED: 'refused'>, <Outcome.WAITING: 'waiting'>)
    """
    match status:
        case DeliveryStatus.QUEUED | DeliveryStatus.LEASED | DeliveryStatus.SENDING:
            return Outcome.WAITING
        case DeliveryStatus.SENT:
            return Outcome.SENT
        case DeliveryStatus.DELIVERED:
            return Outcome.DELIVERED
        case DeliveryStatus.UNDELIVERED | DeliveryStatus.REJECTED | DeliveryStatus.FAILED:
            return Outcome.FAILED
        case DeliveryStatus.EXPIRED:
            return Outcome.EXPIRED
        case DeliveryStatus.REFUSED:
            return Outcome.TAKEN_BACK if error == TAKEN_BACK else Outcome.REFUSED
        case DeliveryStatus.UNKNOWN:
            return Outcome.UNKNOWN
        case DeliveryStatus.UNREPORTED:
            return Outcome.SENT if error == NO_REPORT else Outcome.UNKNOWN
        case _:
            assert_never(status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """MTs of one language on one channel that came to the same; `cost` where it is known."""

    language: str
    channel: str
    outcome: Outcome
    number: int
    segments: int
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All that has come of a broadcast so far."""

    parts: tuple[Part, ...] = ()

    @property
    def numbers(self) -> Mapping[str, int]:
        """Returns how many MTs have come to what."""
        found: Counter[str] = Counter({each.value: 0 for each in Outcome})
        for part in self.parts:
            found[part.outcome.value] += part.number
        return dict(found)

    @property
    def number(self) -> int:
        """Returns how many MTs there are."""
        return sum(each.number for each in self.parts)

    @property
    def done(self) -> int:
        """Returns how many MTs wait no longer."""
        return sum(each.number for each in self.parts if each.outcome is not Outcome.WAITING)

    @property
    def costs(self) -> Mapping[str, str]:
        """Returns what was spent, by currency: exact sums."""
        sums: dict[str, Money] = {}
        for part in self.parts:
            if part.cost is not None:
                before = sums.get(part.cost.currency)
                sums[part.cost.currency] = part.cost if before is None else before.plus(part.cost)
        return {currency: f"{money.amount:f}" for currency, money in sorted(sums.items())}


def summed(parts: Iterable[Part]) -> Outcomes:
    """Returns parts that are alike as one, in a fixed order."""
    found: dict[tuple[str, str, str, str], Part] = {}
    for part in parts:
        currency = part.cost.currency if part.cost else ""
        key = (part.language, part.channel, part.outcome.value, currency)
        before = found.get(key)
        found[key] = part if before is None else _both(before, part)
    return Outcomes(tuple(found[key] for key in sorted(found)))


def _both(one: Part, other: Part) -> Part:
    cost = one.cost.plus(other.cost) if one.cost and other.cost else None
    return Part(
        language=one.language,
        channel=one.channel,
        outcome=one.outcome,
        number=one.number + other.number,
        segments=one.segments + other.segments,
        cost=cost,
    )
