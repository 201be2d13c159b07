"""An institution: by which names and channels it writes, and how much it may send and spend."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.domain.faults_and_errors.sentence import Sentence

#: As the menu writes them, and `institution` of the settings.
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")

#: From so much of a limit or budget on the gateway warns, in percent.
WARN_PERCENT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """What was set of an institution; nothing bounds what is None.

    Limits are in segments, of a day and of a month in the deployment's time zone. A budget counts
    from the day `budget_from`: in segments, and in money at the `price` of a segment that the
    contract says, both in `currency` (ISO 4217). `sender_ids`, `channels` and `topics` are those it
    may use; empty is any.
    """

    name: str
    title: str = ""
    sender_ids: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    daily_limit: int | None = None
    monthly_limit: int | None = None
    budget_segments: int | None = None
    budget_money: Decimal | None = None
    price: Decimal | None = None
    currency: str = ""
    budget_from: date | None = None
    warn_percent: int = WARN_PERCENT

    def __post_init__(self) -> None:
        """Raises ValueError for what does not fit together, with what would."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                Sentence(
                    "'%(name)s' is no name of an institution: small letters, digits and _, such "
                    "as public_works.",
                    name=self.name,
                )
            )
        for limit in (self.daily_limit, self.monthly_limit, self.budget_segments):
            if limit is not None and limit < 0:
                raise ValueError(Sentence("A limit is a number of segments, 0 or more."))
        if self.budget_money is not None:
            if self.budget_money < 0:
                raise ValueError(Sentence("A budget is 0 or more."))
            if not self.price or not self.currency:
                raise ValueError(
                    Sentence(
                        "A budget in money needs the price of a segment, as your contract says it.",
                        by_command="Such as: --price 0.80 --currency KES",
                    )
                )
        if self.price is not None and self.price <= 0:
            raise ValueError(Sentence("The price of a segment is more than 0."))
        has_budget = self.budget_segments is not None or self.budget_money is not None
        if has_budget and self.budget_from is None:
            raise ValueError(
                Sentence(
                    "A budget needs the day from which it counts.",
                    by_command="Such as: --from 2026-07-01",
                )
            )
        if not 1 <= self.warn_percent <= 100:
            raise ValueError(Sentence("Warn at 1 to 100 percent."))

    @property
    def is_bounded(self) -> bool:
        """Returns whether anything bounds what it sends."""
        bounds = (self.daily_limit, self.monthly_limit, self.budget_segments, self.budget_money)
        return any(each is not None for each in bounds)
