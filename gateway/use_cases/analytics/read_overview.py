"""Read the overview: what goes on, how well, and for whom, in tables of figures.

It counts nothing itself: sums are read that were made as turns and SMS came, so that it takes as
long with a million sessions as with ten thousand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from gateway.domain.analytics.session_ends import Course
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.spans import Period, Span
from gateway.domain.analytics.tables import Table
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.institutions.roles import Act
from gateway.domain.retention.what_is_removed import SHORT_SPANS_KEPT
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.analytics import breaker_tables, course_tables, present_tables, volume_tables
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.analytics.breakers import BreakerMinutes
from gateway.use_cases.ports.analytics.present import Moment, Present
from gateway.use_cases.ports.analytics.sums import Group, SmsCount, Sums, Volume, Whose

#: What is told of answers that come late is of so long.
OF_LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted: from when on, up to when, and whose."""

    now: datetime
    period: Period
    zone: tzinfo
    whose: Whose

    @property
    def since(self) -> datetime:
        """Returns when the period began."""
        return self.period.since(self.now, self.zone)

    @property
    def first_day(self) -> datetime:
        """Returns the beginning of its first day."""
        return self.period.first_day(self.now, self.zone)

    def span(self, short: Span) -> Span:
        """Returns by which stretches of time its sums are read; `short` ones go after days."""
        return short if self.period is Period.DAY else Span.DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOverview:
    """The use case, with the ports it needs. It raises NotAllowed, Refused and StoreUnavailable.

    Of fewer than `fewest` sessions nothing is shown by itself; `network_of` names a network by its
    code.
    """

    sums: Sums
    present: Present
    breaker_minutes: BreakerMinutes
    channels: Mapping[str, Channel]
    authorise: Authorise
    network_of: Callable[[str], str]
    fewest: int
    zone: tzinfo
    clock: Clock

    def __call__(
        self, by: str, period: Period = Period.DAY, institution: str = "", names: Sequence[str] = ()
    ) -> Sequence[Table]:
        """Returns tables by their names, in the order of `TABLES`.

        Where none is named it is all of them, but that of districts where no service counts by any.
        They have what `by` may read: what is an institution's, of that one where one is named. What
        is the whole gateway's (queues, back ends) has who may read in all institutions.
        """
        for name in names:
            if name not in TABLES:
                raise Refused(
                    Sentence(
                        "There is no table '%(name)s'.%(guess)s There are: %(known)s.",
                        name=name,
                        guess=did_you_mean(name, TABLES),
                        known=", ".join(TABLES),
                    )
                )
        asked = Asked(
            now=self.clock.now(),
            period=period,
            zone=self.zone,
            whose=self._whose(by, institution),
        )
        wanted = [name for name in TABLES if name in names] or list(TABLES)
        if asked.whose is not None:
            for name in OF_THE_GATEWAY.intersection(names):
                raise Refused(
                    Sentence(
                        "The table '%(name)s' is of the gateway as a whole, and of no institution: "
                        "it takes a role in every institution.",
                        name=name,
                    )
                )
            wanted = [name for name in wanted if name not in OF_THE_GATEWAY]
        reading = _Reading(self, asked)
        tables = [TABLES[name](reading) for name in wanted]
        bare = DECLARED.difference(names)
        return [each for each in tables if each.rows or each.name not in bare]

    def _whose(self, by: str, institution: str) -> Whose:
        if institution:
            unseen = Refused(
                Sentence(
                    "There is no institution '%(name)s' that you may see.",
                    by_command="See: gateway institutions list",
                    name=institution,
                )
            )
            self.authorise.over(by, institution, Act.READ, unseen)
            if not self.authorise.exists(institution):
                raise unseen
            return frozenset({institution})
        return self.authorise.reach(by, Act.READ).institutions


