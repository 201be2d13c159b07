"""Orange's SMS API: SMS in both directions. Nothing is signed, so the URLs carry a secret."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.shared.form_fields import (
    required,
    required_msisdn,
    word,
    words,
)
from gateway.adapters.providers.shared.json_fields import JsonFields, json_fields, read_each
from gateway.adapters.providers.shared.keyed_webhooks import KeyedWebhooks
from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.domain.faults_and_errors.errors import Malformed, WebhookRejected
from gateway.domain.telecom.delivery import DeliveryReport, DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.webhook import WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.orange.sender import OrangeSender
    from gateway.adapters.providers.orange.standin import OrangeStandin

Told = TypeVar("Told")

#: The words of OneAPI, in lower case. Where it is "uncertain" another network has the message.
DELIVERY_STATUSES: Mapping[str, DeliveryStatus] = {
    "deliveredtonetwork": DeliveryStatus.SENT,
    "deliveryuncertain": DeliveryStatus.SENT,
    "messagewaiting": DeliveryStatus.SENT,
    "deliverynotificationnotsupported": DeliveryStatus.SENT,
    "deliveredtoterminal": DeliveryStatus.DELIVERED,
    "deliveryimpossible": DeliveryStatus.UNDELIVERED,
}


class Orange(OneByOne, KeyedWebhooks):
    """One country's contract with Orange."""

    routes: Mapping[str, Sequence[str]] = {"sms": ("POST",), "delivery": ("POST",)}

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._settings = settings

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the one MO; raises Malformed."""
        return _only(self._each_mo(request), self._mo)

    def parse_each_sms(self, request: WebhookRequest) -> Sequence[InboundSms | WebhookRejected]:
        """Returns the MOs of one request: OneAPI has a list of them, Orange tells one."""
        return read_each(self._each_mo(request), self._mo)

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the one report, its status None for a word not in the table; raises Malformed."""
        told = json_fields(request).inner("deliveryInfoNotification")
        return _only(told.each("deliveryInfo"), lambda info: _report(told, info))

    def parse_each_delivery(
        self, request: WebhookRequest
    ) -> Sequence[DeliveryReport | WebhookRejected]:
        """Returns the reports of one request, as `parse_delivery` does the one."""
        told = json_fields(request).inner("deliveryInfoNotification")
        return read_each(told.each("deliveryInfo"), lambda info: _report(told, info))

    def _each_mo(self, request: WebhookRequest) -> Sequence[JsonFields]:
        document = json_fields(request)
        listed = document.has("inboundSMSMessageList")
        told = document.inner(
            "inboundSMSMessageList" if listed else "inboundSMSMessageNotification"
        )
        return told.each("inboundSMSMessage")

    def _mo(self, told: JsonFields) -> InboundSms:
        """Returns an MO; raises Malformed.

        Some operators give it an id. Of one without, the same sender, moment and text make the
        reference: under a key, so that nobody can try numbers against it.
        """
        return InboundSms(
            provider_ref=required(told, "messageId") if told.get("messageId") else self._name(told),
            subscriber=self._number(told, "senderAddress"),
            to=told.get("destinationAddress", "").removeprefix("tel:")
            or self._settings.address
            or "",
            text=words(told, "message"),
        )

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed.

        Reports go to the address that Orange was told of, not to `delivery_url`.
        """
        return self._sender.send(sms)

    def _name(self, told: JsonFields) -> str:
        parts = [told["senderAddress"], told.get("dateTime", ""), words(told, "message")]
        key = self._webhook_keys[0].encode()
        return hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()[:32]

    def _number(self, told: JsonFields, name: str) -> Msisdn:
        number = {name: required(told, name).removeprefix("tel:")}
        return required_msisdn(number, name, self._settings.country)

    @cached_property
    def _sender(self) -> OrangeSender:
        from gateway.adapters.providers.orange.sender import OrangeSender
        from gateway.adapters.providers.shared.http import Transport

        return OrangeSender(self._settings, Transport())


def _report(told: JsonFields, info: JsonFields) -> DeliveryReport:
    """Returns a report. Two shapes are met: the status beside the address, and further in."""
    status = required(
        info if "deliveryStatus" in info else info.inner("delivery"), "deliveryStatus"
    )
    return DeliveryReport(
        provider_ref=required(told, "callbackData"),
        status=DELIVERY_STATUSES.get(status.lower()),
        detail=word(status),
    )


def _only(entries: Sequence[JsonFields], read: Callable[[JsonFields], Told]) -> Told:
    if len(entries) != 1:
        raise Malformed("Expected one entry.")
    return read(entries[0])


def load_standin() -> OrangeStandin:
    """Returns what plays Orange on this machine."""
    from gateway.adapters.providers.orange.standin import OrangeStandin

    return OrangeStandin()
