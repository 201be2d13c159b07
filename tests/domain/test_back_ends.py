"""What a service cannot do without, so that it says at its entry that it is closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.dialogue.screen_rendering import closing
from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Breaker, HandlerContract
from gateway.domain.menu.back_ends import with_back_ends
from gateway.domain.menu.release import Release
from tests.handlers.desk import HANDLERS
from tests.phones import CHANNEL

MENUS = Path(__file__).parents[2] / "menus"
CONTRACTS = {name: handler.contract for name, handler in HANDLERS.items()}


@pytest.fixture(scope="module")
def release() -> Release:
    return load(MENUS, HANDLERS, [CHANNEL])


@pytest.mark.parametrize(
    ("service", "back_ends"),
    [
        ("exam_results", {"lookup:exam_results.fetch"}),
        ("market_prices", {f"lookup:market_prices.{each}" for each in ("list_markets", "price")}),
        ("advisory", {f"lookup:advisory.{each}" for each in ("list_districts", "advice")}),
        ("find_clinic", {"lookup:find_clinic.list_regions"}),
        ("case_status", {"case_status"}),  # and not what is asked behind an answer
        ("rate_service", {"store:ratings"}),
        ("vaccination", set()),  # three things can be done, each with a back end of its own
        ("birth_or_death", set()),  # a case can be asked for
        ("my_data", set()),
        ("home", set()),
        ("language", set()),
    ],
)
def test_a_service_needs_the_back_ends_without_which_nothing_is_to_be_had(
    service: str, back_ends: set[str], release: Release
) -> None:
    assert back_ends == set(release.services[service].back_ends)


def changed(release: Release, **contracts: HandlerContract) -> Mapping[str, tuple[str, ...]]:
    """Returns what services need with other contracts."""
    found = with_back_ends(release, {**CONTRACTS, **contracts})
    return {name: service.back_ends for name, service in found.services.items()}


def test_a_back_end_whose_last_answer_may_stand_in_is_not_needed_at_the_entry(
    release: Release,
) -> None:
    kept = replace(CONTRACTS["case_status"], keep_last=True)

    assert ("case_status",) == release.services["case_status"].back_ends
    assert () == changed(release, case_status=kept)["case_status"]


def test_a_handler_that_nobody_declares_is_not_needed(release: Release) -> None:
    found = with_back_ends(replace(release, look_ups={}), {})

    looks_up = {name.partition(".")[0] for name in release.look_ups}  # declared by the menu itself
    services = [each for name, each in found.services.items() if name not in looks_up]
    assert {()} == {service.back_ends for service in services}
    assert {0} == {service.rest_minutes for service in services}


@pytest.mark.parametrize(
    ("rest_seconds", "minutes"), [(30, "1"), (60, "1"), (61, "2"), (3600, "60"), (0.5, "1")]
)
@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_what_is_said_while_closed_names_the_minutes_after_which_it_is_tried_again(
    rest_seconds: float, minutes: str, language: str, release: Release
) -> None:
    breaker = Breaker(rest_seconds=rest_seconds)
    contract = replace(CONTRACTS["case_status"], breaker=breaker)
    found = with_back_ends(release, {**CONTRACTS, "case_status": contract})
    session = Session(release=found.id, language=language, at="case_status.case_number")

    shown = closing(found, session, "closed")

    assert minutes in [word for word in _words(shown.text) if word.isdigit()]
    assert "{" not in shown.text
    assert "1 minutes" not in shown.text


def _words(text: str) -> list[str]:
    return "".join(char if char.isascii() and char.isalnum() else " " for char in text).split()
