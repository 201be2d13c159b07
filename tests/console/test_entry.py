"""Getting into the console and out, as a browser sees it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pyotp
import pytest
from werkzeug.test import Client, TestResponse

from gateway.adapters.sql.institutions.credentials import SqlCredentials
from gateway.domain.faults_and_errors.errors import NotProven, Refused, StoreUnavailable
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.domain.sign_in.passwords import Weakness
from gateway.use_cases.institutions.authorise import REFUSED
from gateway.use_cases.ports.institutions import AuditEntry, AuditQuery, RoleChange
from gateway.use_cases.sign_in.keep_account import WEAK, WRONG_CODE
from gateway.use_cases.sign_in.let_in import GONE
from gateway.use_cases.sign_in.sign_in import MOST_FROM_ONE, MOST_FROM_SOURCE, TOO_MANY, WRONG
from gateway.web.console.app import create_console
from tests.console.conftest import PASSWORD, Browser, Desk, main_of
from tests.gateways import reference_gateway


def test_the_first_administrator_comes_in_by_a_link_and_signs_in(desk: Desk) -> None:
    adam = desk.signed_in("adam")

    assert main_of(adam.get("/")).startswith("Home")
    (person,) = desk.gateway.institutions.people.all()
    assert person.roles == {"*": {Role.ADMINISTRATOR}}
    audit = desk.gateway.institutions.trail.newest(AuditQuery(by="adam"))
    assert [line.act for line in audit] == ["sign in", "set password", "add person"]


def test_who_may_give_roles_is_told_which_one_writes_menus(desk: Desk) -> None:
    adam = desk.signed_in("adam")
    assert "It takes the role editor" in main_of(adam.get("/"))

    adam.post("/people/adam/roles", "/people/adam", role="editor", institution="*", do="give")

    assert "It takes the role editor" not in main_of(adam.get("/"))
    assert "Drafts" in main_of(adam.get("/"))


def test_who_becomes_the_first_is_added_and_let_in_together_or_not_at_all(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, valkey: str
) -> None:
    def fails(*_: object) -> None:
        raise StoreUnavailable("The database does not answer.")

    (tmp_path / "new").mkdir()
    gateway = reference_gateway(tmp_path / "new", valkey, desk.clock)
    try:
        let_in = gateway.sign_in.let_in
        link = let_in.first_link().token
        code = pyotp.TOTP(let_in.look(link, "").secret).at(desk.clock.now())
        with monkeypatch.context() as patched:
            patched.setattr("gateway.adapters.sql.institutions.credentials.put_codes", fails)
            with pytest.raises(StoreUnavailable):
                let_in.enrol(link, "", "adam", PASSWORD, code)

        assert not gateway.institutions.people.anybody()
        let_in.enrol(link, "", "adam", PASSWORD, code)
        assert [each.name for each in gateway.institutions.people.all()] == ["adam"]
    finally:
        gateway.close()


def test_who_has_seen_a_link_does_not_know_the_key_of_the_telephone(desk: Desk) -> None:
    desk.gateway.institutions.manage_people.add(
        "hana", {"health": frozenset({Role.VIEWER})}, "", "adam"
    )
    link = desk.gateway.sign_in.let_in.link("hana", "adam").token
    hana, eve = desk.browser(), desk.browser()

    keys = [key_on(browser.get(f"/way-in/{link}")) for browser in (hana, eve, hana)]

    assert keys[0] == keys[2]
    assert keys[0] != keys[1]


def key_on(page: TestResponse) -> str:
    """Returns the key that a page shows, for a telephone."""
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', page.text)
    assert found, page.text
    return found[1].replace(" ", "")


def test_a_link_is_followed_in_the_browser_and_shows_recovery_codes_once(desk: Desk) -> None:
    desk.gateway.institutions.manage_people.add(
        "hana", {"health": frozenset({Role.VIEWER})}, "", "adam"
    )
    link = desk.gateway.sign_in.let_in.link("hana", "adam").token
    browser, way_in = desk.browser(), f"/way-in/{link}"
    page = browser.get(way_in)
    desk.secrets["hana"] = key_on(page)
    assert "<svg" in page.text

    for form, said in (
        ({"password": PASSWORD, "again": "another", "code": "1"}, "are not the same"),
        ({"password": "short", "again": "short", "code": "1"}, WEAK[Weakness.SHORT]),
        ({"password": PASSWORD, "again": PASSWORD, "code": "000000"}, WRONG_CODE),
    ):
        refused = browser.post(way_in, **form)
        assert refused.status_code == 400
        assert said in main_of(refused)
    code = desk.code("hana")
    done = browser.post(way_in, password=PASSWORD, again=PASSWORD, code=code)
    codes = re.findall(r"<li><code>([a-z2-9]{5}-[a-z2-9]{5})</code>", done.text)

    assert len(set(codes)) == 8
    assert GONE.sentence in main_of(browser.get(way_in))
    for recovery, passes in ((codes[0].upper().replace("-", " "), True), (codes[0], False)):
        entered = desk.browser().post("/sign-in", name="hana", password=PASSWORD, code=recovery)
        assert ("Home" in main_of(entered)) == passes
    assert desk.gateway.sign_in.store.recovery_left("hana") == 7


def test_who_is_wrong_in_anything_is_told_the_same(desk: Desk) -> None:
    browser = desk.browser()
    for name, password, wrong_code in (
        ("adam", "not the password", False),
        ("nobody.at.all", PASSWORD, False),
        ("no name", PASSWORD, False),
        ("adam", PASSWORD, True),
        ("adam", "", False),
    ):
        code = "000000" if wrong_code else desk.code("adam")
        refused = browser.post("/sign-in", name=name, password=password, code=code)

        assert refused.status_code == 403
        assert main_of(refused).startswith(f"Sign in {WRONG}")


def test_a_code_counts_once_and_a_wrong_password_does_not_use_it_up(desk: Desk) -> None:
    code, browser = desk.code("adam"), desk.browser()

    refused = browser.post("/sign-in", name="adam", password="wrong wrong wrong", code=code)
    entered = browser.post("/sign-in", name="ADAM ", password=PASSWORD, code=code)
    again = desk.browser().post("/sign-in", name="adam", password=PASSWORD, code=code)

    assert [refused.status_code, entered.status_code, again.status_code] == [403, 200, 403]


@pytest.mark.parametrize("what", ["roles", "sign-out", "password"])
def test_a_link_is_taken_back_when_what_its_person_may_do_changes(desk: Desk, what: str) -> None:
    desk.add("hana", Role.VIEWER)
    let_in, manage = desk.gateway.sign_in.let_in, desk.gateway.institutions.manage_people
    old = let_in.link("hana", "adam").token
    let_in.look(old, "")

    match what:
        case "roles":
            given = RoleChange(institution=EVERYWHERE, role=Role.ADMINISTRATOR, given=True)
            manage.change("hana", [given], "", "adam")
        case "sign-out":
            let_in.end_sessions("hana", "adam")
        case _:
            store = desk.gateway.sign_in.store
            entry = AuditEntry(
                at=desk.clock.now(), by="hana", institution="health", act="change password", what=""
            )
            store.set_password("hana", "scrypt:other", entry)

    with pytest.raises(NotProven):
        let_in.look(old, "")


def test_one_address_tries_no_hundred_names(desk: Desk) -> None:
    browser = desk.browser()
    told = [
        TOO_MANY in main_of(browser.post("/sign-in", name=f"n{n}", password="x", code="0"))
        for n in range(MOST_FROM_SOURCE + 3)
    ]

    assert [False] * MOST_FROM_SOURCE + [True] * 3 == told
    refused = desk.gateway.institutions.trail.newest(AuditQuery(act=REFUSED))
    assert 1 == sum("too many tries" in line.what for line in refused)


def test_what_is_wrong_asks_the_store_the_same_whatever_it_is(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for name in ("find", "use_step", "use_recovery"):
        real = getattr(SqlCredentials, name)

        def noting(*given: Any, name: str = name, real: Any = real) -> Any:
            asked.append(name)
            return real(*given)

        monkeypatch.setattr(SqlCredentials, name, noting)
    seen = set()
    for name, password in (("adam", "wrong"), ("adam", PASSWORD), ("nobody", "wrong")):
        asked.clear()
        with pytest.raises(NotProven):
            desk.gateway.sign_in.sign_in(name, password, "000000", "192.0.2.1")
        seen.add(tuple(asked))

    assert seen == {("find", "use_recovery")}


def test_tries_are_limited_and_the_right_one_waits_too(desk: Desk) -> None:
    browser = desk.browser()
    for _ in range(MOST_FROM_ONE):
        browser.post("/sign-in", name="adam", password="wrong", code="000000")

    late = browser.post("/sign-in", name="adam", password=PASSWORD, code=desk.code("adam"))

    assert TOO_MANY in main_of(late)


def test_a_session_ends_idle_and_at_the_latest_and_by_hand(desk: Desk) -> None:
    office = desk.gateway.sign_in
    browser = desk.signed_in("adam")
    desk.clock.advance(29 * 60)
    assert "Home" in main_of(browser.get("/"))
    desk.clock.advance(29 * 60)
    assert "Home" in main_of(browser.get("/"))
    desk.clock.advance(31 * 60)
    assert main_of(browser.get("/")).startswith("Sign in")

    busy = desk.signed_in("adam")
    for _ in range(24):
        desk.clock.advance(29 * 60)
        busy.get("/")
    assert "Home" in main_of(busy.get("/"))
    desk.clock.advance(25 * 60)
    assert main_of(busy.get("/")).startswith("Sign in")

    one, other = desk.signed_in("adam"), desk.signed_in("adam")
    assert "Home" in main_of(other.get("/"))
    one.post("/account/sessions/others/end", "/account/")
    assert main_of(other.get("/")).startswith("Sign in")
    stolen = one.client.get_cookie("console", path="/console/")
    one.post("/sign-out", "/")
    assert stolen
    one.client.set_cookie("console", stolen.value, path="/console/")
    assert main_of(one.get("/")).startswith("Sign in"), "what the browser kept is no good any more"
    assert office.account.own_sessions("adam") == []


def test_who_is_removed_is_out_at_once_and_leaves_nothing_to_come_back_with(desk: Desk) -> None:
    desk.add("hana", Role.VIEWER)
    hana = desk.signed_in("hana")

    desk.gateway.institutions.manage_people.remove("hana", "adam")

    assert main_of(hana.get("/people/")).startswith("Sign in")
    assert desk.gateway.sign_in.store.find("hana") is None


def test_what_is_asked_again_is_asked_after_five_minutes_and_loses_nothing(desk: Desk) -> None:
    adam = desk.signed_in("adam")
    desk.clock.advance(timedelta(minutes=6).total_seconds())
    typed = {"name": "hana", "role": "viewer", "institution": "health", "known_as": "Hana <3>"}

    asked = adam.post("/people/", **typed)
    assert main_of(asked).startswith("Is it you?")
    assert "/language/sw?next=/console/people/" in asked.text, "no address that only a form has"
    wrong = sent_on(adam, asked, "/people/", "000000")
    assert (wrong.status_code, WRONG in main_of(wrong)) == (403, True)
    assert desk.gateway.institutions.people.find("hana") is None
    done = sent_on(adam, wrong, "/people/", desk.code("adam"))

    assert main_of(done).startswith("hana")
    added = desk.gateway.institutions.people.find("hana")
    assert added
    assert "Hana <3>" == added.known_as
    assert main_of(adam.post("/people/", **{**typed, "name": "vera"})).startswith("vera")


def test_who_only_claims_to_have_been_asked_is_asked(desk: Desk) -> None:
    adam = desk.signed_in("adam")
    desk.clock.advance(timedelta(minutes=6).total_seconds())

    for claimed in ({"again-password": PASSWORD}, {"again-password": "", "again-code": ""}):
        form = {"name": "hana", "role": "viewer", "institution": "health", **claimed}
        assert adam.post("/people/", **form).status_code == 403
    assert desk.gateway.institutions.people.find("hana") is None


def test_no_page_carries_a_password_that_was_typed(desk: Desk) -> None:
    adam = desk.signed_in("adam")
    desk.clock.advance(timedelta(minutes=6).total_seconds())
    new = "mwezi juu ya kilima"

    asked = adam.post("/account/password", "/account/", password=new, again=new)

    assert main_of(asked).startswith("Is it you?")
    assert new not in asked.text
    onward = {"again-password": PASSWORD, "again-code": desk.code("adam")}
    filled_in_anew = adam.post("/again?next=/console/account/password", "/again", **onward)
    assert filled_in_anew.request.path == "/console/account/password"


def sent_on(browser: Browser, asked: TestResponse, path: str, code: str) -> TestResponse:
    """Sends what a page carries, with password and code."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', asked.text)
    kept = {name: unescape(value) for name, value in found if name != "csrf_token"}
    return browser.post(path, **kept, **{"again-password": PASSWORD, "again-code": code})


