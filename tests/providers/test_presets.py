"""Every preset keeps the contract of a provider, and its case file says what it reads and asks."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, quote

import pytest

from gateway.adapters.providers.http.cases.case_requests import record_of
from gateway.adapters.providers.http.sender import HttpSender
from gateway.adapters.providers.http.standin import HttpStandin
from gateway.adapters.providers.http.template import load
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, WebhookRejected
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest
from tests.providers.presets import NAMES, TABLES, provider_of, request_of, settings_of
from tests.providers.samples import NUMBER, PUBLIC_URL, WEBHOOK_KEY, outbound, webhook
from tests.providers.tried import DOCS

REPORTS = f"{PUBLIC_URL}/delivery/line?key={WEBHOOK_KEY}"
STANDIN = HttpStandin()


def cases(*kinds: str) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}: {case['label']}")
        for name, table in TABLES.items()
        for case in table["cases"]
        if any(kind in case for kind in kinds)
    ]


def told(provider: HttpProvider, route: str, request: WebhookRequest) -> Any:
    provider.prove_head(request)
    provider.prove_body(request)
    if route == "ussd":
        turn = provider.parse_ussd(request)
        return [turn._replace(echo=None) if isinstance(turn, UssdTurn) else turn]
    return (provider.parse_each_sms if route == "sms" else provider.parse_each_delivery)(request)


@pytest.mark.parametrize(("name", "case"), cases("expect", "expect_sms", "expect_report"))
def test_a_request_becomes_its_record(name: str, case: dict[str, Any]) -> None:
    provider = provider_of(name)
    kind = {"expect_sms": "sms", "expect_report": "delivery"}.get(
        next(key for key in case if key.startswith("expect")), case["route"]
    )
    expected = next(case[key] for key in case if key.startswith("expect"))

    (actual,) = told(provider, case["route"], request_of(settings_of(name), case))

    assert record_of(expected, kind, actual) == actual


@pytest.mark.parametrize(("name", "case"), cases("each"))
def test_a_request_of_many_becomes_their_records(name: str, case: dict[str, Any]) -> None:
    actual = told(provider_of(name), case["route"], request_of(settings_of(name), case))

    for each, expected in zip(actual, case["each"], strict=True):
        if "rejected" in expected:
            assert expected["rejected"] == each.code
        else:
            assert record_of(expected, case["route"], each) == each


@pytest.mark.parametrize(("name", "case"), cases("rejected"))
def test_a_request_is_refused_and_nothing_of_it_is_repeated(
    name: str, case: dict[str, Any]
) -> None:
    with pytest.raises(WebhookRejected) as caught:
        told(provider_of(name), case["route"], request_of(settings_of(name), case))

    assert case["rejected"] == caught.value.code
    for private in ("711000001", "244950000", "208183783", "WATER", WEBHOOK_KEY, "a-secret"):
        assert private not in repr(caught.value)


@pytest.mark.parametrize("name", [n for n in NAMES if "pages" in TABLES[n]])
def test_a_page_is_written_as_the_provider_takes_it_and_read_back_by_the_stand_in(
    name: str,
) -> None:
    provider, settings = provider_of(name), settings_of(name)
    for page in TABLES[name]["pages"]:
        ends = "ends" in page
        turn = a_turn(name)
        if "asked" in page:
            part = settings.speaks.shape.ussd
            assert part is not None
            kind = "query" if part.reads[0] == "query" else part.reads[0]
            asked = provider.parse_ussd(request_of(settings, {kind: page["asked"]}))
            assert isinstance(asked, UssdTurn)
            turn = asked

        reply = provider.render_ussd(turn, UssdReply(text=page["text"], ends=ends))

        expected, body = page["ends" if ends else "goes_on"], reply.body
        assert expected == (json.loads(body) if isinstance(expected, dict) else body)
        shown = STANDIN.page_for(settings, body)
        assert ends is shown.ends
        assert page["text"].count("\n") == shown.text.count("\n")


def a_turn(name: str) -> UssdTurn:
    code = settings_of(name).service_code
    return UssdTurn(
        session_id="s1", subscriber=Msisdn("+233200000000"), service_code=code or "", text="1"
    )


# ---------------------------------------------------------------- what the stand-in writes

DIALLED = [n for n in NAMES if "service_code" in TABLES[n]["channel"]]
TEXTED = [n for n in NAMES if "sms" in settings_of(n).own_routes]
SENT = [n for n in NAMES if "request" in TABLES[n]]


def arrived(provider: HttpProvider, sent: WireRequest, route: str) -> Any:
    path, _, query = sent.target.partition("?")
    headers = {name.lower(): value for name, value in sent.headers.items()}
    assert sent.method in provider.routes[route]
    asked = webhook(method=sent.method, path=path, query=query, headers=headers, body=sent.body)
    return told(provider, route, asked)


@pytest.mark.parametrize("name", DIALLED)
def test_a_turn_is_read_as_the_stand_in_writes_it(name: str) -> None:
    provider, settings = provider_of(name), settings_of(name)
    part = settings.speaks.shape.ussd
    assert part is not None
    key = f"/{WEBHOOK_KEY}" if settings.key_in_path else f"?key={WEBHOOK_KEY}"
    url = f"{PUBLIC_URL}/ussd/line{key}"
    newest = part.holds == "newest"
    named = "t1" if part.turn else ""
    for begins in (True, False):
        alone = AnswerAlone(begins, named) if newest else None
        turn = a_turn(name)._replace(text="" if begins else "2", alone=alone)

        (read,) = arrived(provider, STANDIN.turn(settings, url, turn), "ussd")

        if newest and part.begins is None and not begins:
            turn = turn._replace(alone=AnswerAlone(None, named))
        assert turn == read


@pytest.mark.parametrize("name", TEXTED)
def test_an_sms_is_read_as_the_stand_in_writes_it(name: str) -> None:
    provider, settings = provider_of(name), settings_of(name)
    sms = InboundSms(
        provider_ref="m1",
        subscriber=Msisdn(TABLES[name].get("request", {}).get("number", NUMBER)),
        to=settings.address or "22334",
        text='Is "ውሃ" <safe> & free?',
    )

    url = f"{PUBLIC_URL}/sms/line?key={WEBHOOK_KEY}"
    (read,) = arrived(provider, STANDIN.sms(settings, url, sms), "sms")

    part = settings.speaks.shape.sms_in
    assert part is not None
    assert sms == (read if part.id else replace(read, provider_ref="m1"))


# ---------------------------------------------------------------- how an SMS is handed over


class Recorder(Transport):
    """A transport that answers what it is told, and keeps what it was asked."""

    def __init__(self, *answers: HttpAnswer) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, bytes, dict[str, str]]] = []
        self._answers = list(answers)

    def call(self, method: str, url: str, body: bytes, headers: Any) -> HttpAnswer:
        self.asked.append((method, url, body, dict(headers)))
        return self._answers.pop(0)


def sender_of(name: str, transport: Transport) -> HttpSender:
    settings = settings_of(name)
    assert settings.speaks.sms is not None
    return HttpSender(settings, settings.speaks.sms, transport)


def answering(name: str, answer: HttpAnswer) -> Recorder:
    """Returns a transport that gives a token first, where the preset fetches one."""
    maker = settings_of(name).speaks.sms
    assert maker is not None
    token = HttpAnswer(200, {}, b'{"access_token": "a-token"}')
    return Recorder(*([token] if maker.token else []), answer)


def sms_for(name: str) -> Any:
    return outbound(subscriber=Msisdn(TABLES[name]["request"].get("number", NUMBER)))


@pytest.mark.parametrize("name", SENT)
def test_an_sms_is_asked_for_as_the_provider_wants_it(name: str) -> None:
    expected = TABLES[name]["request"]
    transport = answering(name, HttpAnswer(200, {}, b""))

    with pytest.raises(SendFailed):
        sender_of(name, transport).send(sms_for(name), REPORTS)

    method, url, body, headers = transport.asked[-1]
    written = expected["url"].replace("REPORTS", quote(REPORTS, safe=""))
    assert (expected["method"], written) == (method, url)
    for header, value in expected.get("headers", {}).items():
        assert value == headers[header]
    if "json" in expected:
        document = json.loads(json.dumps(expected["json"]).replace("REPORTS", REPORTS))
        assert document == json.loads(body)
    if "form" in expected:
        form = {
            name: str(value).replace("REPORTS", REPORTS) for name, value in expected["form"].items()
        }
        assert form == dict(parse_qsl(body.decode()))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param(name, answer, id=f"{name}: {number}")
        for name in SENT
        for number, answer in enumerate(TABLES[name]["answers"])
    ],
)
def test_an_answer_means_one_thing(name: str, answer: dict[str, Any]) -> None:
    body = json.dumps(answer["json"]) if "json" in answer else answer["body"]
    transport = answering(name, HttpAnswer(answer["status"], {}, body.encode()))

    if "accepted" in answer:
        assert answer["accepted"] == sender_of(name, transport).send(sms_for(name), "").provider_ref
        return
    with pytest.raises(SendFailed) as caught:
        sender_of(name, transport).send(sms_for(name), REPORTS)
    assert answer["failed"] == caught.value.code
    assert answer.get("unknown", False) is isinstance(caught.value, OutcomeUnknown)


# ---------------------------------------------------------------- the files themselves


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_says_how_sure_it_is_and_its_cases_are_enough(name: str) -> None:
    preset = load.load(name)
    assert preset is not None
    assert preset.shape.sources
    assert preset.shape.begin
    table = TABLES[name]
    labels = [case["label"] for case in table["cases"]]
    assert len(set(labels)) == len(labels)
    rejected = sum("rejected" in case for case in table["cases"])
    taken = len(labels) - rejected + sum("accepted" in a for a in table.get("answers", ()))
    assert rejected + sum("failed" in a for a in table.get("answers", ())) >= 3
    assert rejected >= 3
    assert taken >= 3, name


def test_the_page_names_those_of_whom_nobody_can_tell_a_repeated_answer() -> None:
    page = (DOCS / "presets.md").read_text("utf-8")
    (names,) = re.findall(r"a provider that names no turn \(([^)]+)\)", page)
    nameless = {
        name.removesuffix("-ussd")
        for name in DIALLED
        if (part := settings_of(name).speaks.shape.ussd)
        and part.holds == "newest"
        and not part.turn
    }

    assert nameless == set(names.lower().split(", "))
