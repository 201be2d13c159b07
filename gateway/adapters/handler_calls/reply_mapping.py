"""From the reply of another system to an outcome and the values that a menu may show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped] # it has no types
from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped] # nor have these

from gateway.adapters.handler_calls.http_exchange import Reply
from gateway.domain.faults_and_errors.errors import HandlerFailed, Misunderstood
from gateway.domain.handler_contract.declared_call import (
    DeclaredCall,
    ListRule,
    OutcomeRule,
    ValueRule,
)
from gateway.domain.handler_contract.service_call import Outcome, Row, Value

#: Stands for a body that is no JSON: a status alone may still mean something.
_NO_JSON = object()

_ITS_STATE = frozenset({401, 403, 408, 429})


def outcome_of(declared: DeclaredCall, reply: Reply) -> Outcome:
    """Returns what a reply means; raises HandlerFailed when it means nothing that was declared.

    The sentences name the rule that failed and never what the reply held.
    """
    data = _parsed(reply.body)
    for rule in declared.outcomes:
        if rule.fits(reply.status) and _holds(rule, data):
            return Outcome(rule.name, {name: _given(declared, name, data) for name in rule.gives})
    # It refuses this one request; but not having let us in, or being too busy, is its state.
    refused = 400 <= reply.status < 500 and reply.status not in _ITS_STATE
    kind = Misunderstood if refused else HandlerFailed
    what = "that is no JSON" if data is _NO_JSON else "in JSON"
    raise kind(
        f"Call '{declared.name}' got a reply of status {reply.status} {what}: no outcome fits."
    )


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):  # no JSON, no UTF-8, or brackets without end
        return _NO_JSON


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _holds(rule: OutcomeRule, data: Any) -> bool:
    found = _search(rule.when, data) if rule.when else True
    # As JMESPath counts: nothing, false, and what is empty do not hold; the number 0 does.
    return found is not None and found is not False and found not in ("", [], {})


def _given(declared: DeclaredCall, name: str, data: Any) -> Value:
    rule = declared.values[name]
    if isinstance(rule, ValueRule):
        return _text(declared.name, name, rule, data)
    found = _search(rule.path, data)
    if not isinstance(found, list):
        raise HandlerFailed(f"Call '{declared.name}' got a reply without the list '{name}'.")
    return [_row(declared.name, rule, each) for each in found[: rule.rows]]


def _row(call: str, rule: ListRule, data: Any) -> Row:
    row: Mapping[str, str] = {
        name: _text(call, name, one, data) for name, one in rule.fields.items()
    }
    return row


def _text(call: str, name: str, rule: ValueRule, data: Any) -> str:
    found = _search(rule.path, data)
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, str | int | float):
        # Line breaks and control characters would upset a small screen.
        return " ".join("".join(c if c.isprintable() else " " for c in str(found)).split())
    if found is None and rule.otherwise is not None:
        return rule.otherwise
    raise HandlerFailed(f"Call '{call}' got a reply without the value '{name}'.")


def _search(path: str, data: Any) -> Any:
    if data is _NO_JSON:
        return None
    try:
        return jmespath.search(path, data)
    except (JMESPathError, RecursionError, TypeError, ValueError):  # a type its functions refuse
        return None
