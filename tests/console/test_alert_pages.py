"""Public warnings on pages: taken from a file, looked at, and decided about by those who may."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from gateway.domain.institutions.roles import Role
from tests.alerts.samples import area, document, info
from tests.console import things
from tests.console.conftest import Browser, Desk, main_of

MBALE = area("Mbale", geocode="01")


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Ruth, who broadcasts for those who warn, Vera, who looks there, and Asha of health."""
    desk.add("ruth", Role.BROADCASTER, "disaster_management")
    desk.add("vera", Role.VIEWER, "disaster_management")
    desk.add("asha", Role.BROADCASTER)
    return desk


@pytest.fixture
def ruth(office: Desk) -> Browser:
    """Her browser."""
    return office.signed_in("ruth")


def written(desk: Desk, *infos: str, **fields: str) -> bytes:
    """Returns a document of now that holds for six hours, with a warning for Mbale."""
    now = desk.clock.now().replace(microsecond=0)
    until = (now + timedelta(hours=6)).isoformat()
    said = infos or (
        info(areas=MBALE, expires=until),
        info("sw", areas=MBALE, expires=until, headline="Mafuriko ya Mto Manafwa",
             description="", instruction="Nenda juu sasa."),
    )  # fmt: skip
    return document(*said, **{"sent": now.isoformat(), **fields})


