"""OneAPI tells several SMS, and several reports, in one request."""

from __future__ import annotations

import json

import pytest

from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.orange.webhooks import Orange
from gateway.domain.faults_and_errors.errors import Malformed, Unanswerable
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.webhook import WebhookRequest
from tests.providers.samples import WEBHOOK_KEY


@pytest.fixture
def orange() -> Orange:
    parts = {"authorization": "Basic aW52ZW50ZWQ=", "address": "+2250000", "country": "KE"}
    return Orange("orange", Settings.model_validate(parts), [WEBHOOK_KEY])


def request(document: object) -> WebhookRequest:
    return WebhookRequest(
        method="POST", path="/sms/orange", query=f"key={WEBHOOK_KEY}", headers={},
        remote_address="", public_url="https://x.example", body=json.dumps(document).encode(),
    )  # fmt: skip


def mo(number: str, message_id: str) -> dict[str, str]:
    return {"messageId": message_id, "senderAddress": f"tel:{number}", "message": message_id}


@pytest.mark.parametrize("outer", ["inboundSMSMessageList", "inboundSMSMessageNotification"])
def test_each_sms_of_a_list_is_read_and_one_that_is_wrong_costs_itself_alone(
    orange: Orange, outer: str
) -> None:
    listed = [mo("+254711000001", "m1"), mo("MPESA", "m2"), mo("+254711000002", "m3")]
    told = orange.parse_each_sms(request({outer: {"inboundSMSMessage": listed}}))

    assert ["m1", "m3"] == [each.provider_ref for each in told if isinstance(each, InboundSms)]
    assert isinstance(told[1], Unanswerable)
    with pytest.raises(Malformed):
        orange.parse_sms(request({outer: {"inboundSMSMessage": listed}}))


def test_a_report_may_tell_of_several_numbers(orange: Orange) -> None:
    stages = [{"deliveryStatus": "DeliveredToNetwork"}, {"deliveryStatus": "DeliveredToTerminal"}]
    info = {"callbackData": "5cc0", "deliveryInfo": stages}
    told = orange.parse_each_delivery(request({"deliveryInfoNotification": info}))

    assert ["sent", "delivered"] == [
        each.status for each in told if isinstance(each, DeliveryReport)
    ]


@pytest.mark.parametrize("entries", [[], ["text"], None])
def test_a_list_of_nothing_is_refused(orange: Orange, entries: object) -> None:
    with pytest.raises(Malformed):
        orange.parse_each_sms(request({"inboundSMSMessageList": {"inboundSMSMessage": entries}}))
