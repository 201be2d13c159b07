"""The console of the reference deployment, and people who sign in to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

import pyotp
import pytest
from werkzeug.test import Client, TestResponse

from gateway.adapters.sign_in import passwords
from gateway.composition.gateway import Gateway
from gateway.domain.institutions.roles import Role
from gateway.web.app import create_app
from tests.clock import FixedClock
from tests.gateways import reference_gateway

PASSWORD = "maji ya mto ruvu"
#: As scrypt is, and quick: what it costs is looked at in one place.
QUICK = "scrypt:1024:8:1"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Browser:
    """Keeps cookies, fills in the tokens of forms, and follows where it is led."""

    client: Client

    def get(self, path: str, language: str = "en") -> TestResponse:
        """Opens a page under /console."""
        wanted = {"Accept-Language": language}
        return self.client.get(
            f"/console{path}", headers=wanted, follow_redirects=True, buffered=True
        )

    def post(self, path: str, page: str | None = None, **form: str) -> TestResponse:
        """Sends a form that stands on `page` (or the same path), with its token."""
        from_page = f"/console{page if page is not None else path}"
        token = _TOKEN.search(self.client.get(from_page).text)
        return self.client.post(
            f"/console{path}",
            data={"csrf_token": token[1] if token else "", **form},
            headers={"Referer": f"http://localhost{from_page}"},
            follow_redirects=True,
        )


@dataclass
class Desk:
    """The console of a gateway, and those who are known to it."""

    gateway: Gateway
    clock: FixedClock
    secrets: dict[str, str] = field(default_factory=dict)
    #: What was made, by the name that tests have for it in braces.
    made: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = create_app(self.gateway)

    def known(self, name: str) -> str:
        """Returns the number of what was made under a name in braces; all else as it is."""
        return self.made.get(name, name)

    def browser(self) -> Browser:
        """Returns a browser of somebody who has not signed in."""
        return Browser(Client(self.app))

    def add(self, name: str, role: Role, institution: str = "health") -> None:
        """Adds a person, who sets a password."""
        manage, let_in = self.gateway.institutions.manage_people, self.gateway.sign_in.let_in
        manage.add(name, {institution: frozenset({role})}, "", "adam")
        self.enrol(let_in.link(name, "adam").token, name)

    def enrol(self, token: str, name: str) -> None:
        """Has a person follow their link."""
        let_in = self.gateway.sign_in.let_in
        self.secrets[name] = let_in.look(token, name).secret
        let_in.enrol(token, name, name, PASSWORD, self.code(name))

    def code(self, name: str) -> str:
        """Returns what the telephone of a person shows next: each code counts once."""
        self.clock.advance(31)
        return pyotp.TOTP(self.secrets[name]).at(self.clock.now())

    def signed_in(self, name: str) -> Browser:
        """Returns a browser in which a person has signed in."""
        browser = self.browser()
        done = browser.post("/sign-in", name=name, password=PASSWORD, code=self.code(name))
        assert done.status_code == 200, done.text
        return browser


@pytest.fixture
def desk(
    tmp_path: Path, valkey: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """The console of the reference deployment; Adam administers everything."""
    monkeypatch.setattr(passwords, "METHOD", QUICK)
    gateway = reference_gateway(tmp_path, valkey, clock)
    made = Desk(gateway=gateway, clock=clock)
    made.enrol(gateway.sign_in.let_in.first_link().token, "adam")
    yield made
    gateway.close()


def main_of(response: TestResponse) -> str:
    """Returns what a page says, in one line; of a file, what is in it."""
    if response.mimetype == "text/csv":
        return response.text
    inner = re.search(r"<main.*?>(.*)</main>", response.text, re.DOTALL)
    assert inner, response.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", inner[1])).split())
