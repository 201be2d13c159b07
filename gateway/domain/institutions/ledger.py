"""The ledger: what each institution has used of each service and channel, and what that cost.

Sums are exact. An amount stands in millionths of its currency, as a whole number, which no database
rounds.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from gateway.domain.money.tariff import Priced
from gateway.domain.telecom.delivery import DeliveryStatus

#: An MT with one of these left us, or may have left: it is paid for.
_LEFT = frozenset(
    {
        DeliveryStatus.UNKNOWN,
        DeliveryStatus.SENT,
        DeliveryStatus.UNREPORTED,
        DeliveryStatus.DELIVERED,
        DeliveryStatus.UNDELIVERED,
    }
)
WAITING = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.LEASED, DeliveryStatus.SENDING})
#: Prices have so many decimals at most: providers tell up to five.
DECIMALS = 6
_MILLIONTHS = 10**DECIMALS
#: A month closes so long after its end: by then what was unknown is settled.
CLOSES_AFTER = timedelta(days=5)


class Kind(enum.StrEnum):
    """What was used: segments of SMS, or blocks of USSD sessions."""

    SMS = "sms"
    USSD = "ussd"


class Standing(enum.StrEnum):
    """Whether an MT is paid for: it waits to leave, or has left. One that did not is neither."""

    WAITS = "waits"
    LEFT = "left"


class Entry(NamedTuple):
    """What sums are kept apart by.

    `month` (as 2026-11) is the account in which they stand, `day` (as 2026-11-29) the day in the
    deployment's zone on which the MT was accepted, or the turn answered. A day that is not of the
    month tells a correction: its own month was closed. `unicode` says that the texts were not in
    GSM-7. `template` is the screen, message or sentence of the menu that worded them, empty where
    none did.
    """

    month: str
    day: str
    institution: str
    service: str
    channel: str
    kind: Kind
    language: str
    unicode: bool
    standing: Standing
    currency: str
    priced: Priced
    template: str = ""


@dataclass(frozen=True, slots=True)
class Sums:
    """How much: `number` of MTs or sessions, `units` of segments or blocks.

    `extra` are those of the segments that are there since the text is not in GSM-7.
    """

    number: int = 0
    units: int = 0
    extra: int = 0
    millionths: int = 0

    def plus(self, other: Sums) -> Sums:
        """Returns both together."""
        return Sums(
            self.number + other.number,
            self.units + other.units,
            self.extra + other.extra,
            self.millionths + other.millionths,
        )

    @property
    def negative(self) -> Sums:
        """Returns what takes them back."""
        return Sums(-self.number, -self.units, -self.extra, -self.millionths)

    @property
    def amount(self) -> Decimal:
        """Returns the money, exact."""
        return Decimal(self.millionths).scaleb(-DECIMALS)


Lines = Mapping[Entry, Sums]


def millionths_of(amount: Decimal) -> int:
    """Returns an amount in millionths; raises ValueError for one of more decimals.

    >>> millionths_of(Decimal("0.80"))
    800000
    """
    found = amount * _MILLIONTHS
    if found != found.to_integral_value():
        raise ValueError(f"An amount has {DECIMALS} decimals at most.")
    return int(found)


def month_name(day: date) -> str:
    """Returns the month of a day, as 2026-11."""
    return f"{day:%Y-%m}"


def account_of(day: date, today: date, closed: frozenset[str]) -> str:
    """Returns the month in whose account something stands: the present one where its own is closed.

    >>> account_of(date(2026, 10, 31), date(2026, 11, 9), frozenset({"2026-10"}))
    '2026-11'
    """
    own = month_name(day)
    return month_name(today) if own in closed else own


def closes_at(month: str) -> date:
    """Returns the day from which on a month may be closed.

    >>> closes_at("2026-12")
    datetime.date(2027, 1, 6)
    """
    first = datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    following = (first + timedelta(days=31)).replace(day=1)
    return following + CLOSES_AFTER


def by_month(lines: Iterable[tuple[Entry, Sums]]) -> Iterator[tuple[Entry, Sums]]:
    """Yields the sums of a month's account: days together, but corrections apart by their month.

    `day` then is the month that they are about.
    """
    found: dict[Entry, Sums] = {}
    for entry, sums in lines:
        whole = entry._replace(day=entry.day[:7])
        found[whole] = found.get(whole, Sums()).plus(sums)
    for whole in sorted(found):
        if found[whole] != Sums():
            yield whole, found[whole]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A month as it stands; `lines` are those of `by_month`, `closed_at` None while it is open."""

    month: str
    closed_at: datetime | None
    lines: tuple[tuple[Entry, Sums], ...]

    def of(self, institutions: frozenset[str]) -> Account:
        """Returns the lines of some institutions."""
        mine = tuple(each for each in self.lines if each[0].institution in institutions)
        return replace(self, lines=mine)

    @property
    def totals(self) -> Mapping[tuple[Kind, str], Sums]:
        """Returns what has left, by kind and currency."""
        found: dict[tuple[Kind, str], Sums] = {}
        for entry, sums in self.lines:
            if entry.standing is Standing.LEFT:
                key = (entry.kind, entry.currency)
                found[key] = found.get(key, Sums()).plus(sums)
        return dict(sorted(found.items()))


def standing_of(status: DeliveryStatus, *, taken: bool) -> Standing | None:
    """Returns whether an MT is paid for; None where it never left, and never will.

    `taken` says that the provider has given it a reference: what expires or is rejected after that
    was carried, and is paid for.

    >>> standing_of(DeliveryStatus.EXPIRED, taken=True)
    <Standing.LEFT: 'left'>
    >>> standing_of(DeliveryStatus.EXPIRED, taken=False) is None
    True
    """
    if status in WAITING:
        return Standing.WAITS
    return Standing.LEFT if taken or status in _LEFT else None
