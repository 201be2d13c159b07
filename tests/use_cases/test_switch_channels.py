"""MTs leave by the channel that works: drained, paused, tried again, and never sent twice."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import Engine, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.tables import outbound_sms
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.deployment.routing_settings import NetworkSettings, RouteSettings, RoutingSettings
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    NotAllowed,
    OutcomeUnknown,
    ProviderUnavailable,
    Refused,
    SendFailed,
    Throttled,
)
from gateway.domain.institutions.institution import Institution
from gateway.domain.institutions.roles import Role
from gateway.domain.outbound.channel_state import FIRST_REST, LEAST_CALLS, TRIAL_MTS, Standing
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose
from gateway.use_cases.ports import TurnRecord
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery
from tests import servers
from tests.clock import FixedClock
from tests.fakes import NoThrottle
from tests.polling import PATIENCE_SECONDS
from tests.session_samples import KEYRING
from tests.use_cases.rig import CALLER, OTHER_CALLER, Rig

SPARE = Channel(name="spare", provider="simulator", address="3030", max_per_second=50, in_flight=3)
BALANCE = ChannelMisconfigured("balance_exhausted", "405")


class TwoWays(Rig):
    """A gateway with two channels: `ke` goes first, and `spare` stands by."""

    others = (SPARE,)
    routing = RoutingSettings(routes=(RouteSettings(channels=("ke", "spare")),))

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        super().__init__(engine, clock)
        self.engine = engine
        self.throttle.take = NoThrottle(clock).take
        self.given: dict[str, list[str]] = {name: [] for name in self.channels}
        self.failures: dict[str, SendFailed | None] = {}
        for name, provider in self.providers.items():
            provider.before = partial(self.takes, name)

    def takes(self, channel: str, sms: OutboundSms) -> None:
        """Is given an MT by a channel, and does with it what was told."""
        self.given[channel].append(sms.text)
        failure = self.failures.get(channel)
        if failure is not None:
            raise failure

    def fails(self, failure: SendFailed | None, channel: str = "ke") -> None:
        """Lets every call of a channel come to this from now on; None is well again."""
        self.failures[channel] = failure

    def work(self, seconds: float = 0.0) -> None:
        """Sends all that is due, on both channels, as often as they wake each other."""
        self.clock.advance(seconds)
        for _ in range(3):
            for channel in self.channels:
                for lane in Lane:
                    self.send_sms(channel, lane)

    def drains(self) -> None:
        """Lets `ke` fail until it is drained."""
        self.fails(ProviderUnavailable("no_connection"))
        self.accepts(*(f"drains {number}" for number in range(LEAST_CALLS)))
        self.send_sms("ke", Lane.BULK)
        assert Standing.DRAINED is self.standing()

    def standing(self, channel: str = "ke") -> Standing:
        return self.gateway.manage_channels.one(channel, "asha").standing

    def on(self, channel: str) -> set[str]:
        """Returns the texts that a channel's provider was given."""
        return set(self.given[channel])

    def where(self) -> dict[str, str]:
        """Returns the channel of each MT by its text."""
        by_id = {}
        with statements(self.engine) as connection:
            for row in connection.execute(select(outbound_sms.c.id, outbound_sms.c.channel)):
                by_id[row.id] = row.channel
        found = [
            sms for each in (CALLER, OTHER_CALLER) for sms, _ in self.outbox.to_subscriber(each, 99)
        ]
        return {sms.text: by_id[sms.id] for sms in found}

    def sets(self, **values: object) -> None:
        """Sets something of the institution `health`."""
        entry = AuditEntry(
            at=self.clock.now(), by="asha", institution="health", act="set", what="it"
        )
        self.gateway.institutions.stored.put(Institution(name="health", **values), entry)


@pytest.fixture
def two(sqlite_engine: Engine, clock: FixedClock) -> Iterator[TwoWays]:
    servers.empty_database(sqlite_engine)
    rig = TwoWays(sqlite_engine, clock)
    yield rig
    rig.pool.shutdown()


def test_what_works_is_left_alone(two: TwoWays) -> None:
    two.accepts("a", "b")
    two.work()

    assert ({"a", "b"}, set()) == (two.on("ke"), two.on("spare"))
    assert 0 == two.count("sms_moved")


