"""The ports of prices that a provider tells some time after an SMS was sent, and when asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class Cost:
    """What an MT has cost, in the provider's words, and its segments where these are counted."""

    told: str
    segments: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpriced:
    """An MT without a price. It was begun at `since`; `ref` is None where no answer came."""

    id: int
    channel: str
    ref: str | None
    since: datetime


@dataclass(slots=True, kw_only=True)
class Told:
    """What came of asking: costs, when to ask again, and of what nobody is asked any more."""

    costs: dict[int, Cost] = field(default_factory=dict)
    ask_at: dict[int, datetime] = field(default_factory=dict)
    over: list[int] = field(default_factory=list)


class LatePrices(Protocol):
    """MTs whose price is still to come. Raises StoreUnavailable."""

    def claim(self, now: datetime, until: datetime, most: int) -> Sequence[Unpriced]:
        """Takes those that are due to be asked about; others see them again after `until`.

        Of those that have a price, or never left, nobody is asked any more.
        """

    def store(self, told: Told) -> None:
        """Stores what came of asking."""


@runtime_checkable
class TellsPricesLate(Protocol):
    """A provider that can be asked what an SMS has cost, some time after it was sent."""

    price_after: timedelta
    """How long after sending it mostly knows."""

    def cost_of(self, ref: str) -> Cost | None:
        """Returns what the MT of a reference has cost, None while that is not known.

        Raises SendFailed when it cannot say.
        """


Asked = Mapping[str, TellsPricesLate]
