"""The whole path through the console, in browsers against `gateway run`: typed and clicked.

It takes some 45 seconds: a gateway of eleven processes begins, three people are let in, a worker
plays the dialogues of two drafts, and a form that is uploaded goes live without a restart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest

from gateway.adapters.menu_files.load import sources
from gateway.adapters.system.clock import SystemClock
from gateway.use_cases.ports.releases import Content
from gateway.web.console.head import LONGEST_UPLOAD
from tests import wells_deployment
from tests.promises.running import Running, running
from tests.xlsforms.workbooks import VISITS, illustrated, saved

pytest.importorskip("playwright.sync_api", reason="pip install '.[e2e]'")

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "maji ya mto ruvu"
#: Who calls, as the phone in the browser has them first.
ASHA = "+999 700 100 001"
#: Dialling it leads past the first question, to the one that the draft words otherwise.
CODE = wells_deployment.CODE.replace("#", "*2#")
OLD, NEW, NEW_SWAHILI = "In which village?", "Which village is it in?", "Kisima kiko kijiji gani?"
#: What reaches the service of an uploaded form.
VISIT_CODE = wells_deployment.CODE.replace("52#", "22#")
#: A busy machine is no fault of the pages, in milliseconds.
PATIENCE = 60_000
DIALOGUES_PLAYED = 120_000


@dataclass(frozen=True)
class Desk:
    """Somebody at a browser of their own, with the recovery codes that they wrote down."""

    page: Page
    codes: list[str]

    def go(self, *links: str) -> None:
        """Follows links, one after the other, by what stands on them."""
        for name in links:
            self.page.get_by_role("link", name=name, exact=True).first.click()

    def press(self, name: str) -> None:
        """Presses a button; where the page asks who it is on the way, answers."""
        self.page.get_by_role("button", name=name, exact=True).click()
        if self.page.locator("h1").inner_text() == "Is it you?":
            self.page.fill("#again-password", PASSWORD)
            # A recovery code: one that the telephone shows counts once in half a minute.
            self.page.fill("#again-code", self.codes.pop())
            self.page.get_by_role("button", name="Go on").click()

    def sees(self, text: str, milliseconds: float = PATIENCE) -> None:
        """Fails when it does not stand on the page in time."""
        expect(self.page.get_by_role("main")).to_contain_text(text, timeout=milliseconds)


@contextmanager
def browsing(browser: Browser) -> Iterator[Page]:
    """Yields a page in a browser of somebody's own."""
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    try:
        yield page
    finally:
        context.close()


def let_in(page: Page, link: str, name: str) -> Desk:
    """Follows a one-time link to its end, with an authenticator, and signs in."""
    page.goto(link)
    if page.locator("#name").count():  # the first administrator says who they are
        page.fill("#name", name)
    secret = page.locator("code").inner_text().replace(" ", "")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.fill("#code", pyotp.TOTP(secret).at(SystemClock().now()))
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".codes li")).to_have_count(8, timeout=PATIENCE)
    desk = Desk(page, page.locator(".codes li").all_inner_texts())
    desk.go("I have written them down")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.fill("#code", desk.codes.pop())
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("Home", timeout=PATIENCE)
    return desk


def invited(adam: Desk, name: str, role: str) -> str:
    """Returns the link of a person whom the administrator adds."""
    adam.go("People")
    adam.page.fill("#name", name)
    adam.page.select_option("#role", label=role)
    adam.page.select_option("#institution", label="every institution")
    adam.press("Add")
    adam.press("Make a one-time link")
    return adam.page.locator(".link code").inner_text()


@dataclass(frozen=True)
class Phone:
    """A citizen's phone."""

    page: Page

    def dials(self, code: str) -> None:
        """Hangs up what was, and dials."""
        self.page.locator("#line").focus()
        self.page.keyboard.press("Escape")
        self.types(code)

    def types(self, answer: str) -> None:
        """Types a line, and sends it."""
        expect(self.page.locator("#line")).to_be_editable(timeout=PATIENCE)
        self.page.fill("#line", answer)
        self.page.keyboard.press("Enter")

    def shows(self, text: str) -> None:
        """Fails when it does not stand on the screen in time."""
        expect(self.page.locator("#screen")).to_contain_text(text, timeout=PATIENCE)