class _Reading:
    """One reading: what several tables are made of is asked once."""

    def __init__(self, overview: ReadOverview, asked: Asked) -> None:
        self._own, self._asked = overview, asked
        self._sums = overview.sums
        self._moment: Moment | None = None
        self._all_courses: Mapping[Group, Course] | None = None
        self._all_sms: Sequence[SmsCount] | None = None
        self._volume_of_late: Mapping[str, Volume] | None = None

    def incidents(self) -> Table:
        moment = self.moment() if self._asked.whose is None else None
        return present_tables.incidents(moment, self._budgets(), self._of_late())

    def now(self) -> Table:
        return volume_tables.now(self._of_late(), self._own.fewest)

    def time(self) -> Table:
        asked = self._asked
        return volume_tables.over_time(
            asked.period.steps(asked.now, asked.zone),
            lambda at: asked.period.step_of(at, asked.zone),
            self._sums.volume(asked.span(Span.MINUTES), asked.since, asked.whose),
            self._sms(),
            self._own.fewest,
        )

    def answers(self) -> Table:
        asked = self._asked
        return volume_tables.answers(
            self._sums.answer_times(asked.span(Span.HOUR), asked.since, asked.whose),
            self._sums.volume_of_channels(asked.span(Span.MINUTES), asked.since, asked.whose),
            self._own.channels,
        )

    def services(self) -> Table:
        return course_tables.services(self._courses(), self._own.fewest)

    def screens(self) -> Table:
        asked = self._asked
        found = self._sums.screens(asked.first_day, asked.whose)
        return course_tables.screens(found, self._courses(), self._own.fewest)

    def wrong(self) -> Table:
        asked = self._asked
        found = self._sums.refusals(asked.first_day, asked.whose)
        return course_tables.wrong(found, self._courses(), self._own.fewest)

    def languages(self) -> Table:
        return course_tables.languages(self._courses(), self._own.fewest)

    def networks(self) -> Table:
        return course_tables.networks(self._courses(), self._own.fewest, self._own.network_of)

    def districts(self) -> Table:
        return course_tables.districts(self._courses(), self._own.fewest)

    def equity(self) -> Table:
        asked = self._asked
        first, last = (at.astimezone(asked.zone).date() for at in (asked.first_day, asked.now))
        segments = self._sums.segments(first, last, asked.whose)
        own = self._own
        return course_tables.equity(self._courses(), segments, own.fewest, own.network_of)

    def delivery(self) -> Table:
        asked = self._asked
        look = SmsLook.QUARTER if asked.period is Period.DAY else SmsLook.DAY
        return volume_tables.delivery(self._sms(), look, self._own.channels)

    def queues(self) -> Table:
        return present_tables.queues(self.moment())

    def back_ends(self) -> Table:
        return present_tables.back_ends(self.moment())

    def breakers(self) -> Table:
        now = self._asked.now
        since = Span.MINUTES.begins(max(self._asked.since, now - SHORT_SPANS_KEPT), UTC)
        seen = self._own.breaker_minutes.since(since)
        return breaker_tables.over_time(seen, since, now)

    def budgets(self) -> Table:
        return present_tables.budgets(self._budgets())

    def moment(self) -> Moment:
        """Returns how the gateway stands, read once."""
        if self._moment is None:
            self._moment = self._own.present.moment()
        return self._moment

    def _of_late(self) -> Mapping[str, Volume]:
        """Returns USSD of the last minutes by channel, read once."""
        if self._volume_of_late is None:
            asked = self._asked
            since = Span.MINUTES.begins(asked.now - OF_LATE, asked.zone)
            found = self._sums.volume_of_channels(Span.MINUTES, since, asked.whose)
            self._volume_of_late = found
        return self._volume_of_late

    def _sms(self) -> Sequence[SmsCount]:
        """Returns the SMS of the period, read once: over time, and by delivery."""
        if self._all_sms is None:
            asked = self._asked
            self._all_sms = self._sums.sms(asked.span(Span.HOUR), asked.since, asked.whose)
        return self._all_sms

    def _courses(self) -> Mapping[Group, Course]:
        """Returns how sessions went on in services, read once: most tables are made of it."""
        if self._all_courses is None:
            asked = self._asked
            self._all_courses = self._sums.courses(asked.first_day, asked.whose)
        return self._all_courses

    def _budgets(self) -> present_tables.Budgets:
        whose = self._asked.whose
        return {
            name: bounds
            for name, bounds in self._own.present.budgets().items()
            if whose is None or name in whose
        }


#: What is there only where a service declares it.
DECLARED = frozenset({"districts"})
#: What is the whole gateway's, and no institution's.
OF_THE_GATEWAY = frozenset({"queues", "back_ends", "breakers"})
#: The tables by their names, in the order in which they are read.
TABLES: Mapping[str, Callable[[_Reading], Table]] = {
    "incidents": _Reading.incidents,
    "now": _Reading.now,
    "time": _Reading.time,
    "answers": _Reading.answers,
    "services": _Reading.services,
    "screens": _Reading.screens,
    "wrong": _Reading.wrong,
    "equity": _Reading.equity,
    "languages": _Reading.languages,
    "networks": _Reading.networks,
    "districts": _Reading.districts,
    "delivery": _Reading.delivery,
    "queues": _Reading.queues,
    "back_ends": _Reading.back_ends,
    "breakers": _Reading.breakers,
    "budgets": _Reading.budgets,
}
