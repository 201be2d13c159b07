"""A slow back end: the turn waits while it can, and exactly one of screen and SMS delivers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Semaphore

import pytest
from sqlalchemy import Engine

from gateway.adapters.redis.breakers import NoBreakers
from gateway.adapters.releases.in_process import ServedReleases
from gateway.adapters.spool.spool_file import SpoolFile
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.ussd.slow_calls import SqlSlowCalls
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.domain.faults_and_errors.errors import StoreUnavailable, TooOften
from gateway.domain.handler_contract.service_call import (
    Breaker,
    HandlerContract,
    Outcome,
    ServiceCall,
    TextField,
)
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane
from gateway.domain.telecom.ussd import UssdTurn
from gateway.use_cases.handler_calls.guard_with_breaker import GuardWithBreaker
from gateway.use_cases.handler_calls.run_slow_calls import (
    AGAIN_SECONDS,
    LEASE_SECONDS,
    MOST_ATTEMPTS,
)
from gateway.use_cases.inbound.deliver_late_answer import DeliverLateAnswer
from gateway.use_cases.ports import Conversation, Handler, Toolkit
from gateway.use_cases.ports.calls import Result
from gateway.use_cases.ussd.dialogue import TurnInHand
from tests import servers
from tests.clock import FixedClock
from tests.domain.menus import SAMPLE
from tests.fakes import Failing, RecordingJobs, WorkerKilled
from tests.handlers.desk import DeskInMemory
from tests.session_samples import KEYRING
from tests.wiring import deployment_of, stores_with

from .rig import CALLER, CHANNEL, CODE

SECRET = "15042007"
ANSWERS = ("2", "10231456", "2", SECRET)
BY_SMS = "answer by sms"
DIALLED = Channel(name="dialled", provider="simulator", service_code=CODE)
CONTRACT = HandlerContract(outcomes={"found": {"grade": TextField(3)}, "unknown": {}}, slow=True)


class Bell:
    """Fits the `Bell` port: what happens while a turn waits is `meanwhile`, then time is up."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self.meanwhile: Callable[[], object] = lambda: None
        self.rung: list[int] = []
        self.waited: list[float] = []

    def ring(self, call_id: int) -> None:
        self.rung.append(call_id)

    def wait(self, call_id: int, seconds: float) -> None:
        self.waited.append(seconds)
        self.meanwhile()
        if call_id not in self.rung:
            self.clock.advance(seconds)


@dataclass
class DyingRunner:
    """Runs handlers, and dies with its worker right after, as often as told."""

    inner: GuardWithBreaker
    deaths: int = 0

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        outcome = self.inner.run(call, seconds)
        if self.deaths:
            self.deaths -= 1
            raise WorkerKilled
        return outcome


class Closed(NoBreakers):
    """Breakers of which every one is open."""

    def refuses(self, back_ends: Sequence[str]) -> bool:
        return True

    def admits(self, back_end: str, breaker: Breaker) -> bool:
        return False


