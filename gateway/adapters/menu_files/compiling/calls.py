"""From the shape of a declared call to the call that the engine asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.adapters.menu_files.schemas.calls import CallShape, ListShape, OutcomeShape
from gateway.adapters.menu_files.schemas.values import ValueShape
from gateway.domain.handler_contract.declared_call import (
    AGAIN,
    BUILT_IN,
    TOO_OFTEN,
    Body,
    DeclaredCall,
    ListRule,
    OutcomeRule,
    Proves,
    ValueRule,
    templates,
)
from gateway.domain.handler_contract.rungs import Rung
from gateway.domain.handler_contract.service_call import (
    Breaker,
    Field,
    HandlerContract,
    ListField,
    Writes,
)
from gateway.domain.text.localised_text import Template


def declared(name: str, shape: CallShape) -> DeclaredCall:
    """Returns the call of a shape, with the contract that menus are checked against."""
    rules: dict[str, ValueRule | ListRule] = {
        **{each: _value(value) for each, value in shape.values.items()},
        **{each: _rows(rows) for each, rows in shape.lists.items()},
    }
    outcomes = tuple(_outcome(each, one, tuple(rules)) for each, one in shape.outcomes.items())
    url = Template.parse(shape.url)
    headers = {each: Template.parse(text) for each, text in shape.headers.items()}
    body_kind = "json" if shape.json_ is not None else "form" if shape.form is not None else ""
    body = _body(shape.json_ or shape.form or {})
    texts = (url, *headers.values(), *templates(body))
    names = list(dict.fromkeys(each for text in texts for each in text.names))
    contract = HandlerContract(
        outcomes=_outcomes(outcomes, rules, shape),
        needs=tuple(each for each in names if each not in BUILT_IN),
        writes=_writes(shape),
        slow=shape.slow,
        breaker=Breaker(
            failures=shape.breaker.failures,
            window_seconds=shape.breaker.window_seconds,
            rest_seconds=shape.breaker.rest_seconds,
        ),
        cache_seconds=shape.cache_seconds,
        keep_last=shape.keep_last,
        by_subscriber="subscriber" in names,
        storable=shape.storable,
        messages=(shape.proves.message,) if shape.proves and shape.proves.message else (),
        personal=shape.personal,
        proves=_proven(outcomes, shape),
    )
    return DeclaredCall(
        name=name,
        method=shape.method,
        url=url,
        headers=headers,
        body_kind=body_kind,
        body=body,
        timeout_seconds=shape.timeout,
        values=rules,
        outcomes=outcomes,
        allow_private=tuple(map(str, shape.allow_private)),
        contract=contract,
        proves=_proves(shape),
    )


def _outcomes(
    outcomes: Sequence[OutcomeRule], rules: Mapping[str, ValueRule | ListRule], shape: CallShape
) -> dict[str, Mapping[str, Field]]:
    told: dict[str, Mapping[str, Field]] = {
        one.name: {each: _field(rules[each]) for each in one.gives} for one in outcomes
    }
    return told | ({TOO_OFTEN: {"again": AGAIN}} if shape.proves else {})


def _proves(shape: CallShape) -> Proves | None:
    given = shape.proves
    if given is None:
        return None
    return Proves(
        of=given.of,
        wrong=tuple(given.wrong),
        neither=tuple(given.neither),
        message=given.message or "",
    )


def _proven(outcomes: Sequence[OutcomeRule], shape: CallShape) -> dict[str, Rung]:
    """Returns the outcomes that come only where the second fact has fitted."""
    if shape.proves is None:
        return {}
    others = {*shape.proves.wrong, *shape.proves.neither}
    return {one.name: Rung.FACT for one in outcomes if one.name not in others}


def _writes(shape: CallShape) -> Writes:
    if shape.writes is None:
        return Writes.NOTHING if shape.method == "GET" else Writes.UNTOLD
    return Writes.NOTHING if shape.writes == "nothing" else Writes(shape.writes)


def _value(shape: ValueShape) -> ValueRule:
    return ValueRule(path=shape.path, field=shape.to_field(), otherwise=shape.otherwise)


def _rows(shape: ListShape) -> ListRule:
    fields = {name: _value(value) for name, value in shape.fields.items()}
    return ListRule(path=shape.path, rows=shape.rows, fields=fields)


def _outcome(name: str, shape: OutcomeShape, everything: tuple[str, ...]) -> OutcomeRule:
    statuses = tuple(shape.status)
    good = all(status.startswith("2") for status in statuses)
    given = tuple(shape.gives) if shape.gives is not None else everything if good else ()
    return OutcomeRule(name=name, statuses=statuses, when=shape.when or "", gives=given)


def _field(rule: ValueRule | ListRule) -> Field:
    if isinstance(rule, ValueRule):
        return rule.field
    return ListField(rule.rows, {name: one.field for name, one in rule.fields.items()})


def _body(written: Any) -> Body:
    if isinstance(written, dict):
        return {name: _body(part) for name, part in written.items()}
    if isinstance(written, list):
        return tuple(map(_body, written))
    return Template.parse(written)
