"""Whatever is sent to a page, it answers in words: never by a mistake of ours, and nothing typed is
lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.institutions.roles import Role
from gateway.use_cases.ports.casework import CaseFile
from gateway.use_cases.ports.institutions import RoleChange
from gateway.use_cases.ports.sms.messages import Wanted
from gateway.web.console import guard, turned_pages
from gateway.web.console.app import create_console
from gateway.web.console.casework import cases, help_desk
from gateway.web.console.institutions import audit
from tests.console import things
from tests.console.conftest import PASSWORD, Browser, Desk, main_of
from tests.console.things import ASHA

TEMPLATES = Path(guard.__file__).parent / "templates"
#: Every field that any form of the console has.
FIELDS = sorted(
    {
        name
        for page in TEMPLATES.rglob("*.html")
        for name in re.findall(r'\bname="([\w-]+)"', page.read_text("utf-8"))
        + re.findall(r'\b(?:field|select)\("([\w-]+)"', page.read_text("utf-8"))
    }
    - {"csrf_token", "viewport", "color-scheme"}
)
#: What people and machines type where something else is asked for.
TYPED = (
    "", " ", "x" * 10_000, "9" * 30, "9" * 5_000, "-1", "1e9", "٣٤", "2026-02-30T25:61",
    "9999-12-31T23:59", "0001-01-01T00:00", "\u202e\u200fmaji\u2066", "<script>alert(1)</script>",
    "' OR 1=1 --", "%(name)s %s {0} {{ 7 * 7 }}", "../../etc/passwd", "𐀀😀", "a\r\nb\tc",
)  # fmt: skip
#: What an address may name in the place of a row, a person, a draft.
GUESSED = ("9" * 30, "9" * 18, "-1", "1.5", "0", "x" * 3_000, "%E2%80%AE", "..%2F..", "%25s", "٣")


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """A thing of each kind; Adam may do everything."""
    things.fill(desk)
    for role in Role:
        change = [RoleChange(institution="*", role=role, given=True)]
        desk.gateway.institutions.manage_people.change("adam", change, "", "adam")
    things.fill_broadcasts(desk, by="adam")
    things.fill_alerts(desk)
    return desk


def routes(desk: Desk) -> Iterator[tuple[str, str, str]]:
    """Yields the method, rule and path of every route, about what there is where there is any."""
    adam = desk.gateway.drafts.begin("Hours", by="adam")
    known = {"id": adam.id, "path": "health.yaml", "session_id": desk.made["{session}"],
             "sms_id": desk.made["{sms}"], "message_id": desk.made["{message}"],
             "number": desk.made["{case}"], "name": "adam", "token": "x", "code": "en",
             "filename": "console.css", "place": "0"}  # fmt: skip
    for rule in create_console(desk.gateway).url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known[found[1]], rule.rule)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, rule.rule, path


AT_ONE_ROUTE = 2
#: What ends the session of who walks, or their account.
NOT_WALKED = {"/sign-out", "/people/<name>/remove", "/people/<name>/sessions/end"}


def test_no_form_and_no_address_is_answered_by_a_mistake_of_ours(filled: Desk) -> None:
    adam = filled.signed_in("adam")
    found: list[tuple[Any, ...]] = []
    token = re.search(r'name="csrf_token" value="([^"]+)"', adam.get("/find/").text)
    assert token is not None
    # Each route meets some, and each of them some routes: all of both took a minute, and found no
    # more.
    typed, guessed = cycle(TYPED), cycle(GUESSED)
    for method, rule, path in routes(filled):
        if rule in NOT_WALKED:
            continue
        for text in islice(typed, AT_ONE_ROUTE if method == "POST" else 1):
            given: dict[str, Any] = dict.fromkeys(FIELDS, text[: 60_000 // len(FIELDS)])
            if method == "POST":
                given["csrf_token"] = token[1]
                answered = adam.client.post(f"/console{path}", data=given)
            else:
                answered = adam.client.get(f"/console{path}", query_string=given, buffered=True)
            found.append((answered.status_code, method, path, text[:20]))
        for guess in islice(guessed, AT_ONE_ROUTE if "<" in rule else 0):
            path = re.sub(r"<(?:\w+:)?\w+>", guess, rule)
            answered = adam.client.get(f"/console{path}", buffered=True)
            found.append((answered.status_code, "GET", path[:40], ""))

    assert len(found) > 150
    assert [] == [each for each in found if each[0] >= 500]


def test_a_file_in_the_place_of_a_text_is_no_text(filled: Desk) -> None:
    adam, case = filled.signed_in("adam"), f"/cases/{filled.made['{case}']}"
    token = re.search(r'name="csrf_token" value="([^"]+)"', adam.get(case).text)
    assert token is not None
    for path in ("answer", "note", "assign", "move"):
        sent = {"csrf_token": token[1]} | {
            name: (BytesIO(b"\x00\xff text"), "a.txt") for name in ("text", "note", "to", "status")
        }
        answered = adam.client.post(f"/console{case}/{path}", data=sent)
        assert answered.status_code in {302, 400}, path
    longer = adam.client.post(f"/console{case}/note", data={"note": "x" * 70_000})
    assert (413, True) == (longer.status_code, "too long" in main_of(longer))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "A note has at most 1000 characters."),
        ("fr", "1000"),
        ("sw", "1000"),
        ("ar", "1000"),
    ],
)
def test_what_is_refused_stands_on_the_page_where_it_was_typed(
    filled: Desk, language: str, said: str
) -> None:
    adam, case = filled.signed_in("adam"), f"/cases/{filled.made['{case}']}"
    adam.get(f"/language/{language}")

    note = "The pump\r\n" + "is old. " * 130
    refused = adam.post(f"{case}/note", case, note=note)
    name = adam.post("/people/", name="no name", known_as="Water office", role="viewer",
                     institution="health")  # fmt: skip
    number = adam.post("/find/", number="07 eleven")

    assert (400, True) == (refused.status_code, said in main_of(refused))
    assert "is old. " * 130 in refused.text
    assert (400, True, True) == (
        name.status_code, "no name" in name.text, "Water office" in name.text
    )  # fmt: skip
    assert (400, True) == (number.status_code, 'value="07 eleven"' in number.text)
    english = {"en"} == {language}
    assert english == ("That is no telephone number." in main_of(number))
    assert english == ("What you typed" in main_of(name))


def test_a_note_is_counted_as_its_field_counts_it(filled: Desk) -> None:
    adam, case = filled.signed_in("adam"), f"/cases/{filled.made['{case}']}"

    kept = adam.post(f"{case}/note", case, note="\r\n".join(["x" * 9] * 100))

    assert 200 == kept.status_code
    assert "Note, for the office alone" in main_of(kept)


def sent_to_asha(desk: Desk) -> int:
    return len(desk.gateway.messages.messages.find(Wanted(subscriber=ASHA, limit=50)))


def test_a_button_that_is_pressed_twice_acts_once(filled: Desk) -> None:
    adam, number = filled.signed_in("adam"), filled.made["{case}"]
    case, before = f"/cases/{number}", sent_to_asha(filled)

    for _ in range(2):
        done = adam.post(f"{case}/answer", case, text="We come on Monday.", do="send")
        assert done.status_code == 200
    for _ in range(2):
        adam.post(f"{case}/note", case, note="The pump is old.")
    told = main_of(adam.get(case))

    assert (1, 1) == (told.count("We come on Monday."), told.count("The pump is old."))
    assert before + 1 == sent_to_asha(filled)
    filled.clock.advance(61)
    adam.post(f"{case}/answer", case, text="We come on Monday.", do="send")
    assert before + 2 == sent_to_asha(filled), "a minute later it is meant"


def test_of_two_who_answer_a_case_at_one_moment_one_reads_the_other_first(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, number = filled.gateway.cases, filled.made["{case}"]
    before, read = cases.cases.read(number), type(cases.cases).read
    assert before is not None
    stale: list[CaseFile] = []
    cases.answer(number, "We come on Monday.", "adam")
    monkeypatch.setattr(
        type(cases.cases), "read", lambda *given: stale.pop() if stale else read(*given)
    )
    stale[:] = [before]
    with pytest.raises(Exception, match="answered this case just now"):
        cases.answer(number, "We come on Tuesday.", "adam")
    stale[:] = [before]
    cases.answer(number, "We come on Monday.", "adam")

    told = [each.text for each in cases.read(number, "adam").events if each.kind == "answered"]
    assert told == ["We come on Monday."]


def typed_in(browser: Browser, page: str, **form: str) -> dict[str, str]:
    """Returns a form with the token of the page on which it stands."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert token is not None
    return {"csrf_token": token[1], **form}


