from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from gateway.adapters.drawings.font_faces import FACES
from gateway.adapters.sql import engine as database
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.web.app import FRONT_DOOR, create_app
from gateway.web.phone import PEOPLE
from tests import gateways
from tests.clock import FixedClock

ASHA = "+999700100001"
CODE = "*384*2026#"

HOME_SCREEN = (
    "Public services\n1. Health\n2. Education\n3. ID papers, benefits\n5. Farming, markets\n"
    "6. Problems, warnings\n8. Language\n9. Your data, help"
)

#: Channels of all kinds: `-far` ones would leave this machine, and `short` counts its prefix.
CONFIG = """
name: A test of the phone
national_region: KE
channels:
  phone: {provider: simulator, service_code: "*384*2026#", address: "2026"}
  short: {provider: simulator, service_code: "*384*7#", page: {septets: 150, count_prefix: true}}
  at-here: {provider: africastalking, username: sandbox, api_key: $AT_API_KEY,
            service_code: "*384*2027#", address: "20880", api_url: "http://127.0.0.1:1"}
  twilio-here: {provider: twilio, account_sid: AC00000000000000000000000000000000,
                auth_token: $TWILIO_AUTH_TOKEN, address: "+15005550006",
                api_url: "http://localhost:1"}
  at-far: {provider: africastalking, username: live, api_key: $AT_API_KEY,
           service_code: "*384*2028#", address: "20881"}
  elsewhere-far: {provider: africastalking, username: live, api_key: $AT_API_KEY,
                  service_code: "*384*2029#", address: "20882", api_url: "https://api.example.org"}
"""


#: A session that another test left open would be offered to its caller.
pytestmark = pytest.mark.usefixtures("valkey")


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, valkey_server: str) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("phone")
    config = folder / "gateway.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    environ = {
        **gateways.environment(folder, valkey_server),
        "GATEWAY_CONFIG": str(config),
        "AT_API_KEY": "invented",
        "TWILIO_AUTH_TOKEN": "invented",
    }
    gateway = Gateway(gateways.deployed(environ), clock=FixedClock())
    gateway.choose_language(Msisdn.from_e164(ASHA), "en")
    yield gateway
    gateway.close()


@pytest.fixture(scope="module")
def app(gateway: Gateway) -> Flask:
    return create_app(gateway)


@pytest.fixture
def page(app: Flask) -> FlaskClient:
    """A browser that shows the phone: it says so with every request."""
    client = app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    return client


@pytest.fixture
def number(request: pytest.FixtureRequest) -> str:
    """A number of no other test: the database is shared within this file."""
    return f"+9997{zlib.crc32(request.node.name.encode()):010}"


def turn(page: FlaskClient, name: str, keyed: str = "", **other: Any) -> TestResponse:
    asked = {"channel": "phone", "from": ASHA, "session": name, "code": CODE, "text": keyed}
    return page.post("/phone/turn", json={**asked, **other})


def inbox(page: FlaskClient, number: str, after: int = 0) -> Any:
    return page.post("/phone/inbox", json={"from": number, "after": after}).get_json()


def text_and_route(page: FlaskClient, gateway: Gateway, number: str, text: str) -> None:
    page.post("/phone/sms", json={"channel": "phone", "from": number, "text": text})
    gateway.inbound.work()


# ---------------------------------------------------------------- dialling


def test_dialling_shows_the_first_screen_and_how_full_its_page_is(page: FlaskClient) -> None:
    reply = turn(page, "dialling")

    expected = {"text": HOME_SCREEN, "ends": False, "encoding": "GSM-7", "units": 134, "limit": 160}
    assert expected == reply.get_json()


def test_answers_lead_through_a_service_to_its_end(page: FlaskClient) -> None:
    keyed = ["", "2", "2*1", "2*1*10231456", "2*1*10231456*2", "2*1*10231456*2*03092007"]

    replies = [turn(page, "through", text).get_json() for text in keyed]

    assert [False, False, False, False, False, True] == [reply["ends"] for reply in replies]
    assert "Total grade:" in replies[-1]["text"]


def test_a_shortcut_dialled_behind_the_code_opens_its_service(page: FlaskClient) -> None:
    reply = turn(page, "shortcut", code="*384*2026*31#")

    assert reply.get_json()["text"].startswith("Candidate number (8 digits)?")


def test_every_channel_that_can_be_dialled_is_dialled_in_its_own_wire_format(
    page: FlaskClient,
) -> None:
    reply = turn(page, "in-at", channel="at-here", code="*384*2027#")

    assert HOME_SCREEN == reply.get_json()["text"]


