"""The port of the ledger: what institutions have used, and what that cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Protocol

from gateway.domain.institutions.ledger import Account
from gateway.domain.money.tariff import Prices


@dataclass(slots=True)
class Used:
    """What was used since a day: segments of SMS in all, and by the currency in which they are
    priced, and the money in millionths of it, USSD included."""

    segments: int = 0
    segments_by: dict[str, int] = field(default_factory=dict)
    millionths_by: dict[str, int] = field(default_factory=dict)

    def add(self, currency: str, segments: int, millionths: int) -> None:
        """Adds so many segments, and what something cost; the currency is empty where no price
        is known."""
        self.segments += segments
        self.segments_by[currency] = self.segments_by.get(currency, 0) + segments
        self.millionths_by[currency] = self.millionths_by.get(currency, 0) + millionths


class Ledger(Protocol):
    """The sums that limits, budgets, accounts and exports are made of. Raises StoreUnavailable."""

    def since(
        self, institution: str, days: Sequence[tuple[date, datetime]], prices: Prices
    ) -> Sequence[Used]:
        """Returns what an institution has used since each day (and the time it began).

        What waits to leave counts; what never left does not.
        """

    def account(self, month: str) -> Account:
        """Returns the account of a month (as 2026-11) as it stands, of all institutions."""

    def months(self) -> Sequence[str]:
        """Returns the months that have an account, in their order."""

    def enter(self, prices: Prices, now: datetime, zone: tzinfo) -> bool:
        """Enters some of what was used; returns whether more waits for it."""

    def settle(self, prices: Prices, now: datetime, zone: tzinfo) -> bool:
        """Looks again at what was not settled when it was entered; returns whether more is."""

    def close(self, month: str, now: datetime) -> None:
        """Closes a month for good: what comes to it later is a correction in a later one."""

    def closed(self) -> frozenset[str]:
        """Returns the months that are closed."""
