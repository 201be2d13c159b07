"""A service counts its callers by the district that they choose, and by nothing that tells of one.

What is no screen of the service, and what is typed: faulty_menus.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files.forms.references import rename_screen
from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.edits import SetText
from gateway.domain.menu.release import Release
from gateway.domain.menu_views.release_diff import describe
from gateway.handler_api import HandlerContract
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


def compiled(
    folder: Path,
    service: str,
    screen: str,
    changed: tuple[str, str] = ("", ""),
    handlers: Mapping[str, object] = HANDLERS,
) -> Release:
    """Returns the sample menu, in which a service counts by what a screen asks."""
    name = f"{service}.yaml"
    text = (
        FILES[name].replace(*changed).replace("screens:", f"district_from: {screen}\nscreens:", 1)
    )
    return load(write(folder, {**FILES, name: text}), handlers, CHANNELS)  # type: ignore[arg-type]


@pytest.mark.parametrize(("service", "screen"), [("clinics", "pick"), ("results", "year")])
def test_a_choice_of_one_says_the_district_be_it_of_lines_or_of_a_list(
    tmp_path: Path, service: str, screen: str
) -> None:
    release = compiled(tmp_path, service, screen)

    assert f"{service}.{screen}" == release.services[service].district_from


def test_a_list_of_what_is_somebodys_own_is_no_list_of_districts(tmp_path: Path) -> None:
    listing = HANDLERS["list_clinics"]
    contract: HandlerContract = replace(listing.contract, personal=True)
    own = {**HANDLERS, "list_clinics": replace(listing, contract=contract)}

    with pytest.raises(MenuInvalid) as caught:
        compiled(tmp_path, "clinics", "pick", handlers=own)

    assert "M133" in {fault.code for fault in caught.value.faults}


def test_several_answers_at_once_are_no_district(tmp_path: Path) -> None:
    lines = FILES["results.yaml"].partition("    choice:\n")[2].partition("  birth:")[0]
    several = lines.replace(", next: birth", "").replace("      ", "        ")

    with pytest.raises(MenuInvalid) as caught:
        compiled(
            tmp_path, "results", "year", (lines, f"      several:\n{several}      next: birth\n")
        )

    assert "M133" in {fault.code for fault in caught.value.faults}


def test_that_it_counts_by_district_is_told_before_it_goes_live(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    before = load(write(tmp_path / "a", FILES), HANDLERS, CHANNELS)
    after = compiled(tmp_path / "b", "clinics", "pick")

    [told] = describe(before, after)
    [taken_back] = describe(after, before)

    assert told.endswith("is counted by the district that 'pick' asks for")
    assert taken_back.endswith("is not counted by district any more")


def test_a_screen_that_gets_another_name_stays_the_one_that_is_counted_by() -> None:
    source = FILES["clinics.yaml"].replace("screens:", "district_from: pick\nscreens:", 1)

    edits = rename_screen(source, "pick", "where")

    assert SetText(path=("district_from",), text="where") in edits
