"""Runs the tables in cases/: a labelled request, and the record or the rejection it becomes."""

from __future__ import annotations

import hmac
import logging
from collections import Counter
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from gateway.adapters.providers.registry import PROVIDERS
from gateway.domain.faults_and_errors.errors import WebhookRejected
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.identity import identity_from_stored
from gateway.domain.telecom.sms import InboundSms, ProviderOptOut
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdTurn
from gateway.domain.telecom.webhook import FORM, WebhookRequest
from gateway.use_cases.ports import Provider
from tests.providers.samples import (
    AUTH_TOKEN,
    CASE_TABLES,
    PUBLIC_URL,
    RETIRED_KEY,
    WEBHOOK_KEY,
    webhook,
)

CASES = [
    pytest.param(table, case, id=f"{name}: {case['label']}")
    for name, table in CASE_TABLES.items()
    for case in table["cases"]
]
RECORDS: dict[str, Any] = {
    "ussd": UssdTurn,
    "ussd-end": UssdEnd,
    "sms": InboundSms,
    "delivery": DeliveryReport,
    "optout": ProviderOptOut,
}


def provider_of(table: dict[str, Any], case: dict[str, Any]) -> Provider:
    kind = PROVIDERS[table["provider"]]
    settings = kind.settings.model_validate(table["settings"] | case.get("settings", {}))
    return kind.build("line", settings, [WEBHOOK_KEY, RETIRED_KEY])


def request_of(table: dict[str, Any], case: dict[str, Any]) -> WebhookRequest:
    kind = PROVIDERS[table["provider"]]
    body = case["body"] if "body" in case else urlencode(case["form"])
    path, query = (
        f"/{case['route']}/line",
        case.get("query", "" if kind.signs else f"key={WEBHOOK_KEY}"),
    )
    headers = {"content-type": FORM} | case.get("headers", {})
    if table["provider"] == "twilio" and case.get("signature", "") is not None:
        url = PUBLIC_URL + path + (f"?{query}" if query else "")
        # With an empty signature, a case wants just that; without one, it wants a right one.
        headers["x-twilio-signature"] = case.get("signature", signature_of(case, url, body))
    if "signing_key" in case:  # as the app on a phone signs
        at = "1767600000"
        signed = hmac.new(case["signing_key"].encode(), body.encode() + at.encode(), "sha256")
        headers = {"x-signature": signed.hexdigest(), "x-timestamp": at} | headers
    return webhook(
        path=path,
        query=query,
        headers=headers,
        body=body.encode(),
        remote_address=case.get("remote_address", "192.0.2.1"),
    )


def signature_of(case: dict[str, Any], url: str, body: str) -> str:
    is_form = "content-type" not in case.get("headers", {})
    fields = MultiDict(parse_qsl(body, keep_blank_values=True)) if is_form else {}
    validator = RequestValidator(case.get("signed_by", AUTH_TOKEN))
    return str(validator.compute_signature(url, fields))


def parse(provider: Provider, route: str, request: WebhookRequest) -> object:
    provider.prove_head(request)
    provider.prove_body(request)
    parsers = {
        "ussd": provider.parse_ussd,
        "ussd-end": provider.parse_ussd_end,
        "sms": provider.parse_sms,
        "delivery": provider.parse_delivery,
        "optout": provider.parse_opt_out,
    }
    return parsers[route](request)


def expected_record(case: dict[str, Any]) -> object:
    fields = dict(case["expect"])
    if "subscriber" in fields:
        fields["subscriber"] = identity_from_stored(fields["subscriber"])
    if case["route"] == "ussd" and "alone" in fields:
        fields["alone"] = AnswerAlone(*fields["alone"])
    if case["route"] == "delivery" and fields["status"] is not None:
        fields["status"] = DeliveryStatus(fields["status"])
    return RECORDS[case["route"]](**fields)


@pytest.mark.parametrize(("table", "case"), [row for row in CASES if "expect" in row.values[1]])
def test_request_becomes_its_record(table: dict[str, Any], case: dict[str, Any]) -> None:
    provider = provider_of(table, case)

    actual = parse(provider, case["route"], request_of(table, case))

    assert expected_record(case) == actual
    assert case["route"] in provider.routes


@pytest.mark.parametrize(("table", "case"), [row for row in CASES if "rejected" in row.values[1]])
def test_request_is_rejected_and_nothing_of_it_is_repeated(
    table: dict[str, Any], case: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    request = request_of(table, case)

    with pytest.raises(WebhookRejected) as caught:
        parse(provider_of(table, case), case["route"], request)

    assert case["rejected"] == caught.value.code
    told = f"{caught.value!r} {caplog.text}"
    for secret in (
        "711000001",
        "5005550001",
        "10231456",
        "RESULT",
        WEBHOOK_KEY,
        AUTH_TOKEN,
        "4bd1",
    ):
        assert secret not in told


def test_case_tables_know_no_other_keys_and_no_label_twice() -> None:
    keys = {
        "label", "route", "form", "body", "headers", "query", "settings", "remote_address",
        "signature", "signed_by", "signing_key", "expect", "rejected",
    }  # fmt: skip

    for name, table in CASE_TABLES.items():
        labels = Counter(case["label"] for case in table["cases"])
        assert [label for label, times in labels.items() if times > 1] == [], name
        for case in table["cases"]:
            assert set() == set(case) - keys, case["label"]
            assert ("expect" in case) + ("rejected" in case) == 1, case["label"]
            assert ("form" in case) + ("body" in case) == 1, case["label"]


def test_every_table_holds_about_as_many_rejections_as_acceptances() -> None:
    for name, table in CASE_TABLES.items():
        rejected = sum("rejected" in case for case in table["cases"])

        assert rejected * 10 >= len(table["cases"]) * 4, name


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_every_provider_has_a_table(name: str) -> None:
    assert name in CASE_TABLES


def test_a_form_of_over_two_hundred_fields_is_refused() -> None:
    table = CASE_TABLES["africastalking"]
    fields = {f"field{number}": "" for number in range(201)}
    case = {"label": "", "route": "sms", "form": fields}

    with pytest.raises(WebhookRejected) as caught:
        parse(provider_of(table, case), "sms", request_of(table, case))

    assert caught.value.code == "malformed"
