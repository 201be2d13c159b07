"""What an SMS or a USSD session costs: by the provider's word, the tariff, or the contract."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.domain.money.money import Money

#: No session lasts so long: it is one block where nobody has said how long a block is.
NO_BLOCKS = 86_400


class Priced(enum.StrEnum):
    """By whose word a sum stands: the provider told it, or the channel's tariff, or the contract of
    the institution. `NONE`: nobody has said what it costs."""

    PROVIDER = "provider"
    TARIFF = "tariff"
    CONTRACT = "contract"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a channel costs, as its contract says, in one currency (ISO 4217).

    `segment` is the price of a segment of SMS, `block` that of each started block of
    `block_seconds` of a USSD session. What is None has no price.
    """

    currency: str
    segment: Decimal | None = None
    block: Decimal | None = None
    block_seconds: int = 20


@dataclass(frozen=True, slots=True)
class Price:
    """An amount, and by whose word it stands; no amount where nobody has said."""

    money: Money | None
    by: Priced


UNPRICED = Price(None, Priced.NONE)


def price_of_sms(
    told: str, number: int, segments: int, tariff: Tariff | None, contract: Money | None
) -> Price:
    """Returns what MTs that are alike cost: `told` by the provider of each, else by their segments.

    >>> price_of_sms("KES 0.8000", 2, 2, None, None).money
    Money(amount=Decimal('1.6000'), currency='KES')
    """
    try:
        return Price(Money.parse(told).times(number), Priced.PROVIDER)
    except ValueError:
        pass
    if tariff is not None and tariff.segment is not None:
        return Price(Money(tariff.segment * segments, tariff.currency), Priced.TARIFF)
    if contract is not None:
        return Price(contract.times(segments), Priced.CONTRACT)
    return UNPRICED


def price_of_blocks(blocks: int, tariff: Tariff | None) -> Price:
    """Returns what blocks of USSD sessions cost."""
    if tariff is None or tariff.block is None:
        return UNPRICED
    return Price(Money(tariff.block * blocks, tariff.currency), Priced.TARIFF)


def blocks_begun(before: int | None, until: int, seconds: int) -> int:
    """Returns how many blocks of so many seconds a turn has begun.

    `until` is how many seconds the session had lasted when the turn was answered, `before` how many
    at the turn before; None for the first turn of a session, which begins its first block.

    >>> [blocks_begun(None, 0, 20), blocks_begun(0, 19, 20), blocks_begun(19, 61, 20)]
    [1, 0, 3]
    """
    begun = until // seconds + 1
    return begun if before is None else begun - (before // seconds + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """All that is agreed: the `tariffs` of channels, and what a segment costs an institution by its
    contract."""

    tariffs: Mapping[str, Tariff] = field(default_factory=dict)
    contracts: Mapping[str, Money] = field(default_factory=dict)

    def of_sms(
        self, channel: str, institution: str, told: str, number: int, segments: int
    ) -> Price:
        """Returns what MTs that are alike cost; `told` is what the provider says of each."""
        tariff, contract = self.tariffs.get(channel), self.contracts.get(institution)
        return price_of_sms(told, number, segments, tariff, contract)

    def of_blocks(self, channel: str, blocks: int) -> Price:
        """Returns what blocks of USSD sessions cost."""
        return price_of_blocks(blocks, self.tariffs.get(channel))

    def block_seconds(self, channel: str) -> int:
        """Returns how long a block is; a session is one block where no tariff says."""
        tariff = self.tariffs.get(channel)
        return NO_BLOCKS if tariff is None else tariff.block_seconds
