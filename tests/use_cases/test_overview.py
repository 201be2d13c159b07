"""The overview tells what became of sessions and SMS, and nothing of any one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event

from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.analytics.spans import Period
from gateway.domain.analytics.tables import Table, Value
from gateway.domain.faults_and_errors.errors import NotAllowed, Refused
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.money.tariff import Prices
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.analytics import present_tables
from gateway.use_cases.analytics.pictures import PICTURES, Bars, Strips, line_of, strips_of
from gateway.use_cases.analytics.read_overview import DECLARED, TABLES, ReadOverview
from gateway.use_cases.ports.analytics.present import Moment
from gateway.use_cases.ports.analytics.sums import Volume
from gateway.use_cases.ports.calls import BreakerState
from tests.use_cases.rig import CHANNEL, Rig

TO_RESULTS = ("2", "10231456", "1", "15042007")
TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")


class Watched:
    """The rig, with what its turns leave brought into the database as the ticker does it."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.overview = rig.gateway.overview
        self._sessions = 0

    def calls(self, times: int, *answers: str, network: str = "") -> None:
        """Lets so many citizens dial and answer; each holds the line for some seconds."""
        for _ in range(times):
            self._sessions += 1
            for number in range(len(answers) + 1):
                text = "*".join(answers[:number])
                self.rig.turn(text, session=f"s-{self._sessions}")
                self.rig.clock.advance(2)
        records = [
            each._replace(network_code=network, caller="") for each in self.rig.sessions.records
        ]
        self.rig.sessions.records.clear()
        SqlTurns(self.rig.gateway.engine, self.overview.zone).store(records)

    def counts_sms(self) -> None:
        """Lets the ticker count SMS, and enter them into the ledger."""
        self.rig.gateway.upkeep.count_sms()
        now, zone = self.rig.clock.now(), self.overview.zone
        while self.rig.gateway.institutions.spend.ledger.enter(Prices(), now, zone):
            pass

    def table(self, name: str, **asked: object) -> Table:
        [found] = replace(self.overview, **asked)("ruth", names=[name])  # type: ignore[arg-type]
        return found

    def rows(self, name: str, **asked: object) -> list[dict[str, Value]]:
        return as_rows(self.table(name, **asked))


def as_rows(table: Table) -> list[dict[str, Value]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


@pytest.fixture
def watched(rig: Rig) -> Watched:
    """Begins at noon, so that what is counted stays within a day."""
    rig.clock.advance((timedelta(hours=36) - _of_day(rig)).total_seconds())
    return Watched(rig)


def _of_day(rig: Rig) -> timedelta:
    now = rig.clock.now().astimezone(rig.gateway.deployment.settings.zone)
    return timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)


def test_who_completes_a_service_who_drops_off_and_where_is_told(watched: Watched) -> None:
    watched.calls(12, *TO_RESULTS)
    watched.calls(4, *TO_RESULTS[:2])
    watched.calls(3, "2", "12", "13", "14", "15")

    [result] = watched.rows("services", fewest=1)

    assert ("result", 19, 12, 4, 3) == tuple(
        result[name] for name in ("service", "entered", "completed", "dropped", "given_up")
    )
    assert 12 / 19 == result["completion"]
    assert 8.0 == result["seconds"]
    worst = watched.rows("screens", fewest=1)[0]
    assert ("result", "year", 4) == (worst["service"], worst["screen"], worst["dropped"])
    [wrong] = watched.rows("wrong", fewest=1)
    assert ("result", "candidate", "digits_wrong") == tuple(wrong.values())[:3]
    assert "12" not in str(wrong["refused_as"])


def test_who_named_a_district_is_told_by_it_and_the_worst_served_stands_first(
    watched: Watched,
) -> None:
    watched.calls(12, *TO_A_CASE)
    watched.calls(10, *TO_A_CASE[:2], "1", "3", "The well is dry", "Asha Musa")
    watched.calls(15, *TO_A_CASE[:2], "1", "3")
    watched.calls(2, *TO_A_CASE[:3], "1")
    watched.calls(20, *TO_A_CASE[:2])

    rows = watched.rows("districts")
    served = [row for row in watched.rows("equity") if row["by"] == "district"]

    told = ("district", "entered", "completed", "completion", "dropped")
    assert [("North 3", 25, 10, 0.4, 15), ("(others)", 14, None, None, None)] == [
        tuple(row[name] for name in told) for row in rows
    ]
    assert [("North 3", 0.4), ("(others)", None)] == [
        (row["group"], row["completion"]) for row in served
    ]
    assert "districts" in [table.name for table in watched.overview("ruth")]


