"""What a preset may use to say who we are, and to prove who they are: each as a provider checks it.

Few of the presets that come along need these; a country's own may need any.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.adapters.providers.http.sender import HttpSender
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    Malformed,
    OriginUnproven,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
)
from gateway.domain.telecom.webhook import FORM, WebhookRequest
from tests.providers.presets import provider_of, request_of, settings_of
from tests.providers.samples import WEBHOOK_KEY, outbound, webhook

HEAD = """\
name: Heron
about: An invented aggregator.
confidence: low
sources: ["this test"]
secrets: {user: "The user.", password: "The password."}
base: https://api.heron.example
"""

SENDS = """\
sms_out:
  path: /send
  fields: {to: "{to}", words: "{text}"}
  auth: AUTH
  answer: ANSWER
"""

TAKES = """\
proof: PROOF
sms_in:
  method: [POST]
  reads: READS
  id: id
  number: from
  text: words
"""

TOKEN = """{token: {path: /token, fields: {u: "{user}", p: "{password}"}}}"""
IN_XML = "{reads: xml, taken: {field: status, is: [ok]}, id: letter.id}"


class Answering(Transport):
    """A transport that answers what it is told, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        super().__init__()
        self.asked: list[tuple[str, bytes, dict[str, str]]] = []
        self._answers = list(answers)

    def call(self, method: str, url: str, body: bytes, headers: Any) -> HttpAnswer:
        self.asked.append((url.rpartition("/")[2], body, dict(headers)))
        status, text = self._answers.pop(0)
        return HttpAnswer(status, {}, text.encode())


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Path:
    """The deployment, whose own preset is Heron."""
    (tmp_path / "config" / "providers").mkdir(parents=True)
    return tmp_path


def heron(home: Path, part: str) -> Settings:
    (home / "config" / "providers" / "heron.yaml").write_text(HEAD + part, "utf-8")
    written = {
        "preset": "heron", "country": "KE", "secrets": {"user": "asha", "password": "hush"},
        "address": "20880" if "sms_out" in part else None,
    }  # fmt: skip
    return Settings.model_validate(written, context={"home": home})


def sender(
    home: Path, auth: str, transport: Transport, answer: str = "{id: id}", **more: Any
) -> HttpSender:
    settings = heron(home, SENDS.replace("AUTH", auth).replace("ANSWER", answer))
    assert settings.speaks.sms is not None
    return HttpSender(settings, settings.speaks.sms, transport, **more)


OK = (200, '{"id": "r1"}')


def token(name: str = "t1", seconds: object = 3600) -> tuple[int, str]:
    return 200, json.dumps({"access_token": name, "expires_in": seconds})


def test_a_token_is_fetched_once_and_renewed_before_it_ends(home: Path) -> None:
    now = [0.0]
    transport = Answering(token(), OK, OK, token("t2"), OK)
    sends = sender(home, TOKEN, transport, monotonic=lambda: now[0])
    for at in (0.0, 3500.0, 3580.0):
        now[0] = at
        sends.send(outbound(), "")

    assert ["token", "send", "send", "token", "send"] == [place for place, _, _ in transport.asked]
    assert b"u=asha&p=hush" == transport.asked[0][1]
    assert ["Bearer t1", "Bearer t1", "Bearer t2"] == [
        headers["Authorization"] for place, _, headers in transport.asked if place == "send"
    ]


def test_a_token_that_was_taken_back_is_fetched_anew_and_the_sms_sent_once(home: Path) -> None:
    transport = Answering(token(), (401, ""), token("t2"), OK)

    assert "r1" == sender(home, TOKEN, transport).send(outbound(), "").provider_ref
    assert "Bearer t2" == transport.asked[-1][2]["Authorization"]


@pytest.mark.parametrize(
    ("answers", "failure", "code"),
    [
        ([(401, "")], ChannelMisconfigured, "credentials_refused"),
        ([(503, "")], ProviderUnavailable, "token_refused"),
        ([(200, "<html>")], ProviderUnavailable, "token_unreadable"),
        ([(200, '{"access_token": ""}')], ProviderUnavailable, "token_unreadable"),
        ([token(), (401, ""), token(), (401, "")], ChannelMisconfigured, "credentials_refused"),
    ],
)
def test_without_a_token_nothing_is_sent(
    home: Path, answers: list[tuple[int, str]], failure: type[SendFailed], code: str
) -> None:
    with pytest.raises(SendFailed) as caught:
        sender(home, TOKEN, Answering(*answers)).send(outbound(), "")

    assert (failure, code) == (type(caught.value), caught.value.code)


@pytest.mark.parametrize("form", ["hex", "base64"])
def test_the_body_of_an_sms_is_signed(home: Path, form: str) -> None:
    auth = f'{{signature: {{header: X-Sign, key: "{{password}}", form: {form}, before: "v1="}}}}'
    transport = Answering(OK)
    sender(home, auth, transport).send(outbound(), "")

    ((_, body, headers),) = transport.asked
    made = hmac.new(b"hush", body, hashlib.sha256)
    written = made.hexdigest() if form == "hex" else base64.b64encode(made.digest()).decode()
    assert f"v1={written}" == headers["X-Sign"]


