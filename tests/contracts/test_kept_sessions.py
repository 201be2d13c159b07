"""How sessions went is kept by institution, found by a number, and added to turn by turn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import turns
from gateway.adapters.sql.ussd.kept_session_tables import kept_sessions
from gateway.adapters.sql.ussd.kept_sessions import SqlKeptSessions
from gateway.adapters.sql.ussd.turn_statistics import NOTHING, SqlTurns
from gateway.adapters.system.keyring import Keyring
from gateway.domain.analytics.session_course import (
    FIRST_KEPT,
    NEWEST_KEPT,
    WENT_ELSEWHERE,
    KeptTurn,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports import TurnRecord
from gateway.use_cases.ports.analytics.kept_sessions import SessionPart
from tests.clock import FixedClock
from tests.session_samples import KEY, KEYRING, OTHER_KEY, RECORD

ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
HOME, HEALTH = "home.home", "health.where"


@pytest.fixture
def store(database: Engine) -> SqlTurns:
    return SqlTurns(database, keyring=KEYRING)


@pytest.fixture
def sessions(database: Engine) -> SqlKeptSessions:
    return SqlKeptSessions(database, KEYRING)


def a_turn(
    began: datetime, after: int, at: str, came_from: str = "", event: str = "shown",
    whose: Msisdn = ASHA, key: bytes = KEY, ends: bool = False,
) -> TurnRecord:  # fmt: skip
    """Returns a turn of a session; what is not at home is the ministry of health's."""
    service, _, screen = at.partition(".")
    return RECORD._replace(
        at=began + timedelta(seconds=after), service=service, screen=screen, event=event,
        institution=institution_of(at), lasted=after,
        lasted_before=max(0, after - 5) if after else None,
        came_from=came_from, came_from_institution=institution_of(came_from), ends=ends,
        session=key.hex(), dialled_by=KEYRING.index_of(whose).hex() if not after else "",
    )  # fmt: skip


def institution_of(at: str) -> str:
    return "health" if at.startswith("health") else ""


def course(part: SessionPart) -> list[tuple[int, str, str]]:
    assert part.course is not None
    return [(turn.after, turn.at, turn.event) for turn in part.course.turns]


def test_a_session_has_a_part_at_each_institution_and_grows_turn_by_turn(
    store: SqlTurns, sessions: SqlKeptSessions, clock: FixedClock
) -> None:
    began = clock.now()
    store.store([a_turn(began, 0, HOME)])
    store.store([a_turn(began, 5, HEALTH, HOME), a_turn(began, 9, HEALTH, HEALTH, "refused")])
    store.store([a_turn(began, 14, HOME, HEALTH)])

    health, own = sessions.of(ASHA, None, 9)

    assert [(0, HOME, "shown"), (5, "", WENT_ELSEWHERE), (14, HOME, "shown")] == course(own)
    expected = [(5, HEALTH, "shown"), (9, HEALTH, "refused"), (14, "", WENT_ELSEWHERE)]
    assert expected == course(health)
    assert (began, began + timedelta(seconds=14)) == (health.began_at, health.last_at)
    assert [own.id, health.id] == [part.id for part in sessions.read(health.id)]
    assert [health.id] == [part.id for part in sessions.of(ASHA, frozenset({"health"}), 9)]
    assert [] == list(sessions.of(JUMA, None, 9)) == list(sessions.read(99))


def test_a_session_that_begins_anew_under_the_same_name_is_another(
    store: SqlTurns, sessions: SqlKeptSessions, clock: FixedClock
) -> None:
    began = clock.now()
    again = began + timedelta(minutes=9)
    store.store([a_turn(began, 0, HOME), a_turn(again, 0, HOME)])
    store.store([a_turn(again, 5, HOME, HOME)])
    store.store([a_turn(again + timedelta(days=3), 0, HOME)])
    store.store([a_turn(again + timedelta(days=3), 4, HOME, HOME)])

    found = sessions.of(ASHA, None, 9)

    assert [2, 2, 1] == [len(course(part)) for part in found]
    assert [part.id for part in found[:1]] == [part.id for part in sessions.newest(None, 1)]


def test_the_newest_stands_first_also_of_those_that_were_brought_together(
    store: SqlTurns, sessions: SqlKeptSessions, clock: FixedClock
) -> None:
    began = [clock.now() + timedelta(minutes=each) for each in range(4)]
    keys = (OTHER_KEY, KEY, bytes(len(KEY)), b"\xff" * len(KEY))
    store.store([a_turn(at, 0, HOME, key=key) for at, key in zip(began, keys, strict=True)])

    assert began[::-1] == [part.began_at for part in sessions.of(ASHA, None, 9)]
    assert began[::-1] == [part.began_at for part in sessions.newest(None, 9)]


def test_of_a_long_session_the_first_and_the_newest_turns_are_kept(
    store: SqlTurns, sessions: SqlKeptSessions, clock: FixedClock
) -> None:
    began, most = clock.now(), FIRST_KEPT + NEWEST_KEPT
    for first in range(0, 200, 50):
        store.store([a_turn(began, each, HOME, HOME) for each in range(first, first + 50)])

    (part,) = sessions.of(ASHA, None, 9)

    assert part.course is not None
    assert (most, 200 - most) == (len(part.course.turns), part.course.left_out)
    assert [0, 199] == [part.course.turns[0].after, part.course.turns[-1].after]


def test_sessions_are_told_apart_and_a_number_cannot_be_read(
    store: SqlTurns, sessions: SqlKeptSessions, database: Engine, clock: FixedClock
) -> None:
    store.store(
        [a_turn(clock.now(), 0, HEALTH), a_turn(clock.now(), 0, HEALTH, key=OTHER_KEY, whose=JUMA)]
    )

    assert [1, 1] == [len(sessions.of(each, None, 9)) for each in (ASHA, JUMA)]
    with statements(database) as connection:
        stored = str(connection.execute(select(kept_sessions)).mappings().all())
    assert "where" not in stored
    assert ASHA.e164[1:] not in stored
    (part,) = SqlKeptSessions(database, Keyring(b"\x09" * 32)).newest(None, 1)
    assert part.course is None


def test_without_its_beginning_a_session_is_kept_and_found_by_nobodys_number(
    store: SqlTurns, sessions: SqlKeptSessions, clock: FixedClock
) -> None:
    store.store([a_turn(clock.now(), 7, HEALTH, HOME)])

    assert [] == list(sessions.of(ASHA, None, 9))
    assert {"health", "gateway"} == {part.institution for part in sessions.newest(None, 9)}


def test_turns_of_which_no_session_is_told_are_counted_and_no_more(
    store: SqlTurns, sessions: SqlKeptSessions
) -> None:
    store.store([RECORD])

    assert [] == list(sessions.newest(None, 9))


def test_what_was_stored_is_not_stored_again(store: SqlTurns, database: Engine) -> None:
    first = store.store([RECORD], ("5-0", "7-1"), NOTHING)
    again = store.store([RECORD], ("5-0", "7-1"), NOTHING)  # who did not know of it
    more = store.store([RECORD], ("7-2", "9-0"), store.newest())

    assert (True, False, True, ("7-2", "9-0")) == (first, again, more, store.newest())
    with statements(database) as connection:
        assert 2 == connection.scalar(select(func.count()).select_from(turns))


def test_a_turn_that_is_kept_holds_no_answer() -> None:
    assert {
        "after", "at", "event", "language", "milliseconds", "ends", "is_late", "refused_as",
        "done",
    } == set(KeptTurn._fields)  # fmt: skip
