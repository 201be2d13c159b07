"""Hands SMS to a provider as its preset says, and judges what it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from gateway.adapters.providers.http.reading import matcher_of
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.fields import (
    Fields,
    NameTable,
    Path,
    json_tree,
    xml_tree,
)
from gateway.adapters.providers.http.template.octets import gsm7_octets, ucs2_octets
from gateway.adapters.providers.http.template.sending import PLAIN, UNICODE, Call, SmsMaker
from gateway.adapters.providers.http.template.shapes import Outcome
from gateway.adapters.providers.shared.form_fields import word
from gateway.adapters.providers.shared.http import HttpAnswer, Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    Malformed,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
    Throttled,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.text.gsm7 import septets

#: What the outcomes of a preset are to us: our error, and our code.
FAILURES: Mapping[Outcome, tuple[type[SendFailed], str]] = {
    "later": (ProviderUnavailable, "provider_error"),
    "throttled": (Throttled, "throttled"),
    "balance": (ChannelMisconfigured, "balance_exhausted"),
    "credentials": (ChannelMisconfigured, "credentials_refused"),
    "sender": (ChannelMisconfigured, "sender_id_refused"),
    "channel": (ChannelMisconfigured, "refused"),
    "number": (SendRejected, "number_invalid"),
    "no_route": (SendRejected, "no_route"),
    "refused": (SendRejected, "message_refused"),
    "opted_out": (SubscriberOptedOut, "opted_out"),
    "unknown": (OutcomeUnknown, "answer_unclear"),
}

#: A token is renewed so long before it ends: the call has to come there.
_SPARE_SECONDS = 30.0
#: How long a token is used whose answer does not say.
_TOKEN_SECONDS = 600.0


class HttpSender:
    """Hands MTs over, one a call."""

    def __init__(
        self,
        settings: Settings,
        maker: SmsMaker,
        transport: Transport,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._maker, self._transport = settings, maker, transport
        self._monotonic = monotonic
        self._known = settings.known
        self._wants_octets = maker.names_octets
        answer = maker.shape.answer
        self._taken = matcher_of(answer.taken) if answer.taken else None
        self._code, self._id = _paths(answer.code), _paths(answer.id)
        self._segments, self._cost = _paths(answer.segments), _paths(answer.cost)
        self._token, self._token_until = "", 0.0
        self._renewing = threading.Lock()

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Returns the provider's reference; raises SendFailed."""
        known = self.known_of(sms, delivery_url)
        case = PLAIN if septets(sms.text) is not None else UNICODE
        answer = self._called(self._maker.call(known, case, self._bearer()))
        if answer.status == 401 and self._maker.token is not None:
            # It took nothing: the token may have ended before its time.
            self._token_until = 0.0
            answer = self._called(self._maker.call(known, case, self._bearer()))
        return self._judged(answer, sms)

    def known_of(self, sms: OutboundSms, delivery_url: str) -> Mapping[str, object]:
        """Returns everything that has a name in the request; raises SendRejected for a token."""
        settings = self._settings
        sender = sms.sender or settings.sender_id or settings.address or ""
        if self._maker.shape.numbers != "plus":
            sender = sender.removeprefix("+")
        if delivery_url and "?" not in delivery_url:
            delivery_url += "?"
        return {
            **self._known,
            "to": _written(sms.number, self._maker.shape.numbers),
            "text": sms.text,
            "text_gsm7": gsm7_octets(sms.text) if self._wants_octets else "",
            "text_ucs2": ucs2_octets(sms.text) if self._wants_octets else "",
            "sender": sender,
            "id": str(sms.id),
            "reports_url": delivery_url,
        }

    def _called(self, call: Call) -> HttpAnswer:
        url = self._settings.base + call.path
        return self._transport.call(call.method, url, call.body, call.headers)

    def _bearer(self) -> str:
        """Returns the token that is good now, or a new one; raises SendFailed: nothing was sent."""
        maker = self._maker.token
        if maker is None:
            return ""
        with self._renewing:
            if self._monotonic() < self._token_until:
                return self._token
            try:
                answer = self._called(maker.call(self._known))
            except OutcomeUnknown as lost:  # a token is no SMS
                raise ProviderUnavailable(lost.code, lost.detail) from None
            detail = str(answer.status)
            if answer.status in (400, 401, 403):
                raise ChannelMisconfigured("credentials_refused", detail)
            if answer.status not in (200, 201):
                raise ProviderUnavailable("token_refused", detail)
            try:
                fields = json_tree(answer.body)
                token = _first(fields, _paths(maker.shape.token))
                seconds = _first(fields, _paths(maker.shape.seconds)) or ""
            except Malformed:
                token, seconds = None, ""
            if not token:
                raise ProviderUnavailable("token_unreadable", detail)
            holds = float(seconds) if seconds.isdecimal() and len(seconds) < 9 else _TOKEN_SECONDS
            self._token = token
            self._token_until = self._monotonic() + max(holds - _SPARE_SECONDS, holds / 2)
            return token

    def _judged(self, answer: HttpAnswer, sms: OutboundSms) -> Accepted:
        """Returns what an answer that says yes tells; raises SendFailed for any other."""
        maker, taken = self._maker, 200 <= answer.status < 300
        fields = self._fields(answer)
        code = _first(fields, self._code) if fields else None
        outcome = maker.statuses.get(str(answer.status))
        if outcome is None and code:
            outcome = maker.outcomes.get(code.strip().lower())
        if outcome is not None and outcome != "taken":
            raise _failed(outcome, _detail(code, answer))
        if not taken and outcome is None:
            raise _by_status(answer)
        if fields is None:
            raise OutcomeUnknown("answer_unreadable", str(answer.status))
        if outcome is None and self._taken is not None and not self._taken.holds(fields):
            raise OutcomeUnknown("answer_unclear", _detail(code, answer))
        return self._accepted(answer, fields, sms)

    def _accepted(self, answer: HttpAnswer, fields: Fields, sms: OutboundSms) -> Accepted:
        reference = _first(fields, self._id) if self._id else None
        if self._maker.id_pattern is not None:
            found = self._maker.id_pattern.match(answer.text)
            if found is None:
                raise OutcomeUnknown("answer_unclear", str(answer.status))
            reference = found[1]
        elif not self._id:  # it names none: its reports name ours, or there are none
            reference = str(sms.id)
        if not reference or len(reference) > 128:
            raise OutcomeUnknown("answer_unreadable", str(answer.status))
        segments = _first(fields, self._segments) or ""
        return Accepted(
            provider_ref=reference,
            segments=int(segments) if segments.isdecimal() and len(segments) < 4 else None,
            cost=(_first(fields, self._cost) or "")[:32],
        )

    def _fields(self, answer: HttpAnswer) -> Fields | None:
        """Returns the fields of an answer; None where it cannot be read."""
        reads = self._maker.shape.answer.reads
        try:
            if reads == "json":
                return json_tree(answer.body)
            if reads == "xml":
                return xml_tree(answer.body)
            if reads == "form":
                return NameTable(dict(parse_qsl(answer.text.strip())))
        except (Malformed, ValueError):
            return None
        line = answer.text.strip().partition("\n")[0].strip()[:256]
        first = line.partition(" ")[0].rstrip(":")
        return NameTable({"line": line, "word": first})


