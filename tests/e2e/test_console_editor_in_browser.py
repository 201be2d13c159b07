"""The editor of drafts in Chromium: by keyboard, in YAML, without scripts; no work is lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from gateway.domain.institutions.roles import Role
from tests.console.conftest import Desk, desk

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[e2e]'")

from playwright.sync_api import expect  # noqa: E402 - only once it is known to be there

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: The fixture of the console's other tests.
__all__ = ["desk"]
#: Whether the browser has loaded the font, and not only heard of it.
HAS_ETHIOPIC = (
    "[...document.fonts].some(f => f.family.includes('Ethiopic') && f.status === 'loaded')"
)
FORM = "/console/drafts/1/edit/form/health.yaml?screen=menu"
YAML = "/console/drafts/1/edit/yaml/health.yaml"


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The console, served; Hana edits health, and has a draft."""
    desk.add("hana", Role.EDITOR)
    desk.gateway.drafts.begin("Clinic hours", by="hana")
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def cookie(desk: Desk) -> dict[str, str]:
    """What Hana's browser keeps once she has signed in."""
    kept = desk.signed_in("hana").client.get_cookie("console", path="/console/")
    assert kept is not None
    return {"name": kept.key, "value": kept.value, "domain": "127.0.0.1", "path": "/console/"}


@contextmanager
def opened(browser: Browser, cookie: dict[str, str], **look: Any) -> Iterator[Page]:
    """Yields a page of Hana's, and asserts that nothing complained."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **look})
    context.add_cookies([cookie])  # type: ignore[list-item] # a dict of its own
    page = context.new_page()
    page.set_default_timeout(20_000)
    complaints: list[str] = []
    # A browser notes each answer that is none of 200; one here says that two have saved.
    page.on("console", lambda said: "409" in said.text or complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        yield page
    finally:
        context.close()
    assert complaints == []


def file(desk: Desk, path: str = "health.yaml") -> str:
    """Returns a file of the draft as it is now."""
    return desk.gateway.drafts.one("1", by="hana").files[path]


def faults(page: Page) -> list[Any]:
    """Returns what axe finds."""
    violations = axe.Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in violations]


def test_texts_are_changed_by_keyboard_and_in_yaml_and_are_saved_as_one_types(
    browser: Browser, desk: Desk, address: str, cookie: dict[str, str]
) -> None:
    before = file(desk)
    with opened(browser, cookie) as page:
        page.goto(address + FORM)
        assert faults(page) == []
        # Whatever fonts the machine has: Amharic is shown with the gateway's own.
        assert page.evaluate("document.fonts.ready.then(() => " + HAS_ETHIOPIC + ")")
        page.locator("[name='f:screens/menu/text/en']").focus()
        for typed in ("Your health", "Afya yako"):
            page.keyboard.press("Control+A")
            page.keyboard.type(typed)
            page.keyboard.press("Tab")
        expect(page.locator("#told")).to_have_text("Saved.")
        for language, shown in (("en", "Your health"), ("sw", "Afya yako")):
            phone = page.locator(f"#phones .handset[lang={language}]")
            expect(phone).to_contain_text(f"{shown}\n1. ")
        old = '    text: {en: "Health", sw: "Afya", '
        assert file(desk) == before.replace(old, '    text: {en: "Your health", sw: "Afya yako", ')

        # What somebody else has written meanwhile is shown, and stays until one of both is chosen.
        change = desk.gateway.editor.change
        there = {"title/fr": "Santé pour tous"}
        change.fill_in("1", "health.yaml", there, {"title/fr": "Santé"}, by="hana")
        title = page.locator("[name='f:title/fr']")
        title.fill("Ma santé")
        both = page.locator(".both")
        expect(both).to_contain_text("What stands there now: Santé pour tous")
        assert 'fr: "Santé pour tous"' in file(desk)
        both.get_by_role("button", name="Save mine instead").press("Enter")
        expect(page.locator(".both")).to_have_count(0)
        expect(page.locator("#told")).to_have_text("Saved.")
        expect(title).to_have_value("Ma santé")
        assert 'fr: "Ma santé"' in file(desk)

        # In the YAML, too, the screen of the cursor stands on the phones as one types.
        lines = file(desk).splitlines()
        line = next(at for at, text in enumerate(lines) if "Your health" in text)
        page.goto(f"{address}{YAML}?line={line + 1}")
        phone = page.locator("#phones .handset[lang=en]")
        expect(phone).to_contain_text("Your health\n1. ")
        text = lines[line].lstrip()
        page.keyboard.press("Home")
        for _ in range(text.index("Your health") + len("Your health")):
            page.keyboard.press("ArrowRight")
        page.keyboard.type(" now")
        expect(phone).to_contain_text("Your health now\n1. ")
        page.goto(f"{address}{YAML}?line=7")
        editor = page.locator(".cm-content")
        expect(editor).to_be_focused()
        assert faults(page) == []
        page.keyboard.press("End")
        page.keyboard.press("Enter")
        page.keyboard.type("inst")
        option = page.locator(".cm-tooltip-autocomplete li").first
        expect(option).to_contain_text("institution")
        page.keyboard.press("Escape")
        page.keyboard.type("ead: health")
        expect(page.locator("#faults li").first).to_contain_text("[M001]")
        expect(page.locator(".cm-lint-marker-error").first).to_be_visible()
        assert "\ninstead: health\n" in file(desk)
        # Somebody else saves the file: the script stops, and the button shows both.
        other = file(desk).replace("instead: health\n", "")
        version = desk.gateway.drafts.one("1", by="hana").version
        desk.gateway.drafts.save("1", "health.yaml", other, version=version, by="hana")
        page.keyboard.type("y")
        expect(page.locator("#told")).to_contain_text("Somebody else has changed this file.")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#theirs")).to_have_value(other)
        expect(page.locator("#text")).to_have_value(re.compile("instead: healthy"))


def test_it_is_used_narrow_dark_and_from_the_right_and_without_scripts(
    browser: Browser, desk: Desk, address: str, cookie: dict[str, str]
) -> None:
    look: dict[str, Any] = {
        "color_scheme": "dark",
        "viewport": {"width": 320, "height": 640},
        "locale": "ar",
    }
    with opened(browser, cookie, **look) as page:
        for path in (FORM, f"{YAML}?line=7"):
            page.goto(address + path)
            for each in page.locator(".card:not([open]) > summary").all():
                each.click()
            assert faults(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with opened(browser, cookie, **look, java_script_enabled=False) as page:
        page.goto(address + YAML)
        text = page.locator("#text")
        text.fill(text.input_value() + "# by hand\n")
        page.locator("#yaml-form button").press("Enter")
        expect(page.locator("#told")).to_have_text("تم الحفظ.")
        assert file(desk).endswith("# by hand\n")
        page.goto(address + FORM)
        page.locator("[name='f:screens/menu/text/sw']").fill("Afya yako")
        page.locator("#card-menu .deeds button").first.press("Enter")
        expect(page.locator("#told")).to_have_text("تم الحفظ.")
        assert 'sw: "Afya yako"' in file(desk)