def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    one, other = desk.signed_in("adam"), desk.signed_in("adam")

    weak = one.post("/account/password", password="password1234", again="password1234")
    assert WEAK[Weakness.COMMON] in main_of(weak)
    one.post("/account/password", password="mwezi juu ya kilima", again="mwezi juu ya kilima")

    assert main_of(other.get("/")).startswith("Sign in")
    assert "Home" in main_of(one.get("/"))
    office = desk.gateway.sign_in
    assert office.sign_in("adam", "mwezi juu ya kilima", desk.code("adam"), "")


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example", "/phone/", "/console/%5Cevil", "/console/%09/evil"],
)
def test_nobody_is_led_elsewhere_after_signing_in(desk: Desk, wanted: str) -> None:
    browser = desk.browser()
    done = browser.post(
        f"/sign-in?next={wanted}", "/sign-in", name="adam", password=PASSWORD,
        code=desk.code("adam"),
    )  # fmt: skip

    assert done.request.path == "/console/"


def test_a_form_without_its_token_does_nothing(desk: Desk) -> None:
    browser = desk.signed_in("adam")

    answered = browser.client.post("/console/sign-out")

    assert answered.status_code == 400
    assert "Home" in main_of(browser.get("/"))


def test_every_answer_keeps_browsers_to_these_pages(desk: Desk) -> None:
    browser = desk.browser()
    for path in ("/sign-in", "/", "/way-in/none", "/nowhere", "/static/console.css"):
        headers = browser.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
    cookie = desk.browser().client.get("/console/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("console=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/console/"} == set(cookie.split("; ")[1:])


def test_behind_tls_the_cookie_is_sent_over_it_alone(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(desk.gateway.deployment), "console_url", "https://desk.example.org")
    answer = Client(create_console(desk.gateway)).get("/sign-in", base_url="https://localhost")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Secure-console=")
    assert "Secure" in cookie.split("; ")


def test_it_answers_to_no_name_that_it_does_not_know(desk: Desk) -> None:
    answered = desk.browser().client.get("/console/sign-in", headers={"Host": "evil.example"})

    assert answered.status_code == 403


def test_a_second_first_administrator_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused, match="Somebody is known already"):
        desk.gateway.sign_in.let_in.first_link()
