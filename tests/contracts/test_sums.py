"""The sums of the overview are those of the sessions and SMS that they sum, on both databases."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from gateway.adapters.sql.analytics import sms_sums
from gateway.adapters.sql.analytics.breaker_minutes import SqlBreakerMinutes
from gateway.adapters.sql.analytics.sms_sums import SqlSmsSums
from gateway.adapters.sql.analytics.sums import SqlSums
from gateway.adapters.sql.analytics.tables import turn_sums
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.retention.expired_rows import SqlExpiredRows
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.tables import inbound_sms, outbound_sms
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.adapters.system.keyring import Keyring
from gateway.domain.analytics.answer_times import bucket_of
from gateway.domain.analytics.groups import GroupKind
from gateway.domain.analytics.session_ends import Course
from gateway.domain.analytics.sms_looks import SmsLook
from gateway.domain.analytics.spans import Span
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.use_cases.ports import TurnRecord
from gateway.use_cases.ports.analytics.breakers import SeenBreaker
from gateway.use_cases.ports.analytics.sums import Group, Refusal, Screen
from gateway.use_cases.ports.calls import BreakerState
from gateway.use_cases.retention.purge import Purge
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA = Msisdn("+999700000001")
NAIROBI = ZoneInfo("Africa/Nairobi")  # three hours ahead: the day begins at 21:00 in UTC
BEFORE = datetime(2000, 1, 1, tzinfo=UTC)
#: The services of the walks, with their screens; the first leads to the others.
WHOSE = {"home": "", "exam": "education", "water": "works"}
SCREENS = {"home": ("home",), "exam": ("candidate", "year"), "water": ("place", "what")}


class Walk:
    """One session that goes where chance leads it, and what is to be counted of it."""

    def __init__(self, chance: random.Random, begins: datetime) -> None:
        self._chance = chance
        self.language, self.network = chance.choice(["en", "sw"]), chance.choice(["", "63902"])
        self.district = chance.choice(["Mbale", "Wendu"])
        self.path = ["home.home"]
        self.end = ""
        self.refused: list[bool] = [False]
        while not self.end and chance.random() < 0.8:
            self._goes_on()
        self.records = list(self._recorded(begins))

    def _goes_on(self) -> None:
        at = self.path[-1]
        if chance_of(self._chance, 0.2) and at != "home.home":
            self.path.append(at)
            self.refused.append(True)
            if chance_of(self._chance, 0.2):
                self.end = "given_up"
            return
        service = self._chance.choice(list(SCREENS))
        self.path.append(f"{service}.{self._chance.choice(SCREENS[service])}")
        self.refused.append(False)
        if chance_of(self._chance, 0.3):
            self.end = self._chance.choice(["ended", "closed"])

    def _recorded(self, begins: datetime) -> Iterator[TurnRecord]:
        before = ""
        for number, (at, refused) in enumerate(zip(self.path, self.refused, strict=True)):
            service, _, screen = at.partition(".")
            ends = bool(self.end) and number == len(self.path) - 1
            yield TurnRecord(
                at=begins + timedelta(seconds=5 * number),
                channel="ke",
                service=service,
                screen=screen,
                event=self.end if ends else "refused" if refused else "shown",
                language=self.language,
                milliseconds=self._chance.choice([0, 3, 900, 7000]),
                network_code=self.network,
                institution=WHOSE[service],
                lasted=5 * number,
                lasted_before=5 * (number - 1) if number else None,
                came_from=before,
                came_from_institution=WHOSE.get(before.partition(".")[0], ""),
                came_from_language=self.language if before else "",
                refused_as="date_wrong" if refused else "",
                ends=ends,
                district=self.districts[number],
                came_from_district=self.districts[number - 1] if number else "",
            )
            before = at

    @property
    def districts(self) -> list[str]:
        """Returns the district at each turn: it is asked at `water.place`, and known in water."""
        told, found = False, []
        for number, at in enumerate(self.path):
            told = told or (number > 0 and self.path[number - 1] == "water.place" != at)
            found.append(self.district if told and at.startswith("water.") else "")
        return found

    @property
    def groups(self) -> list[set[Group]]:
        """Returns the groups that the session is in at each turn."""
        return [
            set()
            if at.startswith("home.")
            else {
                Group(GroupKind.SERVICE, at.partition(".")[0]),
                Group(GroupKind.LANGUAGE, self.language),
                Group(GroupKind.NETWORK, self.network),
                *([Group(GroupKind.DISTRICT, district)] if district else ()),
            }
            for at, district in zip(self.path, self.districts, strict=True)
        ]

    def visits_of(self, group: Group) -> int:
        """Returns how often a service was come to by who is of a group then."""
        services = [at.partition(".")[0] for at in self.path]
        was = [False, *(group in each for each in self.groups)]
        return sum(
            group in each and (not was[number] or services[number] != services[number - 1])
            for number, each in enumerate(self.groups)
        )

    def visits(self, of: str) -> int:
        """Returns how often a service, or a screen, was come to."""
        named = [at for at in self.path if "." in of] or [at.partition(".")[0] for at in self.path]
        return sum(
            at == of and (not number or named[number - 1] != of) for number, at in enumerate(named)
        )

    def rests(self, of: str) -> bool:
        """Returns whether the session came no further than a service, or a screen."""
        return (self.path[-1] if "." in of else self.path[-1].partition(".")[0]) == of


def chance_of(chance: random.Random, share: float) -> bool:
    return chance.random() < share


@pytest.fixture
def walks() -> list[Walk]:
    chance = random.Random(7)
    begins = datetime(2026, 10, 15, 9, tzinfo=UTC)
    return [Walk(chance, begins + timedelta(seconds=31 * number)) for number in range(300)]


def store(database: Engine, walks: list[Walk], zone: ZoneInfo = NAIROBI) -> SqlSums:
    """Stores the turns of sessions in the order of time, some at once."""
    records = sorted((each for walk in walks for each in walk.records), key=lambda each: each.at)
    turns = SqlTurns(database, zone)
    for first in range(0, len(records), 97):
        turns.store(records[first : first + 97])
    return SqlSums(database)


def test_what_became_of_sessions_is_told_of_services_without_following_any(
    database: Engine, walks: list[Walk]
) -> None:
    courses = store(database, walks).courses(BEFORE, None)

    for group, found in courses.items():
        rests = [each for each in walks if group in each.groups[-1]]
        assert found.entered == sum(each.visits_of(group) for each in walks)
        assert found.completed == sum(each.end == "ended" for each in rests)
        assert found.given_up == sum(each.end == "given_up" for each in rests)
        assert found.failed == sum(each.end == "closed" for each in rests)
        assert found.dropped == sum(not each.end for each in rests)
        assert found.turns == sum(group in each for walk in walks for each in walk.groups)
        assert found.seconds == sum(
            5 * (len(each.path) - 1) for each in rests if each.end == "ended"
        )
    assert set(courses) == {each for walk in walks for at in walk.groups for each in at}
    assert set(GroupKind) == {group.kind for group in courses}


def test_where_sessions_drop_off_is_told_of_screens(database: Engine, walks: list[Walk]) -> None:
    sums = store(database, walks)
    found = sums.screens(BEFORE, None)

    for service, names in SCREENS.items():
        for name in names:
            screen, course = f"{service}.{name}", found[Screen(service, name)]
            rests = [each for each in walks if each.rests(screen)]
            assert course.entered == sum(each.visits(screen) for each in walks)
            assert course.dropped == sum(not each.end for each in rests)
            assert course.refused == sum(
                at == screen and refused
                for each in walks
                for at, refused in zip(each.path, each.refused, strict=True)
            )
    wrong = sums.refusals(BEFORE, None)
    assert wrong == {
        Refusal(service, name, "date_wrong"): found[Screen(service, name)].refused
        for service, names in SCREENS.items()
        for name in names
        if found[Screen(service, name)].refused
    }


def test_ussd_over_time_adds_up_by_minutes_and_by_days(database: Engine, walks: list[Walk]) -> None:
    sums = store(database, walks)
    records = [each for walk in walks for each in walk.records]

    for span in (Span.MINUTES, Span.DAY):
        found = sums.volume(span, BEFORE, None)
        turns = Counter(span.begins(each.at, NAIROBI) for each in records)
        dials = Counter(span.begins(walk.records[0].at, NAIROBI) for walk in walks)
        assert turns == {at: each.turns for at, each in found.items()}
        assert {at: dials[at] for at in found} == {at: each.begun for at, each in found.items()}
        ends = Counter(walk.end for walk in walks if not walk.rests("home"))
        assert ends["ended"] == sum(each.completed for each in found.values())
        assert sum(walk.visits("exam") + walk.visits("water") for walk in walks) == sum(
            each.entered for each in found.values()
        )
        assert sum(walk.end == "closed" for walk in walks) == sum(
            each.failed for each in found.values()
        )
    for span in (Span.HOUR, Span.DAY):
        times = sums.answer_times(span, BEFORE, None)["ke"]
        assert times == Counter(bucket_of(each.milliseconds) for each in records)


def test_an_institution_reads_its_own_sums_alone(database: Engine, walks: list[Walk]) -> None:
    sums, education = store(database, walks), frozenset({"education"})

    own_groups = set(sums.courses(BEFORE, education))
    assert Group(GroupKind.SERVICE, "exam") in own_groups
    assert Group(GroupKind.SERVICE, "water") not in own_groups
    assert GroupKind.DISTRICT not in {group.kind for group in own_groups}
    assert {"exam"} == {screen.service for screen in sums.screens(BEFORE, education)}
    assert {"exam"} == {wrong.service for wrong in sums.refusals(BEFORE, education)}
    whole, own = (
        sum(each.turns for each in sums.volume(Span.DAY, BEFORE, whose).values())
        for whose in (None, education)
    )
    of_exams = sum(each.service == "exam" for walk in walks for each in walk.records)
    assert whole > own == of_exams
    assert own == sum(sums.answer_times(Span.DAY, BEFORE, education)["ke"].values())
    assert {} == sums.volume(Span.DAY, BEFORE, frozenset({"nobody"}))


def test_no_service_is_visited_where_a_language_is_chosen(database: Engine) -> None:
    walk = Walk(random.Random(3), datetime(2026, 10, 15, 9, tzinfo=UTC))
    chosen = walk.records[0]._replace(service="language", screen="choice", event="ended", ends=True)
    served = chosen._replace(service="exam", institution="education")

    SqlTurns(database).store([chosen, served])

    found = SqlSums(database).volume(Span.DAY, BEFORE, None).values()
    assert (2, 1, 1) == tuple(
        sum(getattr(each, name) for each in found) for name in ("turns", "entered", "completed")
    )


def test_a_turn_of_an_older_node_opens_no_session_twice(database: Engine) -> None:
    """Nodes are replaced one after the other: what an older one counts says not where it was."""
    walk = Walk(random.Random(3), datetime(2026, 10, 15, 9, tzinfo=UTC))
    older = walk.records[0]._replace(lasted=25, lasted_before=20)

    SqlTurns(database).store([older])

    [found] = SqlSums(database).volume(Span.DAY, BEFORE, None).values()
    assert (1, 0) == (found.turns, found.begun)


@pytest.fixture
def clock() -> FixedClock:
    """Half an hour before a new day in Nairobi."""
    return FixedClock(datetime(2026, 10, 15, 20, 30, tzinfo=UTC))


def test_sms_are_counted_as_they_stand_at_each_look(
    database: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_sums, "AT_ONCE", 2)
    counting, sums = SqlSmsSums(database, NAIROBI), SqlSums(database)
    ids = _accepts(database, clock, 5)
    _takes_in(database, clock, 3)
    _become(database, ids[:3], DeliveryStatus.DELIVERED)

    def counted() -> dict[tuple[str, str], int]:
        for look in SmsLook:
            while counting.add(look, clock.now()):
                pass
        found = sums.sms(Span.DAY, BEFORE, None)
        return {(each.look.value, each.status): each.number for each in found}

    assert {} == counted()  # somebody may be about to store one with a smaller id
    clock.advance(61)
    assert {("came", ""): 3, ("accepted", ""): 5} == counted()
    clock.advance(15 * 60)
    quarter = counted()
    assert (3, 2) == (quarter["quarter", "delivered"], quarter["quarter", "queued"])
    assert 3 == quarter["routed", ""]
    _become(database, ids[3:], DeliveryStatus.UNDELIVERED)
    clock.advance(timedelta(days=1).total_seconds())
    day = counted()
    assert (3, 2) == (day["day", "delivered"], day["day", "undelivered"])
    assert day == counted()  # and never again
    assert (3, 2) == (day["quarter", "delivered"], day["quarter", "queued"])
    assert {datetime(2026, 10, 14, 21, tzinfo=UTC)} == {
        each.at for each in sums.sms(Span.DAY, BEFORE, None)
    }
    assert {datetime(2026, 10, 15, 20, tzinfo=UTC)} == {
        each.at for each in sums.sms(Span.HOUR, BEFORE, None)
    }


def test_sms_from_while_a_clock_was_wrong_stop_no_figures(
    database: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_sums, "AT_ONCE", 3)
    counting, sums = SqlSmsSums(database, NAIROBI), SqlSums(database)
    ahead = FixedClock(clock.now() + timedelta(days=365))

    def counted() -> int:
        while counting.add(SmsLook.CAME, clock.now()):
            pass
        return sum(each.number for each in sums.sms(Span.DAY, BEFORE, None))

    _takes_in(database, clock, 1)
    _takes_in(database, ahead, 1, "ahead")
    assert 0 == counted()
    clock.advance(61)
    _takes_in(database, clock, 1, "later")
    assert 1 == counted()  # nobody behind the one of next year is old enough
    clock.advance(61)
    assert 3 == counted()
    _takes_in(database, ahead, 5, "many")
    _takes_in(database, clock, 1, "last")
    clock.advance(61)
    assert 3 == counted()  # that there are as many was seen just now
    clock.advance(61)
    assert 9 == counted()


def test_an_sms_that_is_stored_after_a_larger_id_is_counted_once(
    database: Engine, clock: FixedClock
) -> None:
    counting, sums = SqlSmsSums(database, NAIROBI), SqlSums(database)
    an_hour_ago = FixedClock(clock.now() - timedelta(hours=1))

    def counted() -> int:
        while counting.add(SmsLook.CAME, clock.now()):
            pass
        return sum(each.number for each in sums.sms(Span.DAY, BEFORE, None))

    _takes_in(database, clock, 1, "first")
    _takes_in(database, clock, 1, "slow")
    is_slow = inbound_sms.c.provider_ref == "slow-0"
    with transaction(database) as connection:  # as if the transaction of that one still ran
        uncommitted = dict(connection.execute(select(inbound_sms).where(is_slow)).mappings().one())
        connection.execute(delete(inbound_sms).where(is_slow))
    _takes_in(database, an_hour_ago, 1, "kept on a disk")
    assert 0 == counted()
    clock.advance(50)
    assert 0 == counted()
    with transaction(database) as connection:
        connection.execute(insert(inbound_sms).values(uncommitted))
    clock.advance(11)
    assert 3 == counted()
    clock.advance(3600)
    assert 3 == counted()


def test_while_nothing_is_old_enough_few_rows_are_read(
    database: Engine, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting, sums = SqlSmsSums(database, NAIROBI), SqlSums(database)
    _accepts(database, clock, 200)
    counting.add(SmsLook.DAY, clock.now())
    clock.advance(61)
    asked, ready = [], sms_sums._ready

    class Connected:
        """A connection that notes how many rows are asked for."""

        def __init__(self, connection: Connection) -> None:
            self._connection = connection

        def execute(self, query: Any, place: dict[str, Any]) -> Any:
            asked.append(place["most"])
            return self._connection.execute(query, place)

    def noted(connection: Any, *others: Any) -> Any:
        return ready(Connected(connection), *others)  # type: ignore[arg-type]

    monkeypatch.setattr(sms_sums, "_ready", noted)
    assert not counting.add(SmsLook.DAY, clock.now())
    assert [sms_sums.FIRST_ASKED] == asked
    clock.advance(timedelta(days=1).total_seconds())
    assert not counting.add(SmsLook.DAY, clock.now())
    assert 200 == sum(each.number for each in sums.sms(Span.DAY, BEFORE, None))


def test_sums_of_minutes_and_hours_go_and_those_of_days_stay(
    database: Engine, walks: list[Walk], clock: FixedClock
) -> None:
    sums = store(database, walks)
    days = sums.volume(Span.DAY, BEFORE, None)
    clock.advance(timedelta(days=5).total_seconds())

    purge = Purge(rows=SqlExpiredRows(database, {}), clock=clock)
    while purge():
        pass

    assert {} == sums.volume(Span.MINUTES, BEFORE, None)
    assert {} == sums.answer_times(Span.HOUR, BEFORE, None)
    assert days == sums.volume(Span.DAY, BEFORE, None)
    with database.connect() as connection:
        left = connection.scalar(select(func.count()).select_from(turn_sums))
    assert left == len({("", "education", "works")}) * 3


def test_a_session_that_names_another_district_has_left_the_first(database: Engine) -> None:
    at = datetime(2026, 10, 15, 9, tzinfo=UTC)
    asks = TurnRecord(
        at=at, channel="ke", service="water", screen="place", event="shown", language="en",
        milliseconds=3, institution="works",
    )  # fmt: skip
    said = asks._replace(screen="what", came_from="water.place", came_from_institution="works",
                         came_from_language="en", district="Mbale")  # fmt: skip
    back = said._replace(screen="place", came_from="water.what", came_from_district="Mbale")
    other = said._replace(district="Wendu", came_from_district="Mbale")
    ends = other._replace(screen="end", event="ended", ends=True, came_from="water.what",
                          came_from_district="Wendu", lasted=9)  # fmt: skip
    SqlTurns(database, NAIROBI).store([asks, said, back, other, ends])

    courses = SqlSums(database).courses(BEFORE, None)

    mbale, wendu, water = (
        courses[group]
        for group in (
            Group(GroupKind.DISTRICT, "Mbale"),
            Group(GroupKind.DISTRICT, "Wendu"),
            Group(GroupKind.SERVICE, "water"),
        )
    )
    assert (1, 1, 0, 0) == (mbale.entered, mbale.moved_on, mbale.completed, mbale.dropped)
    assert (1, 0, 1, 0) == (wendu.entered, wendu.moved_on, wendu.completed, wendu.dropped)
    assert (1, 0, 1, 0) == (water.entered, water.moved_on, water.completed, water.dropped)


def test_ten_times_the_sessions_make_no_more_rows_of_a_day(database: Engine) -> None:
    begins, chance = datetime(2026, 10, 15, 9, tzinfo=UTC), random.Random(5)

    def rows_after(number: int) -> int:
        store(database, [Walk(chance, begins) for _ in range(number)])
        return len(SqlSums(database).courses(BEFORE, None))

    assert rows_after(100) == rows_after(1000) == len(("exam", "water")) + 2 + 2 + 2


def _accepts(database: Engine, clock: FixedClock, number: int) -> list[int]:
    new = [
        NewSms(
            channel="ke", subscriber=ASHA, text="It rains", lane=Lane.BULK,
            purpose=Purpose.NOTICE, key=str(each),
        )
        for each in range(number)
    ]  # fmt: skip
    return list(SqlOutbox(database, KEYRING).add(new, clock.now()))


def _takes_in(database: Engine, clock: FixedClock, number: int, name: str = "mo") -> None:
    for each in range(number):
        mo = InboundSms(provider_ref=f"{name}-{each}", subscriber=ASHA, to="2026", text="HI")
        SqlInbox(database, KEYRING).accept("ke", mo, clock.now())


def _become(database: Engine, ids: list[int], status: DeliveryStatus) -> None:
    with transaction(database) as connection:
        connection.execute(
            update(outbound_sms).where(outbound_sms.c.id.in_(ids)).values(status=status.value)
        )


def test_of_five_minutes_the_worst_state_of_a_breaker_stays(database: Engine) -> None:
    minutes, at = SqlBreakerMinutes(database), datetime(2026, 11, 30, 10, 5, tzinfo=UTC)
    later = at + timedelta(minutes=5)
    for states in (
        {"land": BreakerState.HALF_OPEN}, {"land": BreakerState.OPEN, "rain": BreakerState.OPEN},
        {"land": BreakerState.HALF_OPEN},
    ):  # fmt: skip
        minutes.note(at, states)
    minutes.note(later, {"land": BreakerState.HALF_OPEN})

    land, rain = (
        SeenBreaker(at, "land", BreakerState.OPEN),
        SeenBreaker(at, "rain", BreakerState.OPEN),
    )
    half = SeenBreaker(later, "land", BreakerState.HALF_OPEN)
    assert [land, rain, half] == minutes.since(at)
    assert [half] == minutes.since(at + timedelta(seconds=1))
    assert [] == minutes.since(later + timedelta(seconds=1))


class Visit:
    """Turns of one session: each comes from the one before it, five seconds later."""

    def __init__(self) -> None:
        self.records: list[TurnRecord] = []

    def at(self, screen: str, event: str = "shown", **also: Any) -> Visit:
        """Shows a screen; returns the visit."""
        before = self.records[-1] if self.records else None
        service, _, name = screen.partition(".")
        number = len(self.records)
        record = TurnRecord(
            at=datetime(2026, 10, 15, 9, tzinfo=UTC) + timedelta(seconds=5 * number),
            channel="ke",
            service=service,
            screen=name,
            event=event,
            language=also.pop("language", "en"),
            milliseconds=3,
            network_code="63902",
            institution=WHOSE[service],
            lasted=5 * number,
            lasted_before=5 * (number - 1) if number else None,
            came_from=f"{before.service}.{before.screen}" if before else "",
            came_from_institution=before.institution if before else "",
            came_from_language=before.language if before else "",
            came_from_done=bool(before and (before.done or before.event == "ended")),
            **also,
        )
        self.records.append(record)
        return self


def to_a_stored_report() -> Visit:
    """Returns a visit whose report is stored, on a screen that offers something more."""
    return Visit().at("home.home").at("water.place").at("water.what", done=True)


AFTER_STORING = {
    "the phone is put down": (to_a_stored_report(), {}),
    "it goes on to the end": (
        to_a_stored_report().at("water.place", done=True).at("water.what", "ended", done=True),
        {},
    ),
    "wrong answers give it up": (
        to_a_stored_report().at("water.what", "given_up", done=True, ends=True),
        {},
    ),
    "what follows fails": (
        to_a_stored_report().at("water.what", "closed", done=True, ends=True),
        {},
    ),
    "it changes its language": (
        to_a_stored_report().at("water.what", done=True, language="sw"),
        {},
    ),
    "home is gone to": (to_a_stored_report().at("home.home"), {}),
    "another service is left unfinished": (
        to_a_stored_report().at("exam.candidate"),
        {"exam": Course(entered=1, turns=1)},
    ),
    "another service is gone to and come back from": (
        to_a_stored_report().at("exam.candidate").at("water.what", done=True),
        {"exam": Course(entered=1, moved_on=1, turns=1)},
    ),
}


@pytest.mark.parametrize(("visit", "others"), AFTER_STORING.values(), ids=AFTER_STORING)
def test_what_is_stored_is_completed_once_whatever_comes_after_it(
    database: Engine, visit: Visit, others: dict[str, Course]
) -> None:
    turns = SqlTurns(database, NAIROBI)
    for record in visit.records:
        turns.store([record])
    sums = SqlSums(database)

    courses = sums.courses(BEFORE, None)

    of_water = courses.pop(Group(GroupKind.SERVICE, "water"))
    assert of_water.entered == of_water.completed >= 1
    assert (0, 0, 0, 0) == (of_water.dropped, of_water.moved_on, of_water.given_up, of_water.failed)
    assert 1.0 == of_water.completion
    found = {group.name: one for group, one in courses.items() if group.kind is GroupKind.SERVICE}
    assert others == found
    if not others:
        assert all(each.completed == each.stayed for each in courses.values())
    screens = sums.screens(BEFORE, None)
    assert 0 == screens[Screen("water", "what")].dropped
    assert screens[Screen("water", "what")].completed >= 1


def test_a_report_that_is_not_stored_is_not_completed(database: Engine) -> None:
    SqlTurns(database, NAIROBI).store(Visit().at("home.home").at("water.place").records)

    water = SqlSums(database).courses(BEFORE, None)[Group(GroupKind.SERVICE, "water")]

    assert Course(entered=1, turns=1) == water
    assert 1 == water.dropped
