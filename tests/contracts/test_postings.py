"""Stored rows that go on to another system: noted with the row, once for each state of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, timedelta

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.handler_calls.current_call import answering
from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.sql.handler_tables import audit
from gateway.adapters.sql.handler_toolkit.postings import SqlPostings
from gateway.adapters.sql.handler_toolkit.toolkit import SqlToolkit, toolkit
from gateway.adapters.sql.posting.tables import postings
from gateway.adapters.system.keyring import Keyring
from gateway.domain.datasets.column_kinds import OneOf
from gateway.domain.datasets.dataset import Column
from gateway.domain.faults_and_errors.errors import (
    BreakerOpen,
    HandlerFailed,
    OwnStoreAway,
    ServiceFailed,
)
from gateway.domain.handler_contract.form import Form
from gateway.domain.handler_contract.posting import GIVEN_UP_AFTER
from gateway.domain.handler_contract.service_call import (
    HandlerContract,
    Outcome,
    ServiceCall,
    Writes,
)
from gateway.domain.menu.release import Release
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.handler_calls.post_rows import REST, PostRows
from gateway.use_cases.handler_calls.run_slow_calls import LEASE_SECONDS
from gateway.use_cases.handler_calls.store_form import handlers_of
from tests.clock import FixedClock

KEYRING = Keyring(bytes(range(32)))
ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
KIND = Column(name="kind", max=5, kind=OneOf("water", "road"))
WHAT = Column(name="what", max=40)
NAME = Column(name="name", max=30, personal=True, required=False)
#: A case with a number, a row for each form, and one that stays here.
REPORTS = Form(
    name="reports",
    columns=(KIND, WHAT, NAME),
    writes=Writes.REPORT,
    reference=True,
    category="kind",
    post_to="works",
)
VISITS = Form(name="visits", columns=(WHAT, NAME), writes=Writes.REPORT, post_to="clinic")
NOTES = Form(name="notes", columns=(WHAT,), writes=Writes.REPORT)
FORMS: Mapping[str, Form] = {form.name: form for form in (REPORTS, VISITS, NOTES)}
HANDLERS = handlers_of(FORMS.values())
PUMP = {"kind": "water", "what": "the pump is broken"}
NEEDS = {
    "call:works": ("kind", "what", "name", "number", "row", "stored_at"),
    "call:clinic": ("what", "row"),
}


@dataclass
class OtherSystem:
    """Stands where the guarded back ends stand: takes each call, or fails as it is told."""

    calls: list[ServiceCall] = field(default_factory=list)
    failure: ServiceFailed | None = None

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        self.calls.append(call)
        if self.failure is not None:
            raise self.failure
        return Outcome("taken")

    def contract(self, call: ServiceCall) -> HandlerContract | None:
        needs = NEEDS.get(call.handler)
        return needs and HandlerContract(outcomes={"taken": {}}, needs=needs)


class Rig:
    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.engine, self.clock = engine, clock
        release = Release(id="r", languages={"en": "English"}, services={}, screens={}, phrases={})
        self.desk: SqlToolkit = toolkit(
            engine=engine,
            datasets={},
            tables={name: form.table() for name, form in FORMS.items() if not form.reference},
            keyring=KEYRING,
            clock=clock,
            zone=UTC,
            releases=ServedReleases(release),
            choose_language=lambda subscriber, language: None,
            next_serial=iter(range(10_002_026, 10_003_026)).__next__,
            posted=[form.name for form in FORMS.values() if form.post_to],
        )
        self.system, self.counters = OtherSystem(), MemoryCounters()
        self.postings = SqlPostings(engine, KEYRING, FORMS)
        self.post = self.posting(FORMS)

    def posting(self, forms: Mapping[str, Form]) -> PostRows:
        return PostRows(
            postings=SqlPostings(self.engine, KEYRING, forms),
            forms=forms,
            runner=self.system,
            contracts=self.system,
            clock=self.clock,
            counters=self.counters,
        )

    def store(
        self, form: str, answers: Mapping[str, str], key: str, who: Msisdn = ASHA
    ) -> Mapping[str, object]:
        call = ServiceCall(
            handler=f"store:{form}",
            answers=answers,
            language="sw",
            subscriber=who,
            key=key,
            at=self.clock.now(),
            channel="ke",
        )
        with answering(call):
            return HANDLERS[call.handler].run(call, self.desk).values

    def work(self) -> Sequence[ServiceCall]:
        """Does what a worker does until nothing is due; returns the calls that were made."""
        before = len(self.system.calls)
        while (posting := self.post.next()) is not None:
            self.post.run(posting)
        return self.system.calls[before:]

    def counted(self) -> dict[str, int]:
        """Returns how often each try came to what."""
        numbers = self.counters.counted().numbers.items()
        return {
            dict(count.labels)["outcome"]: number
            for count, number in numbers
            if count.name == "rows_posted"
        }


@pytest.fixture
def rig(database: Engine, clock: FixedClock) -> Rig:
    return Rig(database, clock)


def test_a_case_goes_on_with_its_number_and_what_is_personal(rig: Rig) -> None:
    rig.store("reports", {**PUMP, "name": "Asha Musa"}, "turn-1")

    (call,) = rig.work()
    assert {
        **PUMP,
        "name": "Asha Musa",
        "number": "100 020 266",
        "row": "100020266",
        "stored_at": f"{rig.clock.now():%Y-%m-%dT%H:%M:%SZ}",
    } == call.answers
    assert (ASHA, "sw", "ke", "call:works") == (
        call.subscriber, call.language, call.channel, call.handler,
    )  # fmt: skip
    assert 32 == len(call.key)
    assert [] == rig.work() == rig.postings.unposted()
    assert {"taken": 1} == rig.counted()


def test_nothing_goes_on_of_a_form_that_does_not_say_so(rig: Rig) -> None:
    rig.store("notes", {"what": "a note"}, "turn-1")

    assert not rig.postings.is_due(rig.clock.now())
    assert [] == rig.work()


def test_a_turn_that_comes_twice_is_posted_once(rig: Rig) -> None:
    first = rig.store("visits", {"what": "the clinic"}, "turn-1")
    rig.work()
    again = rig.store("visits", {"what": "the clinic"}, "turn-1")

    assert first == again
    assert [] == rig.work()


def test_of_what_is_stored_many_times_each_row_has_its_own_key(rig: Rig) -> None:
    for turn, who in enumerate((ASHA, ASHA, JUMA)):
        rig.store("visits", {"what": "the clinic"}, f"turn-{turn}", who)

    calls = rig.work()
    assert 3 == len({call.key for call in calls}) == len({call.answers["row"] for call in calls})


def test_only_what_the_call_sends_is_opened_and_its_owner_can_see_that_it_was(rig: Rig) -> None:
    rig.store("visits", {"what": "the clinic", "name": "Asha Musa"}, "turn-1")
    rig.store("reports", {**PUMP, "name": "Asha Musa"}, "turn-2")

    calls = {call.handler: call.answers for call in rig.work()}
    assert "name" not in calls["call:clinic"]
    with rig.engine.connect() as connection:
        looks = connection.execute(select(audit.c.who, audit.c.what)).all()
    assert [("works", "reports")] == [tuple(look) for look in looks]


def test_what_is_completed_goes_on_again_whole_as_the_same_row(rig: Rig) -> None:
    stored = rig.store("reports", PUMP, "turn-1")
    (first,) = rig.work()
    rig.store("reports.name", {"name": "Asha", "_row": str(stored["_row"])}, "turn-2")

    (second,) = rig.work()
    assert ("", "Asha") == (first.answers["name"], second.answers["name"])
    assert first.answers["row"] == second.answers["row"]
    assert first.key != second.key


def test_what_is_corrected_before_it_goes_on_goes_on_once(rig: Rig) -> None:
    stored = rig.store("visits", {"what": "the clinic"}, "turn-1")
    rig.store("visits", {"what": "the school", "_row": str(stored["_row"])}, "turn-2")

    assert ["the school"] == [call.answers["what"] for call in rig.work()]


def test_what_is_corrected_while_it_is_on_its_way_goes_on_again(rig: Rig) -> None:
    stored = rig.store("visits", {"what": "the clinic"}, "turn-1")
    posting = rig.post.next()
    assert posting is not None
    rig.store("visits", {"what": "the school", "_row": str(stored["_row"])}, "turn-2")

    # Nobody else takes it meanwhile: the older state could arrive after the newer.
    assert rig.post.next() is None
    rig.post.run(posting)
    rig.clock.advance(LEASE_SECONDS + 1)
    calls = rig.work()
    assert ["the school"] == [call.answers["what"] for call in calls]
    assert calls[0].key != posting.key


def test_a_worker_that_dies_leaves_it_to_another_under_the_same_key(rig: Rig) -> None:
    rig.store("visits", {"what": "the clinic"}, "turn-1")
    dies = rig.post.next()
    assert dies is not None
    assert rig.post.next() is None
    rig.clock.advance(LEASE_SECONDS + 1)

    assert [dies.key] == [call.key for call in rig.work()]


def test_a_system_that_is_down_is_asked_again_by_and_by_until_it_takes_it(rig: Rig) -> None:
    rig.store("visits", {"what": "the clinic"}, "turn-1")
    rig.system.failure = HandlerFailed("A declared call found nobody at its address (X).")

    waits = []
    for _ in range(6):
        assert 1 == len(rig.work())
        (row,) = rig.postings.unposted()
        assert (1, 0, str(rig.system.failure)) == (row.waiting, row.given_up, row.last_failure)
        waited = 0
        while not rig.postings.is_due(rig.clock.now()):
            rig.clock.advance(30)
            waited += 30
        waits.append(waited)
    rig.system.failure = None

    assert [30, 120, 600, 1800, 3600, 3600] == waits
    assert 1 == len(rig.work())
    assert 1 == len({call.key for call in rig.system.calls})
    assert {"failed": 6, "taken": 1} == rig.counted()


def test_a_system_that_stays_down_is_given_up_and_asked_again_when_somebody_says_so(
    rig: Rig,
) -> None:
    rig.store("visits", {"what": "the clinic"}, "turn-1")
    rig.system.failure = HandlerFailed("It is down.")
    rig.clock.advance(GIVEN_UP_AFTER.total_seconds())
    rig.work()

    (row,) = rig.postings.unposted()
    assert (0, 1) == (row.waiting, row.given_up)
    assert {"given_up": 1} == rig.counted()
    assert not rig.postings.is_due(rig.clock.now() + timedelta(days=1))
    rig.system.failure = None
    assert 1 == rig.postings.again("visits", rig.clock.now())
    assert 1 == len(rig.work())
    assert [] == rig.postings.unposted()


@pytest.mark.parametrize("failure", [BreakerOpen("It is left alone."), OwnStoreAway("Our store.")])
def test_what_was_not_even_asked_is_no_failure_of_the_row(rig: Rig, failure: ServiceFailed) -> None:
    for turn in range(3):
        rig.store("visits", {"what": f"clinic {turn}"}, f"turn-{turn}")
    rig.system.failure = failure
    if isinstance(failure, BreakerOpen):  # one row finds out for all of its form
        assert 1 == len(rig.work())
    else:
        assert 3 == len(rig.work())
    rig.system.failure = None
    rig.clock.advance(max(REST.total_seconds(), LEASE_SECONDS) + 1)

    assert 3 == len(rig.work())
    assert {"taken": 3} == rig.counted()


def test_erasing_takes_what_was_not_posted(rig: Rig) -> None:
    for form, answers in (("visits", {"what": "the clinic"}), ("reports", PUMP)):
        rig.store(form, answers, form)
        rig.store(form, answers, f"{form} of Juma", JUMA)
    call = ServiceCall(
        handler="erase_my_data", answers={}, language="en", subscriber=ASHA, key="e",
        at=rig.clock.now(),
    )  # fmt: skip
    with answering(call):
        rig.desk.my.erase(call)

    assert {JUMA} == {call.subscriber for call in rig.work()}


def test_a_row_that_is_gone_is_posted_no_more(rig: Rig) -> None:
    stored = rig.store("visits", {"what": "the clinic"}, "turn-1")
    call = ServiceCall(
        handler="h", answers={}, language="en", subscriber=ASHA, key="r", at=rig.clock.now()
    )
    with answering(call):
        assert 1 == rig.desk.records.remove("visits", call)

    assert stored["_row"]
    assert [] == rig.work() == rig.postings.unposted()
    assert {"gone": 1} == rig.counted()


@pytest.mark.parametrize("declared", [{}, {"visits": NOTES}, {"visits": VISITS}])
def test_a_form_or_call_that_is_not_declared_any_more_is_told_and_nothing_lost(
    rig: Rig, declared: Mapping[str, Form], monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.store("visits", {"what": "the clinic"}, "turn-1")
    if declared.get("visits") is VISITS:
        monkeypatch.delitem(NEEDS, "call:clinic")
    rig.post = rig.posting(declared)

    assert [] == rig.work()
    (row,) = rig.postings.unposted()
    assert (1, True) == (row.waiting, "any more" in row.last_failure)


def test_one_that_no_key_opens_keeps_no_other_from_its_turn(rig: Rig) -> None:
    rig.store("visits", {"what": "the clinic"}, "turn-1")
    with rig.engine.begin() as connection:
        connection.execute(postings.update().values(msisdn_sealed=b"of another key"))
    rig.clock.advance(1)
    rig.store("visits", {"what": "the school"}, "turn-2")

    taken = [rig.post.next(), rig.post.next()]
    assert 1 == len([each for each in taken if each is not None])
    assert 1 == sum(each.given_up for each in rig.postings.unposted())


def test_nothing_of_the_row_stands_in_the_posting(rig: Rig) -> None:
    rig.store("reports", {**PUMP, "name": "Asha Musa"}, "turn-1")
    with rig.engine.connect() as connection:
        row = connection.execute(select(postings)).mappings().one()

    told = " ".join(str(value) for value in row.values())
    assert "pump" not in told
    assert "Asha" not in told
    assert ASHA.e164 not in told
