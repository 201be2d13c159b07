"""Expressions of a form as conditions of a menu: the same answers make both true."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.menu.conditions import parse
from gateway.domain.xlsforms.form.expressions import DEEPEST, LONGEST, BadExpression, read
from gateway.domain.xlsforms.screens.conditions import CannotSay, Said, Speech, all_of, said

ASKED = ("age", "sex", "signs", "people", "born", "name")


def answer(name: str) -> Said:
    if name in ASKED:
        return Said(name)
    raise CannotSay(f"'{name}' is not asked here")


SPEECH = Speech(answer=answer, several=lambda name: name == "signs")
OWN = Speech(answer=answer, several=lambda name: name == "signs", own="own")
ROW = Speech(answer=answer, several=lambda name: False, columns={"county": "kilima", "n": "3"})


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("${age} >= 18", "age >= 18"),
        ("${age}>=18 and ${age}<65", "age >= 18 and age < 65"),
        ("${ age } = 5", "age == 5"),
        ("${sex} = 'female'", "sex == 'female'"),
        ('${sex} = "female"', "sex == 'female'"),
        ("${sex} = ‘female’", "sex == 'female'"),
        ("${sex}=’female' or ${sex}=’male’", "sex == 'female' or sex == 'male'"),
        # As word processors and phones write them: closing on both sides, or of two kinds.
        ("${sex}!=’female’", "sex != 'female'"),
        ("${sex}=”female” or ${sex}=“male”", "sex == 'female' or sex == 'male'"),
        ("${sex} != ’’ and ${name} != ”\"", "sex != '' and name != ''"),
        ("'female' = ${sex}", "sex == 'female'"),
        ("${sex} != ''", "sex != ''"),
        ("${name} = \"O'Neill\"", 'name == "O\'Neill"'),
        ("selected(${signs}, 'fever')", "has(signs, 'fever')"),
        ("selected(${sex}, 'female')", "sex == 'female'"),
        ("not(selected(${signs}, 'fever'))", "not has(signs, 'fever')"),
        ("count-selected(${signs}) > 2", "count(signs) > 2"),
        ("string-length(${name}) > 3", "len(name) > 3"),
        ("starts-with(${name}, 'A')", "starts(name, 'A')"),
        ("contains(${name}, 'a')", "'a' in name"),
        ("(${age} = 1 or ${age} = 2) and ${sex} = 'm'", "(age == 1 or age == 2) and sex == 'm'"),
        ("${age} = 1 or ${age} = 2 and ${sex} = 'm'", "age == 1 or age == 2 and sex == 'm'"),
        ("not(${age} = 1 or ${age} = 2)", "not (age == 1 or age == 2)"),
        ("${age} + ${people} * 2 > 10", "age + people * 2 > 10"),
        ("(${age} + ${people}) * 2 > 10", "(age + people) * 2 > 10"),
        ("${age} - (${people} - 1) > 1", "age - (people - 1) > 1"),
        ("(${age} > 1) = (${people} > 1)", "(age > 1) == (people > 1)"),
        ("${age} = -1", "age == -1"),
        ("${age} div 2 > 1", "age / 2 > 1"),
        ("${age} div (${people} div 2) = 4", "age / (people / 2) == 4"),
        ("${age} mod 2 = 0", "age % 2 == 0"),
        ("round(${age} div 3, 1) > 0.3", "round(age / 3, 1) > 0.3"),
        ("round(${age}) = int(${people})", "round(age, 0) == int(people)"),
        ("concat(${name}, ' ', ${age}) = 'A 3'", "join(name, join(' ', age)) == 'A 3'"),
        ("${age} > .5", "age > 0.5"),
        ("if(${age} > 17, 'adult', 'minor') = 'adult'",
         "('adult' if age > 17 else 'minor') == 'adult'"),
        ("coalesce(${name}, 'x') = 'x'", "(name if name != '' else 'x') == 'x'"),
        ("format-date(${born}, '%Y') > 2000", "year(born) > 2000"),
        ("number(${age}) > 3", "number(age) > 3"),
        ("true()", "True"),
        ("string(${age}) = '3'", "age == '3'"),
    ],
)  # fmt: skip
def test_an_expression_is_said_as_a_condition(written: str, condition: str) -> None:
    assert said(written, SPEECH) == condition


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        (". > 0", "own > 0"),
        (". >= 1 and . <= ${people}", "own >= 1 and own <= people"),
        (". <= today()", "own <= today"),
        ("not(selected(., 'none') and count-selected(.) > 1)", None),
    ],
)
def test_a_constraint_speaks_of_its_own_answer(written: str, condition: str | None) -> None:
    found = said(written, OWN)
    assert condition is None or found == condition


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("county = ${sex}", "sex == 'kilima'"),
        ("${sex} = county", "sex == 'kilima'"),
        ("county = ${sex} and n = ${age}", "sex == 'kilima' and age == '3'"),
    ],
)
def test_a_choice_filter_speaks_of_the_columns_of_a_list(written: str, condition: str) -> None:
    assert said(written, ROW) == condition


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("", "it is empty"),
        ("${age} >", "missing at its end"),
        ("${age} = 1 1", "not expected there"),
        ("(${age} = 1", "')' is missing"),
        ("age = 1", "'age' is no question: write ${age}"),
        ("${height} > 1", "'height' is not asked here"),
        ("pulldata('x', 'y', 'z', ${age})", "conditions have no `pulldata()`"),
        ("indexed-repeat(${age}, ${people}, 1) = 1", "conditions have no `indexed-repeat()`"),
        ("position(..) = 1", "'..' is not expected there"),
        ("/data/age = 1", "'/' is not expected there"),
        ("today() > ${born}", "the day of today is known in constraints and what is worked"),
        (". > 0", "`.` is the answer of a constraint"),
        ("count-selected(${signs}, 1) = 1", "conditions have no `count-selected()`"),
        ("${age} = 1 ; ${age} = 2", "cannot be read"),
        ("'open", "cannot be read"),
        ("(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1), "levels deep"),
        ("-" * (DEEPEST + 1) + "1", "levels deep"),
        ("1" * (LONGEST + 1), f"over {LONGEST} characters"),
        (" or ".join(["${people} = 123456789"] * 30), "over 300 characters"),
    ],
)
def test_what_conditions_have_no_words_for_is_named(written: str, says: str) -> None:
    with pytest.raises(CannotSay) as caught:
        said(written, SPEECH)
    assert says in str(caught.value)


@given(st.text(st.sampled_from("${}age()='\" .,<>!+-*/andornot123div[]@:|"), max_size=60))
def test_any_text_is_an_expression_or_refused(written: str) -> None:
    with suppress(BadExpression):
        assert read(written) is not None


_LEAVES = st.sampled_from(
    [
        ("${age} > 17", lambda age, sex: age > 17),
        ("${age} = 5", lambda age, sex: age == 5),
        ("${sex} = 'f'", lambda age, sex: sex == "f"),
        ("selected(${sex}, 'm')", lambda age, sex: sex == "m"),
        ("${age} + 1 <= 10", lambda age, sex: age + 1 <= 10),
    ]
)
_TREES = st.recursive(
    _LEAVES,
    lambda trees: st.one_of(
        st.tuples(trees, trees).map(
            lambda pair: (
                f"({pair[0][0]}) and {pair[1][0]}" if " or " not in pair[1][0]
                else f"({pair[0][0]}) and ({pair[1][0]})",
                lambda age, sex: pair[0][1](age, sex) and pair[1][1](age, sex),
            )
        ),
        st.tuples(trees, trees).map(
            lambda pair: (
                f"{pair[0][0]} or {pair[1][0]}",
                lambda age, sex: pair[0][1](age, sex) or pair[1][1](age, sex),
            )
        ),
        trees.map(lambda one: (f"not({one[0]})", lambda age, sex: not one[1](age, sex))),
    ),
    max_leaves=4,
)  # fmt: skip


@given(_TREES, st.integers(1, 30), st.sampled_from(["f", "m", ""]))
def test_a_condition_holds_where_its_expression_does(tree: tuple, age: int, sex: str) -> None:  # type: ignore[type-arg]
    written, holds = tree
    values: Mapping[str, str] = {"age": str(age), "sex": sex}
    assert parse(said(written, SPEECH)).holds(values) is holds(age, sex)


@pytest.mark.parametrize(
    ("conditions", "together"),
    [
        (("", ""), ""),
        (("a == 1", ""), "a == 1"),
        (("a == 1", "a == 1"), "a == 1"),
        (("a == 1 or b == 2", "c == 3"), "(a == 1 or b == 2) and c == 3"),
        (("a == 1", "x if y else z"), "a == 1 and (x if y else z)"),
    ],
)
def test_conditions_hold_together(conditions: tuple[str, ...], together: str) -> None:
    assert all_of(*conditions) == together
