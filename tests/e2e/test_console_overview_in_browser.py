"""The overview of the console in Chromium: read by everybody, and as wide as its screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.console.conftest import Browser as Asked
from tests.console.conftest import desk
from tests.console.test_overview_pages import hana, seen

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[e2e]'")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

#: The fixtures of the console's other tests, for those of this file.
__all__ = ["desk", "hana", "seen"]
#: Dark, narrow and from the right; and light, without a script.
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ar", {"color_scheme": "dark", "viewport": {"width": 320, "height": 640}}),
    ("en", {"color_scheme": "light"}),
)


@pytest.mark.parametrize(("language", "look"), LOOKS, ids=["dark and narrow", "light and wide"])
def test_axe_finds_no_fault(
    hana: Asked, browser: Browser, language: str, look: dict[str, Any]
) -> None:
    context = browser.new_context(**look)
    try:
        page = context.new_page()

        def answer(route: Route) -> None:
            told = hana.get(route.request.url.partition("/console")[2], language=language)
            kind = told.headers["Content-Type"]
            route.fulfill(status=told.status_code, body=told.data, content_type=kind)

        page.route("**/*", answer)
        for path in ("", "equity"):
            page.goto(f"http://desk.test/console/overview/{path}")
            for each in page.locator("summary").all():
                each.click()
            violations = axe.Axe().run(page).response["violations"]

            assert [] == [(each["id"], each["nodes"][0]["html"]) for each in violations]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert page.locator("section svg").count() > 0
    finally:
        context.close()
