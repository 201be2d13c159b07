"""The documentation site in a real browser, opened from its folder: no server, no network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.conftest import Scheme

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[e2e]'")

from playwright.sync_api import expect  # noqa: E402 - only once it is known to be there

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OpenPage = Callable[..., "Page"]

#: One of each kind: pictures and prose, long tables, commands, and what a script fills.
PAGES = ("index", "docs/reference/settings", "docs/reference/commands", "search")


@pytest.fixture
def open_page(site: Path, browser: Browser) -> Iterator[OpenPage]:
    """Opens a page of the site; afterwards nothing may have been asked of elsewhere."""
    opened: list[Page] = []
    foreign: list[str] = []

    def open_one(name: str, width: int = 1280, scheme: Scheme = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        opened.append(page)
        page.on("request", lambda asked: foreign.append(asked.url))
        page.goto((site / f"{name}.html").as_uri())
        return page

    yield open_one
    for page in opened:
        page.close()
    assert [] == [url for url in foreign if not url.startswith(("file:", "data:"))]


def accessibility_faults(page: Page) -> list[Any]:
    violations = axe.Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in violations]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault_on_a_narrow_page(
    open_page: OpenPage, name: str, scheme: Scheme
) -> None:
    assert [] == accessibility_faults(open_page(name, 360, scheme))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(open_page: OpenPage, name: str, width: int) -> None:
    page = open_page(name, width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_search_finds_a_setting_without_a_server(open_page: OpenPage) -> None:
    page = open_page("search")

    page.locator("#searchbox input, input[name=q]").first.fill("quiet_hours")
    page.keyboard.press("Enter")

    expect(page.locator("#search-results li").first).to_be_visible()
    expect(page.locator("#search-results")).to_contain_text("Keys of the settings")
