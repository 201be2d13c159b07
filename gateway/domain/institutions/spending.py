"""Whether an institution may send more: what warns, and what brakes before the money is gone."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from gateway.domain.faults_and_errors.sentence import Sentence, again, parts_of
from gateway.domain.institutions.institution import Institution
from gateway.domain.money.money import shown_amount

#: In what a bound counts that counts no money.
SEGMENTS = Sentence("segments")
_DAILY, _MONTHLY = Sentence("daily limit"), Sentence("monthly limit")
_BUDGET, _MONEY = Sentence("budget in segments"), Sentence("budget in money")


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
    """One limit or budget: `used` of `most`, in segments or in a currency; `each` a segment is.

    The name is a `Sentence`, and so is what is told of it.
    """

    name: str
    used: Decimal | int
    most: Decimal | int
    warn_percent: int
    each: Decimal | int = 1
    unit: str = SEGMENTS

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
        return Sentence(
            "%(used)s of %(most)s %(unit)s",
            used=_plain(self.used),
            most=_plain(self.most),
            unit=self.unit,
        )

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

    @property
    def told(self) -> str:
        """Returns why, and what to do where it is done by command."""
        if not isinstance(self.why, Sentence):
            return self.why
        *before, last = self.why.first, *self.why.then
        if not isinstance(last, Sentence):
            return self.why
        sentence, _, on_page, singular, counts, values = parts_of(last)
        told = again((sentence, self.next_step, on_page, singular, counts, values), ())
        return told if not before else again(parts_of(self.why), (*self.why.then[:-1], told))


def _plain(amount: Decimal | int) -> str:
    """Returns segments or money as people write them."""
    return shown_amount(amount) if isinstance(amount, Decimal) else str(amount)


def month_of(day: date) -> date:
    """Returns the first day of its month."""
    return day.replace(day=1)


def bounds(institution: Institution, spent: Spent) -> Iterator[Bound]:
    """Yields what bounds an institution, and how much of each is used."""
    each = (
        (_DAILY, spent.today, institution.daily_limit),
        (_MONTHLY, spent.month, institution.monthly_limit),
        (_BUDGET, spent.budget, institution.budget_segments),
    )
    for name, used, most in each:
        if most is not None:
            yield Bound(name=name, used=used, most=most, warn_percent=institution.warn_percent)
    if institution.budget_money is not None and institution.price is not None:
        yield Bound(
            name=_MONEY,
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
    why = Sentence(
        "The %(bound)s of '%(name)s' is %(most)s %(unit)s: %(used)s are used.",
        bound=tightest.name,
        name=institution.name,
        most=_plain(tightest.most),
        unit=tightest.unit,
        used=_plain(tightest.used),
    )
    return Verdict(
        standing=standing,
        why=why + (Sentence(" It takes %(number)s segments more.", number=parts) if parts else ""),
        next_step=_next_step(institution, tightest),
        left=left,
    )


_RANK = {Standing.OK: 0, Standing.WARNED: 1, Standing.BRAKED: 2}
_OPTIONS: Mapping[str, str] = {
    _DAILY: "--daily",
    _MONTHLY: "--monthly",
    _BUDGET: "--budget",
    _MONEY: "--money",
}


_WAITS: Mapping[str, str] = {
    _DAILY: "wait for tomorrow, or ",
    _MONTHLY: "wait for the next month, or ",
}


def _next_step(institution: Institution, bound: Bound) -> str:
    wait = _WAITS.get(bound.name, "")
    option = _OPTIONS[bound.name]
    return (
        f"Send to fewer, {wait}let an administrator raise it: "
        f"gateway institutions limit {institution.name} {option} NUMBER"
    )