def _failed(outcome: Outcome, detail: str) -> SendFailed:
    failure, ours = FAILURES[outcome]
    return failure(ours, detail)


def _by_status(answer: HttpAnswer) -> SendFailed:
    """Returns what an HTTP status means of which the preset says nothing."""
    status, detail = answer.status, str(answer.status)
    if status == 401:
        return ChannelMisconfigured("credentials_refused", detail)
    if status == 402:
        return ChannelMisconfigured("balance_exhausted", detail)
    if status in (403, 404, 405):
        return ChannelMisconfigured("refused", detail)
    if 300 <= status < 400:
        return ChannelMisconfigured("redirected", detail)
    if 400 <= status < 500 and status != 408:
        return SendRejected("request_refused", detail)
    return OutcomeUnknown("provider_error", detail)


def _detail(code: str | None, answer: HttpAnswer) -> str:
    short = (code or "").strip()
    plain = short.isascii() and short.replace("-", "").isdecimal() and len(short) <= 5
    return short if plain else word(short) or str(answer.status)


def _written(number: Msisdn, form: str) -> str:
    match form:
        case "plus":
            return number.e164
        case "national":
            return _national(number)
        case _:
            return number.e164.removeprefix("+")


def _national(number: Msisdn) -> str:
    """Returns a number without the code of its country, and without a zero before it."""
    import phonenumbers  # heavy, and few providers want it

    return phonenumbers.national_significant_number(phonenumbers.parse(number.e164, None))


def _paths(names: list[str] | None) -> tuple[Path, ...]:
    return tuple(Path.of(name) for name in names or ())


def _first(fields: Fields, paths: tuple[Path, ...]) -> str | None:
    """Returns a field of an answer; None where it is not there, or no text."""
    for path in paths:
        try:
            value = fields.text(path)
        except Malformed:
            value = None
        if value is not None:
            return value
    return None
