"""How an SMS leaves by a preset, and what an answer to it means; nothing is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote

from gateway.adapters.providers.http.cases.case_requests import CHANNEL, KEY, PUBLIC_URL
from gateway.adapters.providers.http.cases.differences import document_of, otherwise
from gateway.adapters.providers.http.sender import HttpSender
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.shared.calling.asked import HttpAnswer
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, Refused, SendFailed
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, OutboundSms, Purpose

REPORTS_URL = f"{PUBLIC_URL}/delivery/{CHANNEL}?key={KEY}"

_SMS = OutboundSms(
    id=42,
    channel=CHANNEL,
    subscriber=Msisdn("+254711000001"),
    text="Umefaulu: 385",
    lane=Lane.REPLY,
    purpose=Purpose.REPLY,
    topic="",
    sender="",
    link_id="",
    attempt=1,
    created_at=datetime(2026, 1, 5, 8, tzinfo=UTC),
)


class CameTo(NamedTuple):
    """What was seen, and what of it is otherwise than expected."""

    read: Sequence[object]
    wrong: Sequence[str]


class Asked(NamedTuple):
    """A call to a provider."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]


class HandingOver:
    """Hands an SMS over on one channel, to a provider that answers what it is told."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def asked_as(self, expected: Mapping[str, Any]) -> CameTo:
        """Returns the call that an SMS makes, beside the one expected; raises Refused."""
        call, _ = self._sent(HttpAnswer(200, {}, b""), expected)
        url = str(expected["url"]).replace("REPORTS", quote(REPORTS_URL, safe=""))
        pairs: list[tuple[object, object]] = [(expected["method"], call.method), (url, call.url)]
        headers = expected.get("headers") or {}
        pairs += [(value, call.headers.get(name)) for name, value in headers.items()]
        if "json" in expected:
            filled = json.dumps(expected["json"]).replace("REPORTS", REPORTS_URL)
            pairs.append((json.loads(filled), document_of(call.body.decode("utf-8", "replace"))))
        if "form" in expected:
            fields = {
                name: str(value).replace("REPORTS", REPORTS_URL)
                for name, value in expected["form"].items()
            }
            pairs.append((fields, dict(parse_qsl(call.body.decode(), keep_blank_values=True))))
        wrong = [otherwise(wanted, made) for wanted, made in pairs if wanted != made]
        return CameTo([f"{call.method} {call.url}", call.body.decode("utf-8", "replace")], wrong)

    def means(self, answer: Mapping[str, Any], request: Mapping[str, Any]) -> CameTo:
        """Returns what an answer means for an SMS, beside what is expected; raises Refused."""
        body = json.dumps(answer["json"]) if "json" in answer else str(answer.get("body", ""))
        _, result = self._sent(HttpAnswer(answer["status"], {}, body.encode()), request)
        if isinstance(result, SendFailed):
            said = _failed(result.code, isinstance(result, OutcomeUnknown))
        else:
            said = f"accepted: {result}"
        if "accepted" in answer:
            wanted = f"accepted: {answer['accepted']}"
        else:
            wanted = _failed(answer["failed"], bool(answer.get("unknown")))
        return CameTo([said], [] if wanted == said else [otherwise(wanted, said)])

    def _sent(
        self, answer: HttpAnswer, request: Mapping[str, Any]
    ) -> tuple[Asked, str | SendFailed]:
        """Returns the call that an SMS made, and what its answer came to; raises Refused."""
        maker = self._settings.speaks.sms
        if maker is None:
            raise Refused("The preset sends no SMS: it has no `sms_out`.")
        token = HttpAnswer(200, {}, b'{"access_token": "a-token"}')
        transport = _Recorder([token, answer] if maker.token else [answer])
        sms = _SMS._replace(
            subscriber=Msisdn(request.get("number") or _SMS.number.e164),
            text=request.get("text") or _SMS.text,
        )
        result: str | SendFailed
        try:
            sender = HttpSender(self._settings, maker, transport)
            result = sender.send(sms, REPORTS_URL).provider_ref
        except SendFailed as failure:
            result = failure
        if not transport.asked:
            raise Refused(f"Nothing is asked of the provider: {result}.")
        return transport.asked[-1], result


class _Recorder(Transport):
    """Answers what it is told, the last answer again and again, and keeps what it was asked."""

    def __init__(self, answers: Sequence[HttpAnswer]) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._answers = list(answers)

    def call(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
        """Returns the next answer."""
        self.asked.append(Asked(method, url, body, dict(headers)))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def _failed(code: str, unknown: bool) -> str:
    return f"failed: {code}, unknown" if unknown else f"failed: {code}"