def test_a_page_whose_prefix_counts_has_that_much_less_room(page: FlaskClient) -> None:
    reply = turn(page, "prefix", channel="short", code="*384*7#")

    assert 146 == reply.get_json()["limit"]


def test_a_chosen_language_is_spoken_from_the_next_call_on(page: FlaskClient, number: str) -> None:
    page.post("/phone/language", json={"from": number, "language": "am"})

    reply = turn(page, "amharic", **{"from": number}).get_json()

    assert reply["text"].startswith("ይምረጡ\n1. ጤና")
    assert ("UCS-2", 70) == (reply["encoding"], reply["limit"])


def test_a_language_the_menu_does_not_speak_is_refused(page: FlaskClient, number: str) -> None:
    refused = page.post("/phone/language", json={"from": number, "language": "xx"})

    assert (400, {"error": "The menu does not speak this language."}) == (
        refused.status_code,
        refused.get_json(),
    )


def test_spaces_in_a_number_do_not_make_another_phone(page: FlaskClient, number: str) -> None:
    page.post("/phone/language", json={"from": f"{number[:4]} {number[4:]} ", "language": "sw"})

    reply = turn(page, "spaces", **{"from": number})

    assert reply.get_json()["text"].startswith("Huduma za umma")


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "nowhere"},
        {"channel": 7},
        {"channel": None},
        {"from": ""},
        {"from": "Asha"},
        {"from": 254},
        {"from": "+999"},
        {"session": ""},
        {"session": "x" * 129},
        {"text": None},
        {"text": ["2"]},
        {"text": "half a character: \ud83d"},
        {"code": "*999#"},
        {"code": "*384*2026"},
        {"code": "*384*20265#"},
        {"code": "#"},
        {"channel": "twilio-here"},
        {"channel": "at-far", "code": "*384*2028#"},
        {"channel": "elsewhere-far", "code": "*384*2029#"},
    ],
    ids=repr,
)
def test_a_turn_that_cannot_be_is_refused_with_a_sentence(
    page: FlaskClient, wrong: dict[str, Any]
) -> None:
    refused = turn(page, "refused", **wrong)

    assert (400, ["error"]) == (refused.status_code, list(refused.get_json()))
    assert refused.get_json()["error"].strip().endswith((".", "gateway channels`."))
    assert ASHA not in refused.get_data(as_text=True)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(codec=None), max_size=40), code=st.text("*#0123456789", max_size=20)
)
def test_whatever_is_keyed_gets_a_screen_or_a_sentence(
    page: FlaskClient, text: str, code: str
) -> None:
    answers = [turn(page, "keyed", text), turn(page, "keyed", code=CODE[:-1] + code)]

    assert {200, 400} >= {answer.status_code for answer in answers}
    assert all(answer.get_json().keys() & {"text", "error"} for answer in answers)


# ---------------------------------------------------------------- texting


def test_a_text_is_answered_in_the_inbox_of_its_number_alone(
    page: FlaskClient, gateway: Gateway, number: str
) -> None:
    text_and_route(page, gateway, number, "HELP")

    (sms,) = inbox(page, number)["messages"]
    assert ("2026", "queued", 1, "GSM-7", 160) == (
        sms["sender"],
        sms["status"],
        sms["segments"],
        sms["encoding"],
        sms["limit"],
    )
    assert sms["text"].startswith("Public services of Zamani. Dial *384*2026#")
    assert [] == inbox(page, ASHA)["messages"]


def test_what_is_known_comes_again_only_as_a_status(
    page: FlaskClient, gateway: Gateway, number: str
) -> None:
    text_and_route(page, gateway, number, "HELP")
    (sms,) = inbox(page, number)["messages"]

    gateway.outbound.work("phone", Lane.REPLY)

    expected = {"messages": [], "statuses": {str(sms["id"]): "sent"}}
    assert expected == inbox(page, number, after=sms["id"])


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("a" * 160, (1, "GSM-7", 160, 160)),
        ("a" * 161, (2, "GSM-7", 161, 306)),
        ("a" * 306 + "{", (3, "GSM-7", 308, 459)),
        ("ሀ" * 70, (1, "UCS-2", 70, 70)),
        ("ሀ" * 71, (2, "UCS-2", 71, 134)),
    ],
    ids=["one", "two", "three", "one in UCS-2", "two in UCS-2"],
)
def test_an_sms_is_marked_with_its_segments(
    page: FlaskClient, gateway: Gateway, number: str, text: str, marks: tuple[int, str, int, int]
) -> None:
    new = NewSms(
        channel="phone",
        subscriber=Msisdn.from_e164(number),
        text=text,
        lane=Lane.BULK,
        purpose=Purpose.NOTICE,
        key=f"segments {marks}",
        sender="ZAMANI",
    )
    gateway.sql.outbox.add([new], gateway.clock.now())

    (sms,) = inbox(page, number)["messages"]

    assert marks == tuple(sms[name] for name in ("segments", "encoding", "units", "limit"))
    assert "ZAMANI" == sms["sender"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "  "},
        {"text": 5},
        {"text": "\udc00"},
        {"from": "nobody"},
        {"channel": "nowhere"},
        {"channel": "short"},
        {"channel": "at-far"},
        {"channel": "elsewhere-far"},
    ],
    ids=repr,
)
def test_an_sms_that_cannot_be_is_refused_and_not_stored(
    page: FlaskClient, gateway: Gateway, number: str, wrong: dict[str, Any]
) -> None:
    asked = {"channel": "phone", "from": number, "text": "HELP", **wrong}

    refused = page.post("/phone/sms", json=asked)
    gateway.inbound.work()

    assert (400, ["error"]) == (refused.status_code, list(refused.get_json()))
    assert [] == inbox(page, number)["messages"]


