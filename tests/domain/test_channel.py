"""Which channel an SMS goes out on: one rule for answers, reminders and late answers."""

from __future__ import annotations

import pytest

from gateway.domain.telecom.channel import Channel, channel_to_send

DIALLED = Channel(name="dialled", provider="p", service_code="*100#")
TEXTED = Channel(name="texted", provider="p", address="2026")
NAMED = Channel(name="named", provider="p", sender_id="MINISTRY")
POOLED = Channel(name="pooled", provider="p", chooses_sender=True)
ALL = {each.name: each for each in (DIALLED, TEXTED, NAMED, POOLED)}


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
    assert ALL[chosen] == channel_to_send(ALL, asked)


def test_where_no_channel_sends_there_is_none() -> None:
    assert channel_to_send({"dialled": DIALLED}, "dialled") is None
    assert channel_to_send({}, "gone") is None
