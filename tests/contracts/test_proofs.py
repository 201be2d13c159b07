"""Second facts: strangers wait longer with each wrong one, owners never for strangers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.handler_tables import proof_tries, proofs
from gateway.adapters.sql.handler_toolkit.proofs import TOPIC, SqlProofs
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.use_cases.ports.desk import Proof
from gateway.use_cases.ports.reminders import DueReminder
from tests.clock import FixedClock
from tests.handlers.memory import release_with_messages

KEYRING = Keyring(bytes(range(32)))
RELEASES = ServedReleases(release_with_messages())
EXAM, RECORD = "exam_results", "10231456"
OWNER, STRANGER = "+999700000001", "+999700000666"
BORN = date(2007, 9, 3)


class Desk:
    """Second facts on a database, asked for by phones; each try is a call of its own."""

    def __init__(self, database: Engine, clock: FixedClock) -> None:
        self.proofs = SqlProofs(database, KEYRING, RELEASES)
        self.reminders = SqlReminders(database, KEYRING, RELEASES)
        self.clock = clock
        self.calls = 0

    def call(self, phone: str, key: str = "", channel: str = "ke") -> ServiceCall:
        self.calls += 1
        return ServiceCall(
            handler=EXAM,
            answers={},
            language="en",
            subscriber=Msisdn(phone),
            key=key or f"call {self.calls}",
            at=self.clock.now(),
            channel=channel,
        )

    def tries(self, phone: str, *, fits: bool, of: str = RECORD, channel: str = "ke") -> Proof:
        call = self.call(phone, channel=channel)
        return self.proofs.check(call, EXAM, of=of, fits=fits, message="second_fact_tried")

    def told(self) -> Sequence[DueReminder]:
        return self.reminders.due(self.clock.now(), 10)


@pytest.fixture
def desk(database: Engine, clock: FixedClock) -> Desk:
    return Desk(database, clock)


def verdicts(proofs: Sequence[Proof]) -> list[str]:
    return [proof.verdict for proof in proofs]


def test_a_birth_year_takes_most_of_a_year_however_many_phones_try(desk: Desk) -> None:
    began, wrong = desk.clock.now(), 0

    for day in (BORN.replace(month=1, day=1) + timedelta(days=n) for n in range(365)):
        phone = f"+9997{wrong:08d}"  # a new SIM for each try
        while (proof := desk.tries(phone, fits=day == BORN)).verdict == "wait":
            assert proof.again_at is not None
            desk.clock.advance(seconds=(proof.again_at - desk.clock.now()).total_seconds())
        if proof.verdict == "proved":
            break
        wrong += 1

    assert 245 == wrong  # from 1 January to 2 September
    assert desk.clock.now() - began > timedelta(days=wrong - 8)


def test_one_phone_cannot_try_one_date_on_many_records_either(desk: Desk) -> None:
    tried = [desk.tries(STRANGER, fits=False, of=f"1023{n:04d}") for n in range(6)]

    assert ["wrong"] * 4 + ["wait"] * 2 == verdicts(tried)


def test_in_a_wait_the_right_fact_is_not_told_from_a_wrong_one(desk: Desk) -> None:
    for _ in range(4):
        desk.tries(STRANGER, fits=False)

    right, wrong = desk.tries(STRANGER, fits=True), desk.tries(STRANGER, fits=False)

    assert right == wrong
    assert Proof("wait", desk.clock.now() + timedelta(minutes=5)) == right


def test_who_asks_within_the_wait_does_not_make_it_longer(desk: Desk) -> None:
    for _ in range(4):
        desk.tries(STRANGER, fits=False)
    for _ in range(20):
        desk.tries(STRANGER, fits=False)

    desk.clock.advance(seconds=300)

    assert "wrong" == desk.tries(STRANGER, fits=False).verdict


def test_channels_count_together(desk: Desk) -> None:
    for channel in ("ussd", "sms", "ussd", "sms"):
        desk.tries(STRANGER, fits=False, channel=channel)

    assert "wait" == desk.tries(OWNER, fits=True, channel="sms").verdict


def test_a_phone_that_proved_it_waits_for_no_stranger(desk: Desk) -> None:
    assert "proved" == desk.tries(OWNER, fits=True).verdict
    for n in range(40):
        desk.tries(f"+9997000{n:05d}", fits=False)

    assert "wait" == desk.tries(STRANGER, fits=True).verdict
    assert "proved" == desk.tries(OWNER, fits=True).verdict


def test_a_phone_that_proved_it_waits_for_none_of_its_other_wrong_ones(desk: Desk) -> None:
    desk.tries(OWNER, fits=True)
    for n in range(6):  # whoever shares the phone asks for other records
        desk.tries(OWNER, fits=False, of=f"9{n:07d}")

    assert "proved" == desk.tries(OWNER, fits=True).verdict


def test_a_phone_that_proved_it_cannot_try_out_either_and_forgets_what_it_mistyped(
    desk: Desk,
) -> None:
    desk.tries(OWNER, fits=True)
    mistyped = [desk.tries(OWNER, fits=fits) for fits in (False, False, False, True)]
    stolen = [desk.tries(OWNER, fits=False) for _ in range(5)]

    assert ["wrong", "wrong", "wrong", "proved"] == verdicts(mistyped)
    assert ["wrong", "wrong", "wrong", "wrong", "wait"] == verdicts(stolen)


def test_records_and_services_are_told_apart(desk: Desk) -> None:
    for n in range(4):
        desk.tries(f"+9997000001{n:02d}", fits=False)

    assert "wait" == desk.tries(STRANGER, fits=True).verdict
    assert "proved" == desk.tries(STRANGER, fits=True, of="10231457").verdict
    other = desk.proofs.check(desk.call(OWNER), "benefit_payment", of=RECORD, fits=True)
    assert "proved" == other.verdict


def test_a_right_one_of_its_owner_gives_strangers_no_new_tries(desk: Desk) -> None:
    desk.tries(OWNER, fits=True)
    for n in range(4):
        desk.tries(f"+9997000001{n:02d}", fits=False)

    desk.tries(OWNER, fits=True)

    assert "wait" == desk.tries(STRANGER, fits=False).verdict


def test_the_same_call_is_counted_once_and_has_one_verdict(desk: Desk) -> None:
    call = desk.call(STRANGER)

    first = [desk.proofs.check(call, EXAM, of=RECORD, fits=False) for _ in range(10)]
    then = [desk.tries(STRANGER, fits=False) for _ in range(4)]

    assert ["wrong"] * 10 == verdicts(first)
    assert ["wrong"] * 3 + ["wait"] == verdicts(then)


def test_a_wait_is_told_again_as_it_was(desk: Desk) -> None:
    for _ in range(4):
        desk.tries(STRANGER, fits=False)
    call = desk.call(STRANGER)

    first = desk.proofs.check(call, EXAM, of=RECORD, fits=True)
    desk.clock.advance(hours=1)

    assert first == desk.proofs.check(call, EXAM, of=RECORD, fits=True)


def test_tries_at_the_same_moment_have_no_more_than_their_number(desk: Desk) -> None:
    found: list[str] = []
    calls = [desk.call(f"+9997000001{n:02d}") for n in range(12)]
    begin = threading.Barrier(len(calls))

    def one(call: ServiceCall) -> Callable[[], None]:
        def run() -> None:
            begin.wait()
            found.append(desk.proofs.check(call, EXAM, of=RECORD, fits=False).verdict)

        return run

    threads = [threading.Thread(target=one(call)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {"wrong": 4, "wait": 8} == {verdict: found.count(verdict) for verdict in set(found)}


def test_the_phone_that_proved_it_last_is_told_once_a_week(desk: Desk) -> None:
    desk.tries("+999700000002", fits=True)
    desk.clock.advance(days=1)
    desk.tries(OWNER, fits=True)
    told = []

    for _ in range(3):
        desk.tries(STRANGER, fits=False)
    told.append(len(desk.told()))
    for _ in range(30):
        desk.tries(STRANGER, fits=False)
        desk.clock.advance(hours=1)
    (sms,) = desk.told()
    desk.reminders.hand_over({sms.id: _mt(sms)}, desk.clock.now())
    for days in (1, 7):
        desk.clock.advance(days=days)
        for _ in range(8):
            desk.tries(STRANGER, fits=False)
            desk.clock.advance(hours=6)
        told.append(len(desk.told()))

    assert (OWNER, "second_fact_tried", TOPIC) == (sms.subscriber.e164, sms.message, sms.topic)
    assert [0, 0, 1] == told


def test_nobody_is_told_of_what_nobody_proved_or_mistyped_at_home(desk: Desk) -> None:
    for n in range(6):
        desk.tries(f"+9997000001{n:02d}", fits=False)
    desk.tries(OWNER, fits=True, of="10231457")
    for _ in range(6):
        desk.tries(OWNER, fits=False, of="10231457")

    assert [] == desk.told()


def test_what_was_asked_for_and_by_whom_does_not_stand_in_the_rows(
    desk: Desk, database: Engine
) -> None:
    desk.tries(OWNER, fits=True)
    desk.tries(STRANGER, fits=False)

    with statements(database) as connection:
        rows = [
            *connection.execute(proofs.select()),
            *connection.execute(proof_tries.select()),
        ]
    assert 3 == len(rows)  # a proof, and a count of the phone and of the record
    shown = str([tuple(row) for row in rows])
    assert RECORD not in shown
    assert OWNER not in shown


def _mt(sms: DueReminder) -> NewSms:
    return NewSms(
        channel="ke",
        subscriber=sms.subscriber,
        text="told",
        lane=Lane.BULK,
        purpose=Purpose.NOTICE,
        key=f"reminder-{sms.id}",
        topic=sms.topic,
    )


def test_who_would_have_to_wait_is_known_before_anything_is_asked(desk: Desk) -> None:
    def waits(phone: str = STRANGER, of: str = RECORD) -> datetime | None:
        return desk.proofs.waits(desk.call(phone), EXAM, of=of)

    desk.tries(OWNER, fits=True)
    free = []
    for _ in range(4):
        free.append(waits())
        desk.tries(STRANGER, fits=False)

    assert [None] * 4 == free
    assert desk.clock.now() + timedelta(minutes=5) == waits()
    assert waits() == waits(of="another record") == waits("+999700000777")
    assert waits(OWNER) is None
    assert waits("+999700000777", "another record") is None
    desk.clock.advance(300)
    assert waits() is None


def test_a_call_that_has_its_verdict_is_not_told_to_wait(desk: Desk) -> None:
    call = desk.call(STRANGER)
    desk.proofs.check(call, EXAM, of=RECORD, fits=False)
    for _ in range(4):
        desk.tries(STRANGER, fits=False)
    late = desk.call(STRANGER)
    proof = desk.proofs.check(late, EXAM, of=RECORD, fits=True)
    desk.clock.advance(days=1)

    assert desk.proofs.waits(call, EXAM, of=RECORD) is None
    assert proof.again_at == desk.proofs.waits(late, EXAM, of=RECORD) is not None


def test_a_phone_that_has_proven_nothing_for_long_is_asked_again(
    database: Engine, clock: FixedClock
) -> None:
    desk = Desk(database, clock)
    desk.proofs = SqlProofs(database, KEYRING, RELEASES, dormant=timedelta(days=80))
    desk.tries(OWNER, fits=True)

    for days, known in ((79, True), (2, False)):
        clock.advance(days=days)
        assert known is desk.proofs.known(desk.call(OWNER), EXAM, of=RECORD), days
    desk.tries(OWNER, fits=True)
    clock.advance(days=79)
    assert desk.proofs.known(desk.call(OWNER), EXAM, of=RECORD)
