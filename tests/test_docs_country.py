"""A country's list, as the page on datasets says: from the dial to a facility in four screens.

It dials by the command, as the page does, on all 12,379 rows: it takes longer than others.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.facility_list import facilities
from tests.test_docs_datasets import example

ALL = list(facilities())
CODE = "*384*2026*62#"


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns a deployment with the directory of the page, and the list loaded."""
    home = tmp_path_factory.mktemp("country") / "home"
    assert not CliRunner().invoke(main, ["init", str(home), "--languages", "en,sw"]).exit_code
    (home / "datasets").mkdir()
    (home / "datasets" / "facilities.yaml").write_text(example("facilities.yaml"), "utf-8")
    (home / "menus" / "facilities.yaml").write_text(example("facilities-menu"), "utf-8")
    with (home / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("code", "name", "county", "sub_county"), *ALL])
    for command in (["menus", "check"], ["migrate"], ["data", "import", "facilities", "list.csv"]):
        done = run(home, *command)
        assert "fault" not in done or "No faults" in done, done
    return home


def run(home: Path, *command: str) -> str:
    patched = pytest.MonkeyPatch()
    with patched.context() as here:
        here.chdir(home)
        here.setenv("GATEWAY_HOME", str(home))
        done = CliRunner().invoke(main, list(command))
    assert not done.exit_code, done.output
    return done.output


def dialled(home: Path, *answers: str) -> list[str]:
    """Returns the pages that are seen, the first one too."""
    return run(home, "dial", CODE, *answers).rstrip().split("\n---\n")


@pytest.mark.parametrize("number", [0, 162, 4_000, 12_378])
def test_a_facility_of_twelve_thousand_is_reached_in_four_screens(
    country: Path, number: int
) -> None:
    _, name, county, sub_county = ALL[number]
    typed = [name]
    pages = dialled(country, *typed)
    if "In which sub-county?" in pages[-1]:
        typed.append(sub_county)
        pages = dialled(country, *typed)
    if "Which one?" in pages[-1]:
        typed.append(f"{name}, {sub_county}")
        pages = dialled(country, *typed)

    assert pages[-1] == f"END {name}, {sub_county}, {county}"
    assert len(pages) <= 4


def test_who_knows_a_part_of_the_name_finds_it_in_four_screens(country: Path) -> None:
    listed = (
        "CON Which one?",
        "1. St. Mary Health Centre, Rinyka",
        "2. St. Mary Dispensary, Riny",
        "3. St. Mary Hospital, Riny",
        "4. St. Mary Medical Clinic, Riny",
        "0 Back 00 Home",
    )

    assert dialled(country, "st mary", "riny", "3") == [
        "CON Name of the facility, or a part of it?\n0 Back 00 Home",
        "CON Many have that name. In which sub-county?\n0 Back 00 Home",
        "\n".join(listed),
        "END St. Mary Hospital, Riny, Sari",
    ]