def test_a_back_end_that_is_not_asked_is_seen_at_a_glance_and_told_in_words() -> None:
    states = {"call.permits": "open", "call.rates": "half_open", "lookup.clinics.fetch": "closed"}
    table = present_tables.back_ends(Moment(breakers=states))
    [bars] = PICTURES["back_ends"]
    assert isinstance(bars, Bars)

    drawn = [(names[0], told, length) for names, told, length, _ in line_of(table, bars)]

    assert drawn == [
        ("call.permits", "open", 0.0),
        ("call.rates", "half_open", 50.0),
        ("lookup.clinics.fetch", "closed", 100.0),
    ]
    assert bars.shares.keys() == {*BreakerState}


def test_where_no_service_counts_by_district_no_table_is_shown_but_who_asks_is_told_how(
    watched: Watched,
) -> None:
    watched.calls(12, *TO_RESULTS)

    assert not DECLARED.intersection(table.name for table in watched.overview("ruth"))
    assert "district_from" in watched.table("districts").told


def test_a_service_that_is_left_for_another_has_lost_nobody(watched: Watched) -> None:
    watched.calls(10, "1", "00", *TO_RESULTS)
    watched.calls(10, *TO_RESULTS, "98", "98")

    found = {row["service"]: row for row in watched.rows("services")}

    assert (10, 0, None) == tuple(
        found["report"][name] for name in ("entered", "dropped", "completion")
    )
    assert (20, 1.0) == (found["result"]["entered"], found["result"]["completion"])


def test_who_goes_on_from_the_end_of_a_service_has_completed_it(watched: Watched) -> None:
    watched.calls(10, *TO_RESULTS, "98", "00", "1")

    found = {row["service"]: row for row in watched.rows("services")}

    assert (10, 0, 10) == tuple(
        found["result"][name] for name in ("completed", "dropped", "entered")
    )
    assert 10 == found["report"]["dropped"]


def test_a_service_that_fails_does_not_count_as_completed(watched: Watched) -> None:
    watched.rig.failure = ValueError("x")
    watched.calls(10, *TO_RESULTS)

    [result] = watched.rows("services")

    assert (10, 0, 0.0) == (result["failed"], result["completed"], result["completion"])
    assert 10 == sum(int(str(row["failed"])) for row in watched.rows("time"))


def test_fewer_than_a_few_are_shown_with_others_or_not_at_all(watched: Watched) -> None:
    watched.calls(9, *TO_RESULTS)
    assert [] == watched.rows("services")
    assert "Fewer than 10" in watched.table("services").told

    watched.calls(1, *TO_A_CASE)
    assert ["(others)"] == [row["service"] for row in watched.rows("services")]
    watched.calls(11, *TO_RESULTS)
    rows = watched.rows("services")
    assert ["(others)"] == [row["service"] for row in rows]  # one alone would tell of the other
    assert {"result", "report"} == {row["service"] for row in watched.rows("services", fewest=1)}


ENDS = ("completed", "completion", "dropped", "given_up", "seconds")


@pytest.mark.parametrize(
    ("completed", "dropped", "shown"),
    [
        (12, 10, (12, 12 / 22, 10, 0, 8.0)),
        (12, 0, (12, 1.0, 0, 0, 8.0)),
        (11, 1, (None, None, None, 0, None)),  # one alone is what is left of the others
        (9, 9, (None, None, None, 0, None)),
    ],
)
def test_of_a_service_no_end_of_a_few_is_shown_or_left_to_be_reckoned(
    watched: Watched, completed: int, dropped: int, shown: tuple[Value, ...]
) -> None:
    watched.calls(completed, *TO_RESULTS)
    watched.calls(dropped, *TO_RESULTS[:2])

    [result] = watched.rows("services")

    assert (completed + dropped, *shown) == tuple(result[name] for name in ("entered", *ENDS))
    [language] = (row for row in watched.rows("equity") if row["by"] == "language")
    assert (shown[1], shown[4]) == (language["completion"], language["seconds"])


