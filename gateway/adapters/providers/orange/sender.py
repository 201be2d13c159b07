"""Sends SMS through Orange's API, with a token that it gives for an hour."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from gateway.adapters.providers.orange.settings import Settings
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
)
from gateway.domain.telecom.sms import Accepted, OutboundSms

#: A token is asked for anew so long before its end, in seconds; and after so long where the answer
#: does not say how long it holds.
_SPARE, _USUAL = 60.0, 600.0

#: Codes of OneAPI's serviceException that mean the number alone.
_OF_THE_NUMBER = ("SVC0004", "SVC0280")


class OrangeSender:
    """Speaks to the API for one contract, from any threads."""

    def __init__(
        self,
        settings: Settings,
        transport: Transport,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._transport, self._monotonic = settings, transport, monotonic
        self._lock = threading.Lock()
        self._token, self._until = "", 0.0
        self._url = f"{settings.base}/smsmessaging/v1/outbound/{settings.account}/requests"

    def send(self, sms: OutboundSms) -> Accepted:
        """Returns the provider's reference; raises SendFailed."""
        request: dict[str, object] = {
            "address": f"tel:{sms.number.e164}",
            "senderAddress": f"tel:{self._settings.address}",
            "outboundSMSTextMessage": {"message": sms.text},
        }
        name = sms.sender if sms.sender != self._settings.address else ""
        if name or self._settings.sender_id:
            request["senderName"] = name or self._settings.sender_id
        document = {"outboundSMSMessageRequest": request}
        answer = self._transport.post_json(self._url, document, self._authorized())
        if answer.status == 401:  # a token may be taken back before its time
            self._forget()
            answer = self._transport.post_json(self._url, document, self._authorized())
        if answer.status not in (200, 201):
            raise failure_for(answer)
        taken = _object(answer).get("outboundSMSMessageRequest")
        resource = taken.get("resourceURL") if isinstance(taken, dict) else None
        reference = resource.rstrip("/").rpartition("/")[2] if isinstance(resource, str) else ""
        if not reference:
            raise OutcomeUnknown("answer_unreadable")
        return Accepted(provider_ref=reference)

    def _authorized(self) -> Mapping[str, str]:
        with self._lock:
            if self._monotonic() >= self._until:
                self._token, seconds = self._fetched()
                self._until = self._monotonic() + max(seconds - _SPARE, 1.0)
            return {"Authorization": f"Bearer {self._token}"}

    def _forget(self) -> None:
        with self._lock:
            self._until = 0.0

    def _fetched(self) -> tuple[str, float]:
        """Returns a token and how long it holds; raises SendFailed, of an SMS that surely waits."""
        try:
            answer = self._transport.post_form(
                f"{self._settings.base}/oauth/v3/token",
                {"grant_type": "client_credentials"},
                {"Authorization": self._settings.credential},
            )
        except OutcomeUnknown as unknown:  # of the token: no SMS was handed over
            raise ProviderUnavailable(unknown.code) from None
        if 400 <= answer.status < 500 and answer.status != 408:
            raise ChannelMisconfigured("credentials_refused", str(answer.status))
        told = _object(answer)
        token, seconds = told.get("access_token"), told.get("expires_in")
        if answer.status != 200 or not isinstance(token, str) or not token.isascii():
            raise ProviderUnavailable("token_unreadable", str(answer.status))
        written = str(seconds)  # a text at Orange
        return token, float(written) if written.isascii() and written.isdigit() else _USUAL


def failure_for(answer: HttpAnswer) -> SendFailed:
    """Returns what an answer that does not take an SMS means."""
    status, detail = answer.status, str(answer.status)
    if status >= 500 or status == 408 or status < 300:
        return OutcomeUnknown("provider_error", detail)
    error = _object(answer).get("requestError")
    kinds = error if isinstance(error, dict) else {}
    for kind in ("policyException", "serviceException"):
        told = kinds.get(kind)
        code = str(told.get("messageId", ""))[:20] if isinstance(told, dict) else ""
        if code.isalnum() and code.isascii():
            detail = code
            if kind == "policyException":  # a contract, a quota, a bundle that is used up
                return ChannelMisconfigured("refused_by_policy", detail)
    if detail in _OF_THE_NUMBER:
        return SendRejected("number_unreachable", detail)
    if status == 400:
        return SendRejected("request_refused", detail)
    return ChannelMisconfigured("credentials_refused" if status == 401 else "refused", detail)


def _object(answer: HttpAnswer) -> Mapping[str, Any]:
    try:
        told = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