def test_a_channel_that_fails_is_drained_and_what_did_not_leave_goes_by_another(
    two: TwoWays, caplog: pytest.LogCaptureFixture
) -> None:
    two.drains()
    two.accepts("new")
    for _ in range(3):
        two.work(60 * 20)  # those that failed are due again; some of them try `ke` first

    assert {*(f"drains {number}" for number in range(LEAST_CALLS)), "new"} <= two.on("spare")
    assert dict.fromkeys(two.statuses(), "sent") == two.statuses()
    assert "Channel ke is drained: 8 of 8 calls failed within 120 s." in caplog.text
    assert 1 == two.count("channel_changes", channel="ke", standing="drained")
    line = two.gateway.institutions.trail.newest(AuditQuery(act="switch channel"))[-1]
    assert ("gateway", "channel ke: drained", "8 of 8 calls failed within 120 s") == (
        line.by, line.what, line.reason,
    )  # fmt: skip


def test_a_channel_that_slows_is_drained(two: TwoWays) -> None:
    two.providers["ke"].before = lambda sms: two.clock.advance(11)
    two.send_sms = replace(two.send_sms, channels={**two.channels, "ke": _one_by_one(two)})
    two.accepts(*(f"slow {number}" for number in range(LEAST_CALLS)))
    for _ in range(LEAST_CALLS):
        two.send_sms("ke", Lane.BULK)

    assert Standing.DRAINED is two.standing()
    state = two.gateway.manage_channels.one("ke", "asha")
    assert "took over 10 s within 120 s" in state.reason


def _one_by_one(two: TwoWays) -> Channel:
    return replace(two.channels["ke"], in_flight=1)


def test_what_may_have_been_sent_never_moves(two: TwoWays) -> None:
    two.fails(OutcomeUnknown("answer_timeout"))
    two.accepts(*(f"doubt {number}" for number in range(LEAST_CALLS)))
    two.work()
    two.fails(None)
    for minutes in (1, 6, 30):
        two.work(minutes * 60)

    assert Standing.DRAINED is two.standing()
    assert set() == two.on("spare")
    assert {"unknown"} == set(two.statuses().values())
    assert {"ke"} == set(two.where().values())


@pytest.mark.parametrize(
    "bound", [{"sender": "2026"}, {"link_id": "L1"}], ids=["its address", "its link id"]
)
def test_an_answer_to_an_mo_waits_for_its_own_channel(two: TwoWays, bound: dict[str, str]) -> None:
    two.drains()
    two.fails(BALANCE)
    two.accepts("asked", lane=Lane.REPLY, purpose=Purpose.REPLY, **bound)
    two.work()
    two.fails(None)
    two.work(60 * 30)

    assert "asked" not in two.on("spare")
    assert "sent" == two.statuses()["asked"]


