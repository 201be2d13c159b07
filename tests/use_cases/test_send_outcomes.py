"""What an attempt at sending came to, and what follows from it."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendRejected,
    StoreUnavailable,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.retry_schedule import SCHEDULE
from gateway.domain.telecom.sms import Lane
from tests.use_cases.rig import CALLER, Rig


@pytest.mark.parametrize(
    ("failure", "status", "again"),
    [
        (ProviderUnavailable("no_connection"), "queued", True),
        (Throttled("too_fast", retry_after=3.0), "queued", True),
        (ChannelMisconfigured("bad_credentials"), "queued", True),
        (OutcomeUnknown("no_answer"), "unknown", False),
        (SendRejected("bad_number", "21211"), "failed", False),
        (SubscriberOptedOut("opted_out", "21610"), "refused", False),
        (RuntimeError("a fault of the SDK"), "unknown", False),
        (KeyError("messages"), "unknown", False),
        (StoreUnavailable("not a word a provider may say"), "unknown", False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_an_attempt_that_fails_is_settled_by_what_is_known(
    rig: Rig, failure: Exception, status: str, again: bool
) -> None:
    rig.provider.answers["a"] = failure
    rig.accepts("a", "b")

    rig.send_sms("ke", Lane.BULK)
    first = rig.statuses()
    rig.provider.answers.clear()
    rig.clock.advance(hours=2)
    rig.outbox.sweep(rig.clock.now())
    rig.send_sms("ke", Lane.BULK)

    assert {"a": status, "b": "sent"} == first
    assert 1 + again == rig.provider.sent.count("a")
    assert 1 == rig.provider.sent.count("b")


def test_another_try_waits_for_the_schedule(rig: Rig) -> None:
    rig.provider.answers["a"] = ProviderUnavailable("no_connection")
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    rig.clock.advance(SCHEDULE[0] * 0.7)
    rig.send_sms("ke", Lane.BULK)
    assert 1 == len(rig.provider.sent)

    rig.clock.advance(SCHEDULE[0] * 0.6)
    rig.send_sms("ke", Lane.BULK)
    assert 2 == len(rig.provider.sent)


def test_a_provider_s_own_waiting_time_is_kept(rig: Rig) -> None:
    rig.provider.answers["a"] = Throttled("too_fast", retry_after=500.0)
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    rig.clock.advance(499)
    rig.send_sms("ke", Lane.BULK)

    assert 1 == len(rig.provider.sent)


def test_tries_come_to_an_end(rig: Rig) -> None:
    rig.provider.answers["a"] = ProviderUnavailable("no_connection")
    rig.accepts("a")

    for delay in (0, *SCHEDULE, *SCHEDULE):
        rig.clock.advance(delay * 1.3)
        rig.send_sms("ke", Lane.BULK)

    assert 1 + len(SCHEDULE) == len(rig.provider.sent)
    assert {"a": "failed"} == rig.statuses()


def test_only_a_report_settles_an_unknown_outcome(rig: Rig) -> None:
    rig.provider.answers["a"] = OutcomeUnknown("no_answer")
    (message_id,) = rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)

    report = DeliveryReport(
        provider_ref="ref-late", status=DeliveryStatus.DELIVERED, message_id=message_id
    )
    rig.outbox.record_reports([("ke", report)], rig.clock.now())

    assert {"a": "delivered"} == rig.statuses()


def test_a_channel_that_refuses_everything_wakes_someone(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.provider.answers["a"] = ChannelMisconfigured("bad_credentials", "20003")
    rig.accepts("a")

    rig.send_sms("ke", Lane.BULK)

    told = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    refused, paused = told
    assert "Channel ke refuses every MT: bad_credentials (20003)" == refused
    assert paused.startswith("Channel ke is paused: every call is refused: bad_credentials")


def test_what_an_exception_says_is_not_logged_or_stored(
    rig: Rig, sqlite_engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    rig.provider.answers["a"] = RuntimeError(f"could not send 'a' to {CALLER.e164}")
    rig.accepts("a")

    rig.send_sms("ke", Lane.BULK)

    assert "RuntimeError" in caplog.text
    assert CALLER.e164 not in caplog.text
    with sqlite_engine.connect() as connection:
        (error,) = connection.exec_driver_sql("SELECT error FROM outbound_sms").one()
    assert "send_raised (RuntimeError)" == error


def test_an_opt_out_that_only_the_network_knew_of_stops_later_notices(rig: Rig) -> None:
    rig.accepts("a", "b")
    rig.provider.answers["a"] = SubscriberOptedOut("opted_out", "21610")
    rig.send_sms("ke", Lane.BULK)

    rig.accepts("c")
    rig.send_sms("ke", Lane.BULK)

    assert "c" not in rig.provider.sent
    assert "refused" == rig.statuses()["c"]
