"""Slots of a list and the form that takes them: what is free, taken, freed and reminded of.

On both databases.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select, text

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.handler_calls.contract_check import held_to
from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.menu_files.compiling.look_ups import look_up
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.handler_tables import reminders
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit, toolkit
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import Day, Form, Moment, OneOf, WholeNumber
from gateway.domain.datasets.dataset import Column, Dataset, Slots
from gateway.domain.handler_contract.form import Form as StoredForm
from gateway.domain.handler_contract.form import Places
from gateway.domain.handler_contract.reminding import Reminding
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall, Writes
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.text.localised_text import LocalisedText, Template
from gateway.use_cases.handler_calls.store_form import handlers_of
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)

SESSIONS = Dataset(
    name="sessions",
    columns=(
        Column(name="id", max=2, kind=Form("##")),
        Column(name="clinic", max=10),
        Column(name="town", max=10),
        Column(name="day", max=10, kind=Day()),
        Column(name="starts", max=16, kind=Moment()),
        Column(name="places", max=3, kind=WholeNumber(), required=False),
    ),
    key=("id",),
    search=("clinic",),
    asked_by=(("town", "starts"),),
    slots=Slots(form="visits", per=(("id", "session"),), most="places", at="starts"),
)
ROWS = [
    ("01", "Neema", "Mbale", "2026-03-10", "2026-03-10T08:00", "5"),
    ("02", "Neema", "Mbale", "2026-03-10", "2026-03-10T14:00", "1"),
    ("03", "Neema", "Mbale", "2026-03-12", "2026-03-12T08:00", "2"),
    ("04", "Amani", "Mbale", "2026-03-12", "2026-03-12T10:00", "3"),
    ("05", "Amani", "Mbale", "2026-03-13", "2026-03-13T10:00", ""),
    ("06", "Amani", "Wendu", "2026-03-13", "2026-03-13T10:00", "0"),
]
VISITS = StoredForm(
    name="visits",
    columns=(
        Column(name="session", max=2, kind=Form("##")),
        Column(name="remind", max=3, kind=OneOf("yes", "no")),
    ),
    writes=Writes.RECORD,
    one_per=("subscriber",),
    places=Places.of_slots("sessions", SESSIONS.slots or Slots(form="", per=(), most=0)),
    reminds=Reminding(message="near", topic="visits", before=timedelta(hours=18), wish="remind"),
    slots=SESSIONS,
)
HANDLERS = handlers_of([VISITS])
RELEASE = Release(
    id="r",
    languages={"en": "English"},
    services={},
    screens={},
    phrases={},
    messages={"near": LocalisedText({"en": Template.parse("{clinic}, {starts|time}.")})},
    message_values={"clinic": 10, "starts": 16},
)


@pytest.fixture
def desk(database: Engine, tmp_path: Path) -> SqlToolkit:
    path = tmp_path / "sessions.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[each.name for each in SESSIONS.columns], *ROWS])
    dataset_files.load(database, KEYRING, SESSIONS, path, now=NOON)
    return toolkit(
        engine=database,
        datasets={"sessions": SESSIONS},
        tables={"visits": VISITS.table()},
        keyring=KEYRING,
        clock=FixedClock(NOON),
        zone=UTC,
        releases=ServedReleases(RELEASE),
        choose_language=lambda subscriber, language: None,
    )


def run(
    desk: SqlToolkit,
    what: str,
    answers: Mapping[str, str],
    key: str,
    *,
    who: Msisdn = ASHA,
    at: datetime = NOON,
    by_sms: bool = True,
) -> Outcome:
    """Returns what a store screen comes to, held to its contract."""
    call = ServiceCall(
        handler=f"store:{what}",
        answers=answers,
        language="en",
        subscriber=who,
        key=key,
        at=at,
        channel="phone",
        by_sms=by_sms,
    )
    handler = HANDLERS[call.handler]
    with answering(call):
        return held_to(handler.contract, call.handler, handler.run(call, desk))


def book(desk: SqlToolkit, session: str, key: str, remind: str = "yes", **how: object) -> str:
    return run(desk, "visits", {"session": session, "remind": remind}, key, **how).name  # type: ignore[arg-type]


def asked(desk: SqlToolkit, shape: Mapping[str, object], at: datetime = NOON) -> Outcome:
    """Returns what a look-up of the sessions comes to, held to its contract."""
    told = {"lookup": "sessions", "outcomes": {}, "free": True, **shape}
    made = look_up("sample.look", LookUpShape.model_validate(told), {"sessions": SESSIONS})
    assert made.is_indexed(SESSIONS)
    return held_to(made.contract, made.back_end, desk.look_ups.answer(made, SESSIONS, {}, at))


def free(outcome: Outcome, column: str = "id") -> dict[str, str]:
    """Returns how many places each line of a list has."""
    assert "found" == outcome.name, outcome.name
    (rows,) = outcome.values.values()
    assert not isinstance(rows, str)
    return {row[column]: row["free"] for row in rows}


def reminded(database: Engine) -> list[tuple[str, datetime]]:
    query = select(reminders.c.message, reminders.c.due_at).order_by(reminders.c.due_at)
    with statements(database) as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


COMING = {"town": "Mbale", "starts": {"from": "{now}"}}
IDS = {"where": COMING, "list": {"as": "sessions"}, "gives": ["id"]}
DAYS = {"where": COMING, "list": {"as": "days", "each": "day"}}


def test_what_is_to_come_is_listed_with_the_places_that_are_left(desk: SqlToolkit) -> None:
    assert {"02": "1", "03": "2", "04": "3"} == free(asked(desk, IDS))

    assert "stored" == book(desk, "03", "a")

    assert {"02": "1", "03": "1", "04": "3"} == free(asked(desk, IDS))


def test_a_slot_without_a_place_is_not_listed_and_comes_back_when_it_is_freed(
    desk: SqlToolkit,
) -> None:
    book(desk, "02", "a")
    assert {"03": "2", "04": "3"} == free(asked(desk, IDS))

    assert "freed" == run(desk, "visits.-", {}, "b").name

    assert {"02": "1", "03": "2", "04": "3"} == free(asked(desk, IDS))


def test_days_are_listed_with_the_places_of_all_their_slots(desk: SqlToolkit) -> None:
    book(desk, "04", "a")

    assert {"2026-03-10": "1", "2026-03-12": "4"} == free(asked(desk, DAYS), "day")


@pytest.mark.parametrize(
    ("shape", "outcome"),
    [
        ({"where": {"town": "Wendu"}, "list": {"as": "sessions"}, "gives": ["id"]}, "full"),
        ({"where": {"town": "Wendu"}, "list": {"as": "days", "each": "day"}}, "full"),
        ({"where": {"town": "Kolwe"}, "list": {"as": "sessions"}, "gives": ["id"]}, "none"),
        ({"where": {"id": "06"}, "gives": ["clinic"]}, "full"),
        ({"where": {"id": "03"}, "gives": ["clinic"]}, "found"),
        ({"where": {"id": "99"}, "gives": ["clinic"]}, "none"),
        ({**IDS, "list": {"as": "sessions", "most": 2}}, "many"),
        ({"search": "amani", "list": {"as": "sessions"}, "gives": ["id"]}, "found"),
    ],
)
def test_what_is_full_is_told_from_what_is_not_there(
    desk: SqlToolkit, shape: Mapping[str, object], outcome: str
) -> None:
    assert outcome == asked(desk, shape).name


def test_slots_beyond_what_is_counted_are_many(
    desk: SqlToolkit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.adapters.sql.datasets.look_ups.MOST_SLOTS", 3)

    assert "many" == asked(desk, IDS).name
    assert "full" == asked(desk, {**IDS, "where": {"town": "Wendu"}}).name


@pytest.mark.parametrize(
    ("session", "outcome"),
    [
        ("03", "stored"),
        ("01", "full"),  # it has begun
        ("05", "full"),  # the list does not say how many places it has
        ("06", "full"),
        ("99", "full"),
    ],
)
def test_a_place_is_taken_of_a_slot_that_is_there_has_one_and_is_to_come(
    desk: SqlToolkit, session: str, outcome: str
) -> None:
    assert outcome == book(desk, session, "a")


def test_the_last_place_goes_to_who_was_first_and_then_to_who_comes_after_it_is_freed(
    desk: SqlToolkit,
) -> None:
    assert ["stored", "full"] == [book(desk, "02", "a"), book(desk, "02", "b", who=JUMA)]

    assert "stored" == book(desk, "03", "c")  # moved: its old place is free

    assert "stored" == book(desk, "02", "d", who=JUMA)


def test_who_asked_for_it_is_reminded_before_and_once_however_often_it_is_moved(
    desk: SqlToolkit, database: Engine
) -> None:
    book(desk, "03", "a")
    assert [("near", datetime(2026, 3, 11, 14, 0, tzinfo=UTC))] == reminded(database)

    book(desk, "04", "b")
    assert [("near", datetime(2026, 3, 11, 16, 0, tzinfo=UTC))] == reminded(database)

    (due,) = desk.reminders.due(NOON + timedelta(days=9), 10)
    assert {"clinic": "Amani", "starts": "2026-03-12T10:00"} == due.values


@pytest.mark.parametrize("wish", ["no", ""])
def test_who_moves_without_a_wish_is_reminded_no_more(
    desk: SqlToolkit, database: Engine, wish: str
) -> None:
    book(desk, "03", "a")
    if wish:
        book(desk, "04", "b", remind=wish)
    else:
        run(desk, "visits.-", {}, "b")

    assert [] == reminded(database)


def test_nobody_is_reminded_whom_no_sms_reaches_or_for_whom_it_is_too_late(
    desk: SqlToolkit, database: Engine
) -> None:
    assert "stored" == book(desk, "03", "a", by_sms=False)
    assert "stored" == book(desk, "02", "b", who=JUMA)  # in two hours

    assert [] == reminded(database)


def test_a_reminder_that_cannot_be_kept_lets_no_row_be_stored(
    desk: SqlToolkit, database: Engine
) -> None:
    long = replace(RELEASE, message_values={"clinic": 3, "starts": 16})
    object.__setattr__(desk.records._reminders, "_releases", ServedReleases(long))

    with pytest.raises(ValueError, match="allows 3"):
        book(desk, "03", "a")

    assert 0 == desk.records.count("visits")
    assert [] == reminded(database)


def test_who_asks_to_be_reminded_after_a_stop_agrees_to_that_topic(desk: SqlToolkit) -> None:
    call = ServiceCall(
        handler="store:visits", answers={}, language="en", subscriber=ASHA, key="s", at=NOON
    )
    desk.my.set_consent(call, "visits", on=False)

    book(desk, "03", "a", remind="no")
    assert "off" == {each["topic"]: each["state"] for each in desk.my.consents(call)}["visits"]
    book(desk, "04", "b")

    assert "on" == {each["topic"]: each["state"] for each in desk.my.consents(call)}["visits"]


def test_the_own_row_is_told_to_who_stored_it_until_its_time_has_come(desk: SqlToolkit) -> None:
    book(desk, "03", "a")

    assert Outcome("found", {"my_session": "03", "my_remind": "yes"}) == run(
        desk, "visits.=", {}, "b"
    )
    assert Outcome("none") == run(desk, "visits.=", {}, "c", who=JUMA)
    assert Outcome("none") == run(desk, "visits.=", {}, "d", at=NOON + timedelta(days=2))


def test_places_are_counted_by_an_index_however_many_rows_there_are(
    desk: SqlToolkit, database: Engine
) -> None:
    book(desk, "03", "a")  # makes the table
    on_postgresql = database.dialect.name == "postgresql"
    rows = [
        {"k": f"k{n}".encode(), "o": b"o", "s": 1, "n": f"{n % 97 + 100}"} for n in range(20_000)
    ]
    with transaction(database) as connection:
        filling = "INSERT INTO rec_visits (_key, _owner, _since, session, remind) VALUES"
        connection.execute(text(f"{filling} (:k, :o, :s, :n, 'no')"), rows)
        if on_postgresql:
            connection.execute(text("ANALYZE rec_visits"))
    asked: list[tuple[str, object]] = []

    def note(*told: object) -> None:
        asked.append((str(told[2]), told[3]))

    event.listen(database, "before_cursor_execute", note)
    desk.records.taken("visits", ["session"], [("03",), ("04",)])
    event.remove(database, "before_cursor_execute", note)

    ((statement, values),) = [each for each in asked if "count(*)" in each[0]]
    explain = "EXPLAIN" if on_postgresql else "EXPLAIN QUERY PLAN"
    with statements(database) as connection:
        plan = str(connection.exec_driver_sql(f"{explain} {statement}", values).all())  # type: ignore[arg-type] # as it was heard
    assert "ix_rec_visits_counted" in plan, plan
    assert "Seq Scan" not in plan, plan