def take(browser: Browser, octets: bytes, name: str = "flood.xml", **form: str) -> TestResponse:
    """Uploads a document."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/alerts/").text)
    assert token is not None
    return browser.client.post(
        "/console/alerts/take",
        data={"csrf_token": token[1], "source": "weather", "document": (BytesIO(octets), name),
              **form},
        headers={"Referer": "http://localhost/console/alerts/"},
        follow_redirects=True,
    )  # fmt: skip


def count(desk: Desk) -> int:
    return len(desk.gateway.alerts.decide.newest("", 100, "adam"))


def test_a_warning_is_taken_from_a_file_and_is_a_draft_for_its_district(
    office: Desk, ruth: Browser
) -> None:
    taken = take(ruth, written(office))
    page = main_of(taken)
    listed = ruth.get("/alerts/")
    draft = ruth.get("/broadcasts/1")

    assert 200 == taken.status_code
    assert "From weather: a warning." in page
    assert "Districts Mbale" in page
    assert "SMS for each: 1" in page
    assert "Its source calls it an emergency." in page
    assert "Immediate, Severe, Likely" in page
    assert "none is asked of this source" in page
    assert "ruth" in page
    assert '<a href="/console/broadcasts/1">1</a>' in listed.text
    assert "waits for a person" not in main_of(listed)
    assert "Nenda juu sasa." in draft.text


def test_the_same_document_again_changes_nothing_and_says_so(office: Desk, ruth: Browser) -> None:
    octets = written(office)
    take(ruth, octets)

    again = main_of(take(ruth, octets))

    assert "It was taken before, and nothing was changed." in again
    assert 1 == count(office)


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "It is no XML from here on."),
        (b"<alert", "flood.xml:1:1: [A001] It is no XML"),
        (b"<alert/>", "as the outermost element"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "a document type or entities"),
        (document(status="Maybe"), "status must be one of Actual, Exercise"),
        (document(sent="now"), "sent must be a time with its offset"),
        (document(sender="x@elsewhere.example"), "no alerts of the sender 'x@elsewhere.example'"),
        (document(msgType="Update"), "references names no alert, and Update must mean one"),
    ],
)
def test_a_document_with_faults_leaves_nothing_behind(
    office: Desk, ruth: Browser, octets: bytes, says: str
) -> None:
    refused = take(ruth, octets)

    assert 400 == refused.status_code
    assert says in main_of(refused)
    assert 0 == count(office)


def test_a_file_needs_a_source_and_a_role(office: Desk, ruth: Browser) -> None:
    vera, asha = office.signed_in("vera"), office.signed_in("asha")

    refused = [
        take(ruth, written(office), source=""),
        take(ruth, written(office), source="nobody"),
        take(ruth, b"", ""),
        take(vera, written(office)),
        take(asha, written(office)),
    ]

    assert [400, 400, 400, 403, 403] == [each.status_code for each in refused]
    assert "Choose the source" in main_of(refused[0])
    assert "Choose the document" in main_of(refused[2])
    assert ["alerts/take" in each.get("/alerts/").text for each in (ruth, vera, asha)] == [
        True, False, False
    ]  # fmt: skip
    assert 0 == count(office)


def test_an_exercise_is_kept_and_says_why_nothing_is_sent(office: Desk, ruth: Browser) -> None:
    page = main_of(take(ruth, written(office, status="Exercise")))

    assert "nothing is sent of it" in page
    assert "Its status is Exercise: only Actual is sent to citizens." in page
    assert "Draft it" not in page


def test_a_person_decides_what_waits(office: Desk) -> None:
    asha = office.signed_in("asha")
    id = things.alert(office).id

    before = main_of(asha.get(f"/alerts/{id}"))
    page, path = f"/alerts/{id}", f"/alerts/{id}/0/draft"
    nowhere = asha.post(path, page, **{"text-en": "Flood tonight."})
    texts = {"text-en": "Flood tonight. Go up.", "text-sw": "Mafuriko leo."}
    drafted = asha.post(path, page, **texts, district="Mbale")
    twice = asha.post(path, page, district="Mbale")
    beyond = asha.post(f"/alerts/{id}/7/draft", page, district="Mbale")

    assert "No district was found in the area 'Nowhere'." in before
    assert 400 == nowhere.status_code
    assert "Nobody knows which districts it is for." in main_of(nowhere)
    assert "Flood tonight." in nowhere.text
    assert "Flood tonight. Go up." in drafted.text
    assert "Mbale" in main_of(drafted)
    assert "is broadcast 1 already" in main_of(twice)
    assert "has 1 warning." in main_of(beyond)
    assert {400} == {twice.status_code, beyond.status_code}


def test_a_text_that_is_emptied_is_left_out(office: Desk) -> None:
    asha = office.signed_in("asha")
    now = office.clock.now()
    until = (now + timedelta(hours=6)).isoformat()
    nowhere = area("Nowhere", geocode="")
    id = things.alert(office, "health", *(
        info(each, areas=nowhere, expires=until) for each in ("en", "sw"))).id  # fmt: skip

    drafted = asha.post(f"/alerts/{id}/0/draft", f"/alerts/{id}", **{
        "district": "Mbale", "text-en": "Flood.", "text-sw": ""})  # fmt: skip

    assert 200 == drafted.status_code
    assert {"en": "Flood."} == office.gateway.broadcast.read.one(1, "adam").texts


def test_districts_that_are_all_unticked_are_not_taken_up_again(office: Desk) -> None:
    asha = office.signed_in("asha")
    until = (office.clock.now() + timedelta(hours=6)).isoformat()
    places = MBALE + area("Nowhere", geocode="")
    id = things.alert(office, "health", info(areas=places, expires=until)).id
    page, path = f"/alerts/{id}", f"/alerts/{id}/0/draft"

    found = 'value="Mbale" checked' in asha.get(page).text
    unticked = asha.post(path, page, **{"text-en": "Flood."})
    elsewhere = asha.post(path, page, **{"text-en": "Flood.", "district": "Sorindo"})

    assert found
    assert 400 == unticked.status_code
    assert "Nobody knows which districts it is for." in main_of(unticked)
    assert 200 == elsewhere.status_code
    assert ("Sorindo",) == office.gateway.broadcast.read.one(1, "adam").audience.districts


def test_who_only_looks_decides_nothing_and_others_see_nothing(office: Desk) -> None:
    office.add("eve", Role.VIEWER)
    eve, vera = office.signed_in("eve"), office.signed_in("vera")
    id = things.alert(office).id

    form = {"district": "Mbale", "text-en": "Flood."}
    looked = eve.post(f"/alerts/{id}/0/draft", f"/alerts/{id}", **form)
    elsewhere = vera.post(f"/alerts/{id}/0/draft", "/alerts/", **form)

    assert "Draft it" not in eve.get(f"/alerts/{id}").text
    assert (403, 404) == (looked.status_code, elsewhere.status_code)
    assert 404 == vera.get(f"/alerts/{id}").status_code
    assert "Flood" not in vera.get("/alerts/").text


def test_what_has_expired_waits_no_longer(office: Desk) -> None:
    asha = office.signed_in("asha")
    id = things.alert(office).id
    assert "waits for a person" in main_of(asha.get("/alerts/"))
    office.clock.advance(6 * 3600 + 1)
    asha = office.signed_in("asha")

    late = asha.post(f"/alerts/{id}/0/draft", f"/alerts/{id}", district="Mbale")

    assert "waits for a person" not in main_of(asha.get("/alerts/"))
    assert "Draft it" not in asha.get(f"/alerts/{id}").text
    assert 400 == late.status_code


def test_doubts_are_told_in_the_language_of_the_reader(office: Desk) -> None:
    asha = office.signed_in("asha")
    id = things.alert(office).id

    arabic = asha.get(f"/alerts/{id}", language="ar").text
    french = asha.get(f"/alerts/{id}", language="fr").text

    assert '<html lang="ar" dir="rtl">' in arabic
    assert "No district was found" not in arabic + french
    assert "Aucun district" in french
