"""What a handler answers is held to what it declared."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import pytest

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.domain.faults_and_errors.errors import ServiceFailed
from gateway.domain.handler_contract.service_call import (
    HandlerContract,
    ListField,
    Outcome,
    TextField,
)

PRIVATE = "10231456"
CONTRACT = HandlerContract(
    outcomes={
        "found": {"grade": TextField(2), "rows": ListField(2, {"name": TextField(4)})},
        "none": {},
    }
)


def found(**values: object) -> Outcome:
    return Outcome("found", {"grade": "B+", "rows": [], **values})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "answered",
    [
        Outcome("none"),
        found(),
        found(grade=""),
        found(rows=[{"name": "abcd"}, {"name": ""}]),
        found(rows=({"name": "a"},)),
    ],
)
def test_a_declared_answer_is_handed_on(
    answered: Outcome, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = held_to(CONTRACT, "it", answered)

    assert outcome.name == answered.name
    assert {name: list(value) for name, value in outcome.values.items()} == {
        name: list(value) for name, value in answered.values.items()
    }
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("answered", "said"),
    [
        (None, "must return an Outcome"),
        ("found", "must return an Outcome"),
        (Outcome(PRIVATE), "does not declare. It has: found, none."),
        (Outcome("found"), "no value for: grade, rows"),
        (Outcome("found", {"grade": "B"}), "no value for: rows"),
        (Outcome("none", {PRIVATE: "B"}), "values it does not declare: 1"),
        (found(**{PRIVATE: "x"}), "values it does not declare: 1"),
        (found(grade=None), "'grade' as text"),
        (found(grade=7), "'grade' as text"),
        (found(grade=[{"name": PRIVATE}]), "'grade' as text"),
        (found(rows=PRIVATE), "'rows' as a list of rows"),
        (found(rows={"name": PRIVATE}), "'rows' as a list of rows"),
        (found(rows=[PRIVATE]), "'rows' as a list of rows"),
        (found(rows=[{}]), "no value for: name"),
        (found(rows=[{"name": "a", PRIVATE: "b"}]), "values it does not declare: 1"),
        (found(rows=[{"name": 7}]), "'name' as text"),
    ],
)
def test_an_answer_that_was_not_declared_is_a_failure(answered: object, said: str) -> None:
    with pytest.raises(ServiceFailed) as caught:
        held_to(CONTRACT, "it", answered)

    assert said in str(caught.value)
    assert PRIVATE not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "cut"),
    [
        ({"grade": "B+ (77)"}, {"grade": "B+"}),
        ({"rows": [{"name": "abcde"}]}, {"rows": [{"name": "abcd"}]}),
        ({"rows": [{"name": n} for n in "abc"]}, {"rows": [{"name": n} for n in "ab"]}),
        ({"grade": "ማማማ"}, {"grade": "ማማ"}),
    ],
)
def test_what_is_longer_than_declared_is_cut_and_counted(
    values: Mapping[str, object], cut: Mapping[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = held_to(CONTRACT, "it", found(**values))

    assert outcome == found(**cut)
    assert caplog.messages == ["Handler 'it' gave values longer than it declares, cut: 1"]
