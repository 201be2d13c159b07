"""Whatever leaves a dialogue says what of it is not stored, and nothing where all is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.domain.dialogue.scope import unsent
from gateway.domain.dialogue.screen_rendering import show
from gateway.domain.dialogue.transition import Event
from gateway.domain.menu.release import HOME
from gateway.domain.telecom.channel import Keys, PageBudget
from tests.domain.talks import Talk
from tests.domain.test_what_is_written import MENU, plays

NOTICE, REPORT = "not sent Notice", "not sent Report"


def talk(service: str, *answers: str) -> Talk:
    there = Talk(release=MENU, plays=plays, service=service)
    there.types(*answers)
    return there


@pytest.mark.parametrize(
    ("service", "answers", "is_unsent"),
    [
        ("notice", (), False),
        ("notice", ("?",), False),
        ("notice", ("1",), True),
        ("notice", ("1", "1", "Amina"), True),
        ("notice", ("1", "1", "Amina", "2"), True),
        ("notice", ("1", "1", "Amina", "1"), False),
        ("notice", ("1", "0"), False),
        ("notice", ("1", "1", "0", "0"), False),
        ("report", ("the pump is broken",), False),
        ("report", ("the pump is broken", "1"), False),
        ("report", ("the pump is broken", "1", "Asha"), False),
        ("report", ("the pump is broken", "00", "1", "1"), True),
    ],
)
def test_what_is_answered_and_not_stored_is_known(
    service: str, answers: tuple[str, ...], is_unsent: bool
) -> None:
    there = talk(service, *answers)

    assert (unsent(MENU, there.session) is not None) is is_unsent


@pytest.mark.parametrize(
    ("service", "answers", "said"),
    [
        ("notice", ("1", "00"), NOTICE),
        ("notice", ("1", "1", "Amina", "00"), NOTICE),
        ("notice", ("00",), ""),
        ("notice", ("0",), ""),
        ("report", ("the pump is broken", "00"), ""),
        ("report", ("the pump is broken", "0"), ""),
        ("report", ("the pump is broken", "1", "00"), ""),
    ],
)
def test_the_way_home_says_so(service: str, answers: tuple[str, ...], said: str) -> None:
    there = talk(service, *answers)

    assert there.at == HOME
    assert there.shown.text.startswith(f"{said}\nServices" if said else "Services")


def test_too_many_wrong_answers_say_so_first() -> None:
    there = talk("notice", "1", "?", "?", "?", "?")

    assert there.step.event is Event.GIVEN_UP
    assert there.shown.text.startswith(f"{NOTICE}\ntoo many wrong")


def test_where_a_page_has_no_room_for_both_what_is_not_sent_is_said() -> None:
    there = talk("notice", "1", "?", "?", "?", "?")
    small = PageBudget(septets=30, ucs2=30)

    assert show(MENU, there.step, Keys(), small).text == NOTICE


def test_what_a_menu_without_kinds_asks_is_never_told_as_unsent() -> None:
    untold = replace(
        MENU,
        screens={
            name: replace(screen, needed=False) if hasattr(screen, "needed") else screen
            for name, screen in MENU.screens.items()
        },
    )
    session = talk("notice", "1", "1", "Amina").session

    assert unsent(untold, session) is None
