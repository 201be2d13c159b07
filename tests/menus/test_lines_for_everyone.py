"""A choice whose lines all have conditions: taken where each answer before leaves one."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

TOWNS = """\
service: towns
shortcut: 88
title: {en: "Towns", sw: "Miji"}
screens:
  county:
    text: {en: "County?", sw: "Kaunti?"}
    choice:
      1: {label: {en: "Kilima", sw: "Kilima"}, value: kilima, next: town}
      2: {label: {en: "Mtoni", sw: "Mtoni"}, value: mtoni, next: town}
  town:
    text: {en: "Town?", sw: "Mji?"}
    choice:
      1: {label: {en: "Mbale", sw: "Mbale"}, when: "county == 'kilima'", value: mbale, next: said}
      2: {label: {en: "Wendu", sw: "Wendu"}, when: "county == 'mtoni'", value: wendu, next: said}
  said:
    end: {en: "{town}, {county}", sw: "{town}, {county}"}
"""


def faults(folder: Path, text: str) -> list[str]:
    try:
        load(write(folder, {**FILES, "towns.yaml": text}), HANDLERS, CHANNELS)
    except MenuInvalid as invalid:
        return [f"{each.code} {each.sentence}" for each in invalid.faults]
    return []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("county == 'mtoni'", "county != 'kilima'"),
        ("county == 'kilima'", "county in ('kilima', 'pwani')"),
        ("value: mtoni, next: town", "value: mtoni, next: said"),
    ],
)
def test_a_line_for_each_answer_before_is_a_line_for_everyone(
    tmp_path: Path, before: str, after: str
) -> None:
    assert before in TOWNS
    assert [] == faults(tmp_path, TOWNS.replace(before, after, 1))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("county == 'mtoni'", "county == 'pwani'"),
        ("county == 'mtoni'", "language == 'sw'"),
        ("county == 'mtoni'", "county == 'mtoni' and language == 'sw'"),
        ("value: mtoni, next: town}", 'value: "", next: town}'),
        ("screens:\n", "start: town\nscreens:\n"),
    ],
)
def test_where_somebody_may_see_no_line_it_is_told(tmp_path: Path, before: str, after: str) -> None:
    assert before in TOWNS
    told = faults(tmp_path, TOWNS.replace(before, after, 1))

    assert "M102 Every line has a `when`: somebody may see none." in told
