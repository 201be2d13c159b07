"""Whoever goes through the questions again is known by what they say now, and not by the first."""

from __future__ import annotations

from gateway.domain.dialogue.transition import PendingCall
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, Writes
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.release import HOME, Release, Service
from gateway.domain.menu.screens import InputScreen, ServiceScreen
from gateway.domain.menu.side_effects import with_writes
from tests.domain.menus import choice, option, release_of, text
from tests.domain.talks import Talk

CONTRACT = HandlerContract(
    outcomes={"stored": {}}, needs=("fault", "pump"), writes=Writes.RECORD, writes_by=("stored",)
)


def wells() -> Release:
    """Returns a menu that asks for the pump where it is broken alone, and reads back."""
    screens = [
        choice(HOME, text("Services"), option("1", text("Wells"), "wells.fault")),
        choice(
            "wells.fault",
            text("What is wrong?"),
            option("1", text("Broken"), "wells.pump", "broken"),
            option("2", text("Dry"), "wells.read_back", "dry"),
        ),
        InputScreen(
            id="wells.pump",
            text=text("Which pump?"),
            accepts=Accepts(kind="text", minimum=1, maximum=20),
            goto="wells.read_back",
        ),
        choice(
            "wells.read_back",
            text("{fault} {pump}?"),
            option("1", text("Send"), "wells.keep"),
            option("2", text("Change"), "wells.fault"),
        ),
        ServiceScreen(id="wells.keep", handler="keep", outcomes={"stored": "wells.kept"}),
        choice("wells.kept", text("Kept."), option("1", text("Correct"), "wells.fault")),
    ]
    names = {"home": HOME, "wells": "wells.fault"}
    services = [Service(id=name, start=start, title=text(name)) for name, start in names.items()]
    return with_writes(release_of(screens, services), {"keep": CONTRACT})


def talk() -> Talk:
    """Returns a dialogue that has come to where a broken pump is read back."""
    dialogue = Talk(wells(), plays=lambda call, session: Outcome("stored"))
    dialogue.types("1", "1", "Afridev")
    assert dialogue.shown.text.startswith("Broken Afridev?")
    return dialogue


def sent(dialogue: Talk) -> PendingCall:
    """Returns what was handed over to be kept."""
    return dialogue.calls[-1]


def test_what_is_not_asked_again_is_not_kept() -> None:
    dialogue = talk()
    dialogue.types("2", "2")

    assert dialogue.shown.text.startswith("Dry ?")
    dialogue.types("1")
    assert {"fault": "dry"} == {
        name: said for name, said in sent(dialogue).answers.items() if name in CONTRACT.needs
    }


def test_a_change_that_is_taken_back_has_changed_nothing() -> None:
    dialogue = talk()
    dialogue.types("2", "0")
    assert dialogue.shown.text.startswith("Broken Afridev?")

    dialogue.types("2", "2", "0", "0")

    assert "wells.read_back" == dialogue.at
    assert dialogue.shown.text.startswith("Broken Afridev?")
    dialogue.types("1")
    assert "Afridev" == sent(dialogue).answers["pump"]


def test_what_is_stored_and_corrected_keeps_what_was_told_besides() -> None:
    dialogue = talk()
    dialogue.types("1", "1", "2")

    assert dialogue.shown.text.startswith("Dry Afridev?")