def test_user_and_password_stand_in_the_head(home: Path) -> None:
    transport = Answering(OK)
    sender(home, '{basic: ["{user}", "{password}"]}', transport).send(outbound(), "")

    given = base64.b64encode(b"asha:hush").decode()
    assert f"Basic {given}" == transport.asked[0][2]["Authorization"]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("<reply><status>ok</status><letter><id>r1</id></letter></reply>", "r1"),
        (
            "<?xml version='1.0'?>\n<r><status>OK</status><letter><id> r2 </id></letter></r>",
            "r2",
        ),
        ("<reply><status>no</status></reply>", None),
        ("<reply><status>ok</status></reply>", None),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><reply><status>ok</status></reply>", None),
        ("not XML", None),
    ],
)
def test_an_answer_in_xml_is_read(home: Path, text: str, reference: str | None) -> None:
    sends = sender(home, "{}", Answering((200, text)), IN_XML)
    if reference is not None:
        assert reference == sends.send(outbound(), "").provider_ref.strip()
        return
    with pytest.raises(OutcomeUnknown):
        sends.send(outbound(), "")


def taking(home: Path, proof: str, reads: str = "form") -> HttpProvider:
    settings = heron(home, TAKES.replace("PROOF", proof).replace("READS", reads))
    return HttpProvider("line", settings, [WEBHOOK_KEY])


def asked(body: str, **headers: str) -> WebhookRequest:
    return webhook(
        method="POST", path="/sms/line", query=f"key={WEBHOOK_KEY}",
        headers={"content-type": FORM, **headers}, body=body.encode(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "proven"),
    [
        (base64.b64encode(b"asha:hush").decode(), True),
        (base64.b64encode(b"asha:hussh").decode(), False),
        (base64.b64encode(b"asha").decode(), False),
        ("no base64!", False),
        ("", False),
    ],
)
def test_their_user_and_password_are_asked_for(home: Path, given: str, proven: bool) -> None:
    provider = taking(home, '{basic: ["{user}", "{password}"]}')
    request = asked("id=1", **({"authorization": f"Basic {given}"} if given else {}))
    if proven:
        provider.prove_head(request)
        return
    with pytest.raises(OriginUnproven):
        provider.prove_head(request)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<m><id>1</id><from>254711000001</from><words>A &amp; B</words></m>", "A & B"),
        ("<m><id>1</id><from>254711000001</from><words>ውሃ</words></m>", "ውሃ"),
        ("<m><id>1</id><from>254711000001</from></m>", None),
        ("<m><id>1</id>", None),
        (
            "<!DOCTYPE m [<!ENTITY a 'b'>]><m><from>254711000001</from><words>&a;</words></m>",
            None,
        ),
    ],
)
def test_an_sms_in_xml_is_read(home: Path, body: str, text: str | None) -> None:
    provider = taking(home, "{}", "xml")
    if text is not None:
        assert text == provider.parse_sms(asked(body)).text
        return
    with pytest.raises(Malformed):
        provider.parse_sms(asked(body))


WEBHOOK_USER = {"webhook_user": "asha", "webhook_password": "hush"}
TEXTS = {
    "infobip": {"results": [{"messageId": "m1", "from": "254711000001", "text": "WATER"}]},
    "clickatell": {"messageId": "m1", "fromNumber": "254711000001", "text": "WATER"},
}


@pytest.mark.parametrize("name", ["infobip", "clickatell"])
@pytest.mark.parametrize(
    ("secrets", "given", "proven"),
    [
        (WEBHOOK_USER, "asha:hush", True),
        (WEBHOOK_USER, "asha:hussh", False),
        (WEBHOOK_USER, "", False),
        ({}, "", True),
        ({}, "asha:hush", True),  # nobody has agreed on them: the URL's secret counts
    ],
)
def test_user_and_password_are_asked_for_where_the_channel_gives_them(
    name: str, secrets: dict[str, str], given: str, proven: bool
) -> None:
    provider = provider_of(name, secrets={"api_key": "an-api-key", **secrets})
    headers = {"authorization": f"Basic {base64.b64encode(given.encode()).decode()}"}
    case = {"route": "sms", "json": TEXTS[name], "headers": headers if given else {}}
    request = request_of(settings_of(name), case)
    if proven:
        provider.prove_head(request)
        (sms,) = provider.parse_each_sms(request)
        assert "WATER" == getattr(sms, "text", "")
        return
    with pytest.raises(OriginUnproven):
        provider.prove_head(request)


@pytest.mark.parametrize(("name", "proven"), [("infobip", True), ("clickatell", False)])
def test_a_report_brings_them_where_the_provider_is_known_to_send_them(
    name: str, proven: bool
) -> None:
    provider = provider_of(name, secrets={"api_key": "an-api-key", **WEBHOOK_USER})
    request = request_of(settings_of(name), {"route": "delivery", "json": {"results": []}})
    with contextlib.nullcontext() if proven else pytest.raises(OriginUnproven):
        provider.prove_head(request)


@pytest.mark.parametrize("missing", WEBHOOK_USER)
def test_a_user_without_a_password_proves_nothing_and_is_told(missing: str) -> None:
    secrets = {"api_key": "an-api-key", **WEBHOOK_USER}
    assert settings_of("infobip", secrets=secrets).proves_itself
    assert not settings_of("infobip").proves_itself
    del secrets[missing]

    with pytest.raises(ValidationError, match=f"give `{missing}`, or leave both out"):
        settings_of("infobip", secrets=secrets)
