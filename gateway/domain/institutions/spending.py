"""Whether an institution may send more: what warns, and what brakes before the money is gone."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.domain.institutions.institution import Institution
from gateway.domain.money.money import shown_amount


class Standing(enum.StrEnum):
    """How an institution stands with a limit or a budget."""

    OK = "ok"
    WARNED = "warned"
    BRAKED = "braked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What has left, or waits to: segments of today, this month, and since the budget began.

    `money` is what was spent since then, in the currency of the budget.
    """

    today: int = 0
    month: int = 0
    budget: int = 0
    money: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One limit or budget: `used` of `most`, in segments or in a currency; `each` a segment is."""

    name: str
    used: Decimal | int
    most: Decimal | int
    warn_percent: int
    each: Decimal | int = 1
    unit: str = "segments"

    @property
    def percent(self) -> int:
        """Returns how much of it is used; all of it where nothing was allowed."""
        return int(self.used * 100 // self.most) if self.most else 100

    @property
    def left(self) -> int:
        """Returns how many segments more it allows."""
        return max(0, int((self.most - self.used) // self.each))

    @property
    def told(self) -> str:
        """Returns how much is used of how much."""
        used, most = (
            shown_amount(each) if isinstance(each, Decimal) else str(each)
            for each in (self.used, self.most)
        )
        return f"{used} of {most} {self.unit}"

    def standing(self, parts: int) -> Standing:
        """Returns how it stands once so many segments more are sent."""
        then = self.used + parts * self.each
        if then > self.most:
            return Standing.BRAKED
        return Standing.WARNED if then * 100 >= self.most * self.warn_percent else Standing.OK


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether so much may be sent, why (not), and what to do about it.

    `left` is how many segments may be sent in all; None where nothing bounds them.
    """

    standing: Standing
    why: str = ""
    next_step: str = ""
    left: int | None = None


def month_of(day: date) -> date:
    """Returns the first day of its month."""
    return day.replace(day=1)


def bounds(institution: Institution, spent: Spent) -> Iterator[Bound]:
    """Yields what bounds an institution, and how much of each is used."""
    each = (
        ("daily limit", spent.today, institution.daily_limit),
        ("monthly limit", spent.month, institution.monthly_limit),
        ("budget in segments", spent.budget, institution.budget_segments),
    )
    for name, used, most in each:
        if most is not None:
            yield Bound(name=name, used=used, most=most, warn_percent=institution.warn_percent)
    if institution.budget_money is not None and institution.price is not None:
        yield Bound(
            name="budget in money",
            used=spent.money,
            most=institution.budget_money,
            warn_percent=institution.warn_percent,
            each=institution.price,
            unit=institution.currency,
        )


def judge(institution: Institution, spent: Spent, parts: int) -> Verdict:
    """Returns whether `parts` segments more may be sent; of several bounds the tightest speaks."""
    all_bounds = list(bounds(institution, spent))
    if not all_bounds:
        return Verdict(standing=Standing.OK)
    left = min(each.left for each in all_bounds)
    tightest = max(all_bounds, key=lambda each: (_RANK[each.standing(parts)], -each.left))
    standing = tightest.standing(parts)
    if standing is Standing.OK:
        return Verdict(standing=standing, left=left)
    more = f", and {parts} segments more are asked for" if parts else ""
    return Verdict(
        standing=standing,
        why=f"The {tightest.name} of '{institution.name}' is {tightest.most} {tightest.unit}: "
        f"{tightest.used} are used{more}.",
        next_step=_next_step(institution, tightest),
        left=left,
    )


_RANK = {Standing.OK: 0, Standing.WARNED: 1, Standing.BRAKED: 2}
_OPTIONS = {
    "daily limit": "--daily",
    "monthly limit": "--monthly",
    "budget in segments": "--budget",
    "budget in money": "--money",
}


def _next_step(institution: Institution, bound: Bound) -> str:
    wait = {
        "daily limit": "wait for tomorrow, or ",
        "monthly limit": "wait for the next month, or ",
    }.get(bound.name, "")
    option = _OPTIONS[bound.name]
    return (
        f"Send to fewer, {wait}let an administrator raise it: "
        f"gateway institutions limit {institution.name} {option} NUMBER"
    )