def test_over_time_no_count_of_a_few_is_shown(watched: Watched) -> None:
    watched.calls(12, *TO_RESULTS)
    watched.calls(4, *TO_RESULTS[:2])
    watched.calls(3, "2", "12", "13", "14", "15")

    [hour] = [row for row in watched.rows("time") if row["begun"]]

    assert (19, 19, 12, None, 0) == tuple(
        hour[name] for name in ("begun", "entered", "completed", "given_up", "failed")
    )


def test_screens_of_a_service_among_others_are_among_others(watched: Watched) -> None:
    watched.calls(30, *TO_RESULTS)
    watched.calls(11, "1", "1", "00")  # at each screen enough, and so in the service
    assert {"home", "result", "report"} == {
        row["service"] for row in watched.rows("screens") if row["service"] != "(others)"
    }

    courses = watched.rows("services", fewest=12)
    screens = watched.rows("screens", fewest=12)
    wrong = watched.rows("wrong", fewest=12)

    assert ["(others)"] == [row["service"] for row in courses]
    assert {"home", "(others)"} == {row["service"] for row in screens}
    assert [] == wrong


def test_the_worst_served_stand_first(watched: Watched) -> None:
    watched.calls(10, *TO_RESULTS, network="63902")
    watched.calls(10, *TO_RESULTS[:2], network="63903")
    watched.calls(10, *TO_RESULTS, network="63903")
    named = {"63902": "far", "63903": "near"}.get

    rows = watched.rows("equity", network_of=lambda code: named(code, code))

    assert [("network", "near", 0.5), ("language", "en", 20 / 30), ("network", "far", 1.0)] == [
        (row["by"], row["group"], row["completion"]) for row in rows
    ]
    found = {row["network"]: row["dropped"] for row in watched.rows("networks")}
    assert {"63903": 10, "63902": 0} == found
    assert ["en"] == [row["language"] for row in watched.rows("languages")]


def test_answer_times_stand_beside_the_deadline(watched: Watched) -> None:
    watched.calls(5, *TO_RESULTS)
    watched.rig.takes_seconds = 2.0
    watched.calls(1, *TO_RESULTS)

    [answers] = watched.rows("answers")

    assert (CHANNEL.name, 30, CHANNEL.deadline_seconds, 0) == tuple(
        answers[name] for name in ("channel", "turns", "deadline", "late")
    )
    assert float(str(answers["p50"])) < 0.1
    assert 2.0 <= float(str(answers["p99"])) < 2.2


def test_sms_are_counted_over_time_and_by_what_became_of_them(watched: Watched) -> None:
    watched.rig.accepts("It rains", "It snows " * 20, language="am")
    watched.rig.texts("REPORT")
    for lane in Lane:
        watched.rig.gateway.outbound.work(CHANNEL.name, lane)
    watched.counts_sms()
    watched.rig.clock.advance(16 * 60)
    watched.counts_sms()

    hours = [row for row in watched.rows("time", fewest=1) if row["sms_out"]]

    assert [(1, 3, 4)] == [(row["sms_in"], row["sms_out"], row["segments"]) for row in hours]
    few = [(row["sms_in"], row["sms_out"], row["segments"]) for row in watched.rows("time")]
    assert {(0, 0, 0): 23, (None, None, None): 1} == Counter(few)
    [delivery] = watched.rows("delivery")
    assert (3, 0, 3) == tuple(delivery[each] for each in ("counted", "delivered", "without_word"))
    assert {DeliveryStatus.SENT.value} == set(watched.rig.statuses().values())


class States:
    """Breakers of which a test says how they stand; it fits as far as they are looked at."""

    def __init__(self) -> None:
        self.now: dict[str, BreakerState] = {}
        self.asked: list[str] = []

    def states(self, back_ends: Sequence[str]) -> dict[str, BreakerState]:
        self.asked = list(back_ends)
        return {name: self.now.get(name, BreakerState.CLOSED) for name in back_ends}