OURS = {"Origin": "http://localhost"}


def kept_fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def test_what_was_typed_when_a_session_ended_goes_on_after_signing_in(filled: Desk) -> None:
    adam, number = filled.signed_in("adam"), filled.made["{case}"]
    case = f"/cases/{number}"
    form = typed_in(adam, case, note="Call <Asha> at noon.")
    filled.clock.advance(31 * 60)

    away = adam.client.post(f"/console{case}/note", data=form, headers=OURS)
    again = {**kept_fields(away.text), "name": "adam", "password": "wrong", "code": "000000"}
    wrong = adam.client.post("/console/sign-in", data=again)
    right = {**kept_fields(wrong.text), "name": "adam", "password": PASSWORD}
    back = adam.client.post("/console/sign-in", data={**right, "code": filled.code("adam")})
    before = main_of(adam.get(case))
    action = re.search(r'<form method="post" class="narrow" action="([^"]+)">', back.text)
    assert action is not None
    done = adam.client.post(action[1], data=kept_fields(back.text),
                            follow_redirects=True)  # fmt: skip

    assert (403, True) == (away.status_code, "What you typed is kept on this page" in away.text)
    assert "Call &lt;Asha&gt; at noon." in back.text
    assert "Call" not in before, "nothing is done before they say so"
    assert "Call <Asha> at noon. adam" in main_of(done)


