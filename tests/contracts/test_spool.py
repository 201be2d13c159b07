"""The spool: what it has taken is there after a crash, in order, whole, and handed over once."""

from __future__ import annotations

import os
import resource
import stat
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.adapters.spool import frames
from gateway.adapters.spool.record_codec import encode
from gateway.adapters.spool.spool_file import SpoolFile
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.domain.handler_contract.service_call import ServiceCall
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.use_cases.ports.spool import KeptCall, Spooled
from tests.clock import FixedClock

KEYRING = Keyring(b"0" * 32)
CALLER = Msisdn("+254700000001")
MIB = 1024 * 1024
SESSION = Session(release="r1", language="sw", at="report.open", answers={"report.place": "ምንጭ"})
CALL = ServiceCall(
    handler="open_case",
    answers={"place": "ምንጭ"},
    language="sw",
    subscriber=CALLER,
    key="k" * 32,
    at=FixedClock().now(),
    release="r1",
    channel="at-ke",
    institution="works",
)
Heard = list[tuple[str, Spooled, datetime]]


def sms(number: int, text: str = "CLINIC Mbale") -> InboundSms:
    return InboundSms(
        provider_ref=f"mo-{number}",
        subscriber=CALLER,
        to="20880",
        text=text,
        link_id="l",
        opt_out="STOP",
    )


@pytest.fixture
def spool(tmp_path: Path) -> SpoolFile:
    return SpoolFile(tmp_path / "spool", KEYRING, MIB)


def replayed(spool: SpoolFile) -> Heard:
    heard: Heard = []
    spool.replay(lambda channel, told, at: heard.append((channel, told, at)))
    return heard


def test_what_was_kept_is_handed_over_as_it_was_in_its_order(
    spool: SpoolFile, clock: FixedClock
) -> None:
    told: list[Spooled] = [
        sms(1, "ማዕከል 🙂"),
        ProviderOptOut(subscriber=CALLER),
        DeliveryReport(provider_ref="r", status=None, detail="Odd", message_id=7, opted_out=True),
        DeliveryReport(provider_ref="r", status=DeliveryStatus.DELIVERED),
        sms(2),
        KeptCall(CALL, SESSION),
    ]
    kept = [(f"channel-{number}", each, clock.advance(1)) for number, each in enumerate(told)]
    for channel, each, at in kept:
        spool.keep(channel, each, at)

    assert kept == replayed(spool)
    assert [] == replayed(spool)
    assert 0 == spool.state().waiting


def test_nothing_of_it_can_be_read_on_the_disk(
    spool: SpoolFile, clock: FixedClock, tmp_path: Path
) -> None:
    spool.keep("at-ke", sms(1), clock.now())

    (stored,) = [path for path in (tmp_path / "spool").iterdir() if path.stat().st_size]
    assert b"Mbale" not in stored.read_bytes()
    assert b"254700000001" not in stored.read_bytes()
    assert 0o600 == stat.S_IMODE(stored.stat().st_mode)


def test_after_a_power_cut_at_any_byte_all_records_before_it_are_there(
    spool: SpoolFile, clock: FixedClock, tmp_path: Path
) -> None:
    path, ends = tmp_path / "spool" / "coming", []
    for number in range(3):
        spool.keep("at-ke", sms(number), clock.now())
        ends.append(path.stat().st_size)
    whole = path.read_bytes()

    for cut in range(len(whole) + 1):
        found = list(frames.records(whole[:cut]))
        assert sum(end <= cut for end in ends) == len(found)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_spoiled_byte_costs_one_record_at_most(clock: FixedClock, data: st.DataObject) -> None:
    payloads = [bytes([number]) * 40 for number in range(4)]
    stored = bytearray(b"".join(frames.framed(each, clock.now()) for each in payloads))
    place = data.draw(st.integers(0, len(stored) - 1))
    stored[place] ^= data.draw(st.integers(1, 255))

    found = [payload for _, payload in frames.records(bytes(stored))]

    assert len(found) >= 3
    assert found == [each for each in payloads if each in found]


def test_what_is_appended_behind_a_torn_record_is_handed_over(
    spool: SpoolFile, clock: FixedClock, tmp_path: Path
) -> None:
    spool.keep("at-ke", sms(1), clock.now())
    path = tmp_path / "spool" / "coming"
    path.write_bytes(path.read_bytes() + path.read_bytes()[:30])
    spool.keep("at-ke", sms(2), clock.now())

    assert [sms(1), sms(2)] == [told for _, told, _ in replayed(spool)]


