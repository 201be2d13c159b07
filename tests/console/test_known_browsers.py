"""Who tries a name that is not theirs is slowed, and keeps nobody out of the console."""

from __future__ import annotations

import pytest

from gateway.domain.institutions.roles import Role
from gateway.use_cases.sign_in.known_browsers import MOST_PEOPLE
from gateway.use_cases.sign_in.sign_in import (
    FEWER_FROM_ONE,
    MOST_FROM_ONE,
    MOST_OF_NAME,
    TOO_MANY,
)
from tests.console.conftest import PASSWORD, Browser, Desk, main_of
from tests.console.test_the_way_in_holds import tried


def test_strangers_who_try_a_name_from_everywhere_keep_nobody_out(desk: Desk) -> None:
    at_home = desk.signed_in("adam")
    for home in range(MOST_OF_NAME // MOST_FROM_ONE + 5):
        for _ in range(MOST_FROM_ONE):
            tried(desk, f"192.0.2.{home}")

    told = [tried(desk, "198.51.100.7") == TOO_MANY for _ in range(FEWER_FROM_ONE + 1)]
    assert told == [False] * FEWER_FROM_ONE + [True], "who tries from many addresses is slowed"
    assert "Home" in main_of(
        desk.browser().post("/sign-in", name="adam", password=PASSWORD, code=desk.code("adam"))
    ), "a new browser at an address of one's own"
    for _ in range(MOST_FROM_ONE):
        desk.browser().post("/sign-in", name="adam", password="wrong", code="000000")
    assert TOO_MANY in main_of(
        desk.browser().post("/sign-in", name="adam", password=PASSWORD, code=desk.code("adam"))
    )
    desk.clock.advance(6 * 60)
    asked = {"again-password": PASSWORD, "again-code": desk.code("adam")}
    assert 200 == at_home.post("/again", **asked).status_code, "who is in is asked again, and is in"
    at_home.post("/sign-out", "/")
    form = {"name": "adam", "password": PASSWORD, "code": desk.code("adam")}
    assert "Home" in main_of(at_home.post("/sign-in", **form)), "a known browser"


def test_a_known_browser_has_tries_of_its_own_for_its_person_and_no_more(desk: Desk) -> None:
    desk.add("hana", Role.VIEWER)
    shared = desk.signed_in("hana")
    shared.post("/sign-out", "/")
    shared.post("/sign-in", name="adam", password=PASSWORD, code=desk.code("adam"))
    shared.post("/sign-out", "/")
    [cookie] = [each for each in shared.client._cookies.values() if "browser" in each.key]  # type: ignore[union-attr]
    assert (cookie.http_only, cookie.path) == (True, "/console/")
    assert not any(name in cookie.value for name in ("adam", "hana"))

    def too_many(browser: Browser, name: str) -> bool:
        told = main_of(browser.post("/sign-in", name=name, password="wrong", code="000000"))
        return TOO_MANY in told

    adam = [too_many(shared, "adam") for _ in range(MOST_FROM_ONE + 1)]
    assert adam == [False] * MOST_FROM_ONE + [True], "a known browser guesses no more than others"
    assert not too_many(shared, "hana"), "the other person at this desk"
    assert not too_many(desk.browser(), "adam"), "an address does not pay for a known browser"
    known = desk.gateway.sign_in.sign_in.browsers
    assert known.mark("adam", cookie.value)
    desk.clock.advance(101 * 86400)
    assert not known.mark("adam", cookie.value)


@pytest.mark.parametrize(
    "kept",
    [
        "", "~", ".", "..", "a.b.c", "mark.day.signature", "~".join(["a.1.b"] * 400), "\u0661.1.2",
        "m.739000.00", "{mark}.{day}.0", "{mark}.999999.{signature}", "x{mark}.{day}.{signature}",
        "{mark}.{day}.{signature}.more", "{mark}. {day}.{signature}",
    ],
)  # fmt: skip
def test_what_no_browser_was_given_is_known_to_nobody(desk: Desk, kept: str) -> None:
    known = desk.gateway.sign_in.sign_in.browsers
    given = known.with_another("adam", "")
    parts = dict(zip(("mark", "day", "signature"), given.split("."), strict=True))

    assert known.mark("adam", given) == parts["mark"]
    assert known.mark("hana", given) == ""
    assert known.mark("adam", kept.format(**parts)) == ""
    assert 1 == known.with_another("adam", given).count(".") // 2, "one's own before is forgotten"


def test_of_many_people_at_one_desk_those_are_known_who_came_last(desk: Desk) -> None:
    known, kept = desk.gateway.sign_in.sign_in.browsers, ""
    people = [f"p{number}" for number in range(MOST_PEOPLE + 2)]
    for name in people:
        kept = known.with_another(name, kept)

    assert people[2:] == [name for name in people if known.mark(name, kept)]
    assert len(kept) < 400
