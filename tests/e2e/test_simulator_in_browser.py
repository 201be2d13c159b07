"""The simulator in Chromium: a whole walk by keyboard alone, on a narrow screen without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from gateway.domain.institutions.roles import Role
from tests.console.conftest import Desk, desk
from tests.e2e.test_console_walk_in_browser import NARROW, WIDER, Stop, faults, opened, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: The fixture of the console's other tests, for those of this file.
__all__ = ["desk"]


def press(page: Page, button: str) -> None:
    """Presses a button by the keyboard."""
    page.locator(button).focus()
    page.keyboard.press("Enter")


def answer(page: Page, typed: str) -> None:
    """Types into the phone, and sends it."""
    page.locator("#said").focus()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def test_a_line_that_drops_is_tried_and_kept_as_a_dialogue(desk: Desk, browser: Browser) -> None:
    desk.add("ed", Role.EDITOR)
    draft = desk.gateway.drafts.begin("Clinics", by="ed")
    stop = Stop(f"/drafts/{draft.id}/try", desk.signed_in("ed"))
    with serving(desk) as url:
        with opened(browser, url, "en", java_script_enabled=False, **NARROW) as context:
            context.add_cookies(stop.cookies(url))
            page = context.new_page()
            page.goto(f"{url}{stop.path}")
            page.select_option("#language", "sw")
            press(page, "button[value=setting]")
            answer(page, "")  # the field has the code of the menu in it
            answer(page, "1")
            answer(page, "1")
            expect(page.locator(".handset").first).to_contain_text("Mkoa")
            press(page, "button[value=lose]")
            press(page, "button[value=redial]")
            expect(page.locator(".timeline > li")).to_have_count(5)
            assert 0 == page.evaluate(WIDER)
            press(page, "#copy + p a")
            expect(page.locator("#yaml")).to_contain_text("yaml-language-server")
            walked = page.url
            page.locator("#title").focus()
            page.keyboard.type("A line that drops")
            page.keyboard.press("Tab")
            page.keyboard.type("line_drops")
            page.keyboard.press("Enter")
            expect(page.locator(".note[role=status]")).to_have_count(1)
        with opened(
            browser, url, "ar", color_scheme="dark", bypass_csp=True, **NARROW
        ) as context:  # what the walk along all pages does not see: a trial that has gone far
            context.add_cookies(stop.cookies(url))
            page = context.new_page()
            page.goto(walked)
            assert [] == faults(page)
            assert 0 == page.evaluate(WIDER)
    kept = desk.gateway.drafts.one(draft.id, by="ed").files
    assert "A line that drops" in kept["dialogues/line_drops.dialogue.yaml"]
