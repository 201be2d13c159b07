"""What is written: read back first, never taken back by a key, and known as written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.dialogue.engine import begin, resume
from gateway.domain.dialogue.option_matching import reads_back
from gateway.domain.dialogue.scope import unsent
from gateway.domain.dialogue.screen_rendering import last_words, show
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import Event, PendingCall
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, TextField, Writes
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.release import HOME, Service
from gateway.domain.menu.screens import (
    EndScreen,
    InputScreen,
    OpenScreen,
    Screen,
    ServiceScreen,
)
from gateway.domain.menu.side_effects import with_writes
from gateway.domain.telecom.channel import Keys, PageBudget
from tests.domain.menus import choice, listing, option, release_of, text
from tests.domain.talks import Talk

CONTRACTS = {
    "towns": HandlerContract(outcomes={"found": {}}),
    "note": HandlerContract(
        outcomes={"noted": {"number": TextField(9)}},
        needs=("kind", "town", "person"),
        writes=Writes.RECORD,
    ),
    "tell": HandlerContract(
        outcomes={"told": {"number": TextField(9)}}, needs=("words", "case"), writes=Writes.REPORT
    ),
    "name": HandlerContract(outcomes={"named": {}}, needs=("who",), writes=Writes.PREFERENCE),
}

_SCREENS: tuple[Screen, ...] = (
    choice(
        HOME,
        text("Services"),
        option("1", text("Notice"), "notice.kind"),
        option("2", text("Report"), "report.words"),
    ),
    choice(
        "notice.kind",
        text("Kind?"),
        option("1", text("Birth", "ልደት"), "notice.list", "birth"),
        option("2", text("Death", "ሞት"), "notice.list", "death"),
    ),
    ServiceScreen(id="notice.list", handler="towns", outcomes={"found": "notice.town"}),
    listing("notice.town", text("Town?"), "places", "notice.person"),
    InputScreen(
        id="notice.person",
        text=text("Name?"),
        accepts=Accepts(kind="name", minimum=2, maximum=30),
        goto="notice.sure",
    ),
    choice(
        "notice.sure",
        text("{kind}: {person}, {town}?"),
        option("1", text("Yes"), "notice.through"),
        option("2", text("Change"), "notice.kind"),
    ),
    OpenScreen(id="notice.through", goto="notice.note"),
    ServiceScreen(id="notice.note", handler="note", outcomes={"noted": "notice.noted"}),
    EndScreen(id="notice.noted", text=text("Noted as {number}.")),
    InputScreen(
        id="report.words",
        text=text("What is wrong?"),
        accepts=Accepts(kind="text", minimum=5, maximum=60),
        goto="report.tell",
    ),
    ServiceScreen(
        id="report.tell",
        handler="tell",
        outcomes={"told": "report.told"},
        arguments={"case": "number"},
    ),
    replace(
        choice(
            "report.told",
            text("Case {number}: {words}"),
            option("1", text("My name"), "report.who"),
            option("2", text("Correct it"), "report.words"),
        ),
        sms=text("Keep {number}."),
    ),
    InputScreen(
        id="report.who",
        text=text("Your name?"),
        accepts=Accepts(kind="name", minimum=2, maximum=30),
        goto="report.name",
    ),
    ServiceScreen(id="report.name", handler="name", outcomes={"named": "report.named"}),
    EndScreen(id="report.named", text=text("Thank you.")),
    choice(
        "language.choose",
        text("Language"),
        option("1", text("English"), HOME, language="en"),
    ),
)
_SERVICES = (
    Service(id="home", start=HOME, title=text("Services")),
    Service(id="language", start="language.choose", title=text("Language")),
    Service(id="notice", start="notice.kind", title=text("Notice")),
    Service(id="report", start="report.words", title=text("Report")),
)


MENU = with_writes(release_of(_SCREENS, _SERVICES), CONTRACTS)
ROWS = [{"id": "T1", "name": "Mbale"}, {"id": "T2", "name": "Wendu"}]


def plays(call: PendingCall, session: Session) -> Outcome:
    """Plays the handlers: a report that knows its case keeps its number."""
    values: Mapping[str, Mapping[str, object]] = {
        "towns": {"places": ROWS},
        "note": {"number": "A1"},
        "tell": {"number": call.answers.get("case") or f"C{session.taken}"},
        "name": {},
    }
    names = {"towns": "found", "note": "noted", "tell": "told", "name": "named"}
    return Outcome(names[call.handler], values[call.handler])  # type: ignore[arg-type]


def talk(service: str = "") -> Talk:
    return Talk(release=MENU, plays=plays, service=service)


def test_a_choice_reads_back_where_a_line_of_it_writes_a_record() -> None:
    reading = [screen for screen in MENU.screens if reads_back(MENU, _at(screen))]

    assert reading == ["notice.sure"]


def test_what_a_record_or_a_report_needs_is_known() -> None:
    needed = [name for name, screen in MENU.screens.items() if getattr(screen, "needed", False)]

    assert needed == ["notice.kind", "notice.town", "notice.person", "report.words"]


def _at(screen: str) -> Session:
    return begin(MENU, "en").session._replace(at=screen)


@pytest.mark.parametrize(("language", "kind"), [("en", "Birth"), ("am", "ልደት")])
def test_a_line_that_was_chosen_is_read_back_as_it_was_shown(language: str, kind: str) -> None:
    there = Talk(release=MENU, plays=plays, service="notice", language=language)

    page = there.types("1", "2", "Amina")

    assert page.startswith(f"{kind}: Amina, Wendu?")


def test_a_value_that_no_line_has_is_shown_as_it_is() -> None:
    answers = {"notice.kind": "wedding", "notice.town": "T9"}
    step = begin(MENU, "en")
    session = _at("notice.sure")._replace(answers=answers, trail=((HOME, 0, None),))

    page = show(MENU, step._replace(session=session), Keys(), PageBudget())

    assert page.text.startswith("wedding: , T9?")


def test_a_record_is_written_with_yes_and_only_then() -> None:
    there = talk("notice")
    there.types("1", "1", "Amina")
    assert "note" not in [call.handler for call in there.calls]

    assert there.types("1") == "Noted as A1."
    assert [call.handler for call in there.calls].count("note") == 1


def test_change_leads_to_the_questions_and_reads_back_anew() -> None:
    there = talk("notice")

    page = there.types("1", "1", "Amina", "2", "2", "2", "Zawadi")

    assert page.startswith("Death: Zawadi, Wendu?")
    assert "note" not in [call.handler for call in there.calls]


def test_nobody_goes_back_behind_what_is_stored() -> None:
    there = talk("report")
    there.types("the pump is broken")
    assert there.at == "report.told"

    there.types("0")

    assert there.at == HOME


def test_the_way_back_from_what_comes_behind_is_to_what_was_stored() -> None:
    there = talk("report")

    page = there.types("the pump is broken", "1", "0")

    assert page.startswith("Case C")
    assert there.at == "report.told"


def test_a_correction_is_given_the_number_of_what_was_stored() -> None:
    there = talk("report")
    number = there.types("the pump is broken").partition(":")[0]

    page = there.types("2", "the well is dry")

    assert page.startswith(f"{number}: the well is dry")
    assert [call.answers["case"] for call in there.calls] == ["", number.removeprefix("Case ")]


@pytest.mark.parametrize(
    ("service", "answers", "written"),
    [
        ("report", (), False),
        ("report", ("the pump is broken",), True),
        ("report", ("the pump is broken", "1"), True),
        ("report", ("the pump is broken", "?"), True),
        ("report", ("the pump is broken", "2"), True),
        ("report", ("the pump is broken", "00"), False),
        ("notice", ("1", "1", "Amina"), False),
        ("notice", ("1", "1", "Amina", "1"), True),
        ("notice", ("1", "1", "Amina", "2"), False),
    ],
)
def test_a_session_knows_whether_its_answers_are_stored(
    service: str, answers: tuple[str, ...], written: bool
) -> None:
    there = talk(service)
    there.types(*answers)

    assert there.session.written is written


def test_what_is_answered_anew_is_not_stored_until_it_is_sent() -> None:
    menu = replace(MENU, id="two", screens={**MENU.screens, **_two_questions()})
    there = Talk(release=menu, plays=plays, service="report")
    there.types("the pump is broken", "by the school")
    assert there.session.written

    there.types("2", "the well is dry")

    assert there.at == "report.place"
    assert not there.session.written


@pytest.mark.parametrize(
    ("answers", "written"),
    [
        (("2",), True),
        (("2", "0"), True),
        (("2", "the well is dry"), False),
        (("2", "the well is dry", "0"), True),
        (("2", "the well is dry", "0", "0"), True),
        (("2", "the well is dry", "0", "the pump is broken"), True),
        (("2", "the pump is broken"), True),
        (("2", "the pump is broken", "by the church"), True),  # and sent anew
        (("2", "the well is dry", "0", "0", "1"), True),
        (("2", "the well is dry", "?"), False),
    ],
)
def test_a_correction_that_is_taken_back_has_changed_nothing(
    answers: tuple[str, ...], written: bool
) -> None:
    menu = replace(MENU, id="two", screens={**MENU.screens, **_two_questions()})
    there = Talk(release=menu, plays=plays, service="report")
    there.types("the pump is broken", "by the school")

    there.types(*answers)

    assert there.session.written is written
    assert (unsent(menu, there.session) is None) is written


@given(answers=st.lists(st.sampled_from(("1", "2", "0", "the well is dry", "by the lake", "?"))))
@settings(max_examples=60, deadline=None)
def test_what_is_called_written_is_what_was_sent_last(answers: list[str]) -> None:
    menu = replace(MENU, id="two", screens={**MENU.screens, **_two_questions()})
    there = Talk(release=menu, plays=plays, service="report")
    there.types("the pump is broken", "by the school")

    for answer in answers:
        if there.step.session.ended or there.at.partition(".")[0] != "report":
            break
        there.types(answer)
        if there.session.written and there.at != HOME:
            sent = [call for call in there.calls if call.handler == "tell"][-1].answers
            assert sent["words"] == there.session.answers["report.words"]


def _two_questions() -> Mapping[str, Screen]:
    words = replace(MENU.screens["report.words"], goto="report.place")  # type: ignore[call-arg]
    place = replace(words, id="report.place", goto="report.tell")
    return {"report.words": words, "report.place": place}


def test_a_choice_may_have_a_text_for_an_sms_of_its_own() -> None:
    there = talk("report")
    there.types("the pump is broken")

    assert last_words(MENU, there.session).startswith("Keep C")
    assert last_words(MENU, _at("notice.sure")) == ""


def test_an_outcome_of_a_call_that_reads_leaves_the_way_back() -> None:
    step = begin(MENU, "en", "notice")
    there = talk("notice")
    there.types("1")

    assert step.event is Event.SHOWN
    assert there.at == "notice.town"
    assert there.types("0").startswith("Kind?")
    assert resume(MENU, there.session, Outcome("found")).event is Event.LOST
