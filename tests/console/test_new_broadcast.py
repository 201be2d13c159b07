"""Writing a broadcast on a page: what is taken, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from gateway.domain.broadcast.audience import Source
from gateway.domain.broadcast.broadcast import Broadcast
from gateway.domain.broadcast.states import State
from gateway.domain.institutions.roles import Role
from gateway.domain.telecom.sms import Lane
from gateway.web.console.broadcasts import new_broadcast
from tests.console import things
from tests.console.conftest import Browser, Desk, main_of

FORM = {
    "key": "one", "title": "Rain", "institution": "health", "to": "topic", "topic": "warnings",
    "text-en": "It rains.", "text-sw": "Mvua.", "do": "draft",
}  # fmt: skip


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Asha, who broadcasts in health."""
    desk.add("asha", Role.BROADCASTER)
    return desk


@pytest.fixture
def asha(office: Desk) -> Browser:
    """Her browser."""
    return office.signed_in("asha")


def write(browser: Browser, **changes: str) -> TestResponse:
    return browser.post("/broadcasts/new", **{**FORM, **changes})


def upload(browser: Browser, name: str, octets: bytes, **changes: str) -> TestResponse:
    """Sends the form with a list."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/broadcasts/new").text)
    assert token is not None
    form = {**FORM, "to": "list", "topic": "", **changes}
    return browser.client.post(
        "/console/broadcasts/new",
        data={"csrf_token": token[1], **form, "list": (BytesIO(octets), name)},
        headers={"Referer": "http://localhost/console/broadcasts/new"},
        follow_redirects=True,
    )


def made(desk: Desk) -> list[Broadcast]:
    return list(desk.gateway.broadcast.read.newest("", list(State), 10, "adam"))


def test_a_broadcast_is_written_once_however_often_it_is_sent(office: Desk, asha: Browser) -> None:
    first = write(asha, districts="Mbale\r\n\r\n Wendu \r\nMbale", urgent="yes", code="*384*2026#",
                  per_minute="300", fallback="sw", until="2126-12-01T07:30")  # fmt: skip
    again = write(asha)

    assert main_of(first) == main_of(again)
    (found,) = made(office)
    assert ("Mbale", "Wendu") == found.audience.districts
    assert (Source.TOPIC, "warnings", Lane.URGENT, 300, "sw", "*384*2026#", "asha") == (
        found.audience.source, found.topic, found.lane, found.per_minute, found.fallback,
        found.service_code, found.created_by,
    )  # fmt: skip
    assert found.valid_until is not None
    assert {"en": "It rains.", "sw": "Mvua."} == found.texts


def test_to_look_stores_nothing_and_counts_each_text(office: Desk, asha: Browser) -> None:
    texts = {"text-en": "a" * 161, "text-sw": f"Mvua ũ{'a' * 70}", "text-am": "ዝናብ"}
    looked = main_of(write(asha, **{**texts, "do": "look"}))

    assert "English: SMS for each: 2." in looked
    assert "Swahili: SMS for each: 2, Unicode. 1 of them for the signs ũ alone." in looked
    assert "Amharic: SMS for each: 1, Unicode." in looked
    assert [] == made(office)


def test_to_look_tells_what_no_check_would_let_through(office: Desk, asha: Browser) -> None:
    texts = {"text-en": "a" * 6 * 153, "text-sw": "a" * (6 * 153 + 1)}
    looked = main_of(write(asha, **{**texts, "do": "look"}))

    assert "English: SMS for each: 6. Swahili: SMS for each: 7. That is too long" in looked
    assert "6 are the most." in looked


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"title": "  "}, "A broadcast needs a title"),
        ({"text-en": "", "text-sw": " \r\n "}, "A broadcast needs a text."),
        ({"text-xx": "Hi"}, "The menu has no language 'xx'"),
        ({"to": ""}, "Choose to whom it goes."),
        ({"to": "everybody"}, "Choose to whom it goes."),
        ({"topic": ""}, "Say which topic"),
        ({"fallback": "am"}, "There is no text in 'am'"),
        ({"text-en": "Dear {name}"}, "lacks {name}"),
        ({"text-en": "Dear {name}", "text-sw": "{name}!"}, "only a list has columns"),
        ({"text-en": "A {brace"}, "a brace that names no column"),
        ({"per_minute": "-1"}, "as a number, or leave it empty"),
        ({"per_minute": "٣"}, "as a number, or leave it empty"),
        ({"until": "2001-01-01T00:00"}, "would hold no longer already"),
        ({"until": "soon"}, "'soon' is not a time such as"),
        ({"channel": "nowhere"}, "There is no channel 'nowhere'"),
    ],
)
@pytest.mark.parametrize("do", ["look", "draft"])
def test_what_cannot_be_sent_is_refused_and_what_was_typed_stays(
    office: Desk, asha: Browser, changes: dict[str, str], says: str, do: str
) -> None:
    refused = write(asha, **{**changes, "code": "*384*77#", "do": do})

    assert 400 == refused.status_code
    assert says in main_of(refused)
    assert "gateway broadcast" not in main_of(refused)
    assert "*384*77#" in refused.text
    assert [] == made(office)


def test_a_list_is_asked_for_once_it_is_drafted_and_not_to_look(
    office: Desk, asha: Browser
) -> None:
    looked = write(asha, to="list", topic="", do="look")
    refused = write(asha, to="list", topic="")

    assert (200, 400) == (looked.status_code, refused.status_code)
    assert "SMS for each: 1" in main_of(looked)
    assert "Choose the list" in main_of(refused)
    assert [] == made(office)


def test_a_control_character_is_no_text(office: Desk, asha: Browser) -> None:
    assert 400 == write(asha, title="Ra\x00in").status_code
    assert [] == made(office)


def test_another_institution_speaks_for_itself(office: Desk, asha: Browser) -> None:
    office.add("vera", Role.VIEWER)
    vera = office.signed_in("vera")

    assert 403 == write(asha, institution="education").status_code
    assert 403 == write(asha, institution="nowhere").status_code
    assert 403 == vera.get("/broadcasts/new").status_code
    assert 403 == write(vera).status_code
    assert "Write a broadcast" not in vera.get("/broadcasts/").text
    assert [] == made(office)


def test_a_list_is_taken_with_its_values_once(office: Desk, asha: Browser) -> None:
    octets = b"number,name\n0711000002,Neema\n0711000003,Ali\n0711000003,Ali\n"
    texts = {"text-en": "Dear {name}, come.", "text-sw": "{name}, njoo."}

    first = upload(asha, "mothers.csv", octets, **texts)
    again = upload(asha, "mothers.csv", octets, **texts)

    assert "Numbers that stood there more than once: 1." in main_of(first)
    assert 200 == again.status_code
    (found,) = made(office)
    assert (2, "notices") == (found.list_rows, found.topic)
    assert "711000002" not in first.text
    assert "Neema" not in first.text


@pytest.mark.parametrize(
    ("name", "octets", "says"),
    [
        ("a.csv", b"number\n0711\n0711000003\n", "a.csv:2:1: [D029] 'number' is no phone number"),
        ("a.csv", b"name\nAli\n", "a.csv:1:"),
        ("a.csv", b"number\n", "The list has no rows"),
        ("a.csv", b"", "a.csv"),
        ("a.csv", b"number\n\xff\xfe\n", "UTF-8"),
        ("a.xlsx", b"number\n0711000002\n", "a.xlsx"),
        ("a.pdf", b"%PDF", "not a.pdf."),
        ("C:\\lists\\a", b"number\n0711000002\n", "or a workbook (XLSX): not"),
        ("", b"", "Choose the list"),
    ],
)
def test_a_list_with_a_fault_leaves_nothing_behind(
    office: Desk, asha: Browser, name: str, octets: bytes, says: str
) -> None:
    refused = upload(asha, name, octets)

    assert 400 == refused.status_code
    assert says in main_of(refused)
    assert "It rains." in refused.text
    assert "/tmp" not in refused.text
    assert [] == made(office)


@pytest.mark.parametrize("name", ["እናቶች" * 40, "m" * 300, "🤰" * 90])
def test_a_list_may_have_any_name(office: Desk, asha: Browser, name: str) -> None:
    taken = upload(asha, f"{name}.csv", b"number\n0711000002\n")

    assert 200 == taken.status_code
    assert [1] == [each.list_rows for each in made(office)]


@pytest.mark.parametrize(("most", "status", "rows"), [(2, 200, [2]), (1, 400, [])])
def test_a_list_of_too_many_rows_is_left_to_the_command_line(
    office: Desk,
    asha: Browser,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    status: int,
    rows: list[int],
) -> None:
    monkeypatch.setattr(new_broadcast, "MOST_ROWS", most)

    answered = upload(asha, "a.csv", b"number\n0711000002\n0711000003\n")

    assert status == answered.status_code
    assert ("more than 1 rows is taken by command" in main_of(answered)) == (rows == [])
    assert rows == [each.list_rows for each in made(office)]


def test_what_was_typed_survives_the_end_of_the_session(office: Desk, asha: Browser) -> None:
    page = asha.get("/broadcasts/new").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    office.clock.advance(7200)

    asked = asha.client.post(
        "/console/broadcasts/new",
        data={"csrf_token": token[1], **FORM, "list": (BytesIO(b"number\n"), "a.csv")},
        headers={"Origin": "http://localhost"},
    )

    assert "Sign in" in main_of(asked)
    assert "It rains." in asked.text


def test_another_is_written_like_one_that_was(office: Desk, asha: Browser) -> None:
    id = things.broadcast(office, title="Floods", per_minute=60)

    page = asha.get(f"/broadcasts/new?like={id}").text
    wrong = [asha.get(f"/broadcasts/new?like={each}").status_code for each in ("x", "9999", "²")]

    assert 'value="Floods"' in page
    assert "Mvua.</textarea>" in page
    assert 'value="list" required checked' in page
    assert [200, 404, 200] == wrong
