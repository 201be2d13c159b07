"""The catalogue as a whole: what posters say stays true, and each service says whom it serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files import load
from gateway.domain.menu import Release, ServiceScreen
from gateway.domain.menu_checks.candidate import BUILT_IN
from handlers import HANDLERS
from tests.phones import CHANNEL

MENUS = Path(__file__).parents[2] / "menus"

#: What posters say. A number may be added; none may ever lead elsewhere.
PRINTED = {
    "21": "find_clinic",
    "22": "vaccination",
    "31": "exam_results",
    "32": "school_places",
    "41": "report_problem",
    "42": "case_status",
    "51": "birth_or_death",
    "52": "id_card",
    "61": "benefit_payment",
    "71": "market_prices",
    "72": "advisory",
    "81": "warnings",
    "91": "consultation",
    "92": "rate_service",
    "93": "my_data",
    "94": "help_desk",
}


@pytest.fixture(scope="module")
def release() -> Release:
    return load(MENUS, HANDLERS, [CHANNEL])


def test_the_shortcuts_on_posters_lead_where_they_did(release: Release) -> None:
    assert PRINTED == dict(release.shortcuts)


def test_every_service_names_its_institution_and_its_goals(release: Release) -> None:
    silent = [
        service.id
        for service in release.services.values()
        if service.id not in BUILT_IN and not (service.institution and service.goals)
    ]

    assert [] == silent


def test_every_service_has_a_keyword_in_every_language(release: Release) -> None:
    missing = [
        (id, language)
        for id in PRINTED.values()
        for language in release.languages
        if not release.services[id].keywords.get(language)
    ]

    assert [] == missing


def test_every_handler_is_called_by_a_menu(release: Release) -> None:
    called = {
        screen.handler for screen in release.screens.values() if isinstance(screen, ServiceScreen)
    }

    assert set(HANDLERS) == called
