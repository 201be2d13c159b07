"""Which channel an SMS goes out on: one rule for answers, reminders and late answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.channel import Channel, channel_to_send
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.msisdn import Msisdn

DIALLED = Channel(name="dialled", provider="p", service_code="*100#")
TEXTED = Channel(name="texted", provider="p", address="2026")
NAMED = Channel(name="named", provider="p", sender_id="MINISTRY")
POOLED = Channel(name="pooled", provider="p", chooses_sender=True)
ALL = {each.name: each for each in (DIALLED, TEXTED, NAMED, POOLED)}
NUMBER = Msisdn("+999700000001")
TOKEN = ProviderToken("q", "sandbox", "4bd1aa30c2f94e07")
TOKENS = Channel(
    name="tokens", provider="q", application="sandbox", address="2027", texts_tokens=True
)


def test_a_channel_sends_that_has_a_sender() -> None:
    assert ["texted", "named", "pooled"] == [each.name for each in ALL.values() if each.sends]


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("named", "named"),
        ("pooled", "pooled"),
        pytest.param("dialled", "texted", id="one that is only dialled"),
        pytest.param("gone", "texted", id="one that was taken out of the settings"),
        pytest.param("", "texted", id="none was asked for"),
    ],
)
def test_the_channel_asked_for_gives_way_when_it_cannot_send(asked: str, chosen: str) -> None:
    assert ALL[chosen] == channel_to_send(ALL, asked, NUMBER)


def test_where_no_channel_sends_there_is_none() -> None:
    assert channel_to_send({"dialled": DIALLED}, "dialled", NUMBER) is None
    assert channel_to_send({}, "gone", NUMBER) is None


@pytest.mark.parametrize("asked", ["tokens", "dialled", "texted", "gone", ""])
def test_a_token_is_written_to_where_its_provider_takes_it_and_nowhere_else(asked: str) -> None:
    channels = {**ALL, TOKENS.name: TOKENS}

    assert TOKENS == channel_to_send(channels, asked, TOKEN)
    assert channel_to_send(ALL, asked, TOKEN) is None


@pytest.mark.parametrize(
    "channel",
    [
        pytest.param(replace(TOKENS, provider="p"), id="another provider"),
        pytest.param(replace(TOKENS, application="live"), id="another application"),
        pytest.param(replace(TOKENS, texts_tokens=False), id="a provider that takes numbers only"),
        pytest.param(replace(TOKENS, address=None), id="a channel that is only dialled"),
    ],
)
def test_a_token_that_no_channel_can_reach_is_sent_nothing(channel: Channel) -> None:
    assert channel_to_send({channel.name: channel}, channel.name, TOKEN) is None


def test_a_number_is_reached_by_every_channel_that_sends() -> None:
    assert all(each.can_text(NUMBER) for each in (*ALL.values(), TOKENS))
    assert [TOKENS] == [each for each in (*ALL.values(), TOKENS) if each.can_text(TOKEN)]
