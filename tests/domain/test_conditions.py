"""Conditions: what they mean, what is refused, and that nothing makes them raise."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.menu.conditions import DEEPEST, LONGEST, BadCondition, Condition, parse

KNOWN = {"age": "17", "region": "Kilima", "born": "2007-04-15", "phone": "+254712", "grade": "B+"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("age < 18", True),
        ("age <= 17", True),
        ("age > 17", False),
        ("age >= 17.5", False),
        ("age == 17.0", True),
        ("age != '17'", False),
        ("12 < age < 18", True),
        ("18 < age < 20", False),
        ("age + 1 == 18 and age - 1 == 16 and age * 2 == 34", True),
        ("-age < 0", True),
        ("region == 'Kilima'", True),
        ("region in ('Mtoni', 'Kilima')", True),
        ("region not in ['Mtoni']", True),
        ("age in {17, 18}", True),
        ("'ilim' in region", True),
        ("born < '2010-01-01'", True),
        ("year(born) == 2007 and month(born) == 4", True),
        ("len(region) == 6 and starts(phone, '+254')", True),
        ("lower(region) == 'kilima'", True),
        ("not (age < 18) or grade", True),
        ("unknown", False),
        ("unknown == ''", True),
        ("unknown < 5 or unknown >= 5", False),
        ("region < 5 or region > 5", False),
        ("region + 1 == 1", False),
        ("number(grade) < 3", False),
        ("True and not False", True),
        ("(1 if age < 18 else 2) == 1", True),
        ("('old' if age > 17 else region) == 'Kilima'", True),
        ("'yes' if unknown else ''", False),
        ("has(region, 'Kilima') and count(region) == 1", True),
        ("has('fever cough', 'cough') and not has('fever cough', 'cou')", True),
        ("count(unknown) == 0 and not has(unknown, 'x')", True),
        ("has(5, 5) or count(5) > 0", False),
        ("age / 2 == 8.5 and age % 5 == 2", True),
        ("age / 0 == age or age % 0 == 0 or region / 2 == 2", False),
        ("round(age / 3, 2) == 5.67 and round(2.5, 0) == 3 and int(age / 3) == 5", True),
        ("round(age, 10) == 17 or round(age, region) == 17 or int(region) == 0", False),
        ("join(region, join(' ', age)) == 'Kilima 17'", True),
    ],
)
def test_a_condition_means_what_it_says(source: str, expected: bool) -> None:
    assert expected == parse(source).holds(KNOWN)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("region", "Kilima"),
        ("age", "17"),
        ("age * 1.50", "25.5"),
        ("age / 3", "5.666666667"),
        ("age - 17", "0"),
        ("0 * -5", "0"),
        ("round(1 - 1.4, 0)", "0"),
        ("int(1 - 1.5)", "0"),
        ("-1 / 30000000000", "0"),
        ("-1 / 4", "-0.25"),
        ("-age * 1000000", "-17000000"),
        ("age * 100", "1700"),
        ("age > 3", "yes"),
        ("age > 30", "no"),
        ("region * 2", ""),
        ("age / 0", ""),
        ("unknown", ""),
        ("('a', 'b')", ""),
        ("'adult' if age >= 18 else 'minor'", "minor"),
    ],
)
def test_what_an_expression_comes_to_is_a_text(source: str, value: str) -> None:
    assert value == parse(source).value(KNOWN)


def test_the_names_of_a_condition_are_those_without_functions() -> None:
    assert {"born", "age"} == set(parse("year(born) > 2000 and age < 3 and age").names)


@pytest.mark.parametrize(
    "source",
    [
        "", "age <", "age = 3", "age.real", "age[0]", "f'{age}'", "lambda: 1", "x if age",
        "[x for x in age]", "(x := 3)", "age is 3", "age ** 9", "age // 2", "round(age)",
        "age << 9", "~age", "+age", "open('x')", "len()", "len(age, age)",
        "len(x=age)", "len(*age)",
        "age.upper()", "__import__('os')", "().__class__", "b'x'", "...", "None", "1j", "1e999",
        "9" * 200, "age\n<3", "'\\d'", "1and 2", "yield age", "await age", "not " * 13 + "age",
        "age" + " " * LONGEST + "< 3", "(" * 290, "{**age}", "{'a': 1}", "1 == = 2",
    ],
)  # fmt: skip
def test_what_is_no_condition_is_refused(source: str) -> None:
    with pytest.raises(BadCondition):
        parse(source)


def test_depth_has_a_bound_that_can_be_reached() -> None:
    assert parse("not " * (DEEPEST - 1) + "age").holds({}) is True


_WORDS = st.sampled_from(
    ["age", "born", "3", "-1", "'x'", "(", ")", "<", "==", "in", "not", "and", "or", "+", "*", ",",
     "len(", "year(", "lower(", "starts(", "is", ".", "999999999999999", "[", "]", "True"]
)  # fmt: skip


@given(
    st.lists(_WORDS, max_size=14).map(" ".join) | st.text(max_size=40),
    st.dictionaries(st.sampled_from(["age", "born"]), st.text(max_size=20)),
)
def test_any_text_is_refused_or_holds_or_not(source: str, values: dict[str, str]) -> None:
    try:
        condition = parse(source)
    except BadCondition:
        return

    assert condition.holds(values) in (True, False)


_LEAVES = st.sampled_from(["age", "born", "3", "999999999999999", "'x'", "''", "2.5", "True"])
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*", "<", "==", "!=", ">=", "in"]), inner)
        .map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"(not {one})"),
        st.tuples(st.sampled_from(["len", "number", "lower", "year", "month"]), inner)
        .map(lambda parts: f"{parts[0]}({parts[1]})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda many: f"[{', '.join(many)}]"),
    ),
    max_leaves=8,
)  # fmt: skip


@given(_TREES, st.dictionaries(st.sampled_from(["age", "born"]), st.text(max_size=20)))
def test_whatever_meets_whatever_nothing_raises(source: str, values: dict[str, str]) -> None:
    try:
        condition = parse(source)
    except BadCondition:
        assert len(source) > LONGEST or source.count("(") >= DEEPEST
        return

    assert condition.holds(values) in (True, False)


@pytest.fixture
def restless() -> Iterator[None]:
    """Lets threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_conditions_first_asked_at_the_same_moment_leave_the_process_as_it_was() -> None:
    stored = [Condition(f"age == {number}", ("age",)) for number in range(1000)]
    before = list(warnings.filters)

    with ThreadPoolExecutor(8) as turns:
        held = list(turns.map(lambda condition: condition.holds(KNOWN), stored))

    assert before == list(warnings.filters)
    assert [17] == [number for number, holds in enumerate(held) if holds]
