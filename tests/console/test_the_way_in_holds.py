"""What would open the way into the console, or shut it for everybody: each is held."""

from __future__ import annotations

import re
import threading
from typing import Any

import pyotp
import pytest
from babel.dates import format_date

from gateway.adapters.memory.rate_counter import CountedAnyway, ProcessRateCounter
from gateway.adapters.memory.stores import NoRateCounter
from gateway.adapters.sign_in import passwords
from gateway.domain.faults_and_errors.errors import Busy
from gateway.domain.institutions.roles import EVERYWHERE, Role
from gateway.use_cases.ports.institutions import AuditQuery
from gateway.use_cases.sign_in.keep_account import WRONG_CODE
from gateway.use_cases.sign_in.sign_in import MOST_FROM_ONE, TOO_MANY
from tests.clock import FixedClock
from tests.console.conftest import PASSWORD, Browser, Desk, main_of
from tests.console.test_entry import key_on
from tests.polling import eventually


def test_fonts_are_served_to_the_page_that_lets_in_and_nothing_else_is(desk: Desk) -> None:
    browser = desk.browser()

    style = browser.get("/static/console.css").text
    names = re.findall(r'url\("(fonts/[^"]+)"\)', style)
    found = [browser.get(f"/static/{name}") for name in names]
    none = [browser.get(f"/static/fonts/{name}") for name in ("x.ttf", "..%2fcards.ttf", "OFL.txt")]

    assert len(names) == 4
    assert [(200, "public, max-age=3600")] * 4 == [
        (each.status_code, each.headers["Cache-Control"].replace("no-cache, ", ""))
        for each in found
    ]
    assert {404} == {each.status_code for each in none}


def test_who_loses_a_telephone_pairs_another_with_a_recovery_code(desk: Desk) -> None:
    codes = desk.gateway.sign_in.account.new_recovery("adam")
    elsewhere, lost = desk.signed_in("adam"), desk.secrets["adam"]
    link = desk.gateway.sign_in.let_in.link("adam", "adam").token
    browser = desk.browser()
    browser.post("/sign-in", name="adam", password=PASSWORD, code=codes[0])
    new = key_on(browser.get("/account/telephone"))

    wrong = browser.post("/account/telephone", code=desk.code("adam"))
    desk.secrets["adam"] = new
    done = browser.post("/account/telephone", code=desk.code("adam"))

    assert WRONG_CODE in main_of(wrong)
    assert wrong.status_code == 400
    assert main_of(done).startswith("Your account")
    assert main_of(elsewhere.get("/")).startswith("Sign in"), "who has the lost one is out"
    assert "link is not good" in main_of(desk.browser().get(f"/way-in/{link}"))
    old = pyotp.TOTP(lost).at(desk.clock.now())
    assert (
        403 == desk.browser().post("/sign-in", name="adam", password=PASSWORD, code=old).status_code
    )
    assert "Home" in main_of(desk.signed_in("adam").get("/"))
    other = desk.browser().post("/sign-in", name="adam", password=PASSWORD, code=codes[1])
    assert "Home" in main_of(other)
    assert new != key_on(browser.get("/account/telephone")), "each telephone has another key"


def test_another_telephone_is_for_who_has_shown_a_moment_ago_who_they_are(desk: Desk) -> None:
    browser = desk.signed_in("adam")
    desk.clock.advance(6 * 60)

    assert main_of(browser.get("/account/telephone")).startswith("Is it you?")


@pytest.mark.parametrize(
    ("path", "page", "form"),
    [
        ("/people/", "/people/", {"name": "ha\0na", "role": "viewer", "institution": "health"}),
        ("/people/", "/people/", {"name": "hana", "known_as": "He\x1blp", "role": "viewer"}),
        ("/people/", "/people/", {"na\x07me": "hana"}),
        ("/people/ha%00na/remove", "/account/", {}),
        ("/sign-in", "/account/", {"name": "adam\x85", "password": PASSWORD}),
    ],
)
def test_what_is_no_text_is_refused_at_the_door(
    desk: Desk, path: str, page: str, form: dict[str, str]
) -> None:
    adam, before = desk.signed_in("adam"), desk.gateway.institutions.people.all()

    answered = adam.post(path, page, **form)

    assert answered.status_code == 400
    assert "control character" in main_of(answered)
    assert before == desk.gateway.institutions.people.all()