class SlowRig:
    """Turns, a worker and the stores between them; `calls` are those that reached the handler."""

    def __init__(self, engine: Engine, clock: FixedClock, release: Release = SAMPLE) -> None:
        self.clock = clock
        self.calls: list[ServiceCall] = []
        self.outcome = Outcome("found", {"grade": "B+"})
        self.failure: Exception | None = None
        self.bell = Bell(clock)
        self.jobs = RecordingJobs()
        self.releases = ServedReleases(release)
        stores = stores_with(clock, jobs=self.jobs, bell=self.bell)
        parts = Parts(
            engine=engine,
            stores=stores,
            releases=self.releases,
            channels={CHANNEL.name: CHANNEL},
            toolkit=DeskInMemory({}),
        )
        handlers = {"exam_results": Handler(self._run, CONTRACT)}
        self.gateway = Gateway(deployment_of(handlers, CHANNEL), clock=clock, parts=parts)
        self.inbox, self.outbox = self.gateway.sql.inbox, self.gateway.sql.outbox
        self.subscribers = self.gateway.sql.subscribers
        self.slow_calls = self.gateway.sql.slow_calls
        self.guard = self.gateway.handler_calls.guard
        self.runner = DyingRunner(self.guard)
        self.wire()

    def wire(self, channels: Sequence[Channel] = (CHANNEL,), **slow: object) -> None:
        """Replaces some parts of the turn's side; a worker may die with its runner."""
        calls = self.gateway.handler_calls
        wait = calls.settle.slow
        assert wait is not None
        wait = replace(wait, places=Semaphore(2))
        wait = replace(wait, **slow)  # type: ignore[arg-type] # named by the caller
        self.settle_calls = replace(calls.settle, slow=wait)
        dialogue = self.gateway.ussd.answer.dialogue
        self.talk = replace(dialogue, settle_calls=self.settle_calls)
        deliver = calls.run_slow.deliver
        assert isinstance(deliver, DeliverLateAnswer)
        deliver = replace(
            deliver,
            channels={each.name: each for each in channels},
            settle_calls=self.settle_calls,
        )
        self.worker = replace(calls.run_slow, runner=self.runner, deliver=deliver)

    def _run(self, call: ServiceCall, desk: Toolkit) -> Outcome:
        self.calls.append(call)
        if self.failure is not None:
            raise self.failure
        return self.outcome

    def dials(
        self,
        *answers: str,
        session: str = "s-1",
        channel: Channel = CHANNEL,
        caller: Identity = CALLER,
    ) -> str:
        """Returns the page of one turn with all these answers."""
        said = UssdTurn(session_id=session, subscriber=caller, service_code=CODE, text="")
        turn = TurnInHand(
            channel=channel,
            said=said,
            key=KEYRING.index("session", session),
            subscriber=b"",
            began=self.clock.monotonic(),
        )
        return self.talk.begin(turn, "en", answers or ANSWERS).shown.text

    def texts(self, text: str, link_id: str = "") -> None:
        """Takes in one MO to 2026, and routes it."""
        sms = InboundSms(
            provider_ref=text, subscriber=CALLER, to="2026", text=text, link_id=link_id
        )
        inbound_id = self.inbox.accept(CHANNEL.name, sms, self.clock.now())
        route_sms = replace(self.gateway.inbound.route, settle_calls=self.settle_calls)
        assert inbound_id is not None
        assert route_sms(inbound_id)

    def works(self) -> bool:
        """Runs one slow call, as a worker; returns False when there is none."""
        slow = self.worker.next()
        if slow is not None:
            self.worker.run(slow)
        return slow is not None

    def sweeps(self) -> None:
        """Does what a worker does when the ticker has woken it."""
        self.worker.send_late()
        while self.works():
            pass

    @property
    def sms(self) -> list[str]:
        """Returns the MTs to the caller, oldest first, cut to their first words."""
        found = self.outbox.to_subscriber(CALLER, 20)
        return [" ".join(sms.text.split()[:2]) for sms, _ in reversed(found)]


@pytest.fixture
def slow(sqlite_engine: Engine, clock: FixedClock) -> SlowRig:
    """The rig on empty stores."""
    servers.empty_database(sqlite_engine)
    return SlowRig(sqlite_engine, clock)


def test_a_result_in_time_is_seen_on_the_screen_and_nowhere_else(slow: SlowRig) -> None:
    slow.bell.meanwhile = slow.works

    page = slow.dials()
    slow.clock.advance(3600)
    slow.sweeps()

    assert page.startswith("10231456 B+")
    assert [] == slow.sms
    assert [SECRET[4:]] == [call.answers["birth_date"][:4] for call in slow.calls]


def test_who_gets_no_sms_has_a_slow_answer_on_the_screen(slow: SlowRig) -> None:
    caller = ProviderToken(CHANNEL.provider, "", "4bd1aa30c2f94e07")

    page = slow.dials(caller=caller)

    assert slow.dials(session="s-2") != page
    assert [caller] == [call.subscriber for call in slow.calls]
    assert not slow.outbox.to_subscriber(caller, 1)


def test_the_worker_is_woken_before_the_turn_waits(slow: SlowRig) -> None:
    woken: list[list[str]] = []
    slow.bell.meanwhile = lambda: woken.append(list(slow.jobs.wakes))

    slow.dials()

    assert [["calls"]] == woken


def test_the_turn_waits_for_what_is_left_of_its_deadline(slow: SlowRig) -> None:
    slow.dials()

    assert [5.5] == slow.bell.waited


