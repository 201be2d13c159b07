"""What a request became otherwise than its case says, and both as people read them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.adapters.providers.http.cases.case_file import BECOMES
from gateway.adapters.providers.http.cases.case_requests import record_of
from gateway.domain.faults_and_errors.errors import WebhookRejected


def differences(case: Mapping[str, Any], read: Sequence[Any]) -> Iterator[str]:
    """Yields what a request became otherwise than its case says."""
    if "rejected" in case:
        yield f"expected a refusal ({case['rejected']}), and it was taken"
        return
    if "each" in case:
        expected = case["each"]
        if len(expected) != len(read):
            yield f"expected {len(expected)} in it, read {len(read)}"
            return
        for place, (each, actual) in enumerate(zip(expected, read, strict=True), 1):
            for said in _difference(each, case["route"], actual):
                yield f"number {place}: {said}"
        return
    name = next(each for each in BECOMES if each in case)
    kind = {"expect_sms": "sms", "expect_report": "delivery"}.get(name, case["route"])
    if len(read) != 1:
        yield f"expected one in it, read {len(read)}: write `each`"
        return
    yield from _difference(case[name], kind, read[0])


def _difference(expected: Mapping[str, Any], kind: str, actual: Any) -> Iterator[str]:
    if isinstance(actual, WebhookRejected) or "rejected" in expected:
        code = actual.code if isinstance(actual, WebhookRejected) else "taken"
        if expected.get("rejected", "taken") != code:
            yield f"expected {expected.get('rejected', 'one that is taken')}, it is {code}"
        return
    try:
        wanted = record_of(expected, kind, actual)
    except (TypeError, ValueError, LookupError) as error:
        yield f"the case says what no such request becomes: {error}"
        return
    if type(wanted) is not type(actual):
        yield f"expected {type(wanted).__name__}, read {type(actual).__name__}"
        return
    for name in _names(wanted):
        if getattr(wanted, name) != getattr(actual, name):
            yield f"{name}: {otherwise(getattr(wanted, name), getattr(actual, name))}"


def _names(record: Any) -> Sequence[str]:
    if dataclasses.is_dataclass(record):
        return [each.name for each in dataclasses.fields(record)]
    return list(record.__struct_fields__)


def plain(told: Any) -> object:
    """Returns a record as people read it, numbers masked."""
    if isinstance(told, WebhookRejected):
        return refusal(told)
    pairs = ((name, getattr(told, name)) for name in _names(told) if name != "echo")
    return {name: _value(value) for name, value in pairs if value not in (None, "")}


def _value(value: Any) -> object:
    if value is None or isinstance(value, bool | int | str):
        return str(value) if isinstance(value, str) else value
    if hasattr(value, "turn_id"):
        return {"begins": value.begins, "turn": value.turn_id}
    return str(value)


def refusal(error: WebhookRejected) -> str:
    """Returns a refusal as people read it."""
    return f"refused ({error.code}): {error}"


def wanted_of(case: Mapping[str, Any]) -> str:
    """Returns what a case expects, in words."""
    return f"a refusal ({case['rejected']})" if "rejected" in case else "one that is taken"


def otherwise(wanted: object, made: object) -> str:
    """Returns the sentence on two values that should be the same."""
    return f"expected {_shown(wanted)}, it is {_shown(made)}"


def _shown(value: object) -> str:
    if isinstance(value, str) and value.startswith(("a refusal", "one that", "refused (")):
        return value
    plain = value if isinstance(value, dict | list) else _value(value)
    return json.dumps(plain, ensure_ascii=False, default=str)


def document_of(body: str) -> object:
    """Returns a body as the JSON that it is, or as it stands."""
    try:
        return json.loads(body)
    except ValueError:
        return body
