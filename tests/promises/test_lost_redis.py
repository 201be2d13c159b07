"""Redis may be lost at any moment, whole: nothing that was accepted goes with it."""

from __future__ import annotations

from rq import Queue

from gateway.adapters.redis.link import command_client
from gateway.composition.gateway import Gateway
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane
from gateway.domain.telecom.ussd import UssdTurn
from tests import servers

CALLER = Msisdn.from_e164("+254700000042")


def turn(gateway: Gateway, text: str) -> str:
    said = UssdTurn(session_id="s1", subscriber=CALLER, service_code="*384*2026#", text=text)
    return gateway.ussd.answer(gateway.channels["at-ke"], said).text


def jobs(valkey: str, queue: str) -> int:
    return Queue(queue, connection=command_client(valkey), serializer="json").count


def test_a_session_goes_on_after_redis_was_emptied(gateway: Gateway, valkey: str) -> None:
    gateway.choose_language(CALLER, "en")
    for text in ("", "2", "2*1", "2*1*10231456"):
        turn(gateway, text)

    servers.empty_valkey(valkey)

    assert turn(gateway, "2*1*10231456*2").startswith("Date of birth?")
    assert turn(gateway, "2*1*10231456*2*03092007").startswith("10231456 A. M., exam of 2025")


def test_a_case_is_opened_once_though_redis_forgot_that_it_was(
    gateway: Gateway, valkey: str
) -> None:
    gateway.choose_language(CALLER, "en")
    report = "6*1*1*1*the pump gives no water"
    for text in ("", "6", "6*1", "6*1*1", "6*1*1*1"):
        turn(gateway, text)
    first = turn(gateway, report)
    assert first.startswith("Thank you. Case ")

    servers.empty_valkey(valkey)

    assert first == turn(gateway, report)


def test_an_sms_whose_wake_up_was_lost_is_answered_after_the_next_sweep(
    gateway: Gateway, valkey: str
) -> None:
    sms = InboundSms(provider_ref="mo-1", subscriber=CALLER, to="20880", text="HELP")
    gateway.inbound.accept(gateway.channels["at-ke"], sms)
    assert 1 == jobs(valkey, "inbound")

    servers.empty_valkey(valkey)
    gateway.outbound.sweep()

    assert 1 == jobs(valkey, "inbound")
    gateway.inbound.work()
    servers.empty_valkey(valkey)
    gateway.outbound.sweep()
    assert 1 == jobs(valkey, Lane.REPLY)
    (reply,) = gateway.sql.outbox.to_subscriber(CALLER, 5)
    assert DeliveryStatus.QUEUED == reply[1]