def test_an_answer_that_cannot_be_worded_keeps_no_other_from_being_sent(slow: SlowRig) -> None:
    for session in ("s-1", "s-2"):
        slow.dials(session=session)
    first = slow.worker.next()
    assert first is not None
    slow.slow_calls.finish(first.id, Result(failure="a phrase of tomorrow"), slow.clock.now())
    second = slow.worker.next()
    assert second is not None
    slow.slow_calls.finish(second.id, Result(slow.outcome), slow.clock.now())

    slow.worker.send_late()

    assert 1 == len(slow.sms)


def test_a_result_after_the_deadline_comes_by_sms_and_not_before(slow: SlowRig) -> None:
    page = slow.dials()
    before = list(slow.sms)
    slow.works()

    assert BY_SMS == page
    assert [] == before
    assert ["10231456 B+"] == slow.sms


def test_a_result_just_before_the_claim_is_seen_on_the_screen(slow: SlowRig) -> None:
    """The bell was not heard: the worker finishes between the wait and the claim."""

    class Late(SqlSlowCalls):
        def take(self, *arguments: object) -> object:  # type: ignore[override]
            slow.works()
            return super().take(*arguments)  # type: ignore[arg-type]

    slow.wire(calls=Late(slow.slow_calls._engine, KEYRING))

    page = slow.dials()
    slow.sweeps()

    assert page.startswith("10231456 B+")
    assert [] == slow.sms


def test_a_result_just_after_the_claim_comes_by_sms(slow: SlowRig) -> None:
    class Early(SqlSlowCalls):
        def take(self, *arguments: object) -> object:  # type: ignore[override]
            taken = super().take(*arguments)  # type: ignore[arg-type]
            slow.works()
            return taken

    slow.wire(calls=Early(slow.slow_calls._engine, KEYRING))

    page = slow.dials()
    slow.sweeps()

    assert BY_SMS == page
    assert ["10231456 B+"] == slow.sms


@pytest.mark.parametrize("in_time", [True, False])
def test_the_same_turn_again_gets_the_same_answer_and_asks_nobody_again(
    in_time: bool, slow: SlowRig
) -> None:
    slow.bell.meanwhile = slow.works if in_time else lambda: None

    pages = {slow.dials(), slow.dials()}
    slow.sweeps()
    pages.add(slow.dials())

    assert 1 == len(pages)
    assert 1 == len(slow.calls)
    assert (not in_time) == bool(slow.sms)


def test_a_worker_that_dies_has_its_call_run_again_with_the_same_key(slow: SlowRig) -> None:
    slow.runner.deaths = 1
    page = slow.dials()
    with pytest.raises(WorkerKilled):
        slow.works()
    assert not slow.works(), "Another worker takes it while the lease lasts."

    slow.clock.advance(LEASE_SECONDS)
    slow.sweeps()

    assert BY_SMS == page
    assert 1 == len({call.key for call in slow.calls})
    assert 2 == len(slow.calls)
    assert ["10231456 B+"] == slow.sms


def test_a_call_that_our_database_could_not_serve_is_run_again_however_often(slow: SlowRig) -> None:
    slow.dials()
    slow.failure = StoreUnavailable("The database does not answer.")
    for _ in range(MOST_ATTEMPTS + 1):
        slow.sweeps()
        slow.clock.advance(AGAIN_SECONDS)
    before = list(slow.sms)

    slow.failure = None
    slow.sweeps()

    assert [] == before
    assert ["10231456 B+"] == slow.sms


def test_who_writes_too_much_is_told_so_by_sms_as_well(slow: SlowRig) -> None:
    slow.dials()
    slow.failure = TooOften("Ten within a day.")

    slow.sweeps()

    assert ["too often"] == slow.sms


@pytest.mark.parametrize("storable", [True, False])
def test_a_slow_call_that_cannot_be_stored_is_kept_where_it_is_storable(
    storable: bool, slow: SlowRig, tmp_path: Path
) -> None:
    if storable:
        is_storable(slow)
    slow.wire(calls=Failing(slow.slow_calls, "begin"))
    spool = SpoolFile(tmp_path / "spool", KEYRING, 1_000_000)
    keep = slow.settle_calls.keep
    assert keep is not None
    settle = replace(slow.settle_calls, keep=replace(keep, spool=spool))
    slow.talk = replace(slow.talk, settle_calls=settle)

    page = slow.dials()

    assert (len(slow.calls), spool.state().waiting > 0) == ((0, True) if storable else (1, False))
    assert page.startswith("kept" if storable else "10231456 B+")


