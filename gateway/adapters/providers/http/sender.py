"""Hands SMS to a provider as its preset says, and judges what it answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qsl

from gateway.adapters.providers.http.answers_to_many import answers_to_each
from gateway.adapters.providers.http.bearer_token import BearerToken
from gateway.adapters.providers.http.outcomes import by_status, detail_of, failure_of
from gateway.adapters.providers.http.reading import matcher_of
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.fields import (
    Fields,
    NameTable,
    Path,
    first_text,
    json_tree,
    xml_tree,
)
from gateway.adapters.providers.http.template.many import ManyMaker
from gateway.adapters.providers.http.template.octets import gsm7_octets, ucs2_octets
from gateway.adapters.providers.http.template.sending import PLAIN, UNICODE, Call, SmsMaker
from gateway.adapters.providers.http.template.shapes import Outcome
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    Malformed,
    OutcomeUnknown,
    ProviderUnavailable,
    SendFailed,
    SendRejected,
    SubscriberOptedOut,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.text.gsm7 import septets


class HttpSender:
    """Hands MTs over, one a call or many."""

    def __init__(
        self,
        settings: Settings,
        maker: SmsMaker,
        transport: Transport,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings, self._maker, self._transport = settings, maker, transport
        self._known = settings.known
        self._wants_octets = maker.names_octets
        answer = maker.shape.answer
        self._taken = matcher_of(answer.taken) if answer.taken else None
        self._code, self._id = _paths(answer.code), _paths(answer.id)
        self._segments, self._cost = _paths(answer.segments), _paths(answer.cost)
        self._token = (
            BearerToken(maker.token, self._known, self._called, monotonic) if maker.token else None
        )

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Returns the provider's reference; raises SendFailed."""
        known, case = self.known_of(sms, delivery_url), _case_of(sms)
        answer = self._answer(lambda token: self._maker.call(known, case, token))
        return self._judged(answer, sms, self._fields(answer))

    def send_many(
        self, many: ManyMaker, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Returns what each came to, in their order; raises SendFailed for all alike.

        All have the text and the sender of the first, and each another number.
        """
        results: dict[int, Accepted | SendFailed] = {}
        knowns: dict[int, Mapping[str, object]] = {}
        for place, each in enumerate(sms):
            try:
                knowns[place] = self.known_of(each, delivery_url)
            except SendFailed as failure:
                results[place] = failure
        if knowns:
            told, case = list(knowns.values()), _case_of(sms[0])
            answer = self._answer(lambda token: self._maker.call_for_many(many, told, case, token))
            results.update(self._judged_each(many, answer, {place: sms[place] for place in knowns}))
        return [results[place] for place in range(len(sms))]

    def _judged_each(
        self, many: ManyMaker, answer: HttpAnswer, sms: Mapping[int, OutboundSms]
    ) -> Mapping[int, Accepted | SendFailed]:
        """Returns what each came to; raises SendFailed where nothing is said of each.

        A refusal of the whole says nothing of each either: they are tried again, and then alone.
        """
        fields = self._fields(answer)
        numbers = [each.number.e164.removeprefix("+") for each in sms.values()]
        found = answers_to_each(fields, many.shape, numbers)
        if found is None:
            raise self._of_the_whole(answer, fields)
        judged: dict[int, Accepted | SendFailed] = {}
        for (place, each), of_it in zip(sms.items(), found, strict=True):
            try:
                if of_it is None:
                    raise OutcomeUnknown("recipient_missing", str(answer.status))
                judged[place] = self._judged(answer, each, of_it)
            except SendFailed as failure:
                judged[place] = failure
        return judged

    def _of_the_whole(self, answer: HttpAnswer, fields: Fields | None) -> SendFailed:
        try:
            self._refusal(answer, fields)
        except (SendRejected, SubscriberOptedOut) as refused:
            return ProviderUnavailable("batch_refused", refused.detail)
        except SendFailed as failure:
            return failure
        return OutcomeUnknown("answer_unclear", str(answer.status))

    def _answer(self, call: Callable[[str], Call]) -> HttpAnswer:
        """Returns the answer to a call that is made with the token that is good now."""
        token = self._token
        answer = self._called(call(token.now() if token else ""))
        if answer.status == 401 and token is not None:
            # It took nothing: the token may have ended before its time.
            token.forget()
            answer = self._called(call(token.now()))
        return answer

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

    def _judged(self, answer: HttpAnswer, sms: OutboundSms, fields: Fields | None) -> Accepted:
        """Returns what an answer that says yes tells; raises SendFailed for any other."""
        outcome, code = self._refusal(answer, fields)
        if fields is None:
            raise OutcomeUnknown("answer_unreadable", str(answer.status))
        if outcome is None and self._taken is not None and not self._taken.holds(fields):
            raise OutcomeUnknown("answer_unclear", detail_of(code, answer))
        return self._accepted(answer, fields, sms)

    def _refusal(
        self, answer: HttpAnswer, fields: Fields | None
    ) -> tuple[Outcome | None, str | None]:
        """Returns what the answer means, and its code; raises SendFailed for one that says no."""
        maker, taken = self._maker, 200 <= answer.status < 300
        code = first_text(fields, self._code) if fields else None
        outcome = maker.statuses.get(str(answer.status))
        if outcome is None and code:
            outcome = maker.outcomes.get(code.strip().lower())
        if outcome is not None and outcome != "taken":
            raise failure_of(outcome, detail_of(code, answer))
        if not taken and outcome is None:
            raise by_status(answer)
        return outcome, code

    def _accepted(self, answer: HttpAnswer, fields: Fields, sms: OutboundSms) -> Accepted:
        reference = first_text(fields, self._id) if self._id else None
        if self._maker.id_pattern is not None:
            found = self._maker.id_pattern.match(answer.text)
            if found is None:
                raise OutcomeUnknown("answer_unclear", str(answer.status))
            reference = found[1]
        elif not self._id:  # it names none: its reports name ours, or there are none
            reference = str(sms.id)
        if not reference or len(reference) > 128:
            raise OutcomeUnknown("answer_unreadable", str(answer.status))
        segments = first_text(fields, self._segments) or ""
        return Accepted(
            provider_ref=reference,
            segments=int(segments) if segments.isdecimal() and len(segments) < 4 else None,
            cost=(first_text(fields, self._cost) or "")[:32],
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


def _case_of(sms: OutboundSms) -> str:
    return PLAIN if septets(sms.text) is not None else UNICODE


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
