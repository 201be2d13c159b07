"""Draining the inbox: one MO that cannot be routed is not in the way of the others."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import Engine, event

from gateway.domain.telecom.consent import EVERYTHING, ConsentState
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.use_cases.inbound import route_pending
from gateway.use_cases.inbound.route_pending import (
    JOB_SECONDS,
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    QUICK_SECONDS,
    RoutePending,
)
from gateway.use_cases.inbound.route_sms import RoutedTogether, RouteSms
from gateway.use_cases.ports import Routed
from gateway.use_cases.ports.common import APART
from tests.contracts.test_spool import in_a_fork
from tests.fakes import Failing, WorkerKilled
from tests.use_cases.rig import CALLER, OTHER_CALLER, Rig


class OneByOne:
    """Takes a batch of MOs by routing each in another way, known by its id."""

    def __init__(self, route: Callable[[int], bool]) -> None:
        self._route = route
        self._done: dict[int, bool] = {}

    def __call__(self, inbound_id: int) -> bool:
        return self._route(inbound_id)

    def together(self, inbound_ids: Sequence[int]) -> OneByOne:
        return self

    def takes(self, inbound_id: int) -> bool:
        return True

    def decide(self, inbound_id: int) -> bool:
        self._done[inbound_id] = self(inbound_id)
        return True

    def store(self) -> dict[int, bool]:
        done, self._done = self._done, {}
        return done


class Stumbling(OneByOne):
    """Routes MOs, but raises for some of them; `tried` holds the ids in order."""

    def __init__(self, rig: Rig, *stumbles: int) -> None:
        super().__init__(rig.route_sms)
        self.stumbles = set(stumbles)
        self.tried: list[int] = []

    def __call__(self, inbound_id: int) -> bool:
        self.tried.append(inbound_id)
        if inbound_id in self.stumbles:
            raise ValueError("RESULT 10231456 could not be read")
        return super().__call__(inbound_id)


def routing(rig: Rig, route: Callable[[int], bool]) -> RoutePending:
    """Returns the use case with another way to route an MO, known by its id."""
    return replace(rig.route_pending, route_sms=cast(RouteSms, OneByOne(route)))


def test_an_empty_inbox_is_drained_at_once(rig: Rig) -> None:
    assert rig.route_pending()


def test_mos_are_routed_oldest_first_beyond_one_batch(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(route_pending, "BATCH", 2)
    for _ in range(5):
        rig.receives("RESULT")
    ids = rig.due()
    route = Stumbling(rig)

    assert replace(rig.route_pending, route_sms=route)()

    assert ids == route.tried
    assert [] == rig.due()


def test_an_mo_that_cannot_be_routed_is_put_off_and_the_next_one_routed(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.receives("RESULT 10231456")
    rig.receives("REPORT", caller=OTHER_CALLER)
    bad, good = rig.due()
    route = Stumbling(rig, bad)

    assert replace(rig.route_pending, route_sms=route)()

    assert [bad, good] == route.tried
    assert 1 == len(rig.queued(OTHER_CALLER))
    assert [] == rig.due()
    assert f"Could not route MO {bad}: ValueError" in caplog.text
    assert "10231456" not in caplog.text


def test_an_mo_that_was_put_off_is_routed_later(rig: Rig) -> None:
    rig.receives("RESULT 10231456")
    (bad,) = rig.due()
    replace(rig.route_pending, route_sms=Stumbling(rig, bad))()

    rig.route_pending()
    assert [] == rig.queued()
    rig.clock.advance(SCHEDULE[0] * 1.3)

    rig.route_pending()
    assert rig.queued()[0][0].startswith("Year?")


def test_an_mo_that_is_given_up_is_counted(rig: Rig) -> None:
    rig.receives("RESULT")
    (bad,) = rig.due()
    stumbling = replace(rig.route_pending, route_sms=Stumbling(rig, bad))
    for delay in (*SCHEDULE, 0):
        assert 0 == rig.count("inbound_given_up")
        stumbling()
        rig.clock.advance(delay * 1.3)

    assert 1 == rig.count("inbound_given_up")


def test_a_database_that_fails_puts_mos_off(rig: Rig) -> None:
    rig.receives("RESULT")
    failing = replace(rig.route_sms, inbox=Failing(rig.inbox, "finish_all"))
    broken = replace(rig.route_pending, route_sms=failing)
    rig.receives("STOP")

    broken()
    assert [] == rig.queued()
    assert [] == rig.due()

    rig.clock.advance(SCHEDULE[0] * 1.3)
    rig.route_pending()
    assert 2 == len(rig.queued())


def test_two_workers_run_a_handler_once_for_each_mo(rig: Rig) -> None:
    callers = [Msisdn(f"+9997000001{number:02}") for number in range(12)]
    for each in callers:
        rig.receives("REPORT water North", caller=each)
    begun = threading.Barrier(2)
    threads = [
        threading.Thread(target=lambda: (begun.wait(), rig.route_pending())) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rig.route_pending()

    run = Counter((call.key, call.handler) for call in rig.calls)
    assert {1} == set(run.values())
    assert [1] * 12 == [len(rig.queued(each)) for each in callers]


def test_what_a_worker_that_died_had_leased_is_routed_when_its_lease_ends(rig: Rig) -> None:
    rig.receives("RESULT")
    rig.inbox.lease(1, rig.clock.now(), rig.clock.now() + timedelta(seconds=LEASE_SECONDS))
    rig.route_pending()
    before = rig.queued()

    rig.clock.advance(LEASE_SECONDS)
    rig.route_pending()

    assert [] == before
    assert 1 == len(rig.queued())


def test_a_job_ends_in_time_and_gives_back_what_it_has_not_begun(rig: Rig) -> None:
    for number in range(3):
        rig.receives("RESULT", caller=Msisdn(f"+9997000001{number:02}"))
    first, *rest = rig.due()

    def slow(inbound_id: int) -> bool:
        rig.clock.advance(JOB_SECONDS)
        return rig.route_sms(inbound_id)

    done = routing(rig, slow)()

    assert not done
    assert rest == rig.due()
    assert rig.inbox.read(first) is None


def test_an_mo_whose_dialogue_moved_meanwhile_is_due_again_and_told_of(rig: Rig) -> None:
    rig.receives("RESULT")
    ids = rig.due()
    tried: list[int] = []

    def overtaken(inbound_id: int) -> bool:
        tried.append(inbound_id)
        return False

    assert not routing(rig, overtaken)()
    assert (ids, ids) == (tried, rig.due())


class OutOfTime(BaseException):
    """What a queue raises within a job that takes too long."""


def test_an_mo_that_takes_its_workers_with_it_is_given_up_and_told_of(rig: Rig) -> None:
    rig.receives("RESULT")
    rig.receives("STOP")
    kills, _ = rig.due()

    def dies(inbound_id: int) -> bool:
        if inbound_id == kills:
            raise WorkerKilled
        return rig.route_sms(inbound_id)

    deadly = routing(rig, dies)
    for _ in range(MOST_ATTEMPTS + 2):
        with suppress(WorkerKilled):
            deadly()
        rig.clock.advance(LEASE_SECONDS)

    assert 1 == rig.count("inbound_given_up")
    assert [("stopped", DeliveryStatus.QUEUED)] == rig.queued()
    assert [] == rig.due()


def test_a_job_that_is_cut_off_puts_nothing_off_and_keeps_only_what_it_was_at(rig: Rig) -> None:
    for number in range(2):
        rig.receives("RESULT", caller=Msisdn(f"+9997000001{number:02}"))
    first, second = rig.due()

    def hangs(inbound_id: int) -> bool:
        raise OutOfTime

    with pytest.raises(OutOfTime):
        routing(rig, hangs)()

    assert [second] == rig.due()
    rig.clock.advance(LEASE_SECONDS)
    assert [first, second] == rig.due()


def test_what_a_node_stored_whose_clock_is_a_little_ahead_is_routed_at_once(rig: Rig) -> None:
    rig.clock.advance(APART.total_seconds() * 0.9)
    rig.receives("RESULT")
    rig.clock.advance(-APART.total_seconds() * 0.9)
    rig.receives("RESULT", caller=Msisdn("+999700000124"))

    assert rig.route_pending()

    assert [] == rig.due()


CALLERS = [Msisdn(f"+9997000001{number:02}") for number in range(6)]


def replies(rig: Rig) -> list[int]:
    """Returns how many replies are queued for each caller."""
    return [len(rig.queued(each)) for each in CALLERS]


def test_while_several_come_at_a_time_the_next_are_gathered(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def another_comes(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) < 3:
            for each in CALLERS[2 * len(waited) : 2 * len(waited) + 2]:
                rig.receives("RESULT", caller=each)

    monkeypatch.setattr(rig.clock, "sleep", another_comes)
    for each in CALLERS[:2]:
        rig.receives("RESULT", caller=each)

    assert rig.route_pending()

    assert [1] * 6 == replies(rig)
    assert [route_pending.GATHER_SECONDS] * 3 == waited


def test_who_texts_alone_waits_for_nobody(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(rig.clock, "sleep", waited.append)
    rig.receives("RESULT")

    assert rig.route_pending()

    assert [] == waited


def test_mos_of_one_batch_are_read_and_stored_with_few_statements(
    rig: Rig, sqlite_engine: Engine
) -> None:
    for each in CALLERS:
        rig.receives("RESULT", caller=each)
    asked: list[str] = []
    commits: list[object] = []

    def note(*told: object) -> None:
        asked.append(str(told[2]))

    def note_commit(connection: object) -> None:
        commits.append(connection)

    event.listen(sqlite_engine, "before_cursor_execute", note)
    event.listen(sqlite_engine, "commit", note_commit)
    assert rig.route_pending()
    event.remove(sqlite_engine, "before_cursor_execute", note)
    event.remove(sqlite_engine, "commit", note_commit)

    assert [1] * 6 == replies(rig)
    assert 1 == len(commits)
    assert len(asked) <= 13, asked


@pytest.mark.parametrize("when", ["deciding", "before the commit", "after the commit"])
def test_a_worker_that_is_killed_in_mid_batch_has_done_nothing_twice(rig: Rig, when: str) -> None:
    for each in CALLERS:
        rig.receives("REPORT water North", caller=each)

    def dies() -> int:
        finish, decided = rig.inbox.finish_all, list[int]()

        def killed(routed: Sequence[Routed], now: datetime) -> Sequence[bool]:
            if when == "after the commit":
                finish(routed, now)
            os.kill(os.getpid(), signal.SIGKILL)
            return ()

        def decides(self: RoutedTogether, inbound_id: int) -> bool:
            decided.append(inbound_id)
            if when == "deciding" and len(decided) == 4:
                os.kill(os.getpid(), signal.SIGKILL)
            return decide(self, inbound_id)

        decide = RoutedTogether.decide
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rig.inbox, "finish_all", killed)
            patched.setattr(RoutedTogether, "decide", decides)
            rig.route_pending()
        return 0

    assert -signal.SIGKILL == in_a_fork(dies)
    before = replies(rig)
    rig.route_pending()
    meanwhile = replies(rig)
    rig.clock.advance(LEASE_SECONDS)
    rig.route_pending()

    assert [when == "after the commit"] * 6 == [bool(each) for each in before]
    assert before == meanwhile
    assert [1] * 6 == replies(rig)
    assert [] == rig.due()


def test_the_texts_of_one_subscriber_are_answered_one_after_the_other(rig: Rig) -> None:
    for words in ("RESULT", "10231456", "2025"):
        for each in CALLERS:
            rig.receives(words, caller=each)

    while not rig.route_pending():
        pass

    said = [[text.partition("\n")[0] for text, _ in rig.queued(each)] for each in CALLERS]
    assert [["Candidate number?", "Year?", "Date of birth?"]] * 6 == said


def test_what_overtakes_one_of_a_batch_does_not_hold_up_the_others(rig: Rig) -> None:
    for each in CALLERS:
        rig.receives("RESULT", caller=each)
    first = rig.due()[0]
    finish = rig.inbox.finish_all

    def overtaken(routed: Sequence[Routed], now: datetime) -> Sequence[bool]:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rig.inbox, "finish_all", finish)
            rig.route_sms(first)
            return finish(routed, now)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rig.inbox, "finish_all", overtaken)
        rig.route_pending()

    assert [1] * 6 == replies(rig)
    assert [] == rig.due()


def test_what_workers_may_have_died_of_is_routed_alone(rig: Rig) -> None:
    for each in CALLERS[:3]:
        rig.receives("RESULT", caller=each)
    ids = rig.due()
    rig.inbox.lease(3, rig.clock.now(), rig.clock.now() + timedelta(seconds=LEASE_SECONDS))
    rig.clock.advance(LEASE_SECONDS)
    seen: list[list[int]] = []
    together = RouteSms.together

    def noted(self: RouteSms, inbound_ids: Sequence[int]) -> RoutedTogether:
        seen.append(list(inbound_ids))
        return together(self, inbound_ids)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RouteSms, "together", noted)
        assert rig.route_pending()

    assert [[each] for each in ids] == seen


def test_a_slow_mo_leaves_those_behind_it_to_others(rig: Rig) -> None:
    for each in CALLERS:
        rig.receives("RESULT", caller=each)
    sizes: list[int] = []
    together, decide = RouteSms.together, RoutedTogether.decide

    def noted(self: RouteSms, inbound_ids: Sequence[int]) -> RoutedTogether:
        sizes.append(len(inbound_ids))
        return together(self, inbound_ids)

    def slow(self: RoutedTogether, inbound_id: int) -> bool:
        rig.clock.advance(QUICK_SECONDS * 2)
        return decide(self, inbound_id)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(RouteSms, "together", noted)
        patched.setattr(RoutedTogether, "decide", slow)
        assert rig.route_pending()

    assert [1] * 6 == replies(rig)


def without_channels(rig: Rig) -> RoutePending:
    """Returns a worker that was started with settings in which the channel is not."""
    return replace(rig.route_pending, route_sms=replace(rig.route_sms, channels={}))


def test_what_came_on_a_channel_that_a_worker_does_not_know_waits_for_one_that_does(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """Settings are read once: while they change, some workers have a channel and others not."""
    rig.receives("RESULT 10231456")

    without_channels(rig)()
    assert "No channel 'ke' is configured." in caplog.text
    rig.clock.advance(SCHEDULE[0] * 1.3)
    rig.route_pending()

    assert rig.queued()[0][0].startswith("Year?")


@pytest.mark.parametrize(
    ("said", "told"),
    [("STOP", {}), ("stop please", {}), ("2026 STOP", {}), ("Arrêter", {"opt_out": "STOP"})],
)
def test_stop_counts_on_a_channel_that_was_taken_out(
    rig: Rig, said: str, told: dict[str, str]
) -> None:
    rig.receives(said, **told)

    without_channels(rig)()

    everything = rig.consents.of(CALLER)[EVERYTHING]
    assert everything.state is ConsentState.OPTED_OUT
    assert [] == rig.due() == rig.queued()