def test_a_drained_channel_with_no_other_is_tried_all_the_same(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    """A deployment with one channel loses nothing by this: its MTs follow their retry schedule."""
    rig.throttle.take = NoThrottle(rig.clock).take
    texts = [f"sms {number}" for number in range(LEAST_CALLS + 1)]
    rig.provider.answers.update(dict.fromkeys(texts, ProviderUnavailable("no_connection")))
    rig.accepts(*texts)
    rig.send_sms("ke", Lane.BULK)
    rig.provider.answers.clear()

    rig.clock.advance(60 * 6)
    rig.send_sms("ke", Lane.BULK)

    assert {"sent"} == set(rig.statuses().values())
    assert "Channel ke is used again" in caplog.text


def test_a_channel_that_is_well_again_is_tried_with_a_few_and_then_used(two: TwoWays) -> None:
    two.drains()
    two.fails(None)
    quick = replace(two.channels["ke"], max_per_second=50)
    two.send_sms = replace(two.send_sms, channels={**two.channels, "ke": quick})
    two.clock.advance(FIRST_REST.total_seconds())

    two.accepts(*(f"later {number}" for number in range(20)))
    two.send_sms("ke", Lane.BULK)
    moved = two.count("sms_moved", channel="ke", to="spare")
    two.accepts("after", "wards")
    two.work()

    assert 20 - TRIAL_MTS <= moved
    assert Standing.OPEN is two.standing()
    assert {"after", "wards"} <= two.on("ke")


def test_a_trial_comes_from_the_channel_that_stands_in_too(two: TwoWays) -> None:
    """Where new MTs are accepted for another channel, the one left alone is found well again."""
    two.drains()
    two.work(1)
    two.fails(None)
    two.clock.advance(FIRST_REST.total_seconds())

    two.accepts(*(f"later {number}" for number in range(20)), channel="spare")
    two.send_sms("spare", Lane.BULK)
    moved = two.count("sms_moved", channel="spare", to="ke")
    two.send_sms("ke", Lane.BULK)

    assert TRIAL_MTS == moved
    assert Standing.OPEN is two.standing()


def test_a_trial_that_fails_leaves_the_channel_alone_for_longer(two: TwoWays) -> None:
    two.drains()
    two.work(60 * 6)
    first = two.gateway.manage_channels.one("ke", "asha")
    two.accepts(*(f"later {number}" for number in range(20)))
    two.work(FIRST_REST.total_seconds())
    state = two.gateway.manage_channels.one("ke", "asha")

    assert Standing.DRAINED is state.standing
    assert state.rest > FIRST_REST
    assert first.since == state.since
    assert {f"later {number}" for number in range(20)} <= two.on("ke") | two.on("spare")


def test_an_error_of_the_account_pauses_the_channel_at_once(
    two: TwoWays, caplog: pytest.LogCaptureFixture
) -> None:
    two.fails(BALANCE)
    two.accepts(*(f"sms {number}" for number in range(50)))
    two.send_sms("ke", Lane.BULK)
    given = len(two.on("ke"))
    two.work(60)

    assert given <= 2 * two.channels["ke"].in_flight
    assert Standing.PAUSED is two.standing()
    assert {f"sms {number}" for number in range(50)} - two.on("spare") <= two.on("ke")
    errors = [each.getMessage() for each in caplog.records if each.levelno == logging.ERROR]
    (told,) = [each for each in errors if "is paused" in each]
    assert "Channel ke is paused: every call is refused: balance_exhausted (405)." in told


def test_what_found_no_balance_leaves_by_another_channel_within_two_seconds(two: TwoWays) -> None:
    """The provider surely has not taken it, and a warning does not wait for a retry schedule."""
    two.fails(BALANCE)
    two.accepts("flood", lane=Lane.URGENT)
    began = two.clock.monotonic()
    two.send_sms("ke", Lane.URGENT)
    two.send_sms("spare", Lane.URGENT)

    assert {"flood": "sent"} == two.statuses()
    assert (["flood"], ["flood"]) == (two.given["ke"], two.given["spare"])
    assert two.clock.monotonic() - began < 2
    assert "spare urgent" in two.jobs.wakes


def test_a_channel_that_refuses_all_and_has_no_other_is_asked_no_oftener_for_it(rig: Rig) -> None:
    rig.provider.answers["a"] = BALANCE
    rig.accepts("a")
    for _ in range(55):
        rig.send_sms("ke", Lane.BULK)
        rig.clock.advance(1)

    assert 1 == rig.provider.sent.count("a")


def test_what_a_person_prefers_is_asked_by_the_schedule_where_it_refuses_all(two: TwoWays) -> None:
    decides(two, Standing.PREFERRED, "spare")
    two.fails(BALANCE, "spare")
    two.accepts("a")
    for _ in range(20):
        two.work(1)

    assert 3 == len(two.given["spare"])


def test_a_balance_that_is_topped_up_is_found_by_one_mt(two: TwoWays) -> None:
    two.fails(BALANCE)
    two.accepts("first")
    two.send_sms("ke", Lane.BULK)
    two.accepts("second", "third", lane=Lane.URGENT, sender="2026")
    two.send_sms("ke", Lane.URGENT)
    two.fails(None)
    before = two.on("ke")
    two.work(70)

    assert {"first"} == before
    assert Standing.OPEN is two.standing()
    two.work(15)
    assert dict.fromkeys(two.statuses(), "sent") == two.statuses()


def test_a_wrong_sender_id_of_an_institution_does_not_pause_the_channel_for_all(
    two: TwoWays,
) -> None:
    two.sets(sender_ids=("MOH",))
    two.fails(ChannelMisconfigured("sender_id_refused", "402"))
    two.accepts("a", institution="health")
    two.work()

    assert Standing.OPEN is two.standing()
    assert "queued" == two.statuses()["a"]


def test_too_fast_is_no_failure_of_the_channel(two: TwoWays) -> None:
    two.fails(Throttled("throttled"))
    two.accepts(*(f"sms {number}" for number in range(20)))
    two.work()

    assert Standing.OPEN is two.standing()


# ------------------------------------------------------------------ people


def decides(two: TwoWays, standing: Standing, channel: str = "ke") -> None:
    two.gateway.manage_channels.decide(channel, standing, by="asha", reason="We said so")
    two.clock.advance(1.1)  # by then every worker has seen it


def test_what_a_person_pauses_stays_so_however_well_it_is(two: TwoWays) -> None:
    decides(two, Standing.PAUSED)
    two.accepts("a")
    two.accepts("bound", sender="2026")
    for _ in range(5):
        two.work(60 * 20)

    assert (set(), {"a"}) == (two.on("ke"), two.on("spare"))
    assert "queued" == two.statuses()["bound"]
    decides(two, Standing.OPEN)
    two.work(15)
    assert {"bound"} == two.on("ke")


def test_the_log_says_once_that_none_may_take_what_waits(
    two: TwoWays, caplog: pytest.LogCaptureFixture
) -> None:
    def told() -> int:
        return sum("no channel may take them" in each.getMessage() for each in caplog.records)

    decides(two, Standing.PAUSED)
    two.accepts("bound", sender="2026")
    for _ in range(3):
        two.work(15)
    assert 1 == told()

    decides(two, Standing.OPEN)
    two.work(15)
    decides(two, Standing.PAUSED)
    two.accepts("another", sender="2026")
    two.work(15)
    assert 2 == told()


def test_what_a_person_prefers_is_not_drained(two: TwoWays) -> None:
    decides(two, Standing.PREFERRED, "spare")
    two.fails(ProviderUnavailable("no_connection"), "spare")
    two.accepts(*(f"sms {number}" for number in range(20)))
    two.work()

    assert (set(), 20) == (two.on("ke"), len(two.on("spare")))
    assert Standing.PREFERRED is two.standing("spare")
    two.fails(None, "spare")
    two.work(60 * 6)
    assert {"sent"} == set(two.statuses().values())


def test_who_decides_and_why_is_recorded(two: TwoWays) -> None:
    decides(two, Standing.PAUSED)

    (line,) = two.gateway.institutions.trail.newest(AuditQuery(act="pause channel"))
    state = two.gateway.manage_channels.one("ke", "asha")
    assert ("asha", "channel ke", "We said so") == (line.by, line.what, line.reason)
    assert ("asha", "We said so", Standing.PAUSED) == (state.by, state.reason, state.standing)


@pytest.mark.parametrize(
    ("channel", "reason", "sentence"),
    [
        ("kee", "x", "There is no channel 'kee'. Did you mean 'ke'?"),
        ("ke", "  ", "Say why, for those who read it later"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(
    two: TwoWays, channel: str, reason: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence.replace("?", r"\?")):
        two.gateway.manage_channels.decide(channel, Standing.PAUSED, by="asha", reason=reason)

    assert {} == two.gateway.sql.channel_states.all()


def test_only_an_administrator_decides(two: TwoWays) -> None:
    people = two.gateway.institutions.manage_people
    people.add("asha", {"*": frozenset({Role.ADMINISTRATOR})}, "", "setup")
    people.add("juma", {"gateway": frozenset({Role.VIEWER})}, "", "asha")

    with pytest.raises(NotAllowed, match="takes the role administrator"):
        two.gateway.manage_channels.decide("ke", Standing.PAUSED, by="juma", reason="x")
    assert "ke" == two.gateway.manage_channels.listed("juma")[0].name


def test_a_decision_reaches_a_job_that_is_at_work(two: TwoWays) -> None:
    """What a worker had leased, and not begun, is put back within a second."""

    def person_pauses(sms: OutboundSms) -> None:
        if len(two.on("ke")) == 3:
            decides(two, Standing.PAUSED)

    two.providers["ke"].before = lambda sms: (two.takes("ke", sms), person_pauses(sms))
    two.send_sms = replace(two.send_sms, channels={**two.channels, "ke": _one_by_one(two)})
    two.accepts(*(f"sms {number}" for number in range(12)))
    two.send_sms("ke", Lane.BULK)

    assert len(two.on("ke")) <= 6
    two.work()
    assert 12 == len(two.on("ke")) + len(two.on("spare"))


# ------------------------------------------------------------------ institutions and networks


def test_an_institution_sends_by_its_channels_and_sender_id_alone(two: TwoWays) -> None:
    two.sets(channels=("spare",), sender_ids=("MOH",))
    seen: list[tuple[str, str]] = []

    def noted(channel: str, sms: OutboundSms) -> None:
        two.takes(channel, sms)
        seen.append((channel, sms.sender))

    for name, provider in two.providers.items():
        provider.before = partial(noted, name)
    two.accepts("of health", institution="health")
    two.accepts("of water", institution="water")
    two.work()

    assert {"of health"} == two.on("spare")
    assert [("spare", "MOH")] == [each for each in seen if each[0] == "spare"]
    assert [("ke", "")] == [each for each in seen if each[0] == "ke"]


def test_an_institution_whose_only_channel_is_paused_waits(two: TwoWays) -> None:
    two.sets(channels=("spare",))
    decides(two, Standing.PAUSED, "spare")
    two.accepts("of health", institution="health")
    two.work(60)

    assert (set(), set()) == (two.on("ke"), two.on("spare"))
    decides(two, Standing.OPEN, "spare")
    two.work(15)
    assert {"of health"} == two.on("spare")


class ByNetwork(TwoWays):
    routing = RoutingSettings(
        networks={"green": NetworkSettings(codes=("99901",), prefixes=("+9997000001",)),
                  "blue": NetworkSettings(codes=("99902",), prefixes=("+9997000004",))},
        routes=(RouteSettings(channels=("spare", "ke"), network="blue"),),
    )  # fmt: skip


def test_an_mt_takes_the_channel_of_its_subscribers_network(
    sqlite_engine: Engine, clock: FixedClock
) -> None:
    servers.empty_database(sqlite_engine)
    rig = ByNetwork(sqlite_engine, clock)
    rig.accepts("by prefix to green")
    rig.accepts("by prefix to blue", subscriber=OTHER_CALLER)
    rig.work()
    dialled = TurnRecord(
        at=clock.now(), channel="ke", service="", screen="", event="", language="en",
        milliseconds=1, network_code="99902", caller=KEYRING.index_of(CALLER).hex(),
    )  # fmt: skip
    SqlTurns(sqlite_engine).store([dialled])
    rig.accepts("ported to blue")
    rig.work()
    rig.pool.shutdown()

    assert {"by prefix to green"} == rig.on("ke")
    assert {"by prefix to blue", "ported to blue"} == rig.on("spare")


def test_a_caller_is_kept_with_their_network_where_a_route_asks(
    sqlite_engine: Engine, clock: FixedClock, rig: Rig
) -> None:
    by_network = ByNetwork(sqlite_engine, clock)

    assert by_network.gateway.ussd.answer.keeps_networks
    assert not rig.gateway.ussd.answer.keeps_networks
    by_network.pool.shutdown()


# ------------------------------------------------------------------ races


def test_two_workers_that_move_and_send_send_each_mt_once(two: TwoWays) -> None:
    two.drains()
    two.accepts(*(f"sms {number}" for number in range(60)))
    workers = [
        threading.Thread(target=two.send_sms, args=(channel, Lane.BULK))
        for channel in ("ke", "spare") * 2
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE_SECONDS)
    two.fails(None)
    two.work(60 * 6)

    ended = {text: status for text, status in two.statuses().items() if text.startswith("sms")}
    of_spare = [text for text in two.given["spare"] if text.startswith("sms")]
    assert {"sent"} == set(ended.values())
    assert len(of_spare) == len(set(of_spare))