def is_storable(slow: SlowRig) -> None:
    """Has the service declare that it may be run later."""
    handlers = slow.gateway.deployment.handlers
    assert isinstance(handlers, dict)
    contract = replace(CONTRACT, storable=True)
    handlers["exam_results"] = replace(handlers["exam_results"], contract=contract)


def test_a_kept_call_waits_for_a_back_end_that_is_left_alone(slow: SlowRig) -> None:
    is_storable(slow)
    slow.dials()
    open_guard = replace(slow.guard, breakers=Closed())
    slow.worker = replace(slow.worker, runner=open_guard)
    for _ in range(2 * MOST_ATTEMPTS):
        slow.sweeps()
        slow.clock.advance(AGAIN_SECONDS)
    before = list(slow.sms)

    slow.worker = replace(slow.worker, runner=slow.guard)
    slow.sweeps()

    assert [] == before
    assert ["10231456 B+"] == slow.sms


@pytest.mark.parametrize(
    ("failures", "answered"), [(MOST_ATTEMPTS - 1, "10231456 B+"), (MOST_ATTEMPTS, "unavailable")]
)
def test_a_kept_call_that_fails_is_run_again_a_few_times(
    slow: SlowRig, failures: int, answered: str
) -> None:
    is_storable(slow)
    slow.dials()
    slow.failure = RuntimeError("The back end is down.")
    for _ in range(failures):
        slow.sweeps()
        slow.clock.advance(LEASE_SECONDS)
    slow.failure = None
    slow.sweeps()

    assert [answered] == [sms if " " in answered else sms.split()[0] for sms in slow.sms]


def test_two_workers_with_one_call_send_one_answer(slow: SlowRig) -> None:
    """The first was only held up, and finishes after the second has taken over."""
    slow.dials()
    first = slow.worker.next()
    slow.clock.advance(LEASE_SECONDS)
    second = slow.worker.next()
    assert first is not None
    assert second is not None

    slow.worker.run(second)
    slow.worker.run(first)
    slow.sweeps()

    assert 2 == len(slow.calls)
    assert ["10231456 B+"] == slow.sms


def test_a_worker_that_dies_before_it_sends_has_the_answer_sent_by_another(slow: SlowRig) -> None:
    class Dying(DeliverLateAnswer):
        def __call__(self, call_id: int) -> bool:
            raise WorkerKilled

    slow.dials()
    whole = slow.worker
    parts = {name: getattr(whole.deliver, name) for name in DeliverLateAnswer.__dataclass_fields__}
    slow.worker = replace(whole, deliver=Dying(**parts))
    with pytest.raises(WorkerKilled):
        slow.works()
    assert [] == slow.sms

    slow.worker = whole
    slow.sweeps()

    assert ["10231456 B+"] == slow.sms
    assert 1 == len(slow.calls)


def test_a_call_that_kills_its_workers_is_given_up_and_the_caller_told(slow: SlowRig) -> None:
    slow.runner.deaths = 99
    slow.dials()
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(WorkerKilled):
            slow.works()
        slow.clock.advance(LEASE_SECONDS)

    slow.sweeps()

    assert MOST_ATTEMPTS == len(slow.calls)
    assert ["try again"] == slow.sms


def test_a_turn_that_died_while_it_waited_has_its_answer_sent(slow: SlowRig) -> None:
    def die() -> None:
        slow.works()
        raise WorkerKilled

    slow.bell.meanwhile = die
    with pytest.raises(WorkerKilled):
        slow.dials()
    slow.sweeps()
    assert [] == slow.sms, "The provider may still repeat the turn."

    slow.clock.advance(60)
    slow.sweeps()

    assert ["10231456 B+"] == slow.sms


@pytest.mark.parametrize("in_time", [True, False])
def test_a_slow_handler_that_fails_is_told_with_a_reference(in_time: bool, slow: SlowRig) -> None:
    slow.failure = RuntimeError("out of order")
    slow.bell.meanwhile = slow.works if in_time else lambda: None

    page = slow.dials()
    slow.sweeps()

    told = page if in_time else slow.outbox.to_subscriber(CALLER, 1)[0][0].text
    assert told.startswith("unavailable ")
    assert 8 == len(told.removeprefix("unavailable "))
    assert in_time == (not slow.sms)