def test_the_whole_path_from_a_link_to_an_answered_case(browser: Browser, tmp_path: Path) -> None:
    home = tmp_path / "home"
    wells_deployment.write(home)
    with running(tmp_path, home) as gateway, ExitStack() as stack:

        def page() -> Page:
            return stack.enter_context(browsing(browser))

        adam = let_in(page(), gateway.way_in(), "adam")
        links = {
            name: invited(adam, name, role)
            for name, role in (("asha", "publisher"), ("juma", "publisher"), ("hana", "help desk"))
        }
        asha, juma, hana = (let_in(page(), link, name) for name, link in links.items())
        first = published(gateway, home)
        phone = Phone(page())
        phone.page.goto(f"{gateway.url}/phone/")
        phone.dials(CODE)
        phone.shows(OLD)

        rewords(asha)
        tries(asha)
        approved(asha, juma)
        goes_live(asha, gateway)
        phone.dials(CODE)
        phone.shows(NEW)

        asha.go("Releases")
        asha.sees("Shorter words")
        asha.press("Back to the release before")
        gateway.serves(first)
        phone.dials(CODE)
        phone.shows(OLD)
        phone.types("Kilima")
        phone.shows("The pump is broken, Kilima")
        gateway.has_kept("wells.thanks")
        answers_the_case(hana)
        finds_the_session(hana)
        expect(phone.page.locator("#thread .in")).to_contain_text(
            "We come on Monday.", timeout=PATIENCE
        )

        uploads(asha, illustrated(saved(tmp_path / "visits.xlsx", VISITS)))
        approved(asha, juma)
        goes_live(asha, gateway)
        phone.dials(VISIT_CODE)
        phone.shows("Which school?")
        phone.types("Mbale")
        phone.shows("How many pupils?")


def published(gateway: Running, home: Path) -> str:
    """Publishes the files, as who has a shell does first, so that there is a release to go back to;
    returns which."""
    release = gateway.inside.deployment.load_release()
    content = Content(release=release, sources=sources(home / "menus"))
    gateway.inside.menus.publish(content, by="asha", upon=0, note="First")
    return release.id


def goes_live(author: Desk, gateway: Running) -> None:
    """Publishes a draft that was approved, and waits until callers meet it."""
    author.page.reload()
    author.press("Publish")
    author.sees("is live since")
    live = re.search(r"Release (\w{16}) is live", author.page.get_by_role("main").inner_text())
    assert live is not None
    gateway.serves(live[1])


def rewords(asha: Desk) -> None:
    """Begins a draft, and changes a text in both languages, seeing it on the phones beside."""
    asha.go("Drafts")
    asha.page.fill("#title", "Shorter words")
    asha.press("Begin")
    asha.go("Edit the menu")
    asha.page.get_by_role("link", name="Report a well").click()
    asha.go("village")
    for language, text in (("en", NEW), ("sw", NEW_SWAHILI)):
        asha.page.fill(f"[name='f:screens/village/text/{language}']", text)
        expect(asha.page.locator(f"#phones .handset[lang={language}]")).to_contain_text(
            text, timeout=PATIENCE
        )
    expect(asha.page.locator("#told")).to_have_text("Saved.", timeout=PATIENCE)


def uploads(asha: Desk, workbook: Path) -> None:
    """Makes a draft of a form, having tried one that is too long."""
    asha.go("Drafts")
    long = workbook.with_name("long.xlsx")
    long.write_bytes(bytes(LONGEST_UPLOAD))
    asha.page.set_input_files("#workbook", long)
    asha.press("Make a draft of it")
    asha.sees("What was sent is too long")
    asha.go("Back to the page before")
    asha.page.set_input_files("#workbook", workbook)
    asha.press("Make a draft of it")
    asha.go("To the draft")


def tries(asha: Desk) -> None:
    """Plays the draft on a phone, as a citizen will meet it."""
    asha.go("Go on: check it, and hand it over", "Try it on a phone")
    asha.page.fill("#said", CODE)
    asha.press("Dial")
    asha.sees(NEW)
    asha.go("To the draft")


def approved(author: Desk, second: Desk) -> None:
    """Has the dialogues of a draft played, hands it over, and has it approved."""
    author.sees("No faults.")
    author.press("Play them now")
    author.sees("which is all of them", DIALOGUES_PLAYED)
    author.page.fill("#to", "juma")
    author.press("Hand over")
    author.sees("waits for a second person")
    title = author.page.locator("h1").inner_text()
    second.go("Drafts", title)
    second.press("Approve this version")
    second.sees("Approved by juma")


def finds_the_session(hana: Desk) -> None:
    """Finds how the caller's newest session went, by the number."""
    hana.go("Find a number")
    hana.page.fill("#number", ASHA)
    hana.press("Search")
    hana.page.get_by_role("region", name="USSD sessions").get_by_role("link").first.click()
    hana.sees("Report a well › thanks was shown.")


def answers_the_case(hana: Desk) -> None:
    """Answers the citizen, having seen what it takes."""
    hana.go("Cases")
    hana.page.get_by_role("region", name="Cases").get_by_role("link").click()
    hana.page.fill("#text", "We come on Monday.")
    hana.press("See what it takes")
    hana.sees("SMS: 1, on channel phone.")
    hana.press("Send")
