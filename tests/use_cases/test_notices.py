"""What providers tell us afterwards: delivery reports, opt-outs, the end of a session."""

from __future__ import annotations

from dataclasses import replace

from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.consent import EVERYTHING
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.sms import Lane, ProviderOptOut
from gateway.domain.telecom.ussd import UssdEnd
from gateway.use_cases.inbound.taking_in.record_opt_out import RecordOptOut
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.ports import Count
from gateway.use_cases.ussd.end_session import EndSession
from tests.consents import stops_of
from tests.session_samples import KEYRING
from tests.use_cases.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig


def recorded(rig: Rig, channel: Channel, report: DeliveryReport) -> bool:
    """Returns what came of one report, taken by the use case over the rig's outbox."""
    record = RecordDelivery(outbox=rig.outbox, counters=rig.counters, clock=rig.clock)
    (changed,) = record([(channel, report)])
    return changed


def sent(rig: Rig) -> DeliveryReport:
    """Returns the report that an MT, sent just now, was delivered."""
    (message_id,) = rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)
    return DeliveryReport(
        provider_ref=f"ref-{message_id}", status=DeliveryStatus.DELIVERED, message_id=None
    )


def test_a_delivery_report_moves_the_status_forward_once(rig: Rig) -> None:
    report = sent(rig)

    assert recorded(rig, CHANNEL, report)
    assert not recorded(rig, CHANNEL, report)
    assert {"a": "delivered"} == rig.statuses()


def test_a_second_delivery_report_does_not_undo_delivered(rig: Rig) -> None:
    report = sent(rig)
    recorded(rig, CHANNEL, report)

    assert not recorded(rig, CHANNEL, report._replace(status=DeliveryStatus.SENT))
    assert not recorded(rig, CHANNEL, report._replace(status=DeliveryStatus.UNDELIVERED))
    assert {"a": "delivered"} == rig.statuses()


def test_a_report_of_another_channel_moves_nothing(rig: Rig) -> None:
    report = sent(rig)

    assert not recorded(rig, replace(CHANNEL, name="ng"), report)
    assert {"a": "sent"} == rig.statuses()


def test_a_word_we_do_not_know_changes_nothing_and_is_counted(rig: Rig) -> None:
    report = sent(rig)._replace(status=None, detail="Elsewhere")

    assert not recorded(rig, CHANNEL, report)
    assert {"a": "sent"} == rig.statuses()
    assert 1 == rig.count("delivery_words_unknown")


def test_what_closes_an_mt_is_counted_once(rig: Rig) -> None:
    report = sent(rig)
    for status in (DeliveryStatus.SENT, DeliveryStatus.DELIVERED, DeliveryStatus.DELIVERED):
        recorded(rig, CHANNEL, report._replace(status=status))

    ended = Count("sms_ended", (("channel", "ke"), ("status", "delivered")))
    assert 1 == rig.counters.snapshot()[ended]
    assert 1 == rig.count("sms_ended")


def test_a_known_word_is_not_counted_as_unknown(rig: Rig) -> None:
    recorded(rig, CHANNEL, sent(rig))

    assert 0 == rig.count("delivery_words_unknown")


def test_an_opt_out_told_by_the_provider_holds_back_what_follows(rig: Rig) -> None:
    record = RecordOptOut(consents=rig.consents, clock=rig.clock)

    record(CHANNEL, ProviderOptOut(subscriber=CALLER))
    record(CHANNEL, ProviderOptOut(subscriber=CALLER))

    topics = stops_of(rig.consents, CALLER, OTHER_CALLER)
    assert {CALLER: frozenset({EVERYTHING})} == topics
    rig.accepts("a")
    rig.send_sms("ke", Lane.BULK)
    assert {"a": "refused"} == rig.statuses()


def test_the_end_of_a_session_is_counted_and_leaves_the_last_reply(rig: Rig) -> None:
    reply = rig.turns("1", "1")
    end = UssdEnd(session_id="s-1", subscriber=CALLER, service_code=CODE, status="Incomplete")

    end_session = EndSession(
        drops=rig.sessions, keyring=KEYRING, clock=rig.clock, counters=rig.counters
    )
    end_session(CHANNEL, end)

    assert 1 == rig.count("ussd_ended")
    assert reply == rig.turn("1*1")