@pytest.mark.parametrize("channel", ["phone", "at-here", "twilio-here"])
def test_every_channel_that_stays_here_can_be_texted(
    page: FlaskClient, gateway: Gateway, number: str, channel: str
) -> None:
    sent = page.post("/phone/sms", json={"channel": channel, "from": number, "text": "HELP"})
    gateway.inbound.work()

    assert (200, {"sent": True}) == (sent.status_code, sent.get_json())
    assert 1 == len(inbox(page, number)["messages"])


@pytest.mark.parametrize("after", ["", "1", 1.5, None, [1]], ids=repr)
def test_an_inbox_is_not_read_after_what_is_no_id(page: FlaskClient, after: object) -> None:
    refused = page.post("/phone/inbox", json={"from": ASHA, "after": after})

    assert (400, {"error": "'after' must be the id of an SMS."}) == (
        refused.status_code,
        refused.get_json(),
    )


def test_a_database_that_is_gone_is_said_as_such(gateway: Gateway, tmp_path: Path) -> None:
    engine = database.create(f"sqlite:///{tmp_path}/no/folder/gateway.db")
    parts = Parts(engine=engine, stores=gateway.stores, releases=gateway.releases)
    broken = Gateway(gateway.deployment, clock=gateway.clock, parts=parts)

    answer = create_app(broken).test_client().post("/phone/inbox", json={"from": ASHA})

    assert (503, ["error"]) == (answer.status_code, list(answer.get_json()))


# ---------------------------------------------------------------- who may ask

ROUTES = ["turn", "sms", "language", "inbox"]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_what_a_form_of_another_site_can_send_is_refused(
    page: FlaskClient, route: str, content_type: str
) -> None:
    body = json.dumps({"channel": "phone", "from": ASHA, "text": "HELP", "language": "en"})

    refused = page.post(f"/phone/{route}", data=body, content_type=content_type)

    assert (400, {"error": "Send a JSON object as application/json."}) == (
        refused.status_code,
        refused.get_json(),
    )


@pytest.mark.parametrize("body", ["", "[]", '"HELP"', "{", "null"])
def test_what_is_no_json_object_is_refused(page: FlaskClient, body: str) -> None:
    refused = page.post("/phone/sms", data=body, content_type="application/json")

    assert 400 == refused.status_code


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "https://example.org"}, 403),
        ({"Origin": "http://localhost.example.org"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
    ],
    ids=repr,
)
def test_only_the_pages_own_requests_are_answered(
    app: Flask, headers: dict[str, str], status: int
) -> None:
    client = app.test_client()

    chosen = {"from": ASHA, "language": "en"}
    answers = [
        client.post("/phone/inbox", json={"from": ASHA}, headers=headers),
        client.post("/phone/language", json=chosen, headers=headers),
    ]

    assert [status, status] == [answer.status_code for answer in answers]


def test_in_production_there_is_no_phone(gateway: Gateway) -> None:
    deployment = replace(gateway.deployment, development=False)
    client = create_app(Gateway(deployment, clock=gateway.clock)).test_client()

    answers = [client.get("/phone/"), client.get("/phone/static/phone.js"),
               client.post("/phone/inbox", json={"from": ASHA})]  # fmt: skip

    assert [404] * 3 == [answer.status_code for answer in answers]


def test_in_production_the_root_says_in_a_sentence_that_nothing_is_to_be_seen(
    gateway: Gateway,
) -> None:
    deployment = replace(gateway.deployment, development=False)
    client = create_app(Gateway(deployment, clock=gateway.clock)).test_client()

    answer = client.get("/")

    assert (404, f"{FRONT_DOOR}\n") == (answer.status_code, answer.get_data(as_text=True))


