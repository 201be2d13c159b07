"""Templates show values and nothing else, and a faulty one is named by its column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.text.localised_text import BadPlaceholder, LocalisedText, Template


@pytest.mark.parametrize(
    ("source", "names", "expected"),
    [
        ("", (), ""),
        ("Karibu", (), "Karibu"),
        ("{name}", ("name",), "Asha"),
        ("Dear {name}, {name}!", ("name", "name"), "Dear Asha, Asha!"),
        ("{name}{year_2}", ("name", "year_2"), "Asha2025"),
        ("{{name}}", (), "{name}"),
        ("{{{name}}}", ("name",), "{Asha}"),
        ("100%s {name} \\n $name", ("name",), "100%s Asha \\n $name"),
        ("{missing}.", ("missing",), "."),
        ("ሰላም {name}፣", ("name",), "ሰላም Asha፣"),
    ],
)
def test_a_template_shows_its_values(source: str, names: tuple[str, ...], expected: str) -> None:
    template = Template.parse(source)

    assert names == template.names
    assert expected == template.fill({"name": "Asha", "year_2": "2025"})


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("{", 0),
        ("}", 0),
        ("ab {name", 3),
        ("ab name}", 7),
        ("{}", 0),
        ("{ name }", 0),
        ("a {Name}", 2),
        ("a {0}", 2),
        ("a {name.e164}", 2),
        ("a {name!r}", 2),
        ("a {name:>9}", 2),
        ("a {name\n}", 2),
        ("{name}}", 6),
        ("{jina}{{}", 8),
        ("{ñ}", 0),
        ("{_name}", 0),
    ],
)
def test_a_faulty_template_is_refused_at_its_column(source: str, column: int) -> None:
    with pytest.raises(BadPlaceholder) as refused:
        Template.parse(source)

    assert column == refused.value.column


@given(st.text() | st.text("{}ab_ "), st.dictionaries(st.text("ab_", max_size=3), st.text()))
def test_what_can_be_parsed_can_be_filled(source: str, values: dict[str, str]) -> None:
    try:
        template = Template.parse(source)
    except BadPlaceholder:
        return

    filled = template.fill(values)

    assert template.fill({}) == filled or set(template.names) & set(values)


@given(st.text())
def test_a_text_with_doubled_braces_shows_as_it_was(text: str) -> None:
    escaped = text.replace("{", "{{").replace("}", "}}")

    assert text == Template.parse(escaped).fill({})


@given(st.text())
def test_a_value_is_never_taken_for_a_template(value: str) -> None:
    template = Template.parse("<{name}>")

    assert f"<{value}>" == template.fill({"name": value, "other": "x"})


def test_a_localised_text_gives_the_template_of_a_language() -> None:
    text = LocalisedText({"en": Template.parse("Water"), "sw": Template.parse("Maji")})

    assert Template.parse("Maji") == text["sw"]


def test_a_language_that_was_not_compiled_is_an_error() -> None:
    text = LocalisedText({"en": Template.parse("Water")})

    with pytest.raises(KeyError):
        text["fr"]
