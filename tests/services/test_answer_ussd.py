"""USSD turns: answered always, counted once, never forked, and bound to who dialled what."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from gateway.adapters import kept_turns
from gateway.adapters.served_releases import KEPT
from gateway.domain.channel import Channel
from gateway.domain.menu import HOME
from gateway.domain.ussd import UssdReply
from gateway.services.answer_ussd import MOST_RACES
from tests.clock import FixedClock
from tests.domain.menus import LONG_WORDS, SAMPLE
from tests.domain.talks import SECRET
from tests.fakes import Failing, LosingSessions
from tests.services.rig import CALLER, CHANNEL, CODE, OTHER_CALLER, Rig

TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")
FOUND = ("2", "10231456", "1", SECRET)
HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


def test_dialling_shows_the_home_screen(rig: Rig) -> None:
    assert UssdReply(text=HOME_PAGE, ends=False) == rig.turn()


def test_a_dialogue_is_led_turn_by_turn_to_its_end(rig: Rig) -> None:
    reply = rig.turns(*TO_A_CASE)

    assert UssdReply(text="Case 100 000 is open.", ends=True) == reply
    assert ["list_regions", "list_districts", "open_case"] == rig.handlers_run


# ------------------------------------------------------------------ a turn counts once


def test_the_same_turn_again_gets_the_same_reply_and_runs_no_handler(rig: Rig) -> None:
    first = rig.turns("1", "1")
    rig.clock.advance(2)

    again = rig.turn("1*1")

    assert first == again
    assert ["list_regions"] == rig.handlers_run
    assert 3 == len(rig.sessions.records)


def test_the_last_turn_again_ends_again_and_opens_no_second_case(rig: Rig) -> None:
    first = rig.turns(*TO_A_CASE)

    again = rig.turn("*".join(TO_A_CASE))

    assert first == again
    assert 1 == len(rig.cases)
    assert [("Case 100 000 is open.", "queued")] == rig.queued()


def test_nothing_follows_the_end_of_a_session(rig: Rig) -> None:
    last = rig.turns(*TO_A_CASE)

    assert last == rig.turn("*".join((*TO_A_CASE, "1")))
    assert 1 == len(rig.cases)


def test_the_first_turn_again_shows_home_again(rig: Rig) -> None:
    assert rig.turn() == rig.turn()
    assert 1 == len(rig.sessions.records)


@pytest.mark.parametrize("late", ["1*1", "1", "", "2", "1*9*9", "1*1*2x", "1*1*", "1*9*9*3"])
def test_a_text_that_does_not_go_on_from_the_last_one_moves_nothing(rig: Rig, late: str) -> None:
    latest = rig.turns("1", "1", "2")

    reply = rig.turn(late)

    assert latest == reply
    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_an_empty_answer_is_a_wrong_answer_and_not_the_turn_before(rig: Rig) -> None:
    rig.turn()
    rig.turn("2")

    assert rig.turn("2*").text.startswith("digits wrong")


def test_several_answers_typed_in_one_turn_count_one_by_one(rig: Rig) -> None:
    rig.turn()

    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_a_star_in_free_text_belongs_to_the_text(rig: Rig) -> None:
    rig.turns("1", "1", "2", "3", "5*3 pumps * broken", "Asha")

    assert "5*3 pumps * broken" == rig.calls[-1].answers["description"]


def test_what_was_typed_before_is_kept_as_a_hash_alone(rig: Rig) -> None:
    rig.turns(*FOUND[:3], "16042007")

    written = kept_turns.encode(rig.sessions.kept[-1]).decode()
    assert "10231456" in written  # an answer the menu may show
    assert "16042007" not in written
    assert "2007-04-16" not in written


# ------------------------------------------------------------------ turns at the same moment


def at_once(rig: Rig, texts: list[str]) -> list[UssdReply]:
    """Returns the replies to turns of one session that all load before any is stored."""
    rig.sessions.race(len(texts))
    before = len(rig.sessions.kept)
    replies: dict[int, UssdReply] = {}
    threads = [
        threading.Thread(target=lambda at=at, text=text: replies.update({at: rig.turn(text)}))
        for at, text in enumerate(texts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert before + 1 == len(rig.sessions.kept)
    return [replies[at] for at in range(len(texts))]


def test_one_turn_delivered_many_times_at_once_shows_one_screen_and_opens_one_case(
    rig: Rig,
) -> None:
    rig.turns(*TO_A_CASE[:-1])

    replies = at_once(rig, ["*".join(TO_A_CASE)] * 4)

    assert {UssdReply(text="Case 100 000 is open.", ends=True)} == set(replies)
    assert 1 == len(rig.cases)
    assert 1 == len(rig.queued())


def test_two_answers_at_once_cannot_fork_a_session(rig: Rig) -> None:
    rig.turns("2", "10231456")

    one, other = at_once(rig, ["2*10231456*1", "2*10231456*2"])

    assert one == other
    rig.turn("2*10231456*1*16042007")
    rig.turn("2*10231456*2*16042007")
    assert 1 == len(rig.calls)


def test_two_first_turns_at_once_begin_one_session(rig: Rig) -> None:
    replies = at_once(rig, ["", ""])

    assert {UssdReply(text=HOME_PAGE, ends=False)} == set(replies)


def test_a_turn_that_is_never_first_ends_civilly(rig: Rig) -> None:
    losing = LosingSessions(rig.clock)
    rig.answer_ussd = replace(rig.answer_ussd, sessions=losing)

    reply = rig.turn("1*1*2*3*The pump is broken*Asha")

    assert UssdReply(text="try again", ends=True) == reply
    assert MOST_RACES == losing.saves
    assert 1 == rig.count("ussd_races_lost")
    assert 1 == len(rig.cases)
    assert [] == rig.queued()


# ------------------------------------------------------------------ whose session it is


@pytest.mark.parametrize(
    "other",
    [
        {"caller": OTHER_CALLER},
        {"session": "s-2"},
        {"code": "*384*7#"},
        {"channel": replace(CHANNEL, name="ng")},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_session_belongs_to_its_number_code_channel_and_id(
    rig: Rig, other: dict[str, object]
) -> None:
    rig.turns("1", "1", "2", "3", "The pump is broken")

    stranger = rig.turn("", **other)
    owner = rig.turn("1*1*2*3*The pump is broken*Asha")

    assert HOME_PAGE == stranger.text
    assert owner.ends
    assert CALLER == rig.calls[-1].subscriber


def test_a_session_that_is_too_old_is_built_again_from_what_was_typed(rig: Rig) -> None:
    before = rig.turns("1", "1")
    rig.clock.advance(CHANNEL.session_seconds + 1)

    after = rig.turn("1*1")

    assert before == after
    assert ["list_regions", "list_regions"] == rig.handlers_run
    assert 1 == len({call.key for call in rig.calls})


def test_turns_do_not_make_a_session_younger(rig: Rig) -> None:
    for text in ("", "1", "1*1"):
        rig.turn(text)
        rig.clock.advance(CHANNEL.session_seconds / 2 - 1)

    rig.turn("1*1*2")

    # Built again: the handlers of the whole way were run once more.
    assert ["list_regions", "list_regions", "list_districts"] == rig.handlers_run


def test_a_session_within_its_time_is_gone_on_with(rig: Rig) -> None:
    rig.turns("1", "1")
    rig.clock.advance(CHANNEL.session_seconds - 1)

    rig.turn("1*1*2")

    assert ["list_regions", "list_districts"] == rig.handlers_run


def test_a_running_session_stays_on_the_release_it_began_on(rig: Rig) -> None:
    rig.turns("1")
    newer = replace(SAMPLE, id="r2", shortcuts={}, screens={HOME: SAMPLE.screens[HOME]})
    rig.releases.replace(newer)

    assert rig.turn("1*1").text.startswith("Which region?")


def test_a_session_whose_release_is_gone_begins_anew_in_its_language(rig: Rig) -> None:
    rig.turns("8", "2", "1")
    for number in range(KEPT):
        rig.releases.replace(replace(SAMPLE, id=f"newer-{number}"))

    reply = rig.turn("8*2*1*1")

    assert reply.text.startswith("አገልግሎት")
    assert [] == rig.calls


# ------------------------------------------------------------------ express dialling


@pytest.mark.parametrize(
    ("dialled", "text", "page"),
    [
        ("*384*2026*31#", "", "Candidate number?"),
        ("*384*2026*31*10231456#", "", "Year?"),
        ("*384*2026*31*1023#", "", "digits wrong 8"),
        (CODE, "31*10231456", "Year?"),
        ("*384*2026*31#", "10231456", "Year?"),
        ("*384*2026*1*1#", "", "Which region?"),
        ("*384*2027*31#", "", "Services"),
        ("384*2026*31", "", "Services"),
    ],
)
def test_answers_dialled_behind_the_code_are_answers(
    rig: Rig, dialled: str, text: str, page: str
) -> None:
    assert rig.turn(text, code=dialled).text.startswith(page)


def test_an_express_dialled_session_goes_on_turn_by_turn(rig: Rig) -> None:
    rig.turn("", code="*384*2026*31*10231456#")
    rig.turn("1", code="*384*2026*31*10231456#")
    rig.turn(f"1*{SECRET}", code="*384*2026*31*10231456#")

    expected = {"candidate": "10231456", "year": "2024", "birth_date": "2007-04-15"}
    assert expected == rig.calls[-1].answers


def test_a_channel_without_a_code_of_its_own_takes_no_code_for_answers(rig: Rig) -> None:
    bare = Channel(name="bare", provider="simulator")

    assert HOME_PAGE == rig.turn("", code="*384*2*1#", channel=bare).text


# ------------------------------------------------------------------ Redis is down


def without_redis(rig: Rig, *methods: str) -> None:
    down = Failing(rig.sessions, *(methods or ("load", "save", "remember_language")))
    rig.answer_ussd = replace(rig.answer_ussd, sessions=down)


def test_without_redis_a_dialogue_goes_on_from_what_was_typed(rig: Rig) -> None:
    pages = [rig.turns(*TO_A_CASE[:number]) for number in range(len(TO_A_CASE) + 1)]
    rig.cases.clear()
    without_redis(rig)

    replayed = [rig.turn("*".join(TO_A_CASE[:number])) for number in range(len(TO_A_CASE) + 1)]

    assert pages == replayed
    assert len(TO_A_CASE) + 1 == rig.count("ussd_replayed")


def test_redis_lost_in_mid_dialogue_is_not_noticed(rig: Rig) -> None:
    rig.turns("1", "1", "2")
    without_redis(rig)

    assert "What is wrong?\n0 Back 00 Home" == rig.turn("1*1*2*3").text


def test_redis_that_comes_back_takes_up_what_was_replayed(rig: Rig) -> None:
    use_case = rig.answer_ussd
    without_redis(rig)
    rig.turns("1", "1", "2")
    rig.answer_ussd = use_case

    rig.turn("1*1*2*3")

    assert "Your name?\n0 Back 00 Home" == rig.turn("1*1*2*3*The pump is broken").text


def test_a_case_opened_before_redis_failed_is_the_case_replayed(rig: Rig) -> None:
    rig.turns(*TO_A_CASE[:-1])
    without_redis(rig, "save")

    reply = rig.turn("*".join(TO_A_CASE))

    assert UssdReply(text="Case 100 000 is open.", ends=True) == reply
    assert {"100 000"} == set(rig.cases.values())


def test_without_redis_the_sms_of_an_end_screen_is_still_queued_once(rig: Rig) -> None:
    without_redis(rig)

    rig.turn("*".join(TO_A_CASE))
    rig.turn("*".join(TO_A_CASE))

    assert [("Case 100 000 is open.", "queued")] == rig.queued()


def test_without_redis_the_chosen_language_is_still_spoken(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())
    without_redis(rig)

    assert rig.turn().text.startswith("አገልግሎት")


def test_without_any_store_the_provider_s_word_on_the_language_counts(rig: Rig) -> None:
    without_redis(rig)
    down = Failing(rig.subscribers, "language")
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down)

    assert rig.turn(language="am").text.startswith("አገልግሎት")
    assert HOME_PAGE == rig.turn().text


# ------------------------------------------------------------------ handlers that fail


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


# ------------------------------------------------------------------ languages


def test_a_chosen_language_is_spoken_at_once_and_when_dialling_again(rig: Rig) -> None:
    chosen = rig.turns("8", "2")

    again = rig.turn(session="s-2")

    assert chosen.text.startswith("አገልግሎት")
    assert chosen == again
    assert "am" == rig.subscribers.language(CALLER)


def test_the_database_is_asked_for_the_language_once(rig: Rig) -> None:
    rig.subscribers.choose_language(CALLER, "am", rig.clock.now())
    first = rig.turn()
    down = Failing(rig.subscribers, "language")
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down)

    assert first == rig.turn(session="s-2")
    assert first.text.startswith("አገልግሎት")


def test_a_choice_comes_before_the_provider_s_word_on_the_language(rig: Rig) -> None:
    assert rig.turn(language="am", session="s-1").text.startswith("አገልግሎት")
    rig.turns("8", "1", session="s-2")

    assert HOME_PAGE == rig.turn(language="am", session="s-3").text


def test_a_choice_that_cannot_be_stored_is_spoken_and_counted_as_lost(rig: Rig) -> None:
    down = Failing(rig.subscribers, "choose_language")
    rig.answer_ussd = replace(rig.answer_ussd, subscribers=down)

    assert rig.turns("8", "2").text.startswith("አገልግሎት")
    assert 1 == rig.count("ussd_follow_up_lost")


# ------------------------------------------------------------------ what a turn leaves behind


def test_an_end_screen_that_asks_for_it_is_sent_by_sms_whole(rig: Rig) -> None:
    reply = rig.turns(*FOUND)

    assert not reply.ends  # the first of several pages; the citizen may hang up here
    assert [(f"10231456 B+ {LONG_WORDS}", "queued")] == rig.queued()
    assert ["ke reply"] == rig.jobs.wakes


def test_reading_on_sends_the_sms_no_second_time(rig: Rig) -> None:
    rig.turns(*FOUND, "98", "98")

    assert 1 == len(rig.queued())


def test_an_end_screen_passed_within_one_turn_is_sent_all_the_same(rig: Rig) -> None:
    rig.turn("*".join((*FOUND, "98", "00", "1")))

    assert [(f"10231456 B+ {LONG_WORDS}", "queued")] == rig.queued()


def test_a_screen_that_does_not_ask_for_it_is_not_sent(rig: Rig) -> None:
    rig.turns("2", "10231456", "1", "16042007")

    assert [] == rig.queued()
    assert [] == rig.jobs.wakes


def test_an_sms_that_cannot_be_stored_does_not_cost_the_reply(rig: Rig) -> None:
    rig.answer_ussd = replace(rig.answer_ussd, outbox=Failing(rig.outbox, "add"))

    assert "Case 100 000 is open." == rig.turns(*TO_A_CASE).text
    assert 1 == rig.count("ussd_follow_up_lost")


def test_a_turn_is_recorded_without_anything_of_the_citizen_s(rig: Rig) -> None:
    rig.turns("2", "10231456")

    record = rig.sessions.records[-1]
    assert ("ke", "result", "year", "shown", "en") == (
        record.channel, record.service, record.screen, record.event, record.language
    )  # fmt: skip
    assert rig.clock.now() == record.at
    assert "10231456" not in repr(record)
    assert CALLER.e164 not in repr(record)


def test_the_time_a_turn_took_is_recorded(rig: Rig) -> None:
    rig.releases.current = lambda: rig.clock.advance(0.25) and SAMPLE  # type: ignore[method-assign]

    rig.turn()

    assert 250 == rig.sessions.records[-1].milliseconds
