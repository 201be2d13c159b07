"""Slow calls, their dialogues and results as JSON, the form in which they are sealed."""

from __future__ import annotations

import json
from datetime import datetime

from gateway.domain.dialogue.session import Session
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.telecom.identity import Identity, identity_from_stored
from gateway.domain.telecom.sms import Texted
from gateway.use_cases.ports.calls import KeptAnswer, Result

# `dict` turns the read-only mappings a release may hand out into what JSON knows.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dict).encode


def call_to_json(call: ServiceCall) -> str:
    """Returns a call, answers and all."""
    return _encode(
        [
            call.handler,
            call.answers,
            call.language,
            call.subscriber.as_stored,
            call.key,
            call.at.isoformat(),
            call.release,
            call.channel,
            call.institution,
            call.by_sms,
        ]
    )


def call_from_json(text: bytes | str) -> ServiceCall:
    """Returns the call that `call_to_json` wrote."""
    handler, answers, language, who, key, at, release, channel, *more = json.loads(text)
    return ServiceCall(
        handler=handler,
        answers=answers,
        language=language,
        subscriber=identity_from_stored(who),
        key=key,
        at=datetime.fromisoformat(at),
        release=release,
        channel=channel,
        institution=more[0] if more else "",  # 0.1.0 wrote none
        by_sms=more[1] if len(more) > 1 else True,
    )


def dialogue_to_json(call: ServiceCall, session: Session, texted: Texted | None) -> str:
    """Returns what is needed to go on after the call, without its secrets."""
    asked_by = texted and [texted.inbound_id, texted.to, texted.link_id]
    return _encode([call.subscriber.as_stored, call.key, session.to_plain(), asked_by])


def dialogue_from_json(text: bytes | str) -> tuple[Identity, str, Session, Texted | None]:
    """Returns the subscriber, the call's key, the session, and the MO that asked."""
    who, key, plain, *more = json.loads(text)
    asked_by = more[0] if more else None  # calls from before MOs were noted
    texted = Texted(*asked_by) if asked_by else None
    return identity_from_stored(who), key, Session.from_plain(plain), texted


def result_to_json(result: Result) -> str:
    """Returns a result."""
    return _encode([_outcome(result.outcome), result.failure, result.reference])


def result_from_json(text: bytes) -> Result:
    """Returns the result that `result_to_json` wrote."""
    outcome, failure, reference = json.loads(text)
    return Result(_outcome_from(outcome), failure, reference)


def answer_to_json(answer: KeptAnswer) -> str:
    """Returns an answer with its time."""
    return _encode([_outcome(answer.outcome), answer.at.isoformat()])


def answer_from_json(text: bytes) -> KeptAnswer:
    """Returns the answer that `answer_to_json` wrote; raises ValueError or TypeError otherwise."""
    plain, at = json.loads(text)
    outcome = _outcome_from(plain)
    if outcome is None:
        raise ValueError("An answer without an outcome.")
    return KeptAnswer(outcome, datetime.fromisoformat(at))


def _outcome(outcome: Outcome | None) -> list[object] | None:
    if outcome is None:
        return None
    known_at = outcome.known_at.isoformat() if outcome.known_at else None
    return [outcome.name, outcome.values, known_at]


def _outcome_from(plain: list[object] | None) -> Outcome | None:
    if plain is None:
        return None
    name, values, known_at = plain
    at = datetime.fromisoformat(known_at) if isinstance(known_at, str) else None
    return Outcome(name, values, at)  # type: ignore[arg-type] # as `_outcome` wrote them
