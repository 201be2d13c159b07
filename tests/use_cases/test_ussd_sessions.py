"""Whose a USSD session is, how long it lasts, and that turns at the same moment cannot fork it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from gateway.adapters.releases.in_process import KEPT
from gateway.domain.menu.release import HOME
from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.ussd.answer_ussd import MOST_RACES
from tests.domain.menus import SAMPLE
from tests.fakes import LosingSessions
from tests.polling import PATIENCE_SECONDS
from tests.use_cases.rig import CALLER, CHANNEL, OTHER_CALLER, Rig

TO_A_CASE = ("1", "1", "2", "3", "The pump is broken", "Asha Musa")
HOME_PAGE = "Services\n1. Report a problem\n2. Exam results\n3. Help desk\n8. Language"


def test_a_star_in_free_text_belongs_to_the_text(rig: Rig) -> None:
    rig.turns("1", "1", "2", "3", "5*3 pumps * broken", "Asha")

    assert "5*3 pumps * broken" == rig.calls[-1].answers["description"]


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
        thread.join(PATIENCE_SECONDS)
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


def test_a_session_nobody_types_in_is_built_again_from_what_was_typed(rig: Rig) -> None:
    before = rig.turns("1", "1")
    rig.clock.advance(CHANNEL.session_seconds + 1)

    after = rig.turn("1*1")

    assert before == after
    assert ["list_regions", "list_regions"] == rig.handlers_run
    assert 1 == len({call.key for call in rig.calls})


def test_a_session_lasts_for_as_long_as_somebody_types(rig: Rig) -> None:
    rig.turn()
    newer = replace(SAMPLE, id="r2", shortcuts={}, screens={HOME: SAMPLE.screens[HOME]})
    rig.releases.replace(newer)
    for text in ("1", "1*1", "1*1*2"):
        rig.clock.advance(CHANNEL.session_seconds - 1)
        rig.turn(text)

    # Never built again, which would run the first handler twice, and on the newer release.
    assert ["list_regions", "list_districts"] == rig.handlers_run


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


def test_a_chosen_language_is_spoken_at_once_and_when_dialling_again(rig: Rig) -> None:
    chosen = rig.turns("8", "2")

    again = rig.turn(session="s-2")

    assert chosen.text.startswith("አገልግሎት")
    assert chosen == again
    assert "am" == rig.subscribers.language(CALLER)
