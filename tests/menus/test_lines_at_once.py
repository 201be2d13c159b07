"""Options that exclude each other are measured as they stand together on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.faults_and_errors.fault import Fault
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

TOWNS = """\
service: towns
institution: health
shortcut: 33
title: {{en: Towns, sw: Miji}}
screens:
  county:
    text: {{en: "County?", sw: "Kaunti?"}}
    choice:
      1: {{label: Kilima, value: kilima, next: town}}
      2: {{label: Mtoni, value: mtoni, next: town}}
      3: {{label: Pwani, value: pwani, next: town}}
  town:
    text: {{en: "Town?", sw: "Mji?"}}
{pages}    choice:
{towns}
  done:
    end: {{en: "{{county}}, {{town}}.", sw: "{{county}}, {{town}}."}}
"""


def menu(condition: str, *, of_each: int = 7, pages: str = "") -> Mapping[str, str]:
    """The sample with a choice of towns, so many of each county under a condition."""
    lines = [
        f'      {key}: {{label: "Town {key}", value: "t{key}", next: done, '
        f'when: "{condition.format(county=county)}"}}'
        for key, county in enumerate(
            (county for county in ("kilima", "mtoni", "pwani") for _ in range(of_each)), start=21
        )
    ]
    lines.append("      90: {label: Other, value: other, next: done}")
    return {**FILES, "towns.yaml": TOWNS.format(towns="\n".join(lines), pages=pages)}


def faults_of(folder: Path, files: Mapping[str, str]) -> Sequence[Fault]:
    """The faults of a menu; none of one that loads."""
    try:
        load(write(folder, files), HANDLERS, CHANNELS)
    except MenuInvalid as invalid:
        return invalid.faults
    return ()


@pytest.mark.parametrize(
    "condition",
    [
        "county == '{county}'",
        "county in ('{county}',)",
        "'{county}' == county and language != 'xx'",
        "not (county != '{county}')",
    ],
)
def test_the_towns_of_one_county_fit_where_those_of_all_would_not(
    condition: str, tmp_path: Path
) -> None:
    assert faults_of(tmp_path, menu(condition)) == ()


@pytest.mark.parametrize(
    "condition",
    [
        "county != '{county}'",  # those of two counties at once
        "len(county) > 0",  # all of them
        "county == '{county}' or language == 'sw'",  # all of them in one language
    ],
)
def test_what_may_stand_together_is_measured_together(condition: str, tmp_path: Path) -> None:
    faults = faults_of(tmp_path, menu(condition))
    assert {fault.code for fault in faults} == {"M062"}


def test_a_county_with_too_many_towns_is_told(tmp_path: Path) -> None:
    faults = faults_of(tmp_path, menu("county == '{county}'", of_each=12))
    assert {fault.code for fault in faults} == {"M062"}


def test_a_choice_takes_pages_where_the_menu_says_so(tmp_path: Path) -> None:
    files = menu("len(county) > 0", pages="    pages: true\n")
    assert faults_of(tmp_path, files) == ()
