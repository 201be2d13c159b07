"""What a handler answers is held to what it declared."""

from __future__ import annotations

import contextlib
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.handler_calls.contract_check import held_to
from gateway.domain.datasets.column_kinds import (
    TEXT,
    Amount,
    ColumnKind,
    Day,
    Form,
    Moment,
    OneOf,
    PhoneNumber,
    Prose,
    WholeNumber,
)
from gateway.domain.faults_and_errors.errors import ServiceFailed
from gateway.domain.handler_contract.service_call import (
    HandlerContract,
    ListField,
    Outcome,
    TextField,
)
from handlers import HANDLERS

PRIVATE = "10231456"
CONTRACT = HandlerContract(
    outcomes={
        "found": {"grade": TextField(2), "rows": ListField(2, {"name": TextField(4)})},
        "none": {},
    }
)
#: Every kind, with values that are handed on and values that make the whole answer faulty.
KINDS: dict[str, tuple[TextField, list[str], list[str]]] = {
    "no kind yet": (TextField(4), ["", "220", "2200", "n/a"], ["22000", "12345678"]),
    "a text": (TextField(5, TEXT), ["", "Mbale", "n/a", "ማማ"], ["Mbale1", "Mbale Kuu", "ማማማማማማ"]),
    "a day": (
        TextField(10, Day()),
        ["", "2026-12-04"],
        ["2026-12-04T00:00", "04/12/2026", "2026-02-30", "soon"],
    ),
    "a moment": (
        TextField(25, Moment()),
        ["2026-12-04T14:30", "2026-12-04T14:30:05", "2026-12-04T14:30:05+03:00"],
        ["2026-12-04", "2026-12-04T24:30", "14:30", "2026-12-04T14:30:05.123456+03:00"],
    ),
    "a whole number": (
        TextField(3, WholeNumber(maximum=100)),
        ["", "0", "22", "100"],
        ["220", "2200", "-5", "2.0", "22%"],
    ),
    "an amount": (
        TextField(8, Amount()),
        ["44", "44.50", "99999999"],
        ["999999999", "44,50", "KES 44", "1e6", "NaN"],
    ),
    "one of a few": (TextField(9, OneOf("ready", "collected")), ["ready"], ["Ready", "collecte"]),
    "a reference": (TextField(7, Form("@##-###")), ["A12-345"], ["A12-3456", "a12-345", "A12-34"]),
    "a phone number": (
        TextField(13, PhoneNumber()),
        ["+254712345678", "112"],
        ["+2547123456789", "0712 345 678", "n/a", "-"],
    ),
    "what may be missing": (
        TextField(13, PhoneNumber(), otherwise="-"),
        ["-", "112", ""],
        ["n/a", "--", "0712 345 678"],
    ),
}


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
        (found(grade="\ud800"), "'grade' with a character that no phone shows"),
        (found(grade="a\0"), "'grade' with a character that no phone shows"),
        (found(rows=[{"name": "\x1b"}]), "'name' with a character that no phone shows"),
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


def given_as(field: TextField, value: str, in_a_row: bool) -> object:
    """Returns what comes of a value of a field, alone or in a row of a list."""
    if in_a_row:
        contract = HandlerContract(outcomes={"it": {"rows": ListField(2, {"value": field})}})
        rows = held_to(contract, "it", Outcome("it", {"rows": [{"value": value}]})).values["rows"]
        assert not isinstance(rows, str)
        return rows[0]["value"]
    contract = HandlerContract(outcomes={"it": {"value": field}})
    return held_to(contract, "it", Outcome("it", {"value": value})).values["value"]


@pytest.mark.parametrize("in_a_row", [False, True])
@pytest.mark.parametrize(("field", "right", "wrong"), KINDS.values(), ids=KINDS)
def test_a_value_is_handed_on_whole_or_makes_the_answer_faulty(
    field: TextField, right: list[str], wrong: list[str], in_a_row: bool
) -> None:
    assert right == [given_as(field, value, in_a_row) for value in right]
    for value in wrong:
        with pytest.raises(ServiceFailed) as caught:
            given_as(field, value, in_a_row)
        assert f"'{value}'" not in str(caught.value)


@given(st.text(max_size=40), st.sampled_from([field for field, *_ in KINDS.values()]))
def test_no_value_but_prose_is_ever_another_than_was_given(value: str, field: TextField) -> None:
    with contextlib.suppress(ServiceFailed):
        assert given_as(field, value, in_a_row=False) == value


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("", ""),
        ("The road is closed", "The road is closed"),
        ("The road to Mbale is closed", "The road to Mbale..."),
        ("The road to Mbale", "The road to Mbale"),
        ("Mbalemunicipalityoffices", "Mbalemunicipality..."),
        ("ወደ ምባሌ የሚወስደው መንገድ ተዘግቷል", "ወደ ምባሌ የሚወስደው..."),
    ],
)
def test_prose_is_shortened_for_all_to_see(
    written: str, shown: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert shown == given_as(TextField(20, Prose()), written, in_a_row=False)

    cut = "Handler 'it' gave more than it declares, cut: 1"
    assert caplog.messages == ([] if shown == written else [cut])


@given(st.text(max_size=60), st.integers(20, 60))
def test_prose_fits_and_either_is_whole_or_says_that_it_is_not(written: str, most: int) -> None:
    shown = given_as(TextField(most, Prose()), written, in_a_row=True)

    assert isinstance(shown, str)
    assert len(shown) <= most
    whole = shown == written
    assert whole == (len(written) <= most) or shown.endswith("...")
    assert whole or written.startswith(shown.removesuffix("..."))


def test_a_list_has_its_first_rows_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        outcome = held_to(CONTRACT, "it", found(rows=[{"name": name} for name in "abc"]))

    assert outcome == found(rows=[{"name": name} for name in "ab"])
    assert caplog.messages == ["Handler 'it' gave more than it declares, cut: 1"]


@pytest.mark.parametrize(
    ("max", "kind", "otherwise"),
    [(0, None, ""), (9, Day(), ""), (2, WholeNumber(maximum=100), ""), (3, TEXT, "none"),
     (19, Prose(), ""), (15, Moment(), ""), (7, OneOf("collected"), "")],
)  # fmt: skip
def test_a_field_too_narrow_for_its_kind_is_refused(
    max: int, kind: ColumnKind | None, otherwise: str
) -> None:
    with pytest.raises(ValueError, match=r"max|holds nothing"):
        TextField(max, kind, otherwise)


def test_a_contract_says_which_values_have_no_kind() -> None:
    assert ("grade", "rows.name") == CONTRACT.without_kind
    held = {"day": TextField(10, Day()), "rows": ListField(2, {"name": TextField(4, TEXT)})}
    assert () == HandlerContract(outcomes={"found": held, "none": {}}).without_kind


@pytest.mark.parametrize("name", HANDLERS)
def test_every_shipped_handler_says_of_what_kind_its_values_are(name: str) -> None:
    assert () == HANDLERS[name].contract.without_kind


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("a\nb", "a\nb"),
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\tb", "a b"),
        ("é\u200b", "é\u200b"),
    ],
)
def test_lines_end_as_phones_take_them(given: str, shown: str) -> None:
    assert held_to(CONTRACT, "it", found(rows=[{"name": given}])) == found(rows=[{"name": shown}])


class OfALibrary(str):
    """A text that only looks like one of ours, such as those of template engines."""


def test_a_text_of_a_librarys_own_becomes_a_plain_one() -> None:
    outcome = held_to(CONTRACT, "it", found(grade=OfALibrary("B+")))

    assert type(outcome.values["grade"]) is str
    assert outcome == found(grade="B+")
