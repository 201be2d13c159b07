"""The keys that lead back, home and on to the next page."""

from __future__ import annotations

from gateway.domain.dialogue.back_stack import LONGEST_TRAIL, gone_back, without_services
from gateway.domain.dialogue.engine import PATIENCE
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event
from gateway.domain.menu.release import HOME
from gateway.domain.telecom.channel import Keys
from tests.domain.talks import SECRET, Talk

TO_THE_YEAR = ("2", "10231456")
TO_THE_DESCRIPTION = ("1", "1", "2", "3")


def test_a_session_can_begin_in_a_service_and_goes_back_to_home_from_there() -> None:
    talk = Talk(service="result")

    assert "result.candidate" == talk.at
    talk.types("0")
    assert HOME == talk.at


def test_a_right_answer_in_between_gives_all_patience_back() -> None:
    talk = Talk()
    talk.types("?", "?", "?", "2", "?", "?", "?")

    assert Event.REFUSED == talk.step.event
    assert PATIENCE == talk.session.wrong


def test_back_leads_through_services_and_handlers_as_one_came() -> None:
    talk = Talk()
    way = [talk.at]
    for answer in TO_THE_DESCRIPTION:
        talk.types(answer)
        way.append(talk.at)

    back = [talk.at]
    for _ in TO_THE_DESCRIPTION:
        talk.types("0")
        back.append(talk.at)

    assert [*reversed(way)] == back
    assert ((), {}, ()) == (talk.session.trail, talk.session.answers, talk.session.values)


def test_back_shows_the_list_of_then() -> None:
    talk = Talk()
    regions = talk.types("1", "1")
    districts = talk.types("2")
    talk.types("3")

    again = talk.types("0")
    still_before = talk.types("0")

    assert "South 3" in districts
    assert districts == again
    assert regions == still_before


def test_back_to_a_list_does_not_run_its_handler_again() -> None:
    talk = Talk()
    talk.types(*TO_THE_DESCRIPTION, "0", "0")

    assert ["list_regions", "list_districts"] == [call.handler for call in talk.calls]


def test_going_back_forgets_the_answers_of_the_screens_left() -> None:
    talk = Talk()
    talk.types(*TO_THE_DESCRIPTION)
    talk.types("0", "0")

    assert {"home.home": "1", "report.category": "water"} == talk.session.answers


def test_another_answer_after_going_back_is_the_one_that_counts() -> None:
    talk = Talk()
    talk.types(*TO_THE_DESCRIPTION, "0", "0", "0", "3", "1", "1", "The pump is broken", "Asha")

    case = talk.calls[-1]
    assert "open_case" == case.handler
    assert ("road", "North", "North 1") == tuple(
        case.answers[name] for name in ("category", "region", "district")
    )


def test_going_back_in_a_ring_gives_the_earlier_answer_back() -> None:
    talk = Talk()
    unknown = talk.types(*TO_THE_YEAR, "1", "16042007")
    talk.types("1")
    talk.types("99999999")

    talk.types("0")
    again = talk.types("0")

    assert unknown == again
    assert "10231456" in unknown
    assert "10231456" == talk.session.answers["result.candidate"]


def test_back_on_the_home_screen_stays_there() -> None:
    talk = Talk()

    home = talk.shown.text

    assert home == talk.types("0")
    assert home == talk.types("00")


def test_home_forgets_everything_but_the_language() -> None:
    talk = Talk(language="am")
    talk.types(*TO_THE_DESCRIPTION, "00")

    assert Session(release="r1", language="am", at=HOME, taken=5) == talk.session


def test_the_keys_are_those_of_the_channel() -> None:
    talk = Talk(keys=Keys(back="9", home="99", more="*"))
    talk.types("1", "1", "2", "*")
    assert 1 == talk.session.page

    talk.types("9", "9")
    assert "report.region" == talk.at

    talk.types("99")
    assert HOME == talk.at


def test_more_turns_the_page_and_back_turns_it_back() -> None:
    talk = Talk()
    first = talk.types("1", "1", "2")

    second = talk.types("98")

    assert first != second
    assert "12. South 12" in second
    assert first == talk.types("0")
    assert "report.district" == talk.at


def test_more_is_an_answer_like_any_other_where_nothing_is_cut() -> None:
    talk = Talk()
    talk.types("1", "1", "98")

    assert Event.REFUSED == talk.step.event


def test_a_row_of_another_page_can_be_chosen_from_any_page() -> None:
    talk = Talk()
    talk.types("1", "1", "2", "12")

    assert "report.description" == talk.at
    assert "South 12" == talk.session.answers["report.district"]


def test_no_row_is_lost_when_a_complaint_took_its_room() -> None:
    talk = Talk()
    talk.types("1", "1", "2")

    pages = [talk.types("77"), talk.types("98"), talk.types("98")]

    shown = "\n".join(pages)
    assert all(f"{number}. South {number}" in shown for number in range(1, 13))
    assert "12. South 12" in pages[-1]


def test_an_end_screen_of_several_pages_ends_on_the_last() -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "1", SECRET)
    assert not talk.shown.ends

    pages = 1
    while not talk.shown.ends and pages < 10:
        talk.types("98")
        pages += 1

    assert 3 == pages
    assert talk.shown.text.endswith("word60")


def test_what_is_typed_on_an_unfinished_end_screen_is_refused() -> None:
    talk = Talk()
    talk.types(*TO_THE_YEAR, "1", SECRET, "5")

    assert Event.REFUSED == talk.step.event
    assert "result.found" == talk.at


def test_a_long_wander_keeps_the_newest_steps_and_one_layer_below_them() -> None:
    talk = Talk()
    talk.types("2")
    for _ in range(20):
        talk.types("10231456", "1", "16042007", "1")

    assert LONGEST_TRAIL == len(talk.session.trail)
    assert talk.session.trail[0][1] <= 1
    assert len(talk.session.values) <= LONGEST_TRAIL + 1


def test_a_long_wander_can_be_gone_back_to_its_oldest_step() -> None:
    talk = Talk()
    talk.types("2")
    for _ in range(20):
        talk.types("10231456", "1", "16042007", "1")

    steps = 0
    while talk.session.trail:
        talk.types("0")
        steps += 1

    assert LONGEST_TRAIL == steps
    assert len(talk.session.values) <= 1
    talk.types("0")
    assert HOME == talk.at


def test_without_some_services_the_way_and_what_was_known_begin_behind_them() -> None:
    session = Session(
        release="r1",
        language="en",
        at="open.c",
        trail=(("home.home", 0, None), ("own.a", 1, "x"), ("open.a", 2, None), ("open.b", 3, "y")),
        answers={"own.a": "secret", "open.a": "1", "open.b": "y"},
        values=({"name": "Asha"}, {"a": "1"}, {"b": "2"}),
    )

    left = without_services(session, {"own"})

    assert (("open.a", 1, None), ("open.b", 2, "y")) == left.trail
    assert {"open.a": "1", "open.b": "y"} == left.answers
    assert ({"a": "1"}, {"b": "2"}) == left.values
    assert ({"a": "1"},) == gone_back(gone_back(left)).values
    assert session == without_services(session, {"other"})
