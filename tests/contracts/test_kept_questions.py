"""Kept questions on both databases: one row for a question, one answer for a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select, update

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.ussd.kept_question_tables import kept_questions
from gateway.adapters.sql.ussd.kept_questions import SqlKeptQuestions
from gateway.domain.dialogue.session import Session
from gateway.domain.telecom.consent import EVERYTHING, ConsentState, is_stopped
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports import ConsentChange
from gateway.use_cases.ports.reminders import Kept, NewQuestion
from tests.clock import FixedClock
from tests.session_samples import KEYRING

ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
HERE = ProviderToken("simulator", "", "4bd1aa30c2f94e07")
HOUR = timedelta(hours=1)


class Rig:
    """The store, and what is kept in it beside others."""

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock
        self.questions = SqlKeptQuestions(engine, KEYRING)
        self.outbox, self.consents = SqlOutbox(engine, KEYRING), SqlConsents(engine, KEYRING)

    def keep(
        self,
        candidate: str = "1023",
        *,
        subscriber: Identity = ASHA,
        at: str = "exam.not_out",
        answers: Mapping[str, str] | None = None,
        channel: str = "ke",
    ) -> Kept:
        now = self.clock.now()
        given = {"exam.candidate": candidate} if answers is None else answers
        return self.questions.keep(
            NewQuestion(
                channel=channel,
                subscriber=subscriber,
                session=Session(release="r1", language="en", at=at, answers=given),
                asked=f"{candidate}: no result yet.",
                institution="education",
                kept_at=now,
                expires_at=now + timedelta(days=30),
                ask_at=now + HOUR,
            )
        )

    def rows(self) -> int:
        with statements(self.engine) as connection:
            query = select(func.count()).select_from(kept_questions)
            return int(connection.execute(query).scalar_one())

    def sms(self, key: str, subscriber: Identity = ASHA) -> NewSms:
        return NewSms(
            channel="ke",
            subscriber=subscriber,
            text="1023: grade A",
            lane=Lane.BULK,
            purpose=Purpose.NOTICE,
            key=key,
            topic="exam",
        )


@pytest.fixture
def rig(database: Engine, clock: FixedClock) -> Rig:
    return Rig(database, clock)


def test_what_is_kept_comes_back_as_it_was(rig: Rig) -> None:
    kept_at = rig.clock.now()
    assert rig.keep(subscriber=HERE) is Kept.NEW
    now = rig.clock.advance(hours=1)

    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)

    assert (HERE, "ke", "education") == (kept.subscriber, kept.channel, kept.institution)
    assert {"exam.candidate": "1023"} == kept.session.answers
    assert "1023: no result yet." == kept.asked
    assert (kept_at, kept_at + timedelta(days=30)) == (kept.kept_at, kept.expires_at)
    assert (1, 0) == (kept.asks, kept.failures)


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"channel": "tz"}, True, id="on another channel"),
        pytest.param(
            {"answers": {"exam.candidate": "1023", "home.x": "1"}}, True, id="by a detour"
        ),
        pytest.param({"candidate": "1024"}, False, id="another answer"),
        pytest.param({"answers": {}}, False, id="no answer"),
        pytest.param({"subscriber": JUMA}, False, id="another subscriber"),
        pytest.param({"subscriber": HERE}, False, id="a token"),
        pytest.param({"at": "exam.not_made"}, False, id="another screen"),
    ],
)
def test_the_same_question_is_one_row(rig: Rig, other: dict[str, object], is_same: bool) -> None:
    rig.keep()

    again = rig.keep(**other)  # type: ignore[arg-type] # named by the table

    assert (Kept.SAME if is_same else Kept.NEW, 1 if is_same else 2) == (again, rig.rows())


def test_to_wish_it_is_to_agree_even_after_stop(rig: Rig) -> None:
    stop = ConsentChange(
        subscriber=ASHA, topic=EVERYTHING, state=ConsentState.OPTED_OUT, source="sms stop"
    )
    rig.consents.change([stop], rig.clock.now())
    rig.clock.advance(1)

    rig.keep()

    assert not is_stopped("exam", rig.consents.of(ASHA))
    assert is_stopped("others", rig.consents.of(ASHA))


def test_nobody_agrees_to_what_is_not_kept(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.adapters.sql.ussd.kept_questions.MOST_OF_A_SUBSCRIBER", 0)

    assert rig.keep() is Kept.FULL

    assert {} == rig.consents.of(ASHA)
    assert rig.rows() == 0


def test_a_question_is_taken_when_due_and_by_nobody_else_meanwhile(rig: Rig) -> None:
    rig.keep()
    now = rig.clock.now()
    assert [] == rig.questions.services_due(now)
    assert [] == rig.questions.lease("exam", 9, now, now + HOUR)

    now = rig.clock.advance(hours=1)
    assert ["exam"] == rig.questions.services_due(now)
    assert 1 == len(rig.questions.lease("exam", 9, now, now + HOUR))
    assert [] == rig.questions.lease("exam", 9, now, now + HOUR)

    now = rig.clock.advance(hours=1)  # whoever took it died
    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)
    assert kept.asks == 2


def test_what_was_taken_and_not_asked_is_put_back(rig: Rig) -> None:
    rig.keep()
    now = rig.clock.advance(hours=1)
    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)

    rig.questions.put_back([kept.id], now)

    (again,) = rig.questions.lease("exam", 9, now, now + HOUR)
    assert again.asks == 1


def test_the_service_that_has_waited_longest_comes_first(rig: Rig) -> None:
    rig.keep(at="cards.in_production", answers={})
    rig.clock.advance(60)
    rig.keep()
    now = rig.clock.advance(hours=2)

    assert ["cards", "exam"] == rig.questions.services_due(now)
    assert [] == rig.questions.lease("clinics", 9, now, now + HOUR)


def test_failures_are_counted_until_one_is_none(rig: Rig) -> None:
    rig.keep()
    seen = []
    for failed in (True, True, False, True):
        now = rig.clock.advance(hours=1)
        (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)
        seen.append(kept.failures)
        rig.questions.wait(kept.id, now, now, failed=failed)

    assert [0, 1, 2, 0] == seen


def test_only_what_was_asked_before_the_data_came_is_due_because_of_them(rig: Rig) -> None:
    rig.keep("1001")
    rig.keep("1002", at="exam.other")
    loaded = rig.clock.advance(60)
    rig.clock.advance(60)
    rig.keep("1003")
    now = rig.clock.advance(60)

    assert 1 == rig.questions.rests_on(["exam.not_out"], loaded, now)
    assert 0 == rig.questions.rests_on(["exam.not_out"], loaded, now)

    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)
    assert "1001: no result yet." == kept.asked


def test_a_service_can_be_asked_now_or_all_of_them(rig: Rig) -> None:
    rig.keep()
    rig.keep(at="cards.in_production", answers={})
    now = rig.clock.advance(60)

    assert 0 == rig.questions.ask_now("clinics", now)
    assert 1 == rig.questions.ask_now("cards", now)
    assert 1 == rig.questions.ask_now("", now)
    assert {"cards", "exam"} == set(rig.questions.services_due(now))


def test_an_answer_is_stored_with_the_end_of_its_question_once(rig: Rig) -> None:
    rig.keep()
    now = rig.clock.advance(hours=1)
    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)

    assert rig.questions.tell(kept.id, rig.sms("one"), now)
    assert not rig.questions.tell(kept.id, rig.sms("another"), now)

    assert 0 == rig.rows()
    assert 1 == len(rig.outbox.to_subscriber(ASHA, 9))


def test_a_question_can_end_without_a_word(rig: Rig) -> None:
    rig.keep()
    now = rig.clock.advance(hours=1)
    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)

    assert rig.questions.tell(kept.id, None, now)

    assert (0, 0) == (rig.rows(), len(rig.outbox.to_subscriber(ASHA, 9)))


def test_one_that_cannot_be_read_keeps_nobody_waiting(rig: Rig) -> None:
    rig.keep("1001")
    rig.keep("1002")
    with statements(rig.engine) as connection:
        first = select(func.min(kept_questions.c.id)).scalar_subquery()
        connection.execute(
            update(kept_questions)
            .where(kept_questions.c.id == first)
            .values(dialogue_sealed=b"of another key")
        )
    now = rig.clock.advance(hours=1)

    (kept,) = rig.questions.lease("exam", 9, now, now + HOUR)

    assert "1002: no result yet." == kept.asked
    assert 2 == rig.rows()


def test_one_that_cannot_be_read_is_not_due_again_and_again_because_of_newer_data(
    rig: Rig,
) -> None:
    rig.keep("1001")
    with statements(rig.engine) as connection:
        connection.execute(update(kept_questions).values(dialogue_sealed=b"of another key"))
    loaded = rig.clock.advance(60)
    now = rig.clock.advance(60)
    assert 1 == rig.questions.rests_on(["exam.not_out"], loaded, now)
    assert () == tuple(rig.questions.lease("exam", 9, now, now + HOUR))

    now = rig.clock.advance(60)

    assert 0 == rig.questions.rests_on(["exam.not_out"], loaded, now)
    assert () == tuple(rig.questions.services_due(now))


def test_what_is_kept_is_counted_by_screen(rig: Rig) -> None:
    rig.keep("1001")
    first = rig.clock.now()
    rig.clock.advance(60)
    rig.keep("1002")
    rig.keep(at="cards.in_production", answers={})
    now = rig.clock.now() + timedelta(minutes=59)

    cards, exam = rig.questions.by_screen(now)

    assert ("cards", "cards.in_production", 1, 0) == (
        cards.service,
        cards.screen,
        cards.number,
        cards.due,
    )
    assert (2, 1, first, first + HOUR) == (exam.number, exam.due, exam.oldest_at, exam.next_at)