def test_a_back_end_that_was_not_asked_is_told_by_stretches_and_drawn_as_a_strip(
    watched: Watched,
) -> None:
    states, clock = States(), watched.rig.clock
    tick = replace(watched.rig.gateway.upkeep.note_breakers, breakers=states)  # type: ignore[arg-type]
    tick()
    first, second = sorted(states.asked)[:2]
    for down in (BreakerState.OPEN, BreakerState.HALF_OPEN, BreakerState.OPEN):  # it is tried, too
        states.now = {second: down, first: BreakerState.OPEN}
        tick()
        clock.advance(5 * 60)
        states.now = {second: BreakerState.HALF_OPEN}
    for state in (BreakerState.HALF_OPEN, BreakerState.CLOSED):
        states.now = {second: state}
        tick()
        clock.advance(5 * 60)

    table = watched.table("breakers")
    rows = as_rows(table)
    [strips] = PICTURES["breakers"]
    assert isinstance(strips, Strips)
    (worst, shapes, share), (other, _, others_share) = strips_of(table, strips)

    told = [(row["state"], row["seconds"]) for row in rows if row["back_end"] == second]
    ill = [("open", 300.0), ("half_open", 300.0), ("open", 300.0), ("half_open", 300.0)]
    assert told[1:-1] == ill
    assert ("closed", "closed") == (told[0][0], told[-1][0])
    began = rows[0]["at"]
    assert isinstance(began, datetime)
    whole = (clock.now() - began).total_seconds()
    assert whole == sum(float(str(seconds)) for _, seconds in told)
    assert (second, 6, first) == (worst, len(shapes), other)
    assert pytest.approx(share) == 1 - 1200 / whole
    assert pytest.approx(others_share) == 1 - 900 / whole
    assert {"closed", "open"} == {row["state"] for row in rows if row["back_end"] == first}
    assert pytest.approx(sum(each.width for each in shapes), abs=0.1) == 100
    assert [0.25 * 8, 8.0, 0.6 * 8] == [each.height for each in shapes[:3]]


def test_a_back_end_that_is_well_is_written_nowhere(watched: Watched) -> None:
    gateway = watched.rig.gateway
    asked: list[str] = []
    event.listen(gateway.engine, "before_cursor_execute", lambda *told: asked.append(str(told[2])))

    replace(gateway.upkeep.note_breakers, breakers=States())()  # type: ignore[arg-type]

    assert asked == []
    told = watched.table("breakers")
    assert ([], "Every back end was asked all the time.") == (list(told.rows), told.note)


def test_segments_of_an_sms_stand_beside_how_a_language_is_served(watched: Watched) -> None:
    watched.calls(10, *TO_RESULTS)
    watched.rig.accepts("It rains", "It snows " * 20, language="en")
    watched.rig.gateway.outbound.work(CHANNEL.name, Lane.BULK)
    watched.rig.clock.advance(61)
    watched.counts_sms()

    found = {row["by"]: row["segments"] for row in watched.rows("equity", fewest=2)}

    assert {"language": 1.5, "network": None} == found
    assert {None} == {row["segments"] for row in watched.rows("equity")}  # two are too few


@pytest.mark.parametrize("period", list(Period))
def test_every_period_has_its_steps_and_no_moment_twice(watched: Watched, period: Period) -> None:
    watched.calls(10, *TO_RESULTS)

    [table] = watched.overview("ruth", period, names=["time"])

    steps = [row[0] for row in table.rows]
    assert len(steps) == len(set(steps)) == (24 if period is Period.DAY else period.days)
    assert steps == sorted(steps, key=str)
    assert 10 == sum(int(str(row[1])) for row in table.rows)


def test_an_institution_sees_its_own_and_nothing_of_the_gateway(watched: Watched) -> None:
    manage = watched.rig.gateway.institutions.manage_people
    manage.add("adam", {EVERYWHERE: frozenset({Role.ADMINISTRATOR})}, "", "root")
    manage.add("wera", {"works": frozenset({Role.VIEWER})}, "", "adam")
    watched.calls(10, *TO_RESULTS)
    watched.calls(10, *TO_A_CASE)

    found = {table.name: as_rows(table) for table in watched.overview("wera")}
    whole = {table.name: as_rows(table) for table in watched.overview("adam")}

    assert ["report"] == [row["service"] for row in found["services"]]
    assert {"report"} == {row["service"] for row in found["screens"]}
    assert {"result", "report"} <= {row["service"] for row in whole["services"]}
    assert set(TABLES) - set(found) == {"queues", "back_ends", "breakers"}
    assert found["services"] == as_rows(
        watched.overview("adam", Period.DAY, "works", ["services"])[0]
    )
    for asked in (lambda: watched.overview("wera", Period.DAY, "education"),
                  lambda: watched.overview("wera", Period.DAY, "nobody")):  # fmt: skip
        with pytest.raises(Refused, match="that you may see"):
            asked()
    with pytest.raises(NotAllowed):
        watched.overview("stranger")


