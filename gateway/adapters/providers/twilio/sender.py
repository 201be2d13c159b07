"""Sends SMS through the Twilio SDK, and judges what it answers.

Importing this loads the SDK.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from gateway.adapters.providers.shared.calling.asked import answer_to, form_request
from gateway.adapters.providers.shared.http import Transport
from gateway.adapters.providers.twilio.settings import Settings
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms

#: What Twilio's error codes mean for the SMS: our error, our code, theirs (twilio.com/docs/errors).
_MEANINGS: tuple[tuple[type[SendFailed], str, tuple[int, ...]], ...] = (
    (SubscriberOptedOut, "opted_out", (21610,)),
    (
        SendRejected,
        "number_unreachable",
        (21211, 21214, 21217, 21401, 21604, 21612, 21614, 30005, 30006, 63003, 63024),
    ),
    (
        SendRejected,
        "message_refused",
        (21602, 21617, 21618, 14103, 30004, 30007, 30019),
    ),
    (ChannelMisconfigured, "credentials_refused", (20003, 20005, 20006, 20404)),
    (
        ChannelMisconfigured,
        "sender_id_refused",
        (21212, 21408, 21603, 21606, 21607, 21608, 30018, 30024, 63007),
    ),
    (ChannelMisconfigured, "status_callback_refused", (21609,)),
    (ChannelMisconfigured, "account_suspended", (30002,)),
    (Throttled, "throttled", (14107, 20429, 30022, 63017, 63018)),
    (Throttled, "queue_full", (21611, 30001)),
    (ProviderUnavailable, "provider_error", (20500, 20503, 30017)),
    (ProviderUnavailable, "number_unreachable_now", (30003, 30008)),
)

MEANINGS: Mapping[int, tuple[type[SendFailed], str]] = {
    number: (failure, code) for failure, code, numbers in _MEANINGS for number in numbers
}

#: The daily limits of a sender; waiting for the next day is the only remedy.
DAILY_LIMIT_CODES = frozenset({30023, 30027})
DAY_SECONDS = 86_400.0

#: Not os.environ: TWILIO_EDGE and TWILIO_REGION would reshape the address of the API. The SDK takes
#: an empty mapping for none at all.
_NO_ENVIRONMENT = {"TWILIO_EDGE": ""}


class PooledHttpClient(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's requests on our transport.

    It writes no log: the SDK's own client logs each URL, which holds the AccountSid.
    """

    def __init__(self, transport: Transport) -> None:
        super().__init__(logging.getLogger(__name__), is_async=False)
        self._transport = transport

    def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Returns the answer; raises SendFailed, which passes through the SDK untouched."""
        sent_headers = dict(headers or {})
        if auth:
            sent_headers["Authorization"] = _basic(auth)
        if method == "GET":
            query = urlencode(params or {}, doseq=True)
            answer = self._transport.get(f"{uri}?{query}" if query else uri, sent_headers)
        else:
            answer = self._transport.post_form(uri, data or {}, sent_headers)
        return Response(answer.status, answer.text, answer.headers)


class AskingHttpClient(HttpClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's requests by `answer_to`: whoever runs the call makes them."""

    def __init__(self) -> None:
        super().__init__(logging.getLogger(__name__), is_async=True)

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        """Returns the answer to a form; raises SendFailed, which passes through untouched."""
        sent_headers = dict(headers or {})
        if auth:
            sent_headers["Authorization"] = _basic(auth)
        answer = await answer_to(form_request(uri, data or {}, sent_headers))
        return Response(answer.status, answer.text, answer.headers)


@lru_cache(maxsize=64)
def _basic(auth: tuple[str, str]) -> str:
    return f"Basic {base64.b64encode(':'.join(auth).encode()).decode()}"


def client_for(settings: Settings, http_client: HttpClient) -> Client:
    """Returns the SDK's client for an account, with our way to the network."""
    client = Client(
        settings.account_sid,
        settings.auth_token.get_secret_value(),
        http_client=http_client,
        environment=_NO_ENVIRONMENT,
    )
    if settings.api_url:
        client.api.base_url = settings.api_url
    return client


