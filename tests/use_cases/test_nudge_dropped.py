"""One SMS after a drop: once a day, by day, with consent, and never after a session that ended."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.menu.screens import EndScreen
from gateway.domain.telecom.identity import ProviderToken
from gateway.domain.telecom.ussd import UssdEnd
from tests.domain.talks import SECRET
from tests.fakes import Failing
from tests.use_cases.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig
from tests.use_cases.test_offer_resume import menu

SAID = "nudge code Exam results *384*2026# *384*2026*4821934#"


@pytest.fixture(autouse=True)
def nudging(rig: Rig) -> None:
    rig.releases.replace(menu(nudge=True, resume_seconds=36_000))
    rig.nudge_dropped = replace(rig.nudge_dropped, draw_code=lambda: "4821934")


def cut_off(rig: Rig, session: str = "s-1") -> None:
    rig.turns("2", "10231456", session=session)


def texts(rig: Rig) -> list[str]:
    return [text for text, _ in rig.queued()]


@pytest.mark.parametrize(("seconds", "expected"), [(179, []), (180, [SAID])])
def test_a_session_counts_as_dropped_when_its_time_has_passed(
    rig: Rig, seconds: float, expected: list[str]
) -> None:
    cut_off(rig)
    rig.clock.advance(seconds)

    rig.nudge_dropped()

    assert expected == texts(rig)
    assert expected == [] or "ke reply" in rig.jobs.wakes


def test_who_gets_no_sms_is_not_told_and_comes_back_all_the_same(rig: Rig) -> None:
    caller = ProviderToken(CHANNEL.provider, "", "4bd1aa30c2f94e07")
    for typed in ("", "2", "2*10231456"):
        rig.turn(typed, caller=caller)
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()
    assert not rig.queued(caller)
    assert "resume offer Exam results" in rig.turn(session="s-2", caller=caller).text


def test_each_turn_puts_the_nudge_off(rig: Rig) -> None:
    cut_off(rig)
    rig.clock.advance(170)
    rig.turn("2*10231456*1")
    rig.clock.advance(170)

    assert 0 == rig.nudge_dropped()


def test_a_drop_is_told_once(rig: Rig) -> None:
    cut_off(rig)
    rig.clock.advance(200)

    assert [1, 0, 0] == [rig.nudge_dropped() for _ in range(3)]


def test_a_second_drop_of_the_day_is_not_told_and_one_of_the_next_day_is(rig: Rig) -> None:
    cut_off(rig)
    rig.clock.advance(200)
    rig.nudge_dropped()
    cut_off(rig, "s-2")
    rig.turns("2", "2", "10231456", session="s-2")
    rig.clock.advance(200)
    same_day = rig.nudge_dropped()

    rig.clock.advance(days=1)
    rig.turns("2", "10231456", session="s-3")
    rig.clock.advance(200)

    assert (0, 1) == (same_day, rig.nudge_dropped())
    assert 2 == len(texts(rig))


def test_a_session_that_ended_is_never_told_of(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", SECRET, "98", "98", "98", "98")
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()


@pytest.mark.parametrize("sms", [True, False])
def test_who_leaves_at_the_first_page_of_the_end_has_what_was_asked_for(
    rig: Rig, sms: bool
) -> None:
    menu = rig.releases.current()
    found = menu.screens["result.found"]
    assert isinstance(found, EndScreen)
    screens = {**menu.screens, found.id: replace(found, sms=sms)}
    rig.releases.replace(replace(menu, id="r3", screens=screens))
    first = rig.turns("2", "10231456", "1", SECRET)
    rig.clock.advance(200)

    assert not first.ends
    assert 0 == rig.nudge_dropped()
    assert rig.turn(session="s-2").text.startswith("Services" if sms else "resume offer")
    rig.clock.advance(200)
    assert 0 == rig.nudge_dropped()


def test_who_went_home_is_not_told_of_what_was_left(rig: Rig) -> None:
    rig.turns("2", "10231456", "00")
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()


def test_a_failure_is_not_told_as_a_drop(rig: Rig) -> None:
    rig.failure = RuntimeError("down")
    rig.turns("2", "10231456", "1", SECRET)
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()


def test_who_redialled_meanwhile_is_not_told(rig: Rig) -> None:
    cut_off(rig)
    rig.clock.advance(100)
    rig.turn(session="s-2")
    rig.clock.advance(100)

    assert 0 == rig.nudge_dropped()


@pytest.mark.parametrize("changes", [{"nudge": False}, {"sensitive": True}])
def test_services_that_do_not_nudge_or_are_sensitive_send_nothing(
    rig: Rig, changes: dict[str, bool]
) -> None:
    rig.releases.replace(menu("r3", **{"nudge": True, **changes}))
    cut_off(rig)
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()
    assert "" == rig.sessions.kept[-1].caller


@pytest.mark.parametrize(("hours", "after"), [(24, 1), (10, 0)], ids=["still", "no longer"])
def test_what_came_due_in_quiet_hours_is_told_after_them_while_one_can_go_on(
    rig: Rig, hours: int, after: int
) -> None:
    rig.releases.replace(menu("r3", nudge=True, resume_seconds=hours * 3600))
    rig.clock.advance(hours=11.9)
    cut_off(rig)  # at 19:54

    told = []
    for pause in (0.5, 10.5, 0.2):  # until 20:24, 06:54 and 07:06
        rig.clock.advance(hours=pause)
        told.append(rig.nudge_dropped())

    assert [0, 0, after] == told


def test_who_sent_stop_is_not_told(rig: Rig) -> None:
    rig.texts("STOP")
    before = texts(rig)
    cut_off(rig)
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()
    assert before == texts(rig)


def test_without_the_second_fact_the_sms_has_no_code(rig: Rig) -> None:
    rig.turns("2")
    rig.clock.advance(200)

    rig.nudge_dropped()

    assert ["nudge Exam results *384*2026#"] == texts(rig)


def test_a_notice_of_the_end_is_used(rig: Rig) -> None:
    cut_off(rig)

    rig.end_session(CHANNEL, end())
    at_once = rig.nudge_dropped()
    rig.clock.advance(60)

    assert (0, 1) == (at_once, rig.nudge_dropped())


@pytest.mark.parametrize(
    "notice",
    [{"session_id": "s-9"}, {"subscriber": OTHER_CALLER}, {"service_code": "*100#"}],
    ids=lambda notice: next(iter(notice)),
)
def test_a_notice_about_another_session_changes_nothing(
    rig: Rig, notice: dict[str, object]
) -> None:
    cut_off(rig)

    rig.end_session(CHANNEL, end(**notice))
    rig.clock.advance(60)

    assert 0 == rig.nudge_dropped()


def test_a_notice_after_a_good_end_tells_nobody(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", SECRET, "98", "98", "98", "98")
    rig.end_session(CHANNEL, end())
    rig.clock.advance(200)

    assert 0 == rig.nudge_dropped()


def test_a_notice_without_redis_is_counted_all_the_same(rig: Rig) -> None:
    replace(rig.end_session, drops=Failing(rig.sessions, "hasten"))(CHANNEL, end())

    assert 1 == rig.count("ussd_ended")


def test_a_ticker_that_dies_after_the_sms_sends_no_second(rig: Rig) -> None:
    cut_off(rig)
    rig.clock.advance(200)
    dying = replace(rig.nudge_dropped, drops=Failing(rig.sessions, "settle"))
    with pytest.raises(StoreUnavailable):
        dying()

    assert 0 == rig.nudge_dropped()
    assert [SAID] == texts(rig)


def test_a_release_or_channel_that_is_gone_tells_nobody(rig: Rig) -> None:
    cut_off(rig)
    rig.clock.advance(200)
    rig.nudge_dropped = replace(rig.nudge_dropped, channels={})

    assert 0 == rig.nudge_dropped()
    assert [] == texts(rig)


def end(**changes: object) -> UssdEnd:
    told = {
        "session_id": "s-1",
        "subscriber": CALLER,
        "service_code": CODE,
        "status": "Incomplete",
        **changes,
    }
    return UssdEnd(**told)
