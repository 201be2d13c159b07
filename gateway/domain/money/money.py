"""What segments cost: an exact decimal of one currency."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_AMOUNT, _CURRENCY = r"(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,6})?)", r"(?P<currency>[A-Z]{3})"
#: As people write it, and as providers tell a cost.
_WRITTEN = (re.compile(f"{_AMOUNT} {_CURRENCY}"), re.compile(f"{_CURRENCY} {_AMOUNT}"))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency (ISO 4217)."""

    amount: Decimal
    currency: str

    @classmethod
    def parse(cls, written: str) -> Money:
        """Returns the money of a text such as `0.80 KES`; raises ValueError for another form.

        >>> str(Money.parse("KES 0.8000"))
        '0.8000 KES'
        """
        for form in _WRITTEN:
            if match := form.fullmatch(written):
                return cls(Decimal(match["amount"]), match["currency"])
        raise ValueError("Expected an amount and a currency, such as 0.80 KES.")

    def times(self, number: int) -> Money:
        """Returns so many times the amount.

        >>> str(Money.parse("0.80 KES").times(3))
        '2.40 KES'
        """
        return Money(self.amount * number, self.currency)

    def plus(self, other: Money) -> Money:
        """Returns the sum; raises ValueError for two currencies."""
        if other.currency != self.currency:
            raise ValueError("Amounts of two currencies have no sum.")
        return Money(self.amount + other.amount, self.currency)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


def shown_amount(amount: Decimal) -> str:
    """Returns an amount as people read it: exact, without zeros that say nothing.

    >>> shown_amount(Decimal("80.000000"))
    '80.00'
    >>> shown_amount(Decimal("0.0075"))
    '0.0075'
    """
    whole, _, decimals = f"{amount:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0'):0<2}"
