"""Drawings as a browser shows them on a machine without fonts: as wide as they were measured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from gateway.adapters.drawings.card_layout import SHEETS
from gateway.adapters.drawings.page import Page as Sheet
from gateway.adapters.drawings.page import Words
from gateway.adapters.drawings.svg_writer import svg
from gateway.adapters.drawings.text_width import width
from gateway.cli.main import main
from tests.gateways import HOME
from tests.menus.scripts import SAMPLES

if TYPE_CHECKING:  # playwright is not everywhere; the fixture skips where it is missing
    from playwright.sync_api import Browser, Page

_LINES = """() => [...document.querySelectorAll('svg text')].map(line => {
  const box = line.getBBox();
  return [line.textContent, box.x, box.y, box.width, box.height, line.getComputedTextLength(),
          +line.getAttribute('font-size'), line.getAttribute('font-weight') === '700'];
})"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def shown(page: Page, file: Path) -> list[list[Any]]:
    """Returns the lines of a drawing as the browser sets them, its fonts being loaded."""
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready.then(() => true)")
    assert ["loaded"] == page.evaluate("[...new Set([...document.fonts].map(one => one.status))]")
    lines: list[list[Any]] = page.evaluate(_LINES)
    assert lines
    return lines


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))
    done = CliRunner().invoke(main, ["menus", *arguments])
    assert (0, "") == (done.exit_code, done.stderr)


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_no_line_of_a_card_leaves_the_page_or_is_wider_than_measured(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    form = ("--format", "html", "--out", str(tmp_path))
    command(monkeypatch, "cards", "--language", language, *form)

    for path in sorted(tmp_path.iterdir()):
        sheet = next(each for each in SHEETS if f".{each.name}." in path.name)
        for text, x, y, wide, high, length, size, bold in shown(page, path):
            assert 0 <= x <= x + wide <= sheet.width - sheet.margin / 2, (path.name, text)
            assert -0.5 <= y <= y + high <= sheet.height + 0.5, (path.name, text)
            assert width(text, size, bold) == pytest.approx(length, rel=0.01), (path.name, text)


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_the_menu_is_drawn_as_it_was_measured(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    file = tmp_path / "menu.svg"
    form = ("--format", "svg", "--output", str(file))
    command(monkeypatch, "show", "--language", language, *form)

    for text, _, _, _, _, length, size, bold in shown(page, file):
        assert width(text, size, bold) == pytest.approx(length, rel=0.01), text


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
@pytest.mark.parametrize("script", SAMPLES)
def test_every_script_is_set_as_it_was_measured(
    page: Page, tmp_path: Path, script: str, bold: bool
) -> None:
    text, rtl = SAMPLES[script], script == "Arabic"
    line = Words(text=text, size=20, x=30, y=40, ink="#000000", bold=bold, rtl=rtl)
    file = tmp_path / "line.svg"
    drawn = Sheet(width=900, height=60, unit=1, title="", language="en", marks=[line])
    file.write_text(svg(drawn), "utf-8")

    ((_, x, _, _, _, length, _, _),) = shown(page, file)

    assert 30 == pytest.approx(x, abs=0.5)
    assert width(text, 20, bold) == pytest.approx(length, rel=0.01)
