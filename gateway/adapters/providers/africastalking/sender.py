"""Sends SMS through the Africa's Talking SDK, and judges what it answers.

Importing this loads the SDK.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from africastalking.Service import validate_phone
from africastalking.SMS import SMSService

from gateway.adapters.providers.africastalking.settings import Settings
from gateway.adapters.providers.shared.calling.asked import (
    HttpAnswer,
    HttpRequest,
    answer_to,
    form_request,
)
from gateway.adapters.providers.shared.form_fields import word
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms

#: Nigeria's networks refuse promotional SMS at night, from 20 to 8; within an hour is soon enough.
DO_NOT_DISTURB_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one status code of the send API means: the provider's word, our error, our code."""

    word: str
    failure: type[SendFailed]
    code: str
    retry_after: float | None = None

    def failed(self) -> SendFailed:
        """Returns the error, with the provider's word as its detail."""
        return self.failure(self.code, self.word, self.retry_after)


#: 100 Processed, 101 Sent, 102 Queued.
ACCEPTED_CODES = frozenset({100, 101, 102})

#: All other status codes of a recipient, in the provider's words.
VERDICTS: Mapping[int, Verdict] = {
    401: Verdict("RiskHold", ChannelMisconfigured, "held_for_review"),
    402: Verdict("InvalidSenderId", ChannelMisconfigured, "sender_id_refused"),
    403: Verdict("InvalidPhoneNumber", SendRejected, "number_invalid"),
    404: Verdict("UnsupportedNumberType", SendRejected, "number_unsupported"),
    405: Verdict("InsufficientBalance", ChannelMisconfigured, "balance_exhausted"),
    406: Verdict("UserInBlacklist", SubscriberOptedOut, "opted_out"),
    407: Verdict("CouldNotRoute", SendRejected, "no_route"),
    409: Verdict(
        "DoNotDisturbRejection", ProviderUnavailable, "do_not_disturb", DO_NOT_DISTURB_SECONDS
    ),
    500: Verdict("InternalServerError", ProviderUnavailable, "provider_error"),
    501: Verdict("GatewayError", ProviderUnavailable, "provider_error"),
    502: Verdict("RejectedByGateway", SendRejected, "message_refused"),
}

_BY_WORD = {verdict.word.lower(): verdict for verdict in VERDICTS.values()}

#: HTTP statuses that every SMS of the channel would meet; the other 4xx are about this one.
_CHANNEL_STATUSES = frozenset({401, 402, 403, 404, 405})


