"""Cards as a browser draws them: every line is on the page, and no wider than was computed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from gateway.adapters.drawings.card_svg import SHEETS
from gateway.adapters.drawings.text_width import width
from gateway.cli.main import main
from tests.gateways import HOME

if TYPE_CHECKING:  # playwright is not everywhere; the fixture skips where it is missing
    from playwright.sync_api import Browser

_BOXES = """() => [...document.querySelectorAll('svg text')].map(line => {
  const box = line.getBBox();
  return [line.textContent, box.x, box.y, box.width, box.height,
          +line.getAttribute('font-size')];
})"""


@pytest.mark.parametrize("language", ["en", "sw", "fr", "am"])
def test_nothing_leaves_the_page_in_a_browser(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))
    options = ["--language", language, "--format", "html", "--out", str(tmp_path)]
    CliRunner().invoke(main, ["menus", "cards", *options])
    page = browser.new_page()

    for path in sorted(tmp_path.iterdir()):
        sheet = next(each for each in SHEETS if f".{each.name}." in path.name)
        page.goto(path.as_uri())
        boxes: list[list[Any]] = page.evaluate(_BOXES)

        assert boxes
        for text, x, y, wide, high, size in boxes:
            assert 0 <= x <= x + wide <= sheet.width - sheet.margin / 2, (path.name, text)
            assert -0.5 <= y <= y + high <= sheet.height + 0.5, (path.name, text)
            assert wide <= width(text, size), (path.name, text)
    page.close()
