"""The examples of `gateway menus explain` show the very fault they stand for."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.faults_and_errors.examples import example_of
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write

HEADER = "service: tried\nshortcut: 66\ntitle: Tried\n"
SCREENS = """\
screens:
  name: {input: name, text: "Name?", next: age}
  age: {input: integer, max: 120, text: "Age?", next: fetch}
  fetch: {handler: list_clinics, outcomes: {found: last, none: last}}
"""
AS_END = f"{HEADER}{SCREENS}  last:\n    @\n"
AS_SCREEN = HEADER + SCREENS.replace("next: age}", "next: tried}", 1) + "  tried:\n    @\n"
WITH_KEY = f"{HEADER}@\n{SCREENS}  last: {{end: Done}}\n"
INPUT = (
    AS_SCREEN.replace("    @", "    text: Tried?\n    next: age\n    @") + "  last: {end: Done}\n"
)
CHOICE = AS_SCREEN.replace("    @", "    text: Tried?\n    @") + "  last: {end: Done}\n"
OPTION = CHOICE.replace("@", "choice: {1: {label: One, next: last, @}, 2: {label: Two, next: age}}")

#: The file in which an example stands at @; the others are no piece of one service file.
PLACES = {
    "M009": INPUT.replace("@", "input: digits\n    @"),
    "M010": WITH_KEY.replace("service: tried\n", ""),
    "M023": f"{HEADER}{SCREENS}  last: {{end: Done}}\n  @\n",
    "M031": CHOICE.replace("text: Tried?\n    @", "@\n    input: name\n    next: age"),
    "M032": AS_END,
    "M033": AS_END,
    "M034": AS_END.replace(
        "  age:",
        "  birth_date: {input: digits, length: 4, secret: true, text: Born, next: fetch}\n  age:",
    ).replace("next: age", "next: birth_date"),
    "M040": AS_END.replace("handler: list_clinics", "@").replace("    @\n", "    end: Done\n"),
    "M051": WITH_KEY,
    "M053": WITH_KEY,
    "M054": WITH_KEY,
    "M059": INPUT,
    "M100": OPTION,
    "M101": OPTION,
    "M103": AS_END,
    "M104": AS_END,
}


def menu_with(code: str) -> str:
    """Returns a service file in which the example of a fault stands."""
    lines = [re.sub(r" {2,}#.*", "", line) for line in example_of(code).splitlines()]
    place = PLACES[code]
    (indent,) = re.findall(r"^(.*)@", place, re.MULTILINE)
    said = textwrap.indent("\n".join(lines), " " * len(indent) if not indent.strip() else "")
    return place.replace("@", said.lstrip())


@pytest.mark.parametrize("code", PLACES)
def test_an_example_is_refused_for_the_fault_it_shows(code: str, tmp_path: Path) -> None:
    files = {**FILES, "tried.yaml": menu_with(code)}

    with pytest.raises(MenuInvalid) as caught:
        load(write(tmp_path, files), HANDLERS, CHANNELS)

    assert code in {fault.code for fault in caught.value.faults}, caught.value
