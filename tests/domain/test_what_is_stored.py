"""What a dialogue says is stored, and what it says is not: by outcome, and service by service."""

from __future__ import annotations

import pytest

from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.transition import PendingCall
from gateway.domain.handler_contract.service_call import HandlerContract, Outcome, Writes
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.menu.release import HOME, Release, Service
from gateway.domain.menu.screens import InputScreen, ServiceScreen
from gateway.domain.menu.side_effects import with_writes
from gateway.use_cases.ussd.count_turn import is_done
from tests.domain.menus import choice, option, release_of, text
from tests.domain.talks import Talk

#: The home page says so above its first line.
NOT_SENT = "not sent"


def asks_and_stores(service: str, then: str) -> list[ServiceScreen | InputScreen]:
    """Returns the screens of a service that stores an answer; `then` is where it goes after it."""
    return [
        InputScreen(
            id=f"{service}.what",
            text=text("What?"),
            accepts=Accepts(kind="text", minimum=1, maximum=20),
            goto=f"{service}.keep",
        ),
        ServiceScreen(
            id=f"{service}.keep",
            handler="keep",
            outcomes={"stored": f"{service}.kept", "full": f"{service}.full"},
        ),
        choice(f"{service}.kept", text("Kept."), option(then[0], text("More"), then)),
        choice(f"{service}.full", text("No place."), option("1", text("More"), f"{service}.what")),
    ]


CONTRACT = HandlerContract(
    outcomes={"stored": {}, "full": {}},
    needs=("what",),
    writes=Writes.REPORT,
    writes_by=("stored",),
)


def storing(contract: HandlerContract = CONTRACT) -> Release:
    """Returns a menu of two services that store; from the first one goes on to the second."""
    home = choice(HOME, text("Services"), option("1", text("Apply"), "apply.what"))
    screens = [home, *asks_and_stores("apply", "rate.what"), *asks_and_stores("rate", HOME)]
    names = {"home": HOME, "apply": "apply.what", "rate": "rate.what"}
    services = [Service(id=name, start=start, title=text(name)) for name, start in names.items()]
    return with_writes(release_of(screens, services), {"keep": contract})


def talk(release: Release | None = None) -> Talk:
    """Returns a dialogue in which `full` alone finds no place."""

    def plays(call: PendingCall, session: Session) -> Outcome:
        return Outcome("full" if call.answers["what"] == "full" else "stored")

    return Talk(storing() if release is None else release, plays=plays)


def test_what_is_stored_is_done_and_nothing_is_said_of_it_at_home() -> None:
    kept = talk()
    kept.types("1", "a place")

    assert is_done(kept.session)
    assert NOT_SENT not in kept.types("00")


def test_where_no_place_was_left_nothing_is_stored_and_home_says_so() -> None:
    full = talk()

    assert "No place." in full.types("1", "full")
    assert not is_done(full.session)
    assert NOT_SENT in full.types("00")


def test_who_goes_back_from_where_no_place_was_left_answers_anew() -> None:
    full = talk()

    assert "What?" in full.types("1", "full", "0")
    assert "Kept." in full.types("another")
    assert is_done(full.session)


def test_what_one_service_stored_is_not_said_of_another() -> None:
    both = talk()
    both.types("1", "a place", "r", "full")

    assert "rate.full" == both.at
    assert not is_done(both.session)
    assert NOT_SENT in both.types("00")


def test_who_comes_back_to_a_service_finds_it_done() -> None:
    back = talk()

    assert "Kept." in back.types("1", "a place", "r", "0")
    assert is_done(back.session)
    assert NOT_SENT not in back.types("00")


def test_each_of_two_services_is_done_by_what_it_stored() -> None:
    both = talk()
    both.types("1", "a place", "r", "five")

    assert ("rate.kept", True) == (both.at, is_done(both.session))
    assert NOT_SENT not in both.types("h")


def test_a_contract_that_names_no_outcome_writes_by_all_of_them() -> None:
    every = HandlerContract(outcomes=CONTRACT.outcomes, needs=("what",), writes=Writes.REPORT)
    full = talk(storing(every))

    assert NOT_SENT not in full.types("1", "full", "00")


def test_a_contract_writes_by_no_outcome_that_it_does_not_have() -> None:
    with pytest.raises(ValueError, match="`writes_by` names 'kept', which is no outcome"):
        HandlerContract(outcomes={"stored": {}}, writes=Writes.RECORD, writes_by=("kept",))