# ---------------------------------------------------------------- the page


@pytest.fixture
def shown(app: Flask) -> TestResponse:
    return app.test_client().get("/phone/", headers={"Sec-Fetch-Site": "cross-site"})


def test_a_link_from_elsewhere_may_open_the_page(shown: TestResponse) -> None:
    assert 200 == shown.status_code
    assert "Test phone: nothing here reaches a real network" in shown.get_data(as_text=True)


def test_the_page_runs_nothing_but_its_own_files(shown: TestResponse) -> None:
    html = shown.get_data(as_text=True)

    assert "default-src 'self';" in shown.headers["Content-Security-Policy"]
    assert [] == re.findall(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]* src=)", html)
    assert [] == re.findall(r"(?:src|href)=\"(?!/phone/static/)", html)


def test_the_page_offers_the_channels_that_stay_on_this_machine(shown: TestResponse) -> None:
    html = shown.get_data(as_text=True)

    offered = set(re.findall(r'<option value="([a-z-]+)" data-', html))
    assert {"phone", "short", "at-here", "twilio-here"} == offered


def test_what_to_try_comes_from_the_menu_in_the_order_of_posters(shown: TestResponse) -> None:
    html = shown.get_data(as_text=True)

    dialled = re.findall(r"<b>(\*[0-9*]+#)</b>", html)
    words = re.findall(r'data-word="([^"]+)"', html)
    shortcuts = [f"*384*2026*{shortcut}#" for shortcut in (21, 22, 23, 31, 32, 41)]
    assert [CODE, *shortcuts] == dialled[:7]
    assert ["CLINIC", "VACCINE", "APPOINTMENT", "RESULT"] == words[:4]
    assert {"MATOKEO", "RESULTAT", "ውጤት"} <= set(words)


def test_a_deployment_without_channels_here_still_shows_the_page(
    gateway: Gateway, tmp_path: Path
) -> None:
    far = {name: each for name, each in gateway.deployment.settings.channels.items()
           if name.endswith("-far")}  # fmt: skip
    settings = gateway.deployment.settings.model_copy(update={"channels": far})
    deployment = replace(gateway.deployment, settings=settings)

    shown = create_app(Gateway(deployment, clock=gateway.clock)).test_client().get("/phone/")

    assert (200, []) == (shown.status_code, re.findall("data-(?:code|address)", shown.text))


def test_nobody_real_can_be_behind_an_invented_number() -> None:
    # ITU-T lists 999 as reserved for future use: no country has it.
    assert {"+999"} == {number[:4] for number in PEOPLE.values()}


@pytest.mark.parametrize(
    ("file", "content_type"),
    [
        ("phone.js", "text/javascript; charset=utf-8"),
        ("phone.css", "text/css; charset=utf-8"),
        ("phone.svg", "image/svg+xml; charset=utf-8"),
        ("fonts/NotoSansEthiopic-Regular.ttf", "font/ttf"),
    ],
)
def test_files_are_served_with_their_type(app: Flask, file: str, content_type: str) -> None:
    with app.test_client().get(f"/phone/static/{file}") as response:
        assert (200, content_type, "nosniff") == (
            response.status_code,
            response.content_type,
            response.headers["X-Content-Type-Options"],
        )


def test_the_page_has_a_font_for_every_script(app: Flask) -> None:
    client = app.test_client()
    with client.get("/phone/static/phone.css") as response:
        css = response.get_data(as_text=True)

    declared = re.findall(r'font-family: "([^"]+)".*? url\("([^"]+)"\)', css)

    faces = {(face.family, f"fonts/{face.path(bold).name}")
             for face in FACES for bold in (False, True)}  # fmt: skip
    assert {*faces, ("Noto Sans Mono", "fonts/NotoSansMono-Regular.ttf")} == {*declared}
    for _, url in declared:
        with client.get(f"/phone/static/{url}") as response:
            assert 200 == response.status_code
            assert "no-store" not in response.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["README.md", "__init__.py", "../page.ttf", "None.ttf"])
def test_of_the_folder_of_fonts_only_fonts_are_served(app: Flask, name: str) -> None:
    assert 404 == app.test_client().get(f"/phone/static/fonts/{name}").status_code


def test_what_a_citizen_wrote_stays_in_no_cache(page: FlaskClient) -> None:
    answer = page.post("/phone/inbox", json={"from": ASHA})

    assert "no-store" == answer.headers["Cache-Control"]