def test_the_dialogue_goes_on_by_sms_where_the_answer_leads_to_a_question(slow: SlowRig) -> None:
    slow.outcome = Outcome("unknown")
    slow.dials()
    slow.works()

    conversation = slow.inbox.conversation(CHANNEL.name, CALLER, slow.clock.now())
    assert ["Nothing for"] == slow.sms
    assert conversation.session is not None
    assert "result.unknown" == conversation.session.at
    assert "10231456" == conversation.session.answers["result.candidate"]


def way_of_newest(slow: SlowRig) -> tuple[str, str]:
    """Returns sender and link id of the newest MT, leased to be sent."""
    now = slow.clock.now()
    leased = slow.outbox.lease(CHANNEL.name, Lane.REPLY, 20, now, now)
    return leased[-1].sender, leased[-1].link_id


def test_a_late_answer_to_a_text_goes_back_the_way_the_text_came(slow: SlowRig) -> None:
    slow.texts(f"RESULT 10231456 2025 {SECRET}", link_id="L3")
    slow.works()

    assert ["answer follows", "10231456 B+"] == slow.sms
    assert ("2026", "L3") == way_of_newest(slow)


@pytest.mark.parametrize(
    ("outcome", "sender"),
    [(Outcome("unknown"), CHANNEL.address), (Outcome("found", {"grade": "B+"}), "")],
    ids=["a question", "an end"],
)
def test_a_late_question_comes_from_where_it_can_be_answered(
    slow: SlowRig, outcome: Outcome, sender: str
) -> None:
    """A channel's sender ID is a name, and nobody can text that."""
    slow.outcome = outcome
    slow.wire(channels=(replace(CHANNEL, sender_id="ZAMANI"),))
    slow.dials()

    slow.works()

    assert (sender, "") == way_of_newest(slow)


def test_a_channel_that_is_gone_takes_its_addresses_with_it(slow: SlowRig) -> None:
    slow.texts(f"RESULT 10231456 2025 {SECRET}", link_id="L3")
    slow.wire(channels=(replace(CHANNEL, name="other", address="3030"),))
    slow.works()

    now = slow.clock.now()
    (sms,) = slow.outbox.lease("other", Lane.REPLY, 20, now, now)
    assert ("", "") == (sms.sender, sms.link_id)


class Interrupted(SqlInbox):
    """The inbox, with something that happens right after a conversation was read."""

    def __init__(self, engine: Engine, meanwhile: Callable[[], object]) -> None:
        super().__init__(engine, KEYRING)
        self.meanwhile = meanwhile

    def conversation(self, channel: str, subscriber: Msisdn, now: datetime) -> Conversation:
        found = super().conversation(channel, subscriber, now)
        self.meanwhile()
        return found


def test_a_dialogue_that_another_worker_opens_meanwhile_is_opened_once(
    slow: SlowRig, sqlite_engine: Engine
) -> None:
    slow.dials()
    call = slow.worker.next()
    assert call is not None
    slow.slow_calls.finish(call.id, Result(Outcome("unknown")), slow.clock.now())
    deliver = slow.worker.deliver
    late = replace(deliver, inbox=Interrupted(sqlite_engine, lambda: deliver(call.id)))

    assert not late(call.id)

    assert ["Nothing for"] == slow.sms


@pytest.mark.parametrize(
    "others",
    [
        pytest.param((DIALLED,), id="only dialled"),
        pytest.param((), id="taken out of the settings"),
    ],
)
def test_an_answer_goes_by_a_channel_that_sends_and_the_dialogue_on_there(
    slow: SlowRig, others: tuple[Channel, ...]
) -> None:
    slow.outcome = Outcome("unknown")
    slow.wire(channels=(*others, CHANNEL))
    slow.dials(channel=DIALLED)

    slow.works()

    ((sms, _),) = slow.outbox.to_subscriber(CALLER, 20)
    assert "ke" == sms.channel
    assert slow.inbox.conversation("ke", CALLER, slow.clock.now()).session is not None
    assert slow.inbox.conversation("dialled", CALLER, slow.clock.now()).session is None


