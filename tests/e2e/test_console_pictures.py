"""The pictures of the console in the documentation: taken of its pages, with fonts of our own.

`make pictures` writes them to docs/images; a run of the tests, to a folder that is thrown away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gateway.adapters.drawings import fonts
from gateway.adapters.sql.ussd.turn_statistics import SqlTurns
from gateway.domain.menu.draft import Trial
from gateway.use_cases.ports import TurnRecord
from tests.console import things
from tests.console.conftest import Desk, desk
from tests.console.test_routes import staffed
from tests.e2e.conftest import launched
from tests.e2e.test_console_walk_in_browser import Stop, opened, serving
from tests.gateways import HOME

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

#: The fixtures of the console's other tests, for those of this file.
__all__ = ["desk", "staffed"]

#: Each picture, the page of it, and who looks; `{draft}` is one that rewords a question.
PICTURES = {
    "console-overview": ("/overview/", "adam"),
    "console-equity": ("/overview/equity", "adam"),
    "console-draft": ("/drafts/{draft}", "editor"),
    "console-editor": ("/drafts/{draft}/edit/form/find_clinic.yaml?screen=region", "editor"),
    "console-simulator": ("/drafts/{draft}/try", "editor"),
    "console-broadcast": ("/broadcasts/{broadcast}", "broadcaster"),
    "console-cases": ("/cases/", "help_desk"),
}
#: How many pixels wide and high, where that is not 1000 and 720.
SIZES = {
    "console-overview": (1000, 1000),
    "console-draft": (800, 1200),
    "console-broadcast": (800, 900),
    "console-editor": (1080, 660),
}
#: In bytes: pages of documentation are read on slow lines, too.
MOST = 90_000
_CONFIG = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir>
<alias><family>monospace</family><prefer><family>Noto Sans Mono</family></prefer></alias>
<match target="pattern"><edit name="family" mode="append"><string>Noto Sans</string></edit></match>
</fontconfig>
"""


@pytest.fixture
def lettered(playwright: Playwright, tmp_path: Path) -> Iterator[Browser]:
    """A browser that has the house's fonts, and no other."""
    config = tmp_path / "fonts.conf"
    folder = Path(fonts.__file__).parent
    config.write_text(_CONFIG.format(fonts=folder, cache=tmp_path / "cache"), "utf-8")
    with launched(playwright, config) as browser:
        yield browser


def a_day_of_citizens(desk: Desk) -> None:
    """Has the services of a day used, more by noon than by night."""
    turns: list[TurnRecord] = []
    now = desk.gateway.clock.now()
    ways = (
        ("health", "clinics", "place", "en", "63902", 9),
        ("health", "clinics", "place", "sw", "63903", 6),
        ("education", "exam_results", "candidate", "sw", "63902", 8),
        ("education", "exam_results", "candidate", "fr", "63907", 4),
    )
    for hour in range(1, 24):
        busy = 12 - abs(12 - hour)
        for institution, service, screen, language, network, most in ways:
            at = now - timedelta(hours=24 - hour, minutes=7)
            dialled = TurnRecord(
                at=at, channel="at-ke", service=service, screen=screen, event="shown",
                language=language, milliseconds=20 + 3 * most, institution=institution, lasted=0,
                network_code=network,
            )  # fmt: skip
            done = dialled._replace(
                event="ended", came_from=f"{service}.{screen}", ends=True, lasted=20,
                came_from_institution=institution, came_from_language=language, lasted_before=0,
            )  # fmt: skip
            turns += [dialled] * (busy * most // 4) + [done] * (busy * most // 6)
    SqlTurns(desk.gateway.engine, desk.gateway.deployment.settings.zone).store(turns)


def a_draft(desk: Desk) -> str:
    """Has an editor reword a question in two languages; returns the id of the draft."""
    draft = desk.gateway.drafts.begin("Clear words at the clinics", by="editor")
    text = draft.files["find_clinic.yaml"]
    for before, after in (
        ("Which region?", "In which region?"),
        ("Mkoa gani?", "Katika mkoa upi?"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    desk.gateway.drafts.save(draft.id, "find_clinic.yaml", text, version=1, by="editor")
    played = desk.gateway.drafts.one(draft.id, by="editor")
    trial = Trial(version=played.version, at=desk.clock.now(), played=358, otherwise=())
    desk.gateway.drafts.review.keep_trial(played, trial)
    return draft.id


def test_pictures_of_the_console_are_taken_and_small(
    staffed: Desk, lettered: Browser, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("PICTURES", tmp_path))
    a_day_of_citizens(staffed)
    draft, broadcast = a_draft(staffed), things.warning_on_its_way(staffed)
    seen_by = {who: staffed.signed_in(who) for _, who in PICTURES.values()}
    with serving(staffed) as url, opened(lettered, url, "en") as context:
        page = context.new_page()
        for name, (path, who) in PICTURES.items():
            context.add_cookies(Stop(path, seen_by[who]).cookies(url))
            width, height = SIZES.get(name, (1000, 720))
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{url}{path.format(draft=draft, broadcast=broadcast)}")
            if page.locator("#said").count():
                page.get_by_role("button", name="Dial", exact=True).click()
                page.locator("#screen").scroll_into_view_if_needed()
            page.screenshot(path=folder / f"{name}.png")

    page_of_docs = (HOME / "docs" / "console.md").read_text("utf-8")
    for name in PICTURES:
        assert 5_000 < (folder / f"{name}.png").stat().st_size < MOST, name
        assert (HOME / "docs" / "images" / f"{name}.png").is_file(), "make pictures"
        assert f"](images/{name}.png)" in page_of_docs
