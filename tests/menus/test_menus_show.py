"""`gateway menus show` and `explain`: a menu drawn, a fault explained."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.drawings.text_width import width
from gateway.cli.main import main
from gateway.domain.faults_and_errors.codes import CODES
from gateway.domain.faults_and_errors.examples import example_of
from tests import water_deployment

TREE = """\
Water [water]  (*41, WATER)
  region  choice: "Which region?"
    1 Amboro → name  input: "Your name?"
      next → thanks  end: "Thank you, {name}."
    2 Keluwa → name ↑
    3 Tisoke → name ↑
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    water_deployment.write(tmp_path / "home")
    return tmp_path / "home"


def run(home: Path, *arguments: str) -> Result:
    environ = {"GATEWAY_HOME": str(home), "GATEWAY_DATA": str(home / "data")}
    return CliRunner().invoke(main, ["menus", *arguments], env=environ)


def lost(home: Path) -> None:
    """Adds a screen that nothing leads to."""
    said = 'lost:\n    end: "Nobody <sees> & \\"this\\""'
    water_deployment.edit(home, "water.yaml", "  thanks:\n", f"  {said}\n  thanks:\n")


def test_a_service_is_drawn_as_a_tree(home: Path) -> None:
    assert run(home, "show", "water").output == TREE


def test_the_whole_menu_is_drawn_home_first(home: Path) -> None:
    titles = [line for line in run(home, "show").output.splitlines() if not line.startswith(" ")]

    assert "Services [home]" == titles[0]
    assert "Water [water]  (*41, WATER)" in titles


def test_a_menu_is_drawn_in_another_language(home: Path) -> None:
    output = run(home, "show", "water", "--language", "sw").output

    assert "Maji [water]  (*41, MAJI)" in output
    assert 'thanks  end: "Asante, {name}."' in output


def test_a_screen_that_nothing_leads_to_is_marked(home: Path) -> None:
    lost(home)

    assert "  lost  end: " in run(home, "show", "water").output
    assert 1 == run(home, "show").output.count("!! nothing leads here")
    assert "unreachable" in run(home, "show", "--format", "mermaid").output
    assert "stroke-dasharray" in run(home, "show", "--format", "svg").output


def test_a_menu_without_fault_has_no_marks(home: Path) -> None:
    assert "!!" not in run(home, "show").output
    assert "unreachable" not in run(home, "show", "--format", "mermaid").output
    assert "stroke-dasharray" not in run(home, "show", "--format", "svg").output


def test_a_mermaid_flowchart_names_services_screens_and_ways(home: Path) -> None:
    lost(home)
    output = run(home, "show", "--format", "mermaid").output

    lines = [line.strip() for line in output.splitlines()]
    assert "flowchart TD" == lines[0]
    assert 'subgraph water["Water (*41, WATER)"]' in lines
    assert any(line.endswith('-->|"1 Amboro"| s2') for line in lines)
    assert any('(["lost: Nobody #lt;sees> #amp; #quot;this#quot;"])' in line for line in lines)


def test_one_service_alone_names_those_it_leads_to(home: Path) -> None:
    output = run(home, "show", "home", "--format", "mermaid").output

    assert 'to_water(("water"))' in output


def test_a_picture_is_svg_and_shows_every_screen(home: Path) -> None:
    lost(home)
    file = home / "menu.svg"

    result = run(home, "show", "--format", "svg", "--output", str(file))

    assert "" == result.output
    root = ElementTree.parse(file).getroot()  # noqa: S314 - written by ourselves just now
    texts = {each.text for each in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"region (choice)", "Your name?", 'Nobody <sees> & "this"'} <= texts


def test_no_text_of_a_picture_leaves_its_box(home: Path) -> None:
    water_deployment.edit(home, "water.yaml", "Your name?", "ይቅርታ፣ ይህ ተቋም ከዝርዝሩ ወጥቷል። ሌላ ይምረጡ።")

    output = run(home, "show", "water", "--format", "svg").output

    (shown,) = re.findall(r"<text [^>]*>(ይቅርታ[^<]*)</text>", output)
    assert shown.endswith("…")
    assert width(shown, 13) <= 186


def test_a_menu_with_a_way_to_nowhere_is_drawn(home: Path) -> None:
    water_deployment.edit(home, "water.yaml", "next: thanks", "next: thank")

    assert "next → water.thank" in run(home, "show", "water").output
    assert 0 == run(home, "show", "--format", "svg").exit_code
    assert 0 == run(home, "show", "--format", "mermaid").exit_code


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show", "watre"), "No service 'watre'"),
        (("show", "--language", "xx"), "No language 'xx'"),
        (("explain", "M999"), "no code 'M999'"),
    ],
)
def test_what_is_not_there_is_refused(
    home: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    result = run(home, *arguments)

    assert 5 == result.exit_code
    assert sentence in result.output


def test_a_menu_without_a_first_screen_cannot_be_drawn(home: Path) -> None:
    (home / "menus" / "main.yaml").write_text("x", "utf-8")

    assert 1 == run(home, "show").exit_code


def test_a_code_is_explained_with_cause_example_and_fix(home: Path) -> None:
    expected = f"""\
M021  Unknown screen

{CODES["M021"].cause}

    next: yaer                      # the screen is called year

{CODES["M021"].fix}
"""

    assert expected == run(home, "explain", "m021").output


def test_every_code_has_an_example(home: Path) -> None:
    assert [] == [code for code in CODES if not example_of(code)]
    assert [*CODES] == [line[:4] for line in run(home, "explain").output.splitlines()]