def test_a_table_that_there_is_not_is_refused_with_the_nearest(watched: Watched) -> None:
    with pytest.raises(Refused, match="Did you mean 'services'"):
        watched.overview("ruth", names=["service"])


class Standing:
    """Fits the `Present` port: as the gateway stands, with something wrong."""

    def __init__(
        self, moment: Moment, budgets: Mapping[str, Sequence[object]] | None = None
    ) -> None:
        self._moment, self._budgets = moment, budgets or {}

    def moment(self) -> Moment:
        return self._moment

    def budgets(self) -> Mapping[str, Sequence[object]]:
        return self._budgets


WELL = Moment(up={"database": True, "redis": True}, queues={"urgent": (3, 60.0)}, breakers={})


@pytest.mark.parametrize(
    ("changed", "about", "do"),
    [
        ({}, "", ""),
        ({"up": {"redis": False}}, "redis", "gateway doctor"),
        ({"queues": {"urgent": (3, 61.0)}}, "queue urgent", "gateway work urgent"),
        ({"queues": None, "ticker_idle": 900.0}, "", ""),
        ({"ticker_idle": float("inf")}, "ticker", "gateway work ticker"),
        ({"ticker_idle": 59.0}, "", ""),
        ({"standings": {"ke": "open", "tw": "preferred"}}, "", ""),
        ({"standings": {"ke": "paused"}}, "channel ke", "gateway channels resume ke"),
        ({"standings": {"ke": "drained"}}, "channel ke", "gateway channels show ke"),
        ({"breakers": {"land": "closed"}}, "", ""),
        ({"breakers": {"land": "open"}}, "back end land", "log"),
        ({"help_desk_open": 50}, "", ""),
        ({"help_desk_open": 51}, "help desk", "gateway helpdesk list"),
        ({"given_up_rows": 1}, "postings", "gateway calls again"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    watched: Watched, changed: dict[str, object], about: str, do: str
) -> None:
    present = Standing(replace(WELL, **changed))  # type: ignore[arg-type]

    found = watched.rows("incidents", present=present)

    assert [about] * bool(about) == [row["about"] for row in found]
    assert all(do in str(row["do"]) for row in found)


def test_late_answers_are_an_incident_of_their_channel(watched: Watched) -> None:
    class Late:
        """The sums, with some answers after the deadline."""

        def volume_of_channels(self, *_: object) -> dict[str, Volume]:
            return {"ke": Volume(turns=999, late=1), "tw": Volume(turns=1000, late=1)}

    found = watched.rows("incidents", present=Standing(WELL), sums=Late())

    assert ["answers ke"] == [row["about"] for row in found]


def test_a_budget_that_is_nearly_used_is_told_with_what_to_do(watched: Watched) -> None:
    watched.rig.gateway.institutions.manage.set("works", {"monthly_limit": 5}, "ruth")
    watched.calls(4, *TO_A_CASE)  # each of them is told its number by SMS
    watched.rig.clock.advance(61)

    [budget] = watched.rows("budgets")
    [found] = watched.rows("incidents", present=replace_moment(watched.overview))

    assert ("works", 0.8) == (budget["institution"], budget["share"])
    assert "80 % of it is used" in str(found["what"])
    assert "gateway institutions show works" in str(found["do"])


def replace_moment(overview: ReadOverview) -> object:
    """Returns what tells of budgets as they are, and of a gateway that is well."""
    return Standing(WELL, overview.present.budgets())


def test_the_tables_of_now_tell_what_waits(watched: Watched) -> None:
    watched.rig.accepts("It rains")
    watched.rig.clock.advance(30)

    found = {row["queue"]: (row["waiting"], row["oldest"]) for row in watched.rows("queues")}

    assert (1, 30.0) == found["bulk"]
    assert (0, 0.0) == found["urgent"]