def test_a_full_spool_refuses_and_holds_what_it_has(tmp_path: Path, clock: FixedClock) -> None:
    small = SpoolFile(tmp_path / "spool", KEYRING, 1000)
    size = len(frames.framed(KEYRING.seal("spool", encode("at-ke", sms(1))), clock.now()))
    taken = 1000 // size
    for number in range(taken):
        small.keep("at-ke", sms(number), clock.now())

    with pytest.raises(StoreUnavailable, match="full"):
        small.keep("at-ke", sms(taken), clock.now())

    assert [sms(number) for number in range(taken)] == [told for _, told, _ in replayed(small)]


def test_on_a_full_disk_every_sms_that_was_taken_is_found_one_by_one(
    spool: SpoolFile, clock: FixedClock
) -> None:
    """A process that may write no further byte gets the same error as one whose disk is full."""

    def as_long_as_it_goes() -> int:
        resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
        for number in range(1000):
            try:
                spool.keep("at-ke", sms(number), clock.now())
            except StoreUnavailable:
                return number
        return 0

    taken = in_a_fork(as_long_as_it_goes)
    spool.keep("at-ke", sms(9999), clock.now())

    assert taken > 5
    expected = [*(sms(number) for number in range(taken)), sms(9999)]
    assert expected == [told for _, told, _ in replayed(spool)]


def test_what_the_database_does_not_take_stays_with_all_behind_it(
    spool: SpoolFile, clock: FixedClock
) -> None:
    for number in range(4):
        spool.keep("at-ke", sms(number), clock.now())
    stored: list[Spooled] = []

    def away(channel: str, told: Spooled, at: datetime) -> None:
        if len(stored) == 2:
            raise StoreUnavailable("The database does not answer.")
        stored.append(told)

    with pytest.raises(StoreUnavailable):
        spool.replay(away)
    spool.keep("at-ke", sms(4), clock.now())

    assert [sms(number) for number in range(5)] == [told for _, told, _ in replayed(spool)]


def test_a_process_that_dies_in_mid_replay_leaves_the_rest_to_the_next(
    spool: SpoolFile, clock: FixedClock
) -> None:
    for number in range(4):
        spool.keep("at-ke", sms(number), clock.now())

    def dies() -> int:
        seen: list[Spooled] = []

        def take(channel: str, told: Spooled, at: datetime) -> None:
            seen.append(told)
            if len(seen) == 3:
                os._exit(33)

        spool.replay(take)
        return 0

    assert 33 == in_a_fork(dies)
    assert [sms(number) for number in range(4)] == [told for _, told, _ in replayed(spool)]


def test_what_nobody_can_store_is_set_aside_and_holds_up_nothing(
    spool: SpoolFile, clock: FixedClock, tmp_path: Path
) -> None:
    strange = SpoolFile(tmp_path / "spool", Keyring(b"9" * 32), MIB)
    spool.keep("at-ke", sms(1), clock.now())
    strange.keep("at-ke", sms(2), clock.now())
    spool.keep("gone", sms(3), clock.now())
    spool.keep("at-ke", sms(4), clock.now())
    stored: list[Spooled] = []

    def take(channel: str, told: Spooled, at: datetime) -> None:
        if channel == "gone":
            raise KeyError(channel)
        stored.append(told)

    assert 2 == spool.replay(take)
    assert [sms(1), sms(4)] == stored
    state = spool.state()
    assert (0, True) == (state.waiting, state.aside > 0)


def test_records_of_before_a_rotation_are_opened_by_the_old_key(
    spool: SpoolFile, clock: FixedClock, tmp_path: Path
) -> None:
    spool.keep("at-ke", sms(1), clock.now())
    rotated = SpoolFile(tmp_path / "spool", Keyring(b"1" * 32, [b"0" * 32]), MIB)

    assert [sms(1)] == [told for _, told, _ in replayed(rotated)]


def test_one_process_replays_at_a_time_and_others_may_append(
    spool: SpoolFile, clock: FixedClock
) -> None:
    spool.keep("at-ke", sms(1), clock.now())
    second: Heard = []

    def take(channel: str, told: Spooled, at: datetime) -> None:
        second.extend(replayed(spool))
        if told == sms(1):
            spool.keep("at-ke", sms(2), clock.now())

    assert 2 == spool.replay(take)
    assert [] == second


def test_the_state_tells_how_much_waits_and_since_when(spool: SpoolFile, clock: FixedClock) -> None:
    assert (0, None) == (spool.state().waiting, spool.state().since)
    first = clock.now()
    spool.keep("at-ke", sms(1), first)
    spool.keep("at-ke", sms(2), first + timedelta(minutes=5))

    assert first == spool.state().since
    assert spool.state().waiting > 300


def test_a_spool_that_cannot_be_written_is_refused_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file stands in its place", "utf-8")

    with pytest.raises(Refused, match="would be lost"):
        SpoolFile(tmp_path / "spool", KEYRING, MIB).prove()


def in_a_fork(work: Callable[[], int]) -> int:
    """Returns what a child process ends with."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(work())
        finally:
            os._exit(99)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
