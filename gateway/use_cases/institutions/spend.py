"""Say whether an institution may send more: broadcasts ask before each step; replies never do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal

from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.ledger import DECIMALS, closes_at
from gateway.domain.institutions.spending import (
    Bound,
    Spent,
    Standing,
    Verdict,
    bounds,
    judge,
    month_of,
)
from gateway.domain.money.money import Money
from gateway.domain.money.tariff import Prices, Tariff
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.institutions import Institutions, Ledger, Used

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    `zone` is the deployment's: it says when a day and a month begin. `tariffs` are those of the
    channels.
    """

    institutions: Institutions
    ledger: Ledger
    own: str
    zone: tzinfo
    tariffs: Callable[[], Mapping[str, Tariff]]

    def may_send(self, institution: str, parts: int, moment: datetime) -> Verdict:
        """Returns whether an institution may send so many segments more, at an aware time.

        All that was accepted for sending counts, replies too, but what never left. Of a day or
        month to come nothing is used yet. Who asks for a step and then fills it can be over by what
        others fill at the same moment: one step, not more.
        """
        found = self.institutions.find(institution or self.own)
        if found is None or not found.is_bounded:
            return Verdict(standing=Standing.OK)
        return judge(found, self.spent(found, moment), parts)

    def spent(self, institution: Institution, moment: datetime) -> Spent:
        """Returns what an institution has sent of what counts at a moment, a later one, too."""
        today = moment.astimezone(self.zone).date()
        begins = [today, month_of(today), institution.budget_from or today]
        since = [(day, self._begin_of(day)) for day in begins]
        today_, month, budget = self.ledger.since(institution.name, since, self.prices())
        return Spent(
            today=today_.segments,
            month=month.segments,
            budget=budget.segments,
            money=_money(institution, budget),
        )

    def prices(self) -> Prices:
        """Returns all that is agreed: tariffs of channels, contracts of institutions."""
        contracts = {
            each.name: Money(each.price, each.currency)
            for each in self.institutions.all()
            if each.price is not None and each.currency
        }
        return Prices(tariffs=self.tariffs(), contracts=contracts)

    def bounds(self, moment: datetime) -> Mapping[str, Sequence[Bound]]:
        """Returns what bounds each institution, and how much of it is used."""
        return {
            each.name: list(bounds(each, self.spent(each, moment)))
            for each in self.institutions.all()
            if each.is_bounded
        }

    def _begin_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSpending:
    """What the ticker does: enters what was used, closes months, and warns once of a bound."""

    spend: Spend
    clock: Clock
    warned: dict[tuple[str, str], Standing] = field(default_factory=dict)
    tell: Callable[..., object] = log.warning

    def __call__(self) -> bool:
        """Returns whether there is more to count; raises StoreUnavailable."""
        now = self.clock.now()
        ledger, prices, zone = self.spend.ledger, self.spend.prices(), self.spend.zone
        if ledger.enter(prices, now, zone) or ledger.settle(prices, now, zone):
            return True
        if abs(self.clock.skew()) <= MOST_SKEW:  # a month that is closed is not opened again
            self._close(now)
        for name, of_name in self.spend.bounds(now).items():
            for bound in of_name:
                self._warn(name, bound)
        return False

    def _close(self, now: datetime) -> None:
        """Closes months that are over; all of them is entered, for nothing more waits for it."""
        today = now.astimezone(self.spend.zone).date()
        months, closed = self.spend.ledger.months(), self.spend.ledger.closed()
        for month in months:
            if month not in closed and today >= closes_at(month):
                self.spend.ledger.close(month, now)
                log.info("The account of %s is closed.", month)

    def _warn(self, institution: str, bound: Bound) -> None:
        # What is used to the last segment brakes the next one.
        standing = Standing.BRAKED if bound.used >= bound.most else bound.standing(0)
        before = self.warned.get((institution, bound.name), Standing.OK)
        self.warned[institution, bound.name] = standing
        if standing is not before and standing is not Standing.OK:
            self.tell(
                "The %s of '%s' is used to %d %%: %s.",
                bound.name, institution, bound.percent, bound.told,
            )  # fmt: skip


def _money(institution: Institution, used: Used) -> Decimal:
    """Returns what was spent in the currency of a budget.

    Segments that are priced in another currency, or not at all, count at the contract's price.
    """
    own = Decimal(used.millionths_by.get(institution.currency, 0)).scaleb(-DECIMALS)
    others = sum(
        number for name, number in used.segments_by.items() if name != institution.currency
    )
    return own + others * (institution.price or 0)
