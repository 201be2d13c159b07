"""From the reply of another system to an outcome and the values that a menu may show."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped] # it has no types
from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped] # nor have these

from gateway.adapters.handler_calls.http_exchange import Reply
from gateway.adapters.handler_calls.reply_body import (
    Unreadable,
    parsed,
    shown_number,
    shown_text,
)
from gateway.domain.datasets.column_kinds import Amount, WholeNumber
from gateway.domain.faults_and_errors.errors import FaultyAnswer, HandlerFailed, Misunderstood
from gateway.domain.handler_contract.declared_call import (
    DeclaredCall,
    ListRule,
    OutcomeRule,
    ValueRule,
)
from gateway.domain.handler_contract.service_call import Outcome, Row, Value

_ITS_STATE = frozenset({401, 403, 408, 429})


def outcome_of(declared: DeclaredCall, reply: Reply) -> Outcome:
    """Returns what a reply means; raises HandlerFailed when it means nothing that was declared.

    The sentences name the rule that failed and never what the reply held.
    """
    data = parsed(reply)
    for rule in declared.outcomes:
        if rule.fits(reply.status) and _holds(rule, data):
            if rule.gives and isinstance(data, Unreadable):
                break
            return Outcome(rule.name, {name: _given(declared, name, data) for name in rule.gives})
    # It refuses this one request; but not having let us in, or being too busy, is its state.
    refused = 400 <= reply.status < 500 and reply.status not in _ITS_STATE
    kind = FaultyAnswer if reply.status // 100 == 2 else Misunderstood if refused else HandlerFailed
    what = data.what if isinstance(data, Unreadable) else "in JSON"
    raise kind(
        f"Call '{declared.name}' got a reply of status {reply.status} {what}: no outcome fits."
    )


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
        raise FaultyAnswer(f"Call '{declared.name}' got a reply without the list '{name}'.")
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
    if isinstance(found, str):
        text = shown_text(found)
        return shown_number(text) if isinstance(rule.field.kind, WholeNumber | Amount) else text
    if isinstance(found, int | float) and math.isfinite(found):  # 1e999 is no number either
        return shown_number(found)
    if found is None and rule.otherwise is not None:
        return rule.otherwise
    raise FaultyAnswer(f"Call '{call}' got a reply without the value '{name}'.")


def _search(path: str, data: Any) -> Any:
    if isinstance(data, Unreadable):
        return None
    try:
        return jmespath.search(path, data)
    except (JMESPathError, RecursionError, TypeError, ValueError):  # a type its functions refuse
        return None