def test_an_answer_waits_while_no_channel_sends(
    slow: SlowRig, caplog: pytest.LogCaptureFixture
) -> None:
    slow.wire(channels=(DIALLED,))
    slow.dials(channel=DIALLED)

    slow.works()
    before = list(slow.sms)
    slow.wire(channels=(DIALLED, CHANNEL))
    slow.sweeps()

    assert [] == before
    assert "No channel can send SMS" in caplog.text
    assert ["10231456 B+"] == slow.sms


def test_an_end_leaves_no_dialogue_open(slow: SlowRig) -> None:
    slow.dials()
    slow.works()

    assert slow.inbox.conversation(CHANNEL.name, CALLER, slow.clock.now()).session is None


def test_a_release_that_is_gone_ends_civilly(slow: SlowRig) -> None:
    slow.dials()
    slow.releases._known.clear()
    slow.releases.replace(replace(SAMPLE, id="r2"))
    slow.works()

    assert ["try again"] == slow.sms


def test_an_open_breaker_is_told_at_once_and_nothing_is_queued(slow: SlowRig) -> None:
    slow.wire(guard=replace(slow.guard, breakers=Closed()))

    page = slow.dials()

    assert "closed 1" == page
    assert [] == slow.bell.waited
    assert not slow.works()


def test_a_breaker_that_opens_meanwhile_is_told_too(slow: SlowRig) -> None:
    slow.runner.inner = replace(slow.guard, breakers=Closed())
    slow.dials()
    slow.works()

    assert ["closed 1"] == slow.sms
    assert [] == slow.calls


def test_too_many_that_wait_leave_room_for_others(slow: SlowRig) -> None:
    slow.wire(places=Semaphore(0))

    page = slow.dials()
    slow.works()

    assert BY_SMS == page
    assert [] == slow.bell.waited
    assert ["10231456 B+"] == slow.sms


def test_without_the_database_the_call_is_run_within_the_turn(slow: SlowRig) -> None:
    slow.wire(calls=Failing(slow.slow_calls, "begin"))

    page = slow.dials()

    assert page.startswith("10231456 B+")
    assert 1 == len(slow.calls)


def test_a_claim_that_cannot_be_made_leaves_the_answer_to_an_sms(slow: SlowRig) -> None:
    slow.wire(calls=Failing(slow.slow_calls, "take"))
    slow.bell.meanwhile = slow.works

    page = slow.dials()
    slow.clock.advance(60)
    slow.sweeps()

    assert BY_SMS == page
    assert ["10231456 B+"] == slow.sms


def test_without_redis_nobody_waits_for_what_cannot_be_heard(slow: SlowRig) -> None:
    slow.wire(bell=Failing(slow.bell, "wait", "ring"))
    slow.worker = replace(slow.worker, bell=Failing(slow.bell, "ring"))  # type: ignore[arg-type]

    page = slow.dials()
    slow.works()

    assert BY_SMS == page
    assert ["10231456 B+"] == slow.sms


def test_nothing_of_a_sensitive_service_goes_into_an_sms(
    sqlite_engine: Engine, clock: FixedClock
) -> None:
    servers.empty_database(sqlite_engine)
    services = dict(SAMPLE.services)
    services["result"] = replace(services["result"], sensitive=True)
    slow = SlowRig(sqlite_engine, clock, replace(SAMPLE, services=services))

    page = slow.dials()

    assert page.startswith("10231456 B+")
    assert not slow.works()


def test_an_answer_that_cannot_be_stored_is_tried_again(slow: SlowRig) -> None:
    slow.dials()
    whole = slow.worker.deliver
    slow.worker = replace(
        slow.worker,
        deliver=replace(whole, calls=Failing(slow.slow_calls, "deliver")),  # type: ignore[arg-type]
    )
    with pytest.raises(StoreUnavailable):
        slow.works()

    slow.worker = replace(slow.worker, deliver=whole)
    slow.sweeps()

    assert ["10231456 B+"] == slow.sms


def test_a_place_to_wait_is_free_again_when_the_turn_is_over(slow: SlowRig) -> None:
    slow.wire(places=Semaphore(1))

    for number in range(3):
        slow.dials(session=f"s-{number}")

    assert 3 == len(slow.bell.waited)
