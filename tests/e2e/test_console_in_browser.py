"""The console as a person meets it: by keyboard, narrow, dark, from the right, without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from gateway.domain.institutions.roles import Role
from tests.e2e.conftest import Scheme, Served

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[e2e]'")

from playwright.sync_api import expect  # noqa: E402 - only once it is known to be there

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Response

PASSWORD = "maji ya mto ruvu"
#: The first page load of an operator on a slow line, in bytes as they come; a promise of ours.
MOST_BYTES = 150_000


@contextmanager
def opened(browser: Browser, scheme: Scheme = "light", *, width: int = 1280) -> Iterator[Page]:
    """Yields a page without JavaScript, and asserts that it asked nothing of elsewhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False
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


def faults(page: Page) -> list[Any]:
    """Returns what axe finds: it is let in from outside, where the pages let no script run."""
    violations = axe.Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in violations]


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
        served.gateway.institutions.manage_people.add(
            "hana", {"health": frozenset({Role.VIEWER})}, "", "adam"
        )
        for path in PAGES:
            page.goto(f"{served.url}/console/{path}")
            wide = page.locator("html").bounding_box()
            assert wide is not None
            assert wide["width"] <= 320, path


#: What somebody who has signed in is looked at with axe.
PAGES = ("", "account/", "account/password", "people/", "people/hana", "institutions/",
         "institutions/health", "audit/")  # fmt: skip


def test_axe_finds_nothing_on_any_page_dark_and_from_the_right_nor_light(
    served: Served, browser: Browser
) -> None:
    let_in = served.gateway.sign_in.let_in
    link = let_in.first_link().token
    secret, clock = let_in.look(link, "").secret, served.gateway.clock
    context = browser.new_context(
        color_scheme="dark", viewport={"width": 640, "height": 800}, bypass_csp=True
    )
    page = context.new_page()
    page.set_default_timeout(20_000)
    found = {}
    try:
        page.goto(f"{served.url}/console/language/ar")
        page.goto(f"{served.url}/console/way-in/{link}")
        found["way-in"] = faults(page)
        let_in.enrol(link, "", "adam", PASSWORD, pyotp.TOTP(secret).at(clock.now()))
        served.gateway.institutions.manage_people.add(
            "hana", {"health": frozenset({Role.VIEWER})}, "", "adam"
        )
        page.goto(f"{served.url}/console/sign-in")
        found["sign-in"] = faults(page)
        page.fill("#name", "adam")
        page.fill("#password", PASSWORD)
        page.fill("#code", next_code(served, secret))
        page.click("main button")
        expect(page.locator(".cards")).to_be_visible()
        for path in PAGES:
            page.goto(f"{served.url}/console/{path}")
            assert page.locator("h1").count() == 1, path
            found[path or "home"] = faults(page)
            assert page.evaluate(
                "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
            ), path
        page.emulate_media(color_scheme="light")
        found["light"] = faults(page)
    finally:
        context.close()
    assert {} == {name: each for name, each in found.items() if each}
