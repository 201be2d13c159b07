"""The catalogue as a whole: what posters say stays true, and each service says whom it serves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.adapters.sql.handler_toolkit.proofs import TOPIC as TRIES
from gateway.domain.dialogue.engine import advance
from gateway.domain.dialogue.session import Session
from gateway.domain.dialogue.sms_rendering import show_sms
from gateway.domain.dialogue.transition import Event
from gateway.domain.handler_contract.back_end_names import key_and_name
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, InputScreen, ServiceScreen
from gateway.domain.menu_checks.candidate import BUILT_IN
from gateway.domain.telecom.segments import segment
from gateway.use_cases.ports.casework import CASES_TOPIC
from handlers import district_warnings, vaccination
from tests.handlers.desk import HANDLERS
from tests.phones import CHANNEL, SERVICE_CODE

MENUS = Path(__file__).parents[2] / "menus"

#: What posters say. A number may be added; none may ever lead elsewhere.
PRINTED = {
    "21": "find_clinic",
    "22": "vaccination",
    "23": "appointment",
    "31": "exam_results",
    "32": "school_places",
    "41": "report_problem",
    "42": "case_status",
    "43": "water_survey",
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

    # An answer that completes a kept form is not asked for after it everywhere.
    completing = {name for name in HANDLERS if name.startswith("store:") and "." in name}
    assert set(HANDLERS) - completing <= called
    assert {name for name in called if not name.startswith("lookup:")} <= set(HANDLERS)


def test_what_needs_python_says_why_and_all_else_has_none(release: Release) -> None:
    """What a look-up or a form can express has no Python; docs/handlers.md names the others."""
    in_python = {
        screen.id.partition(".")[0]
        for screen in release.each(ServiceScreen)
        if key_and_name(screen.handler)[0] == "handler"
    }
    page = (MENUS.parent / "docs" / "handlers.md").read_text("utf-8")
    reasons = page.partition("## Which services need one")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| (.+) \|$", reasons, re.MULTILINE))

    assert in_python & set(PRINTED.values()) == set(told)
    assert len(set(PRINTED.values()) - in_python) >= 9
    assert all(told.values())


#: Kinds whose complaint holds an example or the bounds by itself; of a PIN an example is a bad one.
TOLD_BY_COMPLAINT = frozenset({"date", "integer", "pin"})


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_every_refused_answer_is_told_an_example_in_one_segment(
    release: Release, language: str
) -> None:
    wrong = []
    for screen in release.screens.values():
        if isinstance(screen, InputScreen):
            session = Session(release=release.id, language=language, at=screen.id)
            step = advance(release, session, "?")
            said = show_sms(release, step, CHANNEL.keys, SERVICE_CODE).text
            example = screen.example[language].fill({}) if screen.example else None
            told = screen.accepts.kind in TOLD_BY_COMPLAINT if example is None else example in said
            if not told or step.event is not Event.REFUSED or len(segment(said).parts) > 1:
                wrong.append(screen.id)

    assert [] == wrong


def test_the_topics_that_can_be_stopped_are_those_that_services_write_about(
    release: Release,
) -> None:
    topics = release.screens["my_data.topic"]

    assert isinstance(topics, ChoiceScreen)
    offered = {option.value for option in topics.options.values()}
    assert {vaccination.TOPIC, district_warnings.TOPIC, TRIES, CASES_TOPIC} == offered
