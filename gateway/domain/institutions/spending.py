"""Whether an institution may send more: what warns, and what brakes before the money is gone."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gateway.domain.institutions.institution import Institution


class Standing(enum.StrEnum):
    """How an institution stands with a limit or a budget."""

    OK = "ok"
    WARNED = "warned"
    BRAKED = "braked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Segments that were accepted for sending: today, this month, and since the budget began."""

    today: int = 0
    month: int = 0
    budget: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """One limit or budget: `used` of `most` segments."""

    name: str
    used: int
    most: int
    warn_percent: int

    @property
    def percent(self) -> int:
        """Returns how much of it is used; all of it where nothing was allowed."""
        return self.used * 100 // self.most if self.most else 100

    def standing(self, parts: int) -> Standing:
        """Returns how it stands once so many segments more are sent."""
        then = self.used + parts
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
        ("budget in money", spent.budget, _segments_for_money(institution)),
    )
    for name, used, most in each:
        if most is not None:
            yield Bound(name=name, used=used, most=most, warn_percent=institution.warn_percent)


def judge(institution: Institution, spent: Spent, parts: int) -> Verdict:
    """Returns whether `parts` segments more may be sent; of several bounds the tightest speaks."""
    all_bounds = list(bounds(institution, spent))
    if not all_bounds:
        return Verdict(standing=Standing.OK)
    left = max(0, min(each.most - each.used for each in all_bounds))
    tightest = max(
        all_bounds, key=lambda each: (_RANK[each.standing(parts)], each.used - each.most)
    )
    standing = tightest.standing(parts)
    if standing is Standing.OK:
        return Verdict(standing=standing, left=left)
    return Verdict(
        standing=standing,
        why=f"The {tightest.name} of '{institution.name}' is {tightest.most} segments"
        f"{_money_of(institution, tightest)}: {tightest.used} are used, and {parts} more are "
        "asked for.",
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


def _segments_for_money(institution: Institution) -> int | None:
    if institution.budget_money is None or institution.price is None:
        return None
    return int(institution.budget_money // institution.price)


def _money_of(institution: Institution, bound: Bound) -> str:
    if bound.name != "budget in money":
        return ""
    return f" ({institution.currency} {institution.budget_money} at {institution.price} a segment)"


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
