"""How long what is sent to a page may be: a form as it is, a workbook longer, and what is longer
still is told on a page, whichever server stands before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.institutions.roles import Role
from gateway.web.app import access_of
from gateway.web.console.head import (
    LONGEST_FORM,
    LONGEST_UPLOAD,
    PATIENT_SECONDS,
    UPLOADED_TO,
    ConsoleDoor,
)
from gateway.web.direct import Direct
from gateway.web.front.exchange import Room
from gateway.web.front.wsgi_call import reply_of
from tests.console.conftest import Browser, Desk, main_of
from tests.xlsforms.workbooks import VISITS, illustrated, saved

UPLOAD = "/console/drafts/import"
UNPROVEN = Room(LONGEST_FORM, page=True)


@dataclass(frozen=True)
class Head:
    """The head of a request, as granian gives it."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)
    method: str = "POST"
    query_string: str = ""
    client: str = "127.0.0.1:40000"
    scheme: str = "http"
    server: str = "localhost:80"
    http_version: str = "1.1"


def cookie_of(browser: Browser) -> str:
    """Returns the console's cookie as the browser sends it."""
    kept = browser.client.get_cookie("console", path="/console/")
    assert kept is not None
    return f"other=1; console={kept.value}"


def test_who_has_signed_in_may_send_a_workbook_and_has_time_for_it(desk: Desk) -> None:
    desk.add("edi", Role.EDITOR)
    direct = Direct(desk.gateway, access_of(desk.app))
    stranger, edi = desk.browser(), desk.signed_in("edi")
    stranger.get("/sign-in")  # it keeps a cookie of ours, too: the token of the form

    def room(path: str, cookie: str) -> Room:
        return direct.room(Head(path, {"cookie": cookie}))

    mine = cookie_of(edi)
    for path in UPLOADED_TO:
        assert room(f"/console{path}", mine) == Room(LONGEST_UPLOAD, PATIENT_SECONDS, page=True)
    assert room("/console/cases/", mine) == Room(LONGEST_FORM, PATIENT_SECONDS, page=True)
    for cookie in ("", cookie_of(stranger), mine[:-1], "console=", "console=\xff.x", "console"):
        assert room(UPLOAD, cookie) == UNPROVEN, cookie
    assert room("/consoles/drafts/import", mine) == Room(LONGEST_FORM)


def test_a_console_that_stands_elsewhere_has_no_room_of_its_own(desk: Desk) -> None:
    deployment = desk.gateway.deployment
    console = deployment.settings.console.model_copy(update={"listen": "127.0.0.1:9385"})
    settings = deployment.settings.model_copy(update={"console": console})

    door = ConsoleDoor(replace(deployment, settings=settings), desk.gateway.keyring)

    assert not door.stands_at("console")


def test_a_workbook_is_read_whatever_stands_in_it(desk: Desk, tmp_path: Path) -> None:
    """What reads a form looks for its boundary behind each end of a line."""
    desk.add("edi", Role.EDITOR)
    edi = desk.signed_in("edi")
    workbook = illustrated(saved(tmp_path / "visits.xlsx", VISITS)).read_bytes()
    token = re.search(r'name="csrf_token" value="([^"]+)"', edi.get("/drafts/").text)
    assert token is not None

    for _again in range(2):  # who loads the page again sends the form again
        came = edi.client.post(
            UPLOAD,
            data={"csrf_token": token[1], "institution": "health",
                  "workbook": (BytesIO(workbook), "visits.xlsx")},
        )  # fmt: skip
        assert (200, True) == (came.status_code, "To the draft" in main_of(came)), main_of(came)

    assert len(workbook) > 4 * LONGEST_FORM
    assert len(desk.gateway.drafts.listed(by="edi")) == 1


@pytest.mark.parametrize(
    ("asks", "said"),
    [
        ("text/html", b"<h1>Not done</h1>"),
        ("application/json", b'{"refused":"What was sent is too'),
    ],
    ids=["a browser", "a script of ours"],
)
def test_what_is_longer_is_told_on_a_page(desk: Desk, asks: str, said: bytes) -> None:
    desk.add("edi", Role.EDITOR)
    headers = {"cookie": cookie_of(desk.signed_in("edi")), "accept": asks, "host": "localhost",
               "content-type": "application/x-www-form-urlencoded"}  # fmt: skip
    app: Any = desk.app

    status, _, page = reply_of(app, Head(UPLOAD, headers), b"", unread=str(LONGEST_UPLOAD + 1))

    assert 413 == status
    assert said in page
    assert b"What was sent is too long: 2 MB with a file, 64 kB otherwise." in page
