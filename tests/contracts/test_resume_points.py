"""Resume points on both databases: stored with their SMS or not at all, and used once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.ussd.resume_points import MOST_MISSES, SqlResumePoints
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import ResumePoint
from tests.session_samples import KEYRING, turn

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CALLER = Msisdn("+999700000123")
CODE = KEYRING.index("resume code", "4821934").hex()
SESSION, OTHER = KEYRING.index("session", "s-1"), KEYRING.index("session", "s-2")
POINT = ResumePoint(
    code=CODE,
    service="exam_results",
    fact=KEYRING.index("second fact", "10231456").hex(),
    kept=turn()._replace(origin="ab", caller=CALLER.e164, channel="ke"),
    expires_at=NOW + timedelta(minutes=30),
)


def sms(key: str = "nudge-1") -> NewSms:
    return NewSms(
        channel="ke",
        subscriber=CALLER,
        text="Dial *384*2026# to continue.",
        lane=Lane.REPLY,
        purpose=Purpose.NOTICE,
        key=key,
        topic="exam_results",
    )


@pytest.fixture
def points(database: Engine) -> SqlResumePoints:
    return SqlResumePoints(database, KEYRING)


def test_a_point_is_found_as_it_was_stored(points: SqlResumePoints) -> None:
    assert points.nudge(sms(), POINT, NOW)

    assert POINT == points.find(CODE, SESSION, NOW)


def test_the_sms_goes_into_the_outbox(points: SqlResumePoints, database: Engine) -> None:
    points.nudge(sms(), None, NOW)

    sent = SqlOutbox(database, KEYRING).to_subscriber(CALLER, 10)

    assert ["Dial *384*2026# to continue."] == [mt.text for mt, _ in sent]
    assert points.find(CODE, SESSION, NOW) is None


def test_an_sms_that_was_sent_before_brings_no_second_point(points: SqlResumePoints) -> None:
    points.nudge(sms(), None, NOW)

    assert not points.nudge(sms(), POINT, NOW)
    assert points.find(CODE, SESSION, NOW) is None


def test_a_code_that_is_in_use_stays_that_of_the_first(points: SqlResumePoints) -> None:
    points.nudge(sms(), POINT, NOW)

    points.nudge(sms("nudge-2"), replace(POINT, service="other"), NOW)

    assert POINT == points.find(CODE, SESSION, NOW)


@pytest.mark.parametrize(("minutes", "found"), [(29, True), (30, False), (31, False)])
def test_a_point_expires(points: SqlResumePoints, minutes: int, found: bool) -> None:
    points.nudge(sms(), POINT, NOW)

    assert found == (points.find(CODE, SESSION, NOW + timedelta(minutes=minutes)) is not None)


def test_an_unknown_code_finds_nothing(points: SqlResumePoints) -> None:
    points.nudge(sms(), POINT, NOW)

    assert points.find(KEYRING.index("resume code", "4821935").hex(), SESSION, NOW) is None


def test_a_point_is_used_by_one_session_however_often_it_asks(points: SqlResumePoints) -> None:
    points.nudge(sms(), POINT, NOW)

    used = [points.use(CODE, session) for session in (SESSION, OTHER, SESSION)]

    assert [True, False, True] == used
    assert POINT == points.find(CODE, SESSION, NOW)
    assert points.find(CODE, OTHER, NOW) is None


def test_an_offered_session_is_known_however_often_it_is_noted(points: SqlResumePoints) -> None:
    for _ in range(2):
        points.note_offered(SESSION, NOW + timedelta(hours=1))

    assert [True, False] == [points.was_offered(SESSION), points.was_offered(OTHER)]


@pytest.mark.parametrize(
    ("misses", "usable"), [(MOST_MISSES - 1, True), (MOST_MISSES, False), (MOST_MISSES + 1, False)]
)
def test_wrong_facts_wear_a_point_out(points: SqlResumePoints, misses: int, usable: bool) -> None:
    points.nudge(sms(), POINT, NOW)

    for _ in range(misses):
        points.miss(CODE)

    assert usable == (points.find(CODE, SESSION, NOW) is not None)
    assert usable == points.use(CODE, SESSION)


def test_the_table_holds_nothing_of_the_citizen_in_the_clear(
    points: SqlResumePoints, database: Engine
) -> None:
    points.nudge(sms(), POINT, NOW)

    with statements(database) as connection:
        row = connection.execute(text("SELECT * FROM resume_points")).one()
    stored = b"|".join(
        bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for value in row
    )
    for word in (b"4821934", b"10231456", b"999700000123", b"candidate", b"tarakimu"):
        assert word not in stored


def test_a_point_of_another_key_is_not_read(database: Engine) -> None:
    SqlResumePoints(database, KEYRING).nudge(sms(), POINT, NOW)
    other = SqlResumePoints(database, Keyring(b"\x02" * 32))

    assert other.find(CODE, SESSION, NOW) is None


def test_of_two_phones_that_prove_the_fact_at_the_same_moment_one_goes_on(
    points: SqlResumePoints,
) -> None:
    points.nudge(sms(), POINT, NOW)
    sessions = [bytes([number]) * 16 for number in range(1, 7)]
    begin, used = threading.Barrier(len(sessions)), dict[bytes, bool]()

    def prove(session: bytes) -> None:
        assert points.find(CODE, session, NOW)  # all of them were offered to go on
        begin.wait(timeout=30)
        used[session] = points.use(CODE, session)

    threads = [threading.Thread(target=prove, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [False] * 5 + [True] == sorted(used.values())