class TwilioSender:
    """Hands MTs to Twilio, one recipient a call.

    Through the SDK's own way of creating things, but without its class for a message: it reads
    three dates and thirty fields of each answer, of which two are wanted.
    """

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings, self.transport = settings, transport
        self._version = client_for(settings, AskingHttpClient()).api.v2010
        self._uri = f"/Accounts/{settings.account_sid}/Messages.json"

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Returns the provider's reference; raises SendFailed."""
        return self.transport.run(self._send(sms, delivery_url))

    async def call(self, sms: Sequence[OutboundSms], delivery_url: str) -> Sequence[Accepted]:
        """Does what `send` does for one, with `answer_to`."""
        return [await self._send(each, delivery_url) for each in sms]

    async def _send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        try:
            fields = {"To": sms.number.e164, "Body": sms.text, **self._sender_of(sms)}
            if delivery_url:
                fields["StatusCallback"] = status_callback(delivery_url, sms.id)
            message = await self._version.create_async("POST", self._uri, data=fields)
        except (TwilioRestException, TwilioServiceException) as error:
            # Without its cause: the SDK's sentence holds the number, and colours on a terminal.
            raise failure_for(error.status, error.code) from None
        except (TwilioException, ValueError, TypeError, AttributeError, RecursionError):
            # The API said 2xx with a body that is no message: the SDK stumbles in many ways.
            raise OutcomeUnknown("answer_unreadable") from None
        return _accepted(message)

    def _sender_of(self, sms: OutboundSms) -> dict[str, str]:
        service = self._settings.messaging_service_sid
        if service:
            # The address that was texted answers; otherwise the service chooses.
            chosen = {"From": sms.sender} if sms.sender else {}
            return {"MessagingServiceSid": service, **chosen}
        sender = sms.sender or self._settings.sender_id or self._settings.address
        if not sender:
            raise ChannelMisconfigured("sender_id_missing")
        return {"From": sender}


def _accepted(message: Any) -> Accepted:
    # A 201 may have an empty body, or one that is no message.
    sid = message.get("sid") if isinstance(message, dict) else None
    if not isinstance(sid, str) or not sid:
        raise OutcomeUnknown("answer_unreadable")
    return Accepted(
        provider_ref=sid,
        segments=segments_of(message.get("num_segments")),
        cost=cost_of(message.get("price"), message.get("price_unit")),
    )


def segments_of(counted: object) -> int | None:
    """Returns the segments of a message; behind a Messaging Service 0 means not counted yet."""
    segments = str(counted or "")
    return int(segments) or None if segments.isascii() and segments.isdigit() else None


def cost_of(price: object, unit: object) -> str:
    """Returns what a message has cost, as `0.0075 USD`; empty while Twilio does not know.

    A price is below zero there: it is taken from the balance.
    """
    amount = str(price or "").lstrip("-")
    return f"{amount} {unit or ''}".strip()[:32] if amount else ""


def status_callback(delivery_url: str, message_id: int) -> str:
    """Returns the address for the reports on one MT.

    `?id=` names the MT even when the answer to its sending is lost. `?key=` is left out: Twilio
    signs, and stores what it is given.
    """
    before, after = _around_id(delivery_url)
    return f"{before}{message_id}{after}"


@lru_cache(maxsize=64)
def _around_id(delivery_url: str) -> tuple[str, str]:
    parts = urlsplit(delivery_url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("id", "key")]
    before = urlunsplit(parts._replace(query=urlencode([*query, ("id", "")]), fragment=""))
    return before, f"#{parts.fragment}" if parts.fragment else ""


def failure_for(status: object, code: object) -> SendFailed:
    """Returns what an HTTP status and Twilio's error code mean for the SMS."""
    number, http_status = _integer(code), _integer(status)
    detail = str(number or http_status)
    if number in DAILY_LIMIT_CODES:
        return Throttled("daily_limit", detail, DAY_SECONDS)
    if number in MEANINGS:
        failure, our_code = MEANINGS[number]
        return failure(our_code, detail)
    if http_status in (401, 403, 404, 405):
        return ChannelMisconfigured("refused", detail)
    if 300 <= http_status < 400:
        return ChannelMisconfigured("redirected", detail)
    if 400 <= http_status < 500 and http_status != 408:
        return SendRejected("request_refused", detail)
    return OutcomeUnknown("provider_error", detail)


def _integer(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        return 0