def test_what_is_asked_by_an_address_or_as_json_is_looked_at_too(desk: Desk) -> None:
    adam = desk.signed_in("adam")
    for path in ("/audit/?who=%00", "/people/a%00", "/overview/?institution=a%1Fb"):
        assert 400 == adam.get(path).status_code, path
    for sent in ({"a": ["b\0"]}, {"\u0007": 1}, ["\ud800"]):
        answered = adam.client.post("/console/people/", json=sent)
        assert "control character" in main_of(answered), sent
    assert 200 == adam.get("/audit/?who=%D8%A3%E2%80%8F").status_code, "marks of direction are text"


def test_a_name_that_no_picture_holds_is_refused_in_words(desk: Desk) -> None:
    desk.gateway.institutions.manage_people.add(
        "hana", {"health": frozenset({Role.VIEWER})}, "", "adam"
    )
    link = desk.gateway.sign_in.let_in.link("hana", "adam").token
    refused = desk.browser().post(
        f"/way-in/{link}", name="n" * 9_000, password=PASSWORD, again=PASSWORD, code="1"
    )
    assert refused.status_code == 400
    assert WRONG_CODE in main_of(refused)


def test_those_who_wait_for_scrypt_are_few_and_the_next_is_told_to_come_again(desk: Desk) -> None:
    assert passwords._ONE_AT_A_TIME.acquire(timeout=10)
    waiting: list[threading.Thread] = []
    told: list[str] = []

    def matches() -> None:
        try:
            passwords.ScryptPasswords().matches("", "x")
        except Busy:
            told.append("busy")

    try:
        for _ in range(3):
            waiting.append(threading.Thread(target=matches))
            waiting[-1].start()
        eventually(lambda: passwords._PLACES._value == 0)
        answered = desk.browser().post("/sign-in", name="adam", password=PASSWORD, code="000000")
    finally:
        passwords._ONE_AT_A_TIME.release()
        for each in waiting:
            each.join()

    assert answered.status_code == 503
    assert "60" == answered.headers["Retry-After"]
    assert "Many sign in just now." in main_of(answered)
    assert told == []


def test_who_waits_too_long_for_scrypt_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "MOST_WAIT", 0.01)
    with passwords._ONE_AT_A_TIME, pytest.raises(Busy):
        passwords.ScryptPasswords().matches("", "x")
    monkeypatch.setattr(passwords, "METHOD", "scrypt:1024:8:1")
    assert passwords.ScryptPasswords().hashed("x")


def test_addresses_of_one_line_are_counted_together(desk: Desk) -> None:
    tries = [f"2001:db8:7:1::{n:x}" for n in range(MOST_FROM_ONE)]
    for source in tries:
        assert TOO_MANY != tried(desk, source)

    assert TOO_MANY == tried(desk, "2001:db8:7:1:ffff::1")
    assert TOO_MANY != tried(desk, "2001:db8:7:2::1")


def tried(desk: Desk, source: str) -> str:
    """Returns what is said to who tries once from an address."""
    with pytest.raises(Exception, match=r".") as refused:
        desk.gateway.sign_in.sign_in("adam", "wrong", "000000", source)
    return str(refused.value)


def test_while_redis_is_away_tries_are_counted_here(clock: FixedClock) -> None:
    counted = CountedAnyway(NoRateCounter(), ProcessRateCounter(clock))
    assert [counted.count("c", "s", b"a", 60)[0] for _ in range(3)] == [1, 2, 3]
    assert counted.count("c", "s", b"b", 60) == (1, 4)
    clock.advance(61)
    assert counted.count("c", "s", b"a", 60)[0] == 1

    shared = ProcessRateCounter(clock)
    for _ in range(5):
        shared.count("c", "s", b"a", 600)
    assert CountedAnyway(shared, ProcessRateCounter(clock)).count("c", "s", b"a", 600) == (6, 6)


