"""Say whether an institution may send more: broadcasts ask before each step; replies never do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo

from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.spending import (
    Bound,
    Spent,
    Standing,
    Verdict,
    bounds,
    judge,
    month_of,
)
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.institutions import Institutions, SpentSegments

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """The use case, with the ports it needs. All methods raise StoreUnavailable.

    `zone` is the deployment's: it says when a day and a month begin.
    """

    institutions: Institutions
    segments: SpentSegments
    own: str
    zone: tzinfo

    def may_send(self, institution: str, parts: int, moment: datetime) -> Verdict:
        """Returns whether an institution may send so many segments more, at an aware time.

        All that was accepted for sending counts, replies too. Who asks for a step and then fills it
        can be over by what others fill at the same moment: one step, not more.
        """
        found = self.institutions.find(institution or self.own)
        if found is None or not found.is_bounded:
            return Verdict(standing=Standing.OK)
        return judge(found, self.spent(found, moment), parts)

    def spent(self, institution: Institution, moment: datetime) -> Spent:
        """Returns what an institution has sent until now."""
        today = moment.astimezone(self.zone).date()
        begins = [today, month_of(today), institution.budget_from or today]
        since = [(day, self._begin_of(day)) for day in begins]
        today_, month, budget = self.segments.since(institution.name, since)
        return Spent(today=today_, month=month, budget=budget)

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
    """What the ticker does: counts what was accepted, and warns once of what comes near its end."""

    spend: Spend
    clock: Clock
    warned: dict[tuple[str, str], Standing] = field(default_factory=dict)
    tell: Callable[..., object] = log.warning

    def __call__(self) -> bool:
        """Returns whether there is more to count; raises StoreUnavailable."""
        now = self.clock.now()
        if self.spend.segments.count(now, self.spend.zone):
            return True
        for name, of_name in self.spend.bounds(now).items():
            for bound in of_name:
                self._warn(name, bound)
        return False

    def _warn(self, institution: str, bound: Bound) -> None:
        # What is used to the last segment brakes the next one.
        standing = Standing.BRAKED if bound.used >= bound.most else bound.standing(0)
        before = self.warned.get((institution, bound.name), Standing.OK)
        self.warned[institution, bound.name] = standing
        if standing is not before and standing is not Standing.OK:
            self.tell(
                "The %s of '%s' is used to %d %%: %d of %d segments.",
                bound.name, institution, bound.percent, bound.used, bound.most,
            )  # fmt: skip
