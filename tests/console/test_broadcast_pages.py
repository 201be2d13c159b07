"""Broadcasts on pages: from a draft over a second person to a report, by those who may."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from gateway.adapters.redis.rq_jobs import RqJobs
from gateway.cli.processes import long_work
from gateway.domain.broadcast.outcomes import Outcome
from gateway.domain.broadcast.states import State
from gateway.domain.institutions.roles import Role
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.broadcast import check_broadcast, wording_members
from gateway.web.console.broadcasts import words
from tests.console import things
from tests.console.conftest import PASSWORD, Browser, Desk, main_of


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Asha and Juma, who broadcast in health, Vera, who looks, and Eve, who does so elsewhere."""
    desk.add("asha", Role.BROADCASTER)
    desk.add("juma", Role.BROADCASTER)
    desk.add("vera", Role.VIEWER)
    desk.add("eve", Role.BROADCASTER, "education")
    return desk


def path(id: int, way: str = "") -> str:
    return f"/broadcasts/{id}{way}"


def act(browser: Browser, id: int, way: str, **form: str) -> TestResponse:
    """Presses a button of its page."""
    return browser.post(path(id, f"/{way}"), path(id), **form)


def state(desk: Desk, id: int) -> State:
    return desk.gateway.broadcast.read.one(id, "adam").state


def drafted_by(desk: Desk, who: str, **changes: object) -> int:
    """Returns a broadcast that somebody of the office has drafted, and checked as an emergency."""
    return things.broadcast(desk, created_by=who, **changes)


def buttons(browser: Browser, id: int) -> set[str]:
    """Returns what a page offers to do with a broadcast."""
    return set(
        re.findall(rf'action="/console/broadcasts/{id}/([a-z]+)"', browser.get(path(id)).text)
    )