class AskingSmsService(SMSService):  # type: ignore[misc]  # the SDK has no types
    """The SDK's SMS service, which returns the requests that it would make.

    The SDK opens a connection for every SMS, drops the HTTP status of a failure, and takes an
    answer for text unless its Content-Type is exactly `application/json`: so its way to the network
    is replaced. Whoever hands an SMS over makes the request, and reads the answer whole.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.username, settings.api_key.get_secret_value())
        if settings.api_url:
            # There is no option for it. The sandbox, too, has one host for both kinds of SMS.
            self._baseUrl = self._contentUrl = f"{settings.api_url}/version1"

    def _make_request(
        self,
        url: str,
        method: str,
        headers: Mapping[str, str],
        data: Mapping[str, object],
        params: None,
        callback: None = None,
        timeout: object = None,
    ) -> HttpRequest:
        fields = {name: value for name, value in data.items() if value is not None}
        return form_request(url, fields, headers)


class AfricasTalkingSender:
    """Hands MTs to Africa's Talking, one or many recipients a call."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings, self.transport = settings, transport
        self._service = AskingSmsService(settings)

    def send(self, sms: OutboundSms) -> Accepted:
        """Returns the provider's reference; raises SendFailed."""
        return self.transport.run(self._send(sms))

    def send_many(self, sms: Sequence[OutboundSms]) -> Sequence[Accepted | SendFailed]:
        """Returns what each came to, in their order; raises SendFailed for all alike.

        All have the text and the sender of the first, none a link id, and each another number.
        """
        return self.transport.run(self._send_many(sms))

    async def call(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Does what `send` does for one, and `send_many` for several, with `answer_to`."""
        return [await self._send(sms[0])] if len(sms) == 1 else await self._send_many(sms)

    async def _send(self, sms: OutboundSms) -> Accepted:
        number = sms.number.e164
        sender = self._sender_of(sms)
        if sms.link_id:
            request = self._service.send_premium(
                sms.text, sender, [number], keyword=self._settings.keyword, link_id=sms.link_id
            )
        else:
            # `enqueue` left out means "yes" to the API: the SDK cannot say "no", so we say "yes".
            request = self._service.send(sms.text, [number], sender_id=sender, enqueue=True)
        return judge_answer(await answer_to(request), number)

    async def _send_many(self, sms: Sequence[OutboundSms]) -> Sequence[Accepted | SendFailed]:
        told = [_number_of(each) for each in sms]
        numbers = [each for each in told if isinstance(each, str)]
        judged: Mapping[str, Accepted | SendFailed] = {}
        if numbers:
            first = sms[0]
            request = self._service.send(
                first.text, numbers, sender_id=self._sender_of(first), enqueue=True
            )
            judged = judge_many(await answer_to(request), numbers)
        return [judged[each] if isinstance(each, str) else each for each in told]

    def _sender_of(self, sms: OutboundSms) -> str | None:
        return sms.sender or self._settings.sender_id or self._settings.address


def _number_of(sms: OutboundSms) -> str | SendFailed:
    """Returns the number to send to, or why there is none.

    The SDK drops a whole batch for one number that it does not like: so it is asked before.
    """
    try:
        number = sms.number.e164
    except SendFailed as failure:
        return failure
    return number if validate_phone(number) else SendRejected("number_invalid")


def judge_many(answer: HttpAnswer, numbers: Sequence[str]) -> Mapping[str, Accepted | SendFailed]:
    """Returns what the SMS to each number came to; raises SendFailed for all alike.

    A request that is refused as a whole says nothing of each: they are tried again, and then alone.
    """
    refusal = _refusal_by_status(answer.status)
    data = _message_data(answer)
    recipients = data.get("Recipients") if data else None
    if not isinstance(recipients, list) or not recipients:
        if recipients is None:
            failure = refusal or OutcomeUnknown("answer_unreadable", str(answer.status))
        else:
            failure = _refusal_by_message(data, refusal)
        if isinstance(failure, SendRejected | SubscriberOptedOut):
            failure = ProviderUnavailable("batch_refused", failure.detail)
        raise failure
    by_number = {_digits(each.get("number")): each for each in recipients if isinstance(each, dict)}
    return {number: _judged(by_number.get(_digits(number)), answer, refusal) for number in numbers}


def _judged(
    recipient: Mapping[str, Any] | None, answer: HttpAnswer, refusal: SendFailed | None
) -> Accepted | SendFailed:
    if recipient is None:
        return refusal or OutcomeUnknown("recipient_missing", str(answer.status))
    try:
        return _judge_recipient(recipient)
    except SendFailed as failure:
        return failure


def judge_answer(answer: HttpAnswer, number: str) -> Accepted:
    """Returns the acceptance of the SMS to this number; raises SendFailed."""
    refusal = _refusal_by_status(answer.status)
    data = _message_data(answer)
    recipients = data.get("Recipients") if data else None
    if not isinstance(recipients, list):
        raise refusal or OutcomeUnknown("answer_unreadable", str(answer.status))
    if not recipients:
        raise _refusal_by_message(data, refusal)
    for recipient in recipients:
        # By number, never by place: one that is refused may be left out of the list.
        if isinstance(recipient, dict) and _digits(recipient.get("number")) == _digits(number):
            return _judge_recipient(recipient)
    raise refusal or OutcomeUnknown("recipient_missing", str(answer.status))


def _refusal_by_status(status: int) -> SendFailed | None:
    if status in (200, 201):
        return None
    detail = str(status)
    if status in _CHANNEL_STATUSES:
        return ChannelMisconfigured("credentials_refused" if status == 401 else "refused", detail)
    if 300 <= status < 400:
        return ChannelMisconfigured("redirected", detail)
    if 400 <= status < 500 and status != 408:
        return SendRejected("request_refused", detail)
    return OutcomeUnknown("provider_error", detail)


def _message_data(answer: HttpAnswer) -> Mapping[str, Any] | None:
    # Read whatever the Content-Type: the API has sent JSON under several.
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    data = document.get("SMSMessageData") if isinstance(document, dict) else None
    return data if isinstance(data, dict) else None


def _refusal_by_message(data: Mapping[str, Any] | None, refusal: SendFailed | None) -> SendFailed:
    # With nobody in the list nothing was sent, and `Message` says why, even under HTTP 201.
    message = word(str(data.get("Message", ""))) if data else ""
    verdict = _BY_WORD.get(message.lower())
    if verdict is not None:
        return verdict.failed()
    return refusal or ChannelMisconfigured("refused", message)


def _judge_recipient(recipient: Mapping[str, Any]) -> Accepted:
    code = _integer(recipient.get("statusCode"))
    reference = str(recipient.get("messageId") or "")
    # An SMS that was not sent has the word None for a reference.
    taken = reference not in ("", "None")
    if code in ACCEPTED_CODES and taken:
        return Accepted(
            provider_ref=reference,
            segments=_integer(recipient.get("messageParts")),
            cost=str(recipient.get("cost") or "")[:32],
        )
    verdict = VERDICTS.get(code) if code is not None else None
    if verdict is None or (code == 401 and taken):
        # No reference to ask after, a code we do not know, or an SMS that a review may yet release.
        raise OutcomeUnknown("answer_unclear", str(code) if code is not None else "")
    raise verdict.failed()


def _digits(number: object) -> str:
    return str(number).strip().lstrip("+")


def _integer(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None
