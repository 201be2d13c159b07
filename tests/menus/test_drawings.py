"""Drawings bring the letters they are made of, and are measured with them."""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from xml.etree import ElementTree

import pytest
import uharfbuzz
from click.testing import CliRunner, Result

from gateway.adapters.drawings import font_faces, text_width
from gateway.adapters.drawings.font_faces import FACES, described, runs, undrawable
from gateway.adapters.drawings.fonts import FOLDER
from gateway.adapters.drawings.page import Page, Words
from gateway.adapters.drawings.svg_writer import svg
from gateway.adapters.drawings.text_width import width
from gateway.cli.main import main
from tests import water_deployment
from tests.gateways import HOME
from tests.menus.scripts import SAMPLES

LANGUAGES = ("en", "sw", "fr", "am")
#: Loaded by what draws, and by nothing else.
DRAWING = ("uharfbuzz", "drawsvg", "fpdf", "fontTools", "PIL")

_FACE = re.compile(
    r"@font-face \{font-family: '([^']+)'; font-weight: ([0-9 ]+); "
    r"src: url\(data:font/ttf;base64,([^)]+)\)\}"
)


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["menus", *arguments], env={"GATEWAY_HOME": str(home)})


def page(*lines: Words) -> Page:
    return Page(width=100, height=50, unit=1, title="x", language="en", marks=lines)


def words(text: str, *, bold: bool = False) -> Words:
    return Words(text=text, size=10, x=0, y=10, ink="#000000", bold=bold)


def embedded(drawn: str) -> dict[tuple[str, str], set[str]]:
    """Returns the characters that a drawing brings, by family and weight."""
    return {
        (family, weight): {*map(chr, uharfbuzz.Face(b64decode(font)).unicodes)}
        for family, weight, font in _FACE.findall(drawn)
    }


def uncovered(drawn: str) -> set[str]:
    """Returns the characters of a drawing that its own fonts do not have."""
    fonts = embedded(drawn)
    root = ElementTree.fromstring(drawn)  # noqa: S314 - our own drawing
    missing = set()
    for line in root.iter("{http://www.w3.org/2000/svg}text"):
        weight = line.attrib["font-weight"]
        brought = {c for (_, weights), chars in fonts.items() if weight in weights or " " in weights
                   for c in chars}  # fmt: skip
        missing |= {*(line.text or "")} - brought
    return missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_drawing_of_the_menu_brings_all_its_letters(language: str, tmp_path: Path) -> None:
    cards = run(HOME, "cards", "--language", language, "--out", str(tmp_path))
    menu = run(HOME, "show", "--language", language, "--format", "svg")

    drawn = [menu.stdout, *(file.read_text("utf-8") for file in tmp_path.iterdir())]
    assert (0, "", 0, "") == (cards.exit_code, cards.stderr, menu.exit_code, menu.stderr)
    assert len(drawn) > 20
    assert [set()] * len(drawn) == [uncovered(each) for each in drawn]


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
@pytest.mark.parametrize("script", SAMPLES)
def test_there_is_a_face_for_every_script(script: str, bold: bool) -> None:
    drawn = svg(page(words(SAMPLES[script], bold=bold)))

    assert "" == undrawable([SAMPLES[script]])
    assert set() == uncovered(drawn)


def test_a_drawing_brings_only_what_it_needs() -> None:
    drawn = svg(page(words("Dial"), words("ውጤት", bold=True)))

    needed = {("Noto Sans", "400"): {*"Dial"}, ("Noto Sans Ethiopic", "700"): {*"ውጤት"}}
    assert needed == embedded(drawn)
    assert len(drawn) < 20_000


def test_every_file_of_a_face_is_there_with_its_licence() -> None:
    files = {face.path(bold) for face in FACES for bold in (False, True)}

    assert all(file.is_file() for file in files)
    assert files <= {*FOLDER.iterdir()}
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text("utf-8")


def test_the_fonts_stay_small() -> None:
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) < 1_800_000


def test_letters_that_sit_on_or_join_another_are_of_its_face() -> None:
    assert [("Noto Sans", "ẹ̀")] == [(face and face.family, text) for face, text in runs("ẹ̀")]
    assert 1 == len(list(runs("क\u094d\u200dष")))


def test_a_width_is_that_of_the_shaped_text() -> None:
    joined = ("AV", "क्ष", "سلام")

    assert [] == [text for text in joined if width(text, 10) >= sum(width(c, 10) for c in text)]
    assert width("ẹ", 10) == width("ẹ̀", 10)
    assert width("Cost", 10) < width("Cost", 10, bold=True)


@pytest.mark.parametrize("module", [font_faces, text_width])
def test_the_examples_are_true(module: object) -> None:
    assert 0 == doctest.testmod(module).failed  # type: ignore[arg-type]


def test_a_letter_without_a_font_is_named_and_left_to_the_reader(tmp_path: Path) -> None:
    home = tmp_path / "home"
    water_deployment.write(home)
    water_deployment.edit(home, "water.yaml", "Your name?", "名 Your name? ☎")

    done = run(home, "show", "--format", "svg")

    assert 0 == done.exit_code
    assert "名 Your name? ☎" in done.stdout
    assert (
        "No font of the gateway has '名' (U+540D CJK UNIFIED IDEOGRAPH-540D), "
        "'☎' (U+260E BLACK TELEPHONE). The machine that shows the drawing must have one.\n"
    ) == done.stderr


def test_what_cannot_be_seen_needs_no_font() -> None:
    assert "" == undrawable(["a\u200b\u2003\u00a0b\u200d\n"])
    assert "'\ue000' (U+E000 ?)" == described("\ue000")


@pytest.mark.parametrize("command", [("check",), ("show",), ("show", "--format", "mermaid")])
def test_what_draws_nothing_loads_nothing_that_draws(command: tuple[str, ...]) -> None:
    code = (
        "import sys\n"
        "from gateway.cli.main import main\n"
        f"main({['menus', *command]!r}, standalone_mode=False)\n"
        f"print('loaded:', [name for name in {DRAWING!r} if name in sys.modules])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=HOME, capture_output=True, encoding="utf-8",
        env={"GATEWAY_HOME": str(HOME), "PATH": ""}, check=False,
    )  # fmt: skip

    assert done.stdout.endswith("loaded: []\n"), done.stderr
