"""What the shapes of menu files are made of: names, texts, words, and where a screen leads."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from gateway.adapters.yaml.shapes import Id as Id
from gateway.adapters.yaml.shapes import Shape as Shape
from gateway.adapters.yaml.validate import named
from gateway.domain.menu.conditions import BadCondition, parse
from gateway.domain.text.localised_text import is_blank

#: The longest text that any screen can need: three segments of SMS.
LONGEST_TEXT = 480


OptionKey = Annotated[str, named(r"[0-9]{1,2}", "is not an option's key: use one or two digits.")]
Language = Annotated[
    str,
    named(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", "is not a language code such as en, sw or pt-BR."),
]

#: What is typed by language: keywords, other words of a line.
Words = dict[Language, list[Annotated[str, Field(min_length=1, max_length=20)]]]


def _shows_something(text: str) -> str:
    if text and is_blank(text):
        raise PydanticCustomError("003", "A text of spaces alone shows nothing.")
    return text


Said = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_TEXT),
    AfterValidator(_shows_something),
]


def _is_map(value: object) -> str:
    return "=map" if isinstance(value, dict) else "=text"


Text = Annotated[
    Annotated[Said, Tag("=text")] | Annotated[dict[Language, Said], Tag("=map")],
    Discriminator(_is_map),
]


def _is_condition(source: str) -> str:
    try:
        parse(source)
    except BadCondition as bad:
        sentence = f"This is no condition: {bad}."
        raise PydanticCustomError("100", "{sentence}", {"sentence": sentence}) from None
    return source


When = Annotated[str, AfterValidator(_is_condition)]


class WayShape(Shape):
    """One way on, of several."""

    when: When | None = Field(None, description="The condition; the last way has none.")
    goto: Id = Field(description="The screen that follows.")


def _ends_without_condition(ways: list[WayShape]) -> list[WayShape]:
    if ways[-1].when is not None:
        raise PydanticCustomError("102", "The last way needs to be one without `when`.")
    if any(way.when is None for way in ways[:-1]):
        raise PydanticCustomError("102", "Ways behind one without `when` are never gone.")
    return ways


def _is_list(value: object) -> str:
    return "=ways" if isinstance(value, list) else "=screen"


#: The screen that follows, or a list of ways of which the first whose condition holds is gone.
Next = Annotated[
    Annotated[Id, Tag("=screen")]
    | Annotated[
        list[WayShape], Field(min_length=1), AfterValidator(_ends_without_condition), Tag("=ways")
    ],
    Discriminator(_is_list),
]
