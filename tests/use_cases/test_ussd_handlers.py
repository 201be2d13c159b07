"""USSD turns whose handlers fail: a civil end, in time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.telecom.ussd import UssdReply
from tests.clock import FixedClock
from tests.domain.menus import SAMPLE
from tests.domain.talks import SECRET
from tests.use_cases.rig import CHANNEL, Rig

OTHER_SECRET = SECRET.replace("2007", "2008")


def test_a_handler_that_is_too_slow_costs_the_citizen_no_dead_line(rig: Rig) -> None:
    rig.hang = True
    quick = replace(CHANNEL, deadline_seconds=0.55)

    rig.turn(channel=quick)
    reply = rig.turn("1*1", channel=quick)

    assert UssdReply(text="too slow", ends=True) == reply
    assert "too_slow" == rig.sessions.records[-1].event
    assert reply == rig.turn("1*1", channel=quick)
    assert 1 == len(rig.calls)


def test_a_handler_is_not_begun_when_no_time_is_left(rig: Rig, clock: FixedClock) -> None:
    hurried = replace(CHANNEL, deadline_seconds=0.5)

    assert "too slow" == rig.turn("1*1", channel=hurried).text
    assert [] == rig.calls


def test_a_handler_that_raises_is_a_civil_end_with_a_reference(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    rig.failure = RuntimeError("no such table for +999700000123")

    reply = rig.turn("1*1")

    words, _, reference = reply.text.rpartition(" ")
    assert ("unavailable", True) == (words, reply.ends)
    assert 8 == len(reference)
    assert reference in caplog.text
    assert "+999" not in caplog.text
    assert "unavailable" == rig.sessions.records[-1].event


def test_a_menu_that_calls_for_ever_is_stopped(rig: Rig) -> None:
    screens = dict(SAMPLE.screens)
    screens["report.list_regions"] = replace(
        screens["report.list_regions"],
        outcomes={"found": "report.list_regions", "none": "report.nothing"},
    )
    rig.releases.replace(replace(SAMPLE, id="ring", screens=screens))

    reply = rig.turn("1*1")

    assert (True, "unavailable") == (reply.ends, reply.text.split()[0])
    assert 5 == len(rig.calls)


def test_every_call_of_a_dialogue_has_a_key_of_its_own(rig: Rig) -> None:
    rig.turns("1", "1", "2", "0", "0", "0", "1", "2")

    assert 3 == len(rig.calls)
    assert 3 == len({call.key for call in rig.calls})


def test_the_key_of_a_call_tells_secrets_apart_without_telling_them(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", SECRET)
    rig.loses_redis("load")
    rig.loses_spare_sessions()

    for typed in (SECRET, OTHER_SECRET):
        rig.turn(f"2*10231456*1*{typed}")

    first, again, other = (call.key for call in rig.calls)
    assert first == again
    assert first != other
    assert [32, 32] == [len(first), len(other)]
    assert not [key for key in (first, other) if SECRET in key or OTHER_SECRET in key]
