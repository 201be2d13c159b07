"""Values as each language writes them, and the longest they can become."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.domain.text.gsm7 import is_gsm7
from gateway.domain.text.localised_text import BadFilter, BadPlaceholder, Template
from gateway.domain.text.value_formats import CATEGORIES, FILTERS, Filter, categories


def shown(placeholder: str, value: str, language: str) -> str:
    """Returns what stands in a text for one placeholder."""
    template = Template.parse(f"{{v|{placeholder}}}")
    ethiopic = language.startswith("am")
    return template.written_in(language, "KES", ethiopic, from_six=False).fill({"v": value})


@pytest.mark.parametrize(
    ("placeholder", "value", "language", "expected"),
    [
        ("number", "1234567", "en", "1,234,567"),
        ("number", "1234.5", "fr", "1 234,5"),
        ("number", "-3", "sw", "-3"),
        ("number", "0.00025", "en", "0.00025"),
        ("number", "1234.56789", "fr", "1 234,56789"),
        ("money", "40.505", "sw", "Ksh 40.505"),
        ("money", "1500.00", "sw", "Ksh 1,500"),
        ("plural:one=# km,other=# km", "2.12345", "en", "2.12345 km"),
        ("money", "1500", "sw", "Ksh 1,500"),
        ("money", "1500.5", "sw", "Ksh 1,500.50"),
        ("money", "1500", "fr", "1 500 KES"),
        ("money:NGN", "1500", "en", "NGN1,500"),
        ("date", "2007-04-15", "en", "15 Apr 2007"),
        ("date:long", "2007-04-15", "sw", "15 Aprili 2007"),
        ("date:short", "2007-04-15", "fr", "15/04/2007"),
        ("date", "2007-04-15T08:30:00+03:00", "en", "15 Apr 2007"),
        ("date", "2007-04-15", "am", "ሚያዝያ 7 ቀን 1999 ዓ.ም."),
        ("date", "2007-04-15", "am-Latn", "7 Miyazya 1999"),
        ("date:short", "2007-09-11", "am", "6/13/1999"),
        ("time", "14:30", "sw", "14:30"),
        ("time", "00:00-24:00", "en", "24 hours"),
        ("time", "00:00-24:00", "sw", "saa 24"),
        ("time", "08:00-24:00", "fr", "08:00-00:00"),
        ("time", "2007-04-15T14:30:00", "fr", "14:30"),
        ("plural:one=# day,other=# days", "1", "en", "1 day"),
        ("plural:one=# day,other=# days", "2", "en", "2 days"),
        ("plural:one=# day, maybe,other=# days", "1", "en", "1 day, maybe"),
        ("plural:one=# jour,many=# jours,other=# jours", "0", "fr", "0 jour"),
        ("plural:one=#,many=# de jours,other=# jours", "1000000", "fr", "1 000 000 de jours"),
        ("plural:zero=z,one=o,two=t,few=f,many=m,other=x", "0", "ar", "z"),
        ("plural:zero=z,one=o,two=t,few=f,many=m,other=x", "1", "ar", "o"),
        ("plural:zero=z,one=o,two=t,few=f,many=m,other=x", "2", "ar", "t"),
        ("plural:zero=z,one=o,two=t,few=f,many=m,other=x", "5", "ar", "f"),
        ("plural:zero=z,one=o,two=t,few=f,many=m,other=x", "11", "ar", "m"),
        ("plural:zero=z,one=o,two=t,few=f,many=m,other=x", "100", "ar", "x"),
        ("number", "", "en", ""),
    ],
)
def test_a_value_is_shown_as_its_language_writes_it(
    placeholder: str, value: str, language: str, expected: str
) -> None:
    assert expected == shown(placeholder, value, language)


@pytest.mark.parametrize("placeholder", ["number", "money", "date", "time", "date:long"])
@pytest.mark.parametrize("value", ["soon", "15/4/2007", "1e5", "--", "2007-13-45", "NaN", "25:61"])
def test_a_value_that_does_not_fit_its_filter_is_shown_as_it_is(
    placeholder: str, value: str
) -> None:
    assert value == shown(placeholder, value, "en")


@pytest.mark.parametrize(
    "source",
    ["{v|}", "{v|mony}", "{v|money:kes}", "{v|number:2}", "{v|date:huge}", "{v|plural}",
     "{v|plural:}", "{v|plural:some=#}", "{v|time:now}"],
)  # fmt: skip
def test_a_wrong_filter_is_refused_with_what_to_write(source: str) -> None:
    with pytest.raises(BadFilter) as refused:
        Template.parse(f"Due: {source}")

    assert 5 == refused.value.column
    assert refused.value.sentence


@pytest.mark.parametrize("source", ["{|money}", "{v |money}", "{V|money}", "{v|money", "v|money}"])
def test_a_filter_without_a_placeholder_is_refused(source: str) -> None:
    with pytest.raises(BadPlaceholder):
        Template.parse(source)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", {"one", "other"}),
        ("sw", {"one", "other"}),
        ("am", {"one", "other"}),
        ("am-Latn", {"one", "other"}),
        ("fr", {"one", "many", "other"}),
        ("ar", set(CATEGORIES)),
        ("yo", {"other"}),
    ],
)
def test_the_categories_are_those_of_the_language(language: str, expected: set[str]) -> None:
    assert expected == categories(language)


@pytest.mark.parametrize("language", ["en", "sw", "fr", "pt-BR", "ha"])
def test_an_amount_never_leaves_gsm7_where_typography_alone_would(language: str) -> None:
    for currency in ("NGN", "KES", "XOF", "EUR"):
        assert is_gsm7(shown(f"money:{currency}", "-1234567.5", language)), currency


_LANGUAGES = st.sampled_from(["en", "sw", "fr", "am", "am-Latn", "ar", "pt-BR", "xx"])
_ARGUMENTS = {"plural": "one=# day,other=# days"}


@given(_LANGUAGES, st.sampled_from(sorted(FILTERS)), st.text(max_size=30))
def test_whatever_a_handler_gives_can_be_shown(language: str, kind: str, value: str) -> None:
    one = Filter(kind=kind, argument=_ARGUMENTS.get(kind, ""), language=language, currency="KES")

    assert isinstance(one.show(value), str)


_DECIMALS = st.integers(1, 9).flatmap(
    lambda places: st.decimals(-(10**6), 10**9, places=places).map(lambda each: f"{each:f}")
)

_WIDEST = st.builds("{}.{}".format, st.integers(10**16, 10**18 - 1), st.integers(1, 10**9 - 1))


@given(_LANGUAGES, st.sampled_from(["number", "money"]), _DECIMALS)
def test_no_figure_of_a_number_is_left_out(language: str, kind: str, value: str) -> None:
    said = Filter(kind=kind, language=language, currency="KES").show(value)

    figures = "".join(char for char in said if char.isascii() and char.isdigit())
    assert value.lstrip("-0.").replace(".", "").rstrip("0") in figures


@given(
    _LANGUAGES,
    st.sampled_from(["number", "money", "plural"]),
    st.integers(-(10**9), 10**12).map(str) | _DECIMALS | _WIDEST,
)
@example("en", "money", "8888.8")
@example("sw", "money", "1.5")
def test_no_number_is_shown_longer_than_the_longest(language: str, kind: str, value: str) -> None:
    argument = "one=# day,other=# days" if kind == "plural" else ""
    one = Filter(kind=kind, argument=argument, language=language, currency="KES")

    assert len(one.show(value)) <= len(one.longest(len(value)))


@given(_LANGUAGES, st.booleans(), st.dates())
def test_no_day_is_shown_longer_than_the_longest(
    language: str, ethiopic: bool, day: object
) -> None:
    one = Filter(kind="date", language=language, ethiopic=ethiopic)

    assert len(one.show(str(day))) <= len(one.longest(10))


def test_the_widest_placeholder_of_a_text_is_named() -> None:
    template = Template.parse("{a} {b|money}").written_in("sw", "KES", False, False)

    assert ("b", len("Ksh 88,888")) == template.widest({"a": 5, "b": 5})
