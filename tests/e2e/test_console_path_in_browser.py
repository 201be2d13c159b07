"""A draft on its way to every phone, in a browser against `gateway run`: nothing is left out.

It takes some ten seconds: a gateway of eleven processes begins, and a worker plays the dialogues.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest

from gateway.adapters.menu_files.load import sources
from gateway.adapters.system.clock import SystemClock
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.telecom.msisdn import Msisdn
from gateway.use_cases.ports.releases import Content
from gateway.web.handset_client import handset, over_http
from tests import water_deployment
from tests.polling import eventually
from tests.promises.running import Running, running

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "maji ya mto ruvu"
CALLER = Msisdn.from_e164("+254711000001")


@contextmanager
def desk_of(browser: Browser) -> Iterator[Page]:
    """Yields a page in a browser of somebody's own."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(30_000)
    try:
        yield page
    finally:
        context.close()


def come_in(page: Page, gateway: Running, name: str, codes: list[str]) -> None:
    """Signs in, with one of the recovery codes: a code of the telephone counts once in 30 s."""
    page.goto(f"{gateway.url}/console/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.fill("#code", codes.pop())
    page.get_by_role("main").get_by_role("button").click()
    expect(page.locator("h1")).to_have_text("Home")


def press(page: Page, name: str, codes: list[str]) -> None:
    """Presses a button; where the page asks who it is, answers, and presses it again."""
    page.get_by_role("button", name=name, exact=True).click()
    if page.locator("h1").inner_text() == "Is it you?":
        page.fill("#password", PASSWORD)
        page.fill("#code", codes.pop())
        page.get_by_role("button", name="Go on").click()
        page.get_by_role("button", name=name, exact=True).click()


def let_in(gateway: Running, name: str) -> list[str]:
    """Adds a publisher, who follows their link; returns their recovery codes."""
    office, manage = gateway.inside.sign_in.let_in, gateway.inside.institutions.manage_people
    manage.add(name, {EVERYWHERE: frozenset({Role.PUBLISHER})}, "", "adam")
    token = office.link(name, "adam").token
    secret = office.look(token, name).secret
    code = pyotp.TOTP(secret).at(SystemClock().now())
    return list(office.enrol(token, name, name, PASSWORD, code)[1])


def first_page(gateway: Running, session: str, typed: str = "") -> str:
    """Returns what a caller reads."""
    phone = handset(gateway.inside.deployment, "phone", over_http(gateway.url))
    return phone.turn(CALLER, session, typed).text


def test_a_draft_goes_from_its_first_word_to_every_phone_and_back(
    browser: Browser, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    environ = water_deployment.write(home)
    environ.pop("GATEWAY_DATA")
    with running(tmp_path, home, **environ) as gateway, desk_of(browser) as page:
        page.goto(gateway.way_in())
        secret = page.locator("code").inner_text().replace(" ", "")
        page.fill("#name", "adam")
        page.fill("#password", PASSWORD)
        page.fill("#again", PASSWORD)
        page.fill("#code", pyotp.TOTP(secret).at(SystemClock().now()))
        page.get_by_role("main").get_by_role("button").click()
        expect(page.locator(".codes li")).to_have_count(8)
        asha, juma = let_in(gateway, "asha"), let_in(gateway, "juma")
        gateway.inside.choose_language(CALLER, "sw")
        deployment, texts = gateway.inside.deployment, sources(home / "menus")
        content = Content(release=deployment.load_release(), sources=texts)
        gateway.inside.menus.publish(content, by="asha", upon=0, note="First")

        come_in(page, gateway, "asha", asha)
        page.get_by_role("link", name="Drafts").first.click()
        page.fill("#title", "Areas")
        page.get_by_role("button", name="Begin").click()
        expect(page.locator("h1")).to_have_text("Areas")
        draft = page.url.rpartition("/")[2]
        water = (home / "menus" / "water.yaml").read_text("utf-8")
        gateway.inside.drafts.save(
            draft, "water.yaml", water.replace("Mkoa gani?", "Wilaya gani?"), version=1, by="asha"
        )
        page.reload()
        expect(page.get_by_text("No faults.")).to_be_visible()
        expect(page.get_by_text("reworded in Swahili")).to_be_visible()
        page.get_by_role("button", name="Play them now").click()
        expect(page.get_by_text("Dialogues that go as they are written: 1")).to_be_visible(
            timeout=120_000
        )
        page.fill("#to", "juma")
        page.get_by_role("button", name="Hand over").click()
        expect(page.get_by_text("waits for a second person")).to_be_visible()

        with desk_of(browser) as second:
            come_in(second, gateway, "juma", juma)
            second.get_by_role("link", name="Drafts").first.click()
            second.get_by_role("link", name="Areas").click()
            press(second, "Approve this version", juma)
            expect(second.get_by_text("Approved by juma")).to_be_visible()

        assert "Mkoa gani?" in dialled(gateway)
        page.reload()
        press(page, "Publish", asha)
        expect(page.get_by_text("is live since")).to_be_visible()
        eventually(lambda: "Wilaya gani?" in dialled(gateway))

        page.get_by_role("link", name="Releases", exact=True).first.click()
        expect(page.get_by_text("Areas")).to_be_visible()
        press(page, "Back to the release before", asha)
        eventually(lambda: "Mkoa gani?" in dialled(gateway))


_calls = iter(range(1000))


def dialled(gateway: Running) -> str:
    """Returns the first page of the service to a caller who dials anew."""
    session = f"call-{os.getpid()}-{next(_calls)}"
    first_page(gateway, session)
    return first_page(gateway, session, "1")