def test_a_form_of_before_signing_in_anew_goes_on(filled: Desk) -> None:
    adam, number = filled.signed_in("adam"), filled.made["{case}"]
    case = f"/cases/{number}"
    form = typed_in(adam, case, note="Call her.")
    filled.clock.advance(31 * 60)
    adam.post("/sign-in", name="adam", password=PASSWORD, code=filled.code("adam"))

    old = adam.client.post(f"/console{case}/note", data=form, headers=OURS)
    done = adam.client.post(f"/console{case}/note", data=kept_fields(old.text),
                            follow_redirects=True)  # fmt: skip

    assert (400, True) == (old.status_code, "What you typed is still here" in main_of(old))
    assert "Call her. adam" in main_of(done)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil"},
    ],
)
def test_what_another_site_sends_is_kept_for_nobody(filled: Desk, headers: dict[str, str]) -> None:
    adam, stranger = filled.signed_in("adam"), filled.browser()
    form = {"note": "Close all cases.", "csrf_token": "x"}
    path = f"/console/cases/{filled.made['{case}']}/note"

    refused = adam.client.post(path, data=form, headers=headers)
    led = stranger.client.post(path, data=form, headers=headers)

    assert (400, False) == (refused.status_code, "Close all" in refused.text)
    assert (302, False) == (led.status_code, "Close all" in led.text)


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/other", "\\evil", ""]
)
def test_a_kept_form_goes_on_within_the_console_alone(desk: Desk, path: str) -> None:
    browser = desk.browser()
    form = {"name": "adam", "password": PASSWORD, "code": desk.code("adam")}

    done = browser.post("/sign-in", **form, **{"kept-path": path, "kept:note": "x"})

    assert main_of(done).startswith("Home")


def test_no_password_is_carried_on(filled: Desk) -> None:
    adam = filled.signed_in("adam")
    form = typed_in(adam, "/account/", password="secret words here", again="secret words here")
    filled.clock.advance(31 * 60)

    away = adam.client.post("/console/account/password", data=form, headers=OURS)

    assert (302, False) == (away.status_code, "secret words" in away.text)


def test_a_role_that_is_taken_and_a_person_who_is_removed_end_what_they_may(filled: Desk) -> None:
    filled.add("hana", Role.HELP_DESK)
    hana, case = filled.signed_in("hana"), f"/cases/{filled.made['{case}']}"
    manage, form = filled.gateway.institutions.manage_people, typed_in(hana, case, note="It leaks.")
    manage.change("hana", [
        RoleChange(institution="health", role=Role.HELP_DESK, given=False),
        RoleChange(institution="health", role=Role.VIEWER, given=True),
    ], "", "adam")  # fmt: skip

    taken = hana.client.post(f"/console{case}/note", data=form, headers=OURS)
    manage.remove("hana", "adam")
    removed = hana.client.post(f"/console{case}/note", data=form, headers=OURS)

    assert (403, True) == (taken.status_code, "It leaks." in main_of(taken))
    assert (403, True) == (removed.status_code, "It leaks." in removed.text)
    assert "Sign in" in main_of(removed)


def test_a_long_list_is_read_page_by_page_and_keeps_what_was_asked(
    filled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (turned_pages, cases, help_desk, audit):
        monkeypatch.setattr(each, "ROWS", 1)
    adam = filled.signed_in("adam")

    first = adam.get("/cases/?status=open&_external=1&endpoint=x&_scheme=javascript")
    second = adam.get("/cases/?status=open&page=2")

    links = re.findall(r'<a rel="next" href="([^"]+)"', first.text)
    assert links == ["/console/cases/?status=open&amp;page=2"]
    assert re.findall(r'rel="prev" href="([^"]+)"', second.text)[0].endswith(
        "status=open&amp;page=1"
    )
    numbers = [set(re.findall(r'/console/cases/(\d+)"', page.text)) for page in (first, second)]
    assert [1, 1, 0] == [len(numbers[0]), len(numbers[1]), len(numbers[0] & numbers[1])]
    for path in ("/help-desk/?status=any", "/audit/"):
        assert 'rel="next"' in adam.get(path).text, path
    for page in ("0", "-1", "x", "9" * 30, "٢"):
        assert adam.get(f"/cases/?page={page}").status_code == 200
    closed = adam.post("/cases/close?status=open&who=me", "/cases/", why="mended")
    assert 'value="me" selected' in closed.text
