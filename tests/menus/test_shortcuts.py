"""Shortcuts: each opens its service wherever it sits in the menu; further digits are answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.composition.gateway import Gateway
from gateway.deployment.folder import load_handlers
from gateway.domain.dialogue.engine import advance, begin
from gateway.domain.menu.release import HOME, Release
from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn, dialled_with
from tests.gateways import HOME as DEPLOYMENT

REFERENCE = load(DEPLOYMENT / "menus", load_handlers(DEPLOYMENT), ())
SHORTCUTS = sorted(REFERENCE.shortcuts.items())
CALLER = Msisdn("+999700000123")


def depth(release: Release, service: str) -> int:
    """Returns how many keys lead from home to a service, without its shortcut."""
    reached, level = {HOME}, 0
    while not any(screen.partition(".")[0] == service for screen in reached):
        level += 1
        ways: set[str] = set()
        for screen in map(release.screens.get, reached):
            if isinstance(screen, ChoiceScreen):
                ways |= {option.goto for option in screen.options.values()}
        assert ways, f"nothing leads to {service}"
        reached = ways
    return level


def dial(gateway: Gateway, code: str, session: str) -> str:
    said = UssdTurn(
        session_id=session, subscriber=CALLER, service_code=code, text="", language="en"
    )
    return gateway.ussd.answer(gateway.channels["phone"], said).text


@pytest.mark.parametrize(("shortcut", "service"), SHORTCUTS)
@pytest.mark.parametrize("language", REFERENCE.languages)
def test_a_shortcut_opens_its_service_from_home(shortcut: str, service: str, language: str) -> None:
    home = begin(REFERENCE, language).session

    step = advance(REFERENCE, home, shortcut)

    assert (service, language) == (step.session.at.partition(".")[0], step.session.language)


def test_most_services_of_the_reference_menu_are_nested() -> None:
    depths = [depth(REFERENCE, service) for _, service in SHORTCUTS]

    assert {2} == set(depths)


@pytest.mark.parametrize("typed", ["30", "3", "310", "٣١x", "31 31"])
def test_what_is_no_shortcut_opens_nothing(typed: str) -> None:
    home = begin(REFERENCE, "en").session

    step = advance(REFERENCE, home, typed)

    assert "exam_results" not in step.session.at


def test_a_shortcut_means_nothing_within_a_service(tmp_path: Path) -> None:
    inside = advance(REFERENCE, begin(REFERENCE, "en").session, "31").session

    step = advance(REFERENCE, inside, "42")

    assert "exam_results.candidate" == step.session.at


def test_back_from_a_shortcut_leads_home() -> None:
    inside = advance(REFERENCE, begin(REFERENCE, "en").session, "31").session

    assert HOME == advance(REFERENCE, inside, "0").session.at


def test_digits_behind_a_shortcut_are_answers(gateway: Gateway) -> None:
    code = "*384*2026#"

    opened = dial(gateway, dialled_with(code, "31"), "s-1")
    answered = dial(gateway, dialled_with(code, "31", "10231456"), "s-2")
    further = dial(gateway, dialled_with(code, "31", "10231456", "2"), "s-3")
    refused = dial(gateway, dialled_with(code, "31", "1"), "s-4")

    assert opened.startswith("Candidate number (8 digits)?")
    assert answered.startswith("Year of the exam?")
    assert further.startswith("Date of birth?")
    assert refused.startswith("Please type 8 digits.")