def test_what_is_counted_here_is_bounded(clock: FixedClock) -> None:
    counted = ProcessRateCounter(clock, most=3)
    for _ in range(3):
        counted.count("c", "s", b"a", 60)
    for each in (b"1", b"2", b"3", b"4"):
        counted.count("c", "s", each, 60)

    assert counted.count("c", "s", b"a", 60)[0] == 1, "the oldest is forgotten"


def test_the_console_counts_tries_without_redis(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> tuple[int, int]:
        return 0, 0

    shared = desk.gateway.sign_in.sign_in.arrivals
    monkeypatch.setattr(shared._shared, "count", away)  # type: ignore[attr-defined]
    told = [tried(desk, "192.0.2.9") for _ in range(MOST_FROM_ONE + 1)]

    assert [each == TOO_MANY for each in told] == [False] * MOST_FROM_ONE + [True]


def test_what_one_does_with_ones_sessions_is_in_the_audit(desk: Desk) -> None:
    one, other = desk.signed_in("adam"), desk.signed_in("adam")
    one.post("/account/sessions/others/end", "/account/")
    assert main_of(other.get("/")).startswith("Sign in")
    one.post("/again", **{"again-password": PASSWORD, "again-code": desk.code("adam")})
    one.post("/sign-out", "/")

    lines = desk.gateway.institutions.trail.newest(AuditQuery(by="adam", limit=3))
    assert [line.act for line in lines] == ["sign out", "show anew", "end own sessions"]


def test_a_name_of_somebody_elsewhere_is_not_free_and_no_more_is_told(desk: Desk) -> None:
    desk.add("omar", Role.ADMINISTRATOR)
    desk.add("eve", Role.VIEWER, "education")
    desk.gateway.institutions.manage_people.add(
        "gone", {"education": frozenset({Role.VIEWER})}, "", "adam"
    )
    desk.gateway.institutions.manage_people.remove("gone", "adam")
    omar, adam = desk.signed_in("omar"), desk.signed_in("adam")

    def added(browser: Browser, name: str) -> str:
        form = {"name": name, "role": "viewer", "institution": "health"}
        return main_of(browser.post("/people/", **form)).replace(f"you typed {name}", "you typed")

    assert added(omar, "eve") == added(omar, "gone")
    assert "This name is not free" in added(omar, "eve")
    assert "'eve' works here already" in added(adam, "eve")
    assert "was removed on" in added(adam, "gone")
    refused = omar.post("/people/adam/link", "/account/")
    assert "'omar' may not administer in all institutions" in main_of(refused)
    assert EVERYWHERE in desk.gateway.institutions.people.find("adam").roles  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Personne ici ne s’appelle « zoé ». Vouliez-vous dire « zoe » ?"),
        ("sw", "Hakuna anayefanya kazi hapa anayeitwa 'zoé'. Je, ulimaanisha 'zoe'?"),
        ("ar", "لا يعمل هنا أحد باسم «\u2068zoé\u2069». هل تقصد «\u2068zoe\u2069»؟"),
    ],
)
def test_a_refusal_is_in_the_language_of_its_reader_with_its_values(
    desk: Desk, language: str, said: str
) -> None:
    desk.add("zoe", Role.VIEWER)
    adam = desk.signed_in("adam")

    assert said in main_of(adam.get("/people/zoé", language=language))


def test_a_day_in_a_refusal_is_written_as_its_reader_writes_days(desk: Desk) -> None:
    desk.add("gone", Role.VIEWER)
    desk.gateway.institutions.manage_people.remove("gone", "adam")
    adam = desk.signed_in("adam")
    adam.get("/language/fr")

    told = adam.post("/people/", name="gone", role="viewer", institution="health")

    day = format_date(desk.clock.now().date(), "d MMM y", locale="fr")
    assert f"retiré le {day}," in main_of(told)
