"""The way into the console by keyboard alone, on a narrow screen, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pyotp
import pytest

from tests.e2e.conftest import Served

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

PASSWORD = "maji ya mto ruvu"
#: The first page load of an operator on a slow line, in bytes as they come; a promise of ours.
MOST_BYTES = 150_000


@contextmanager
def opened(browser: Browser, *, width: int) -> Iterator[Page]:
    """Yields a page without JavaScript, and asserts that it asked nothing of elsewhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, java_script_enabled=False
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def next_code(served: Served, secret: str) -> str:
    """Returns a code that was not used: of the step after that of the one before."""
    known = served.gateway.sign_in.store.find("adam")
    step = known.last_step + 1 if known else 0
    return pyotp.TOTP(secret).at(step * 30)


def test_the_first_administrator_comes_in_by_keyboard_alone_and_without_scripts(
    served: Served, browser: Browser
) -> None:
    link = served.gateway.sign_in.let_in.first_link().token
    with opened(browser, width=320) as page:
        answers: list[Response] = []

        def keep(answer: Response) -> None:
            answers.append(answer)

        page.on("response", keep)
        page.goto(f"{served.url}/console/way-in/{link}")
        page.remove_listener("response", keep)
        assert 0 < sum(len(each.body()) for each in answers) < MOST_BYTES
        secret = page.locator("code").inner_text().replace(" ", "")
        page.locator("#name").focus()
        code = pyotp.TOTP(secret).at(served.gateway.clock.now())
        for typed in ("adam", PASSWORD, PASSWORD, code):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(".codes li")).to_have_count(8)

        page.goto(f"{served.url}/console/sign-in")
        page.locator("#name").focus()
        for typed in ("adam", PASSWORD, next_code(served, secret)):
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Home")
        page.keyboard.press("Tab")
        assert page.locator(":focus").get_attribute("href") == "#main"
