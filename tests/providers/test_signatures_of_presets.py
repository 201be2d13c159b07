"""Signatures that a preset asks for: those that the providers' own libraries make are taken.

The signatures of Plivo were made with its SDK for Python, those of Vonage stand in the tests of its
SDK, and in the page about signed messages: none of them by this code.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.standin import HttpStandin
from gateway.adapters.providers.http.webhooks import HttpProvider
from gateway.domain.faults_and_errors.errors import FilesInvalid, OriginUnproven, SettingsInvalid
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.webhook import FORM, WebhookRequest
from tests.providers.presets import provider_of, settings_of
from tests.providers.samples import PUBLIC_URL, WEBHOOK_KEY, webhook

SECRET = "secret"
VONAGE = {"api_key": "a-key", "api_secret": "a-secret", "signature_secret": SECRET}
PLIVO = {"auth_id": "MA1", "auth_token": "a-token", "signature_token": "a-token"}

#: What Vonage's SDK signs in its tests, and how.
SIGNED = {"a": "1", "b": "2", "timestamp": "1461605396"}
BY_HASH = {
    "md5hash": "6af838ef94998832dbfc29020b564830",
    "md5": "c15c21ced558c93a226c305f58f902f2",
    "sha1": "3e19a4e6880fdc2c1426bfd0587c98b9532f0210",
    "sha256": "a321e824b9b816be7c3f28859a31749a098713d39f613c80d455bbaffae1cd24",
    "sha512": "812a18f76680fa0fe1b8bd9ee1625466ceb1bd96242e4d050d2cfd9a7b40166c"
    "63ed26ec9702168781b6edcf1633db8ff95af9341701004eec3fcf9550572ee8",
}

#: In ASCII: over other letters Plivo's SDKs for Python and for Node do not agree.
TEXTED = {"From": "254711000001", "To": "15005550006", "Text": "Maji & 5 = 5", "MessageUUID": "m1"}
OF_POST = "cldbFcxJbXMMsUI70JG6zo9JTqCwSHEidwIUigfpFPA="
OF_GET = "2jojGSAd7noMfWq1oJjXdNJfkEy/iWu0RvgTTQ2cmNA="
NONCE = "x-plivo-signature-v3-nonce"


def vonage(hash_: str = "md5hash", secret: str = SECRET) -> HttpProvider:
    return provider_of(
        "vonage", secrets={**VONAGE, "signature_secret": secret}, options={"signature": hash_}
    )


def told(fields: dict[str, Any], form: str = "form", query: str = "") -> WebhookRequest:
    asked = f"key={WEBHOOK_KEY}" + (f"&{query}" if query else "")
    match form:
        case "query":
            return webhook(method="GET", query=f"{asked}&{urlencode(fields)}", headers={})
        case "json":
            head, body = {"content-type": "application/json"}, json.dumps(fields).encode()
            return webhook(query=asked, headers=head, body=body)
        case _:
            return webhook(
                query=asked, headers={"content-type": FORM}, body=urlencode(fields).encode()
            )


@pytest.mark.parametrize("form", ["form", "json", "query"])
@pytest.mark.parametrize("hash_", BY_HASH)
def test_a_signature_of_vonage_is_taken_in_each_hash_and_form(hash_: str, form: str) -> None:
    vonage(hash_).prove_body(told({**SIGNED, "sig": BY_HASH[hash_]}, form))
    vonage(hash_).prove_body(told({"SIG": BY_HASH[hash_].upper(), **SIGNED}, form))


@pytest.mark.parametrize(
    ("fields", "form", "query"),
    [
        (SIGNED, "form", ""),
        ({**SIGNED, "sig": ""}, "form", ""),
        ({**SIGNED, "sig": BY_HASH["sha256"]}, "form", ""),
        ({**SIGNED, "sig": BY_HASH["md5hash"], "a": "2"}, "form", ""),
        ({**SIGNED, "sig": BY_HASH["md5hash"], "c": "3"}, "json", ""),
        ({"a": "1", "sig": BY_HASH["md5hash"]}, "query", ""),
        # A field of the address that would lie over one of the body.
        ({**SIGNED, "sig": BY_HASH["md5hash"]}, "json", "a=2"),
        ({**SIGNED, "sig": BY_HASH["md5hash"], "list": [1]}, "json", ""),
    ],
)
def test_what_vonage_has_not_signed_is_refused(
    fields: dict[str, Any], form: str, query: str
) -> None:
    with pytest.raises(OriginUnproven):
        vonage().prove_body(told(fields, form, query))


def test_a_body_that_cannot_be_read_is_refused_and_not_repeated() -> None:
    for kind, body in ((FORM, b"a=1&" * 300), ("application/json", b"[1]"), ("text/x", b"WATER")):
        request = webhook(headers={"content-type": kind}, body=body)
        with pytest.raises(OriginUnproven) as caught:
            vonage().prove_body(request)
        assert "WATER" not in repr(caught.value)


def test_a_sign_that_parts_fields_is_signed_as_an_underscore() -> None:
    # MD5 of "&a=1_2_3&b=x" and the secret, as the page about signed messages tells it.
    import hashlib

    sig = hashlib.md5(b"&a=1_2_3&b=x" + SECRET.encode(), usedforsecurity=False).hexdigest()
    vonage().prove_body(told({"b": "x", "a": "1&2=3", "sig": sig}))


@pytest.mark.parametrize("preset", ["vonage", "plivo"])
def test_a_channel_without_the_secret_asks_for_no_signature(preset: str) -> None:
    provider_of(preset).prove_body(told(TEXTED))


@pytest.mark.parametrize(
    ("preset", "secrets", "proves"),
    [
        ("vonage", VONAGE, True),
        ("plivo", PLIVO, True),
        ("vonage", None, False),
        ("plivo", None, False),
        ("telerivet", None, True),
        ("termii", None, True),
        ("infobip", None, False),
    ],
)
def test_doctor_is_told_whether_the_url_alone_proves_the_origin(
    preset: str, secrets: dict[str, str] | None, proves: bool
) -> None:
    changes = {"secrets": secrets} if secrets else {}
    assert proves is settings_of(preset, **changes).proves_itself


def plivo(fields: dict[str, str], signature: str, form: str = "form", **more: str) -> None:
    request = told(fields, form)
    header = more.pop("header", "x-plivo-signature-v3")
    request.headers = {**request.headers, header: signature, NONCE: "12345", **more}
    provider_of("plivo", secrets=PLIVO).prove_body(request)


def test_a_signature_of_plivo_is_taken_of_a_post_and_of_a_get() -> None:
    plivo(TEXTED, OF_POST)
    plivo(TEXTED, f"AAAA,{OF_POST}", header="x-plivo-signature-ma-v3")
    plivo(TEXTED, OF_GET, "query")


@pytest.mark.parametrize(
    ("fields", "signature", "form", "more"),
    [
        (TEXTED, "", "form", {}),
        (TEXTED, OF_POST.lower(), "form", {}),
        (TEXTED, OF_GET, "form", {}),
        (TEXTED, OF_POST, "query", {}),
        ({**TEXTED, "Text": "PAY"}, OF_POST, "form", {}),
        ({**TEXTED, "More": "1"}, OF_POST, "form", {}),
        (TEXTED, OF_POST, "form", {NONCE: "12346"}),
        (TEXTED, OF_POST, "form", {NONCE: ""}),
        (TEXTED, OF_POST, "form", {"header": "x-another"}),
    ],
)
def test_what_plivo_has_not_signed_is_refused(
    fields: dict[str, str], signature: str, form: str, more: dict[str, str]
) -> None:
    with pytest.raises(OriginUnproven):
        plivo(fields, signature, form, **more)


@pytest.mark.parametrize(("preset", "secrets"), [("vonage", VONAGE), ("plivo", PLIVO)])
def test_the_stand_in_signs_what_its_phones_send(preset: str, secrets: dict[str, str]) -> None:
    settings = settings_of(preset, secrets=secrets)
    sms = InboundSms(
        provider_ref="m1",
        subscriber=Msisdn("+254711000001"),
        to=settings.address or "",
        text="Je & ውሃ = 5?",
    )
    url = f"{PUBLIC_URL}/sms/line?key={WEBHOOK_KEY}"

    sent = HttpStandin().sms(settings, url, sms)

    path, _, query = sent.target.partition("?")
    headers = {name.lower(): value for name, value in sent.headers.items()}
    request = webhook(method=sent.method, path=path, query=query, headers=headers, body=sent.body)
    right = HttpProvider("line", settings, [WEBHOOK_KEY])
    right.prove_body(request)
    assert sms.text == right.parse_sms(request).text
    other = provider_of(preset, secrets={**secrets, list(secrets)[-1]: "another"})
    with pytest.raises(OriginUnproven):
        other.prove_body(request)


HERON = """\
name: Heron
about: An invented aggregator.
confidence: low
sources: ["this test"]
secrets: {key: "The key."}
options: {hash: {about: "The hash.", default: md5, one_of: [md5, crc]}, free: {about: "Any."}}
proof: {signature: {key: "{key}", SIGNATURE}}
sms_in: {id: id, number: from, text: words}
"""


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        ("over: '{body}'", "A signature stands in a `header` or in a `field`: write one of them."),
        ("header: X, field: y", "A signature stands in a `header` or in a `field`: write one"),
        ("header: X, over: 'fields'", "Nothing is signed: name some of url, query, fields"),
        ("header: X, over: '{felds}'", "Nothing is called '{felds}'. Did you mean 'fields'?"),
        ("header: X, over: '{url}{nonce}'", "`{nonce}` is the value of a header: name it in"),
        ("header: X, pair: '{name}={text}'", "Nothing is called '{text}'."),
        ("header: X, algorithm: sha3", "'sha3' is none of the hashes: sha1, sha256"),
        ("header: X, algorithm: '{hash}'", "'crc' is none of the hashes: sha1, sha256"),
        ("header: X, algorithm: '{free}'", "'anything' is none of the hashes"),
    ],
)
def test_what_is_wrong_with_a_signature_is_told_with_its_line(
    tmp_path: Path, signature: str, sentence: str
) -> None:
    folder = tmp_path / "config" / "providers"
    folder.mkdir(parents=True)
    (folder / "heron.yaml").write_text(HERON.replace("SIGNATURE", signature), "utf-8")

    with pytest.raises((FilesInvalid, SettingsInvalid)) as caught:
        Settings.model_validate(
            {"preset": "heron", "secrets": {"key": "k"}, "options": {"free": "x"}},
            context={"home": tmp_path},
        )

    (fault,) = [each for each in caught.value.faults if sentence in each.sentence]
    assert fault.code == "S031"
    assert 7 == fault.line
