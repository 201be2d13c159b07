"""Floods as a provider sees them, and the help desk in the numbers, on the reference deployment."""

from __future__ import annotations

from dataclasses import replace

from flask.testing import FlaskClient

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdTurn

CALLER = Msisdn("+254700000001")


def line(gateway: Gateway, **limits: int) -> Channel:
    """Returns the simulator's channel with other limits."""
    (name,) = (name for name, each in gateway.channels.items() if each.provider == "simulator")
    return replace(gateway.channels[name], **limits)  # type: ignore[arg-type] # limits are numbers


def texts(gateway: Gateway, channel: Channel, *said: str) -> None:
    """Takes in and routes MOs."""
    for number, text in enumerate(said):
        sms = InboundSms(provider_ref=f"{text}-{number}", subscriber=CALLER, to="2026", text=text)
        gateway.inbound.accept(channel, sms)
    gateway.inbound.work()


def test_a_caller_who_dials_without_end_is_ended_civilly(gateway: Gateway) -> None:
    channel = line(gateway, subscriber_per_minute=2)

    replies = [
        gateway.ussd.answer(
            channel,
            UssdTurn(
                session_id=f"s-{number}",
                subscriber=CALLER,
                service_code=channel.service_code or "",
                text="",
            ),
        )
        for number in range(4)
    ]

    assert [False, False, True, True] == [reply.ends for reply in replies]
    assert replies[3].text.startswith("You asked us very often")


def test_floods_and_what_waits_for_people_are_in_the_numbers(
    gateway: Gateway, client: FlaskClient
) -> None:
    channel = line(gateway, subscriber_per_minute=3)

    texts(gateway, channel, "my cow is ill", "she eats nothing", "not even grass", "what now")

    shown = client.get("/metrics").get_data(as_text=True)
    counted = f'gateway_floods_total{{channel="{channel.name}",surface="sms",verdict="tell"}} 1.0'
    assert counted in shown
    assert "gateway_help_desk_open 1.0" in shown  # a thread
    assert "gateway_ticker_idle_seconds +Inf" in shown


def test_a_full_channel_is_answered_so_that_the_provider_tries_again(
    gateway: Gateway, client: FlaskClient
) -> None:
    channels = gateway.channels
    assert isinstance(channels, dict)
    channels["at-ke"] = replace(channels["at-ke"], channel_per_minute=1)
    path = gateway.deployment.webhook_urls("at-ke")["sms"].removeprefix(gateway.public_url)

    answers = [
        client.post(
            path,
            data={
                "id": str(number),
                "from": CALLER.e164,
                "to": "20266",
                "text": "RESULT",
                "date": "2026-11-23 08:00:00",
                "linkId": "",
            },
        )
        for number in range(2)
    ]

    assert [200, 429] == [answer.status_code for answer in answers]
    assert 1 == gateway.vital_signs.gauges().inbound_waiting
