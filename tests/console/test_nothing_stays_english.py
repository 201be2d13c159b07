"""Page by page: what a page says in English it says otherwise in another language."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from gateway.domain.institutions.roles import Role, may
from gateway.web.console.words import LANGUAGES
from tests.console import things
from tests.console.conftest import Desk
from tests.console.test_routes import ROUTES

#: What stands in these is a name, a code, or what somebody typed; it is the same to every reader.
_NAMES = frozenset({"bdi", "code", "pre", "script", "style", "textarea", "time", "option"})
_EMPTY = frozenset({"meta", "link", "input", "br", "img", "hr", "line", "rect", "path", "circle"})
_SAID = frozenset({"aria-label", "title", "placeholder", "alt"})
#: What is written alike in the languages of the console.
ALIKE = frozenset({"SMS", "USSD", "YAML", "CSV", "UTC", "GSM-7", "UCS-2"})
#: Files, days of a month that is called alike, an SMS, and what a citizen of `things` has written.
_NAMED = re.compile(
    r"[\w/.-]+\.yaml(:\d+)?|\d+ [A-Z][a-z]+ \d+, \d+:\d+|SMS \d+|Xx"
    r"|by the well|It rains\.|Where is .*\?"
)


class _Words(HTMLParser):
    """Collects what a page says itself: its sentences, and those of its labels."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.said: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        apart = tag in _NAMES or ("lang" in given and tag != "html")
        if tag not in _EMPTY:
            self.open.append((tag, apart))
        if not any(apart for _, apart in self.open):
            self.said |= {value or "" for name, value in attrs if name in _SAID}

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not any(apart for _, apart in self.open):
            self.said.add(" ".join(data.split()))


def words_of(page: str) -> set[str]:
    """Returns what a page says in words, without what it names."""
    reader = _Words()
    reader.feed(page)
    parts = {part.strip() for said in reader.said for part in said.split(" · ")}
    words = {each for each in parts if re.search(r"[a-z]{3}", each, re.IGNORECASE)}
    return {each for each in words if not _NAMED.fullmatch(each)}


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Somebody of each role in health, and what there is of a citizen."""
    for role in Role:
        desk.add(role.value, role)
    things.fill(desk)
    things.fill_broadcasts(desk)
    things.fill_alerts(desk)
    bounds = {
        "daily_limit": 100, "monthly_limit": 1000, "budget_segments": 5000,
        "price": Decimal("0.80"), "currency": "KES", "budget_money": Decimal(4000),
        "budget_from": desk.gateway.clock.now().date(),
    }  # fmt: skip
    desk.gateway.institutions.manage.set("health", bounds, "adam")
    return desk


def test_what_pages_say_is_said_otherwise_in_each_language(staffed: Desk) -> None:
    spoken = staffed.gateway.releases.current().languages.values()
    names = {staffed.gateway.deployment.settings.name, "health", *LANGUAGES.values(), *spoken}
    left: dict[str, set[str]] = {}
    asked = 0
    for role in Role:
        browser = staffed.signed_in(role.value)
        draft = staffed.gateway.drafts.begin("Xx", by=role.value) if role is Role.EDITOR else None
        for route in ROUTES:
            first = next(each for each in Role if route.act is None or may([each], route.act))
            if route.method != "GET" or first is not role or route.path("").endswith(".csv"):
                continue
            own = draft.id if draft and route.own == "mine" else staffed.known(route.own)
            if not own and "<" in route.rule:
                continue
            path = route.path(own)
            english = words_of(browser.get(path).text)
            asked += 1
            for language in ("sw", "ar"):
                there = words_of(browser.get(path, language=language).text)
                if alike := (english & there) - ALIKE - names:
                    left.setdefault(f"{language} {route.rule}", set()).update(alike)

    assert asked > 20
    assert left == {}


def test_a_sentence_that_stays_english_is_seen() -> None:
    page = (
        '<p>Not so, <bdi>asha</bdi></p><input title="Write it"><pre>a: b</pre><p lang="sw">Si</p>'
    )

    assert {"Not so,", "Write it"} == words_of(page)