def test_a_broadcast_goes_from_a_draft_to_its_report(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")

    offered = buttons(asha, id)
    checked = main_of(act(asha, id, "check"))
    offered_then = buttons(asha, id)
    started = main_of(act(asha, id, "start"))
    office.gateway.fill_broadcasts()
    figures = asha.get(path(id, "?part=figures")).text
    report = asha.get(path(id, "/report.csv"))

    assert {"check", "rehearse", "cancel"} == offered
    assert {"check", "rehearse", "start", "schedule", "cancel"} == offered_then
    assert "Recipients: 2. SMS: 2." in checked
    assert "being sent" in started
    assert "0 %: 0 of 2." in main_of(asha.get(path(id)))
    assert "<section" in figures
    assert "<html" not in figures
    assert [
        "language,channel,outcome,number,segments,cost",
        "en,phone,waiting,2,2,",
    ] == report.data.decode("utf-8-sig").splitlines()
    assert "attachment" in report.headers["Content-Disposition"]
    assert "+254" not in asha.get(path(id)).text


def test_what_is_sent_is_held_goes_on_and_is_given_up(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")
    for way in ("check", "start"):
        act(asha, id, way)
    office.gateway.fill_broadcasts()

    seen = []
    for way in ("pause", "resume", "cancel"):
        assert 200 == act(asha, id, way, why="a wrong date").status_code
        seen.append(state(office, id))

    assert [State.PAUSED, State.SENDING, State.CANCELLED] == seen
    assert set() == buttons(asha, id)
    audited = [each.reason for each in office.gateway.institutions.read_audit.newest(
        things.audited("broadcast"), "adam")]  # fmt: skip
    assert 2 == audited.count("a wrong date")


def test_figures_never_go_back_when_it_goes_on(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")
    for way in ("check", "start"):
        act(asha, id, way)
    before = main_of(asha.get(path(id)))
    office.gateway.fill_broadcasts()
    office.clock.advance(1)
    act(asha, id, "pause")
    office.clock.advance(1)

    after = main_of(act(asha, id, "resume"))

    assert "waiting" not in before
    assert "waiting English phone 2" in after


def test_nobody_approves_what_they_have_drafted(office: Desk) -> None:
    id = drafted_by(office, "asha")
    adam, asha, juma, vera = map(office.signed_in, ("adam", "asha", "juma", "vera"))
    assert 200 == act(adam, id, "emergency", why="The dam breaks, Disaster Act s. 12").status_code
    act(asha, id, "check")

    own = act(asha, id, "approve")
    looked = act(vera, id, "approve")
    waits = state(office, id)
    other = act(juma, id, "approve")

    assert "approve" not in buttons(asha, id)
    assert (400, 403) == (own.status_code, looked.status_code)
    assert "'asha' has drafted broadcast 1, so somebody else approves it." in main_of(own)
    assert "gateway broadcast" not in main_of(own)
    assert (State.WAITING, State.APPROVED) == (waits, state(office, id))
    assert "Approved" in main_of(other)
    assert "juma" in main_of(other)


def test_who_waits_for_approval_is_found_in_the_list(office: Desk) -> None:
    waits, other = drafted_by(office, "asha", title="Dam"), drafted_by(office, "asha", title="Fair")
    adam, asha, juma = map(office.signed_in, ("adam", "asha", "juma"))
    act(adam, waits, "emergency", why="The dam breaks.")
    act(asha, waits, "check")

    at_home = [main_of(each.get("/")) for each in (juma, asha)]
    listed = main_of(juma.get("/broadcasts/?state=waiting"))
    all_of_them = main_of(juma.get("/broadcasts/"))

    waits_for = "1 broadcast waits for your approval."
    assert [True, False] == [waits_for in each for each in at_home]
    assert "Dam Emergency" in listed
    assert "Fair" not in listed
    assert all_of_them.index(f"{other} Fair") < all_of_them.index(f"{waits} Dam")


def test_an_emergency_needs_a_reason_and_a_role(office: Desk) -> None:
    id = drafted_by(office, "asha")
    adam, asha = office.signed_in("adam"), office.signed_in("asha")

    without = act(adam, id, "emergency", why=" ")
    by_role = act(asha, id, "emergency", why="The dam breaks.")

    assert (400, 403) == (without.status_code, by_role.status_code)
    assert "Say which danger, and by which law" in main_of(without)
    assert ("emergency" in buttons(adam, id), "emergency" in buttons(asha, id)) == (True, False)
    assert not office.gateway.broadcast.read.one(id, "adam").is_emergency


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("", "is not a time such as 2026-12-01 06:30"),
        ("tomorrow", "'tomorrow' is not a time such as"),
        ("2001-01-01T06:00", "That time is over already"),
        ("9999-12-31T23:59", "holds no longer by then"),
        ("0001-01-01T00:00", "is not a time such as"),
    ],
)
def test_a_time_that_cannot_be_is_refused_and_stays_in_the_form(
    office: Desk, at: str, says: str
) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")
    act(asha, id, "check")

    refused = act(asha, id, "schedule", at=at)

    assert (400, State.CHECKED) == (refused.status_code, state(office, id))
    assert says in main_of(refused)
    assert f'value="{at}"' in refused.text or not at


def test_what_is_pressed_too_early_or_twice_says_how_it_stands(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")

    early = act(asha, id, "start")
    act(asha, id, "check")
    act(asha, id, "start")
    twice = act(asha, id, "start")

    assert (400, 400) == (early.status_code, twice.status_code)
    assert "is not checked yet, so it cannot be started" in main_of(early)
    assert "is being sent, so it cannot be started" in main_of(twice)


def test_a_rehearsal_goes_to_ones_own_phone_alone(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")

    wrong = act(asha, id, "rehearse", number="0711")
    sent = act(asha, id, "rehearse", number="0711 000 009")

    assert 400 == wrong.status_code
    assert "Write a number of the country" in main_of(wrong)
    assert 'value="0711"' in wrong.text
    assert "in all its languages" in main_of(sent)
    assert State.DRAFT == state(office, id)


def test_what_goes_live_asks_for_password_and_code_again(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")
    act(asha, id, "check")
    office.clock.advance(400)

    asked = act(asha, id, "start")
    before = state(office, id)
    done = asha.post(path(id, "/start"), path(id), **{
        "again-password": PASSWORD, "again-code": office.code("asha")})  # fmt: skip
    office.clock.advance(400)
    held = act(asha, id, "pause")

    assert "Password" in main_of(asked)
    assert (State.CHECKED, State.PAUSED) == (before, state(office, id))
    assert (200, 200) == (done.status_code, held.status_code), "to hold it is never asked about"


def test_another_institutions_broadcast_is_not_there(office: Desk) -> None:
    id = things.broadcast(office)
    eve = office.signed_in("eve")

    guessed = [eve.get(path(id)), eve.get(path(id, "/report.csv")), act(eve, id, "cancel")]

    assert {404} == {each.status_code for each in guessed}
    assert "Xx" not in eve.get("/broadcasts/").text
    assert "Xx" not in eve.get(f"/broadcasts/new?like={id}").text
    assert State.DRAFT == state(office, id)


def test_a_page_speaks_the_language_of_its_reader(office: Desk) -> None:
    id = things.broadcast(office)
    asha = office.signed_in("asha")
    act(asha, id, "check")

    page = asha.get(path(id), language="ar").text

    assert '<html lang="ar" dir="rtl">' in page
    assert "فُحص، جاهز للإرسال" in page
    assert '<p class="said" lang="sw" dir="auto">Mvua.</p>' in page


@pytest.fixture
def large(office: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[tuple[int, str]]]:
    """A broadcast to more than a page looks at; and what workers were asked for."""
    monkeypatch.setattr(check_broadcast, "MOST_AT_ONCE", 1)
    asked: list[tuple[int, str]] = []
    monkeypatch.setattr(RqJobs, "check_broadcast", lambda _, *given: asked.append(given))
    return things.broadcast(office, numbers=5), asked


def test_a_worker_counts_a_large_audience(
    office: Desk, large: tuple[int, list[tuple[int, str]]]
) -> None:
    id, asked = large
    asha = office.signed_in("asha")

    first = main_of(act(asha, id, "check"))
    again = act(asha, id, "check")
    waits = buttons(asha, id)
    office.gateway.broadcast.check.for_worker(id, "asha")

    assert "A worker counts whom it reaches" in first
    assert (400, [(id, "asha")]) == (again.status_code, asked)
    assert "is being counted. Look again." in main_of(again)
    assert {"rehearse", "cancel"} == waits
    assert State.CHECKED == state(office, id)
    assert "Recipients: 5." in main_of(asha.get(path(id)))


def test_what_a_worker_finds_wrong_stands_on_the_page_in_the_readers_language(
    office: Desk, large: tuple[int, list[tuple[int, str]]]
) -> None:
    id, _ = large
    asha = office.signed_in("asha")
    act(asha, id, "check")
    office.clock.advance(40_001 * 86_400)

    office.gateway.broadcast.check.for_worker(id, "asha")

    asha = office.signed_in("asha")
    assert "What broadcast 1 says holds no longer." in main_of(asha.get(path(id)))
    assert "Ce que dit la diffusion 1 ne vaut plus." in asha.get(path(id), language="fr").text
    assert "--valid-until" not in asha.get(path(id)).text
    assert "check" in buttons(asha, id)


def test_a_count_that_never_came_is_offered_again(
    office: Desk, large: tuple[int, list[tuple[int, str]]]
) -> None:
    id, asked = large
    asha = office.signed_in("asha")
    act(asha, id, "check")
    office.clock.advance(601)

    act(asha, id, "check")

    assert 2 == len(asked)


def test_a_worker_has_it_counted_by_a_process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[list[str]] = []
    monkeypatch.setattr(long_work, "_begin", lambda _what, command: begun.append(command[2:]))

    for name in ("broadcast-7", "broadcast-x", "broadcast-", "broadcast-٧", "7; true"):
        long_work.check_broadcast(name, "asha")

    assert [["gateway.cli", "broadcast", "check", "7", "--by=asha", "--by-the-gateway"]] == begun


def test_there_is_a_word_for_each_state_outcome_lane_and_reason() -> None:
    assert set(State) == set(words.STATES)
    assert set(Outcome) == set(words.OUTCOMES)
    assert set(Lane) == set(words.LANES)
    assert {
        wording_members.STOPPED, wording_members.UNREACHABLE, wording_members.OTHER_LANGUAGE,
        wording_members.UNREADABLE,
    } == set(words.LEFT_OUT)  # fmt: skip
