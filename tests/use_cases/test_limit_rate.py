"""Somebody who dials without end gets a civil answer; who texts so is answered bit by bit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.faults_and_errors.errors import TooMany
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.inbound.taking_in.accept_sms import MOST_MINUTES
from tests.consents import stops_of
from tests.use_cases.rig import CALLER, CHANNEL, OTHER_CALLER, Rig

NARROW = replace(CHANNEL, subscriber_per_minute=3)
FULL = replace(CHANNEL, subscriber_per_minute=0, channel_per_minute=3)
TOO_OFTEN = UssdReply(text="too often", ends=True)


def texted(number: int, text: str = "RESULT", **told: object) -> InboundSms:
    """Returns an MO of its own."""
    sms = InboundSms(provider_ref=f"flood-{number}", subscriber=CALLER, to="2026", text=text)
    return replace(sms, **told)  # type: ignore[arg-type] # fields of InboundSms


def notices(rig: Rig) -> list[str]:
    """Returns what was queued for the caller."""
    return [text for text, _ in rig.queued()]


def routed(rig: Rig) -> int:
    """Routes what is due; returns how many were answered so far, without the notices."""
    while not rig.route_pending():
        pass
    return len([text for text in notices(rig) if text != "answered later"])


def test_what_is_over_the_limit_is_told_once_and_answered_minute_by_minute(rig: Rig) -> None:
    taken = [
        rig.accept_sms(NARROW, texted(number, f"RESULT {10231400 + number}")) for number in range(8)
    ]

    assert [True] * 8 == taken
    assert ["answered later"] == notices(rig)
    assert 5 == rig.count("floods")
    answered = [routed(rig)]
    for _ in range(3):
        rig.clock.advance(60)
        answered.append(routed(rig))
    assert [3, 6, 8, 8] == answered
    assert ["answered later"] == [text for text in notices(rig) if text == "answered later"]


def test_thirty_five_results_in_a_minute_are_all_answered(rig: Rig) -> None:
    for number in range(35):
        rig.accept_sms(CHANNEL, texted(number, f"RESULT {10231400 + number}"))

    assert 30 == routed(rig)
    rig.clock.advance(60)
    assert 35 == routed(rig)


def test_a_machine_that_texts_without_end_is_kept_within_bounds(rig: Rig) -> None:
    taken = [
        rig.accept_sms(NARROW, texted(number, f"RESULT {10231400 + number}"))
        for number in range(50)
    ]

    assert 3 + 3 * MOST_MINUTES == sum(taken)
    assert ["answered later"] == notices(rig)
    rig.clock.advance(60)
    routed(rig)
    assert rig.accept_sms(NARROW, texted(50, "RESULT 10231450"))


def test_what_was_put_off_holds_nothing_back(rig: Rig) -> None:
    for number in range(5):
        rig.accept_sms(NARROW, texted(number, f"RESULT {10231400 + number}"))
    routed(rig)
    rig.clock.advance(20)

    rig.accept_sms(CHANNEL, texted(5, "HELP"))

    assert 4 == routed(rig)
    rig.clock.advance(40)
    assert 6 == routed(rig)


def test_an_mo_that_is_put_off_is_one_however_often_it_is_delivered(rig: Rig) -> None:
    for number in (*range(5), 4, 4):
        rig.accept_sms(NARROW, texted(number, f"RESULT {10231400 + number}"))
    rig.clock.advance(600)

    assert 5 == routed(rig)


def test_the_notice_is_in_the_language_chosen(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())

    for number in range(5):
        rig.accept_sms(NARROW, texted(number))

    assert ["አ answered later"] == notices(rig)


def test_after_a_minute_a_texter_is_heard_again(rig: Rig) -> None:
    for number in range(5):
        rig.accept_sms(NARROW, texted(number))
    rig.clock.advance(60)

    assert rig.accept_sms(NARROW, texted(5))


def test_a_stop_is_heard_in_any_flood(rig: Rig) -> None:
    for number in range(5):
        rig.accept_sms(NARROW, texted(number))

    assert rig.accept_sms(NARROW, texted(5, "STOP"))
    assert rig.accept_sms(NARROW, texted(6, "ALTO", opt_out="STOP"))
    rig.route_pending()
    assert stops_of(rig.consents, CALLER)


def test_the_flood_of_one_is_no_burden_on_another(rig: Rig) -> None:
    for number in range(5):
        rig.accept_sms(NARROW, texted(number))

    assert rig.accept_sms(NARROW, texted(5, subscriber=OTHER_CALLER))


def test_a_channel_that_is_full_asks_the_provider_to_try_again(rig: Rig) -> None:
    for number in range(3):
        rig.accept_sms(FULL, texted(number))

    with pytest.raises(TooMany) as caught:
        rig.accept_sms(FULL, texted(3, subscriber=OTHER_CALLER))
    assert 429 == caught.value.status
    assert [] == rig.queued(OTHER_CALLER)
    rig.clock.advance(60)
    assert rig.accept_sms(FULL, texted(3, subscriber=OTHER_CALLER))


def test_a_caller_over_the_limit_gets_a_civil_end(rig: Rig) -> None:
    replies = [rig.turn(session=f"s-{number}", channel=NARROW) for number in range(5)]

    assert [False] * 3 + [True] * 2 == [reply.ends for reply in replies]
    assert TOO_OFTEN == replies[-1]
    assert TOO_OFTEN == rig.turn(session="s-9", channel=NARROW, language="xx")
    assert rig.turn(session="s-9", channel=NARROW, language="am").text.startswith("አ")


def test_a_session_that_was_begun_goes_on_over_the_limit(rig: Rig) -> None:
    for number in range(5):
        rig.turn(session=f"s-{number}", channel=NARROW)

    assert rig.turn("2", session="s-0", channel=NARROW).text.startswith("Candidate number?")


def test_after_a_minute_a_caller_is_answered_again(rig: Rig) -> None:
    for number in range(5):
        rig.turn(session=f"s-{number}", channel=NARROW)
    rig.clock.advance(60)

    assert not rig.turn(session="s-9", channel=NARROW).ends


def test_a_full_channel_ends_a_dial_civilly(rig: Rig) -> None:
    for number in range(3):
        rig.turn(session=f"s-{number}", channel=FULL)

    assert TOO_OFTEN == rig.turn(session="s-9", channel=FULL, caller=OTHER_CALLER)


def test_without_a_limit_nobody_is_refused(rig: Rig) -> None:
    open_to_all = replace(CHANNEL, subscriber_per_minute=0)

    assert all(rig.accept_sms(open_to_all, texted(number)) for number in range(60))
