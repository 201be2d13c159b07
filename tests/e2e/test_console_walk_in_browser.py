"""Every page of the console, as people meet it: a walk along the table of routes.

A page that is added stands in tests/console/test_routes.py, and so is walked by itself.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from gateway.domain.institutions.roles import Role, may
from gateway.web.console.app import create_console
from tests.console import things
from tests.console.conftest import Browser as Asked
from tests.console.conftest import Desk, desk
from tests.console.test_overview_pages import seen
from tests.console.test_routes import DRAFT, ROUTES, staffed

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install '.[e2e]'")
if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Response

#: The fixtures of the console's other tests, for those of this file.
__all__ = ["desk", "seen", "staffed"]

#: The first page load on a slow line, compressed, in bytes; a promise of ours. The editor of menus
#: brings an editor of texts along.
MOST_BYTES = 150_000
HEAVY = ("/edit/",)
#: 1280 pixels at a zoom of 200 %.
ZOOMED = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
#: The narrowest screen (WCAG 2.2, 1.4.10).
NARROW = {"viewport": {"width": 320, "height": 640}}

#: For who has not signed in; and what is no page at all.
OPEN = {"/sign-in", "/way-in/<token>"}
NO_PAGE = {"/static/<path:filename>", "/static/fonts/<name>.ttf", "/language/<code>"}

#: What can be reached by keyboard, and does not show that it was.
UNSEEN_FOCUS = """() => {
  const can = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const all = [...document.querySelectorAll(`${can}, [tabindex="0"]`)];
  return all.filter((each) => each.checkVisibility() && !each.disabled).filter((each) => {
    each.focus();
    const style = getComputedStyle(each.closest('.cm-editor') ?? each);  // it shows it around
    return document.activeElement !== each || style.outlineStyle === 'none'
      || parseFloat(style.outlineWidth) < 2;
  }).map((each) => each.outerHTML.slice(0, 160));
}"""
#: Forms that only a script could send.
NO_BUTTON = """() => [...document.forms].filter((each) =>
  !each.querySelector('button:not([type=button]), input[type=submit]')
  && !document.querySelector(`button[form="${each.id}"]`)
).map((each) => each.outerHTML.slice(0, 160))"""
#: What is hidden until it is wanted is looked at, too.
OPEN = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
#: axe is on the page by then.
CONTRAST = """async () => {
  const found = await axe.run(document, { runOnly: ['color-contrast'] });
  return found.violations.flatMap((each) => each.nodes.map((node) => node.html));
}"""
#: By how much a page is wider than its screen.
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Stop:
    """A page of the walk, and who looks at it."""

    path: str
    asked: Asked

    def cookies(self, url: str) -> list[Any]:
        """Returns what the browser of who looks keeps, for another one."""
        kept = self.asked.client.get_cookie("console", path="/console/")
        assert kept is not None
        return [{"name": "console", "value": kept.value, "url": f"{url}/"}]


def stops(desk: Desk) -> Iterator[Stop]:
    """Yields every page, as somebody sees it who may; a role of few rights before one of many."""
    signed_in: dict[Role, Asked] = {}

    def seen_by(role: Role) -> Asked:
        if role not in signed_in:
            signed_in[role] = desk.signed_in(role.value)
        return signed_in[role]

    draft = desk.gateway.drafts.begin("Hours", by="editor").id
    for route in ROUTES:
        if route.method == "GET":
            asked = seen_by(next(e for e in Role if not route.act or may([e], route.act)))
            path = route.path(draft if route.own == DRAFT["own"] else desk.known(route.own))
            answered = asked.get(path)
            assert answered.status_code == 200, route
            if answered.mimetype == "text/html":
                yield Stop(path, asked)
    link, nobody = desk.gateway.sign_in.let_in.link("vera", "adam").token, desk.browser()
    given = {"id": draft, "token": link}
    for rule in pages_beside(desk):
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], rule)
        asked = nobody if rule in OPEN else seen_by(Role.EDITOR)
        answered = asked.get(path)
        assert answered.status_code == 200, (rule, answered.text)
        if answered.mimetype == "text/html":
            yield Stop(path, asked)
    helping = seen_by(Role.HELP_DESK)
    searched = helping.post("/find/", number="+254711000001").request.path
    yield Stop(searched.removeprefix("/console"), helping)
    sent = things.warning_on_its_way(desk)
    yield Stop(f"/broadcasts/{sent}", seen_by(Role.BROADCASTER))
    adam = desk.signed_in("adam")
    for path in ("/people/", "/people/vera"):  # what administrators see beside
        yield Stop(path, adam)


def pages_beside(desk: Desk) -> list[str]:
    """Returns the rules of pages that stand in no row of the table: one's own, or everybody's."""
    walked = {route.rule for route in ROUTES if route.method == "GET"}
    rules = create_console(desk.gateway).url_map.iter_rules()
    return sorted({each.rule for each in rules if "GET" in (each.methods or ())} - walked - NO_PAGE)


@contextmanager
def serving(desk: Desk) -> Iterator[str]:
    """Yields the address of the console."""
    server = make_server("127.0.0.1", 0, desk.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/console"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def opened(browser: Browser, url: str, language: str, **look: Any) -> Iterator[BrowserContext]:
    """Yields a window of a browser that wants a language; nothing may complain in it."""
    context = browser.new_context(locale=language, **look)
    context.set_default_timeout(20_000)
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(f"{said.page.url}: {said.text}"))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.on(
        "request",
        lambda asked: None if asked.url.startswith(url) else complaints.append(asked.url),
    )
    try:
        yield context
    finally:
        context.close()
    assert complaints == []


def faults(page: Page) -> list[Any]:
    """Returns what axe finds: it is let in from outside, where the pages let no script run."""
    violations = axe.Axe().run(page).response["violations"]
    return [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in violations]


def walked_dark(walk: Sequence[Stop], url: str, browser: Browser) -> dict[str, Any]:
    """Returns what axe finds dark and light, from the right, at a zoom of 200 %; and what is not
    seen of somebody who has a keyboard alone."""
    found: dict[str, Any] = {}
    with opened(browser, url, "ar", color_scheme="dark", bypass_csp=True, **ZOOMED) as context:
        page = context.new_page()
        for stop in walk:
            context.add_cookies(stop.cookies(url))
            page.goto(f"{url}{stop.path}")
            assert page.locator("html").get_attribute("dir") == "rtl"
            page.emulate_media(color_scheme="dark")
            page.evaluate(OPEN)
            found[f"{stop.path} dark"] = faults(page)
            page.keyboard.press("Tab")
            found[f"{stop.path} focus"] = page.evaluate(UNSEEN_FOCUS)
            found[f"{stop.path} zoomed"] = page.evaluate(WIDER)
            page.emulate_media(color_scheme="light")
            found[f"{stop.path} light"] = page.evaluate(CONTRAST)
    return found


def walked_bare(walk: Sequence[Stop], url: str, browser: Browser) -> dict[str, Any]:
    """Returns what is wrong on a narrow screen without scripts, and what is too large to load."""
    found: dict[str, Any] = {}
    for stop in walk:  # each with an empty cache: it is somebody's first
        with opened(browser, url, "en", java_script_enabled=False, **NARROW) as context:
            context.add_cookies(stop.cookies(url))
            page = context.new_page()
            answers: list[Response] = []

            def keep(answer: Response, answers: list[Response] = answers) -> None:
                answers.append(answer)

            page.on("response", keep)
            page.goto(f"{url}{stop.path}")
            assert page.locator("h1").count() == 1, stop.path
            size = sum(len(gzip.compress(each.body(), 6)) for each in answers if each.ok)
            found[f"{stop.path} forms"] = page.evaluate(NO_BUTTON)
            found[f"{stop.path} narrow"] = page.evaluate(WIDER)
            heavy = any(part in stop.path for part in HEAVY)
            found[f"{stop.path} bytes"] = size if size >= MOST_BYTES and not heavy else 0
    return found


def test_every_page_is_for_everybody(staffed: Desk, seen: Desk, browser: Browser) -> None:
    walk = list(stops(staffed))
    with serving(staffed) as url:
        found = {**walked_dark(walk, url, browser), **walked_bare(walk, url, browser)}

    assert {} == {what: each for what, each in found.items() if each}
