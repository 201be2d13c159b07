"""What the shapes of menu files are made of: names, texts, words, and where a screen leads."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag

from gateway.adapters.yaml.shapes import Id as Id
from gateway.adapters.yaml.shapes import Shape as Shape
from gateway.adapters.yaml.validate import named, wrong
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.menu.conditions import BadCondition, parse
from gateway.domain.text.localised_text import is_blank

#: The longest text that any screen can need: three segments of SMS.
LONGEST_TEXT = 480


OptionKey = Annotated[
    str, named(r"[0-9]{1,2}", Sentence("is not an option's key: use one or two digits."))
]
Language = Annotated[
    str,
    named(
        r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?",
        Sentence("is not a language code such as en, sw or pt-BR."),
    ),
]

#: What is typed by language: keywords, other words of a line.
Words = dict[Language, list[Annotated[str, Field(min_length=1, max_length=20)]]]


def _shows_something(text: str) -> str:
    if text and is_blank(text):
        raise wrong("003", Sentence("A text of spaces alone shows nothing."))
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
        sentence = Sentence("This is no condition: %(why)s.", why=said_by(bad))
        raise wrong("100", sentence) from None
    return source


When = Annotated[str, AfterValidator(_is_condition)]


class WayShape(Shape):
    """One way on, of several."""

    when: When | None = Field(None, description="The condition; the last way has none.")
    goto: Id = Field(description="The screen that follows.")


def _ends_without_condition(ways: list[WayShape]) -> list[WayShape]:
    if ways[-1].when is not None:
        raise wrong("102", Sentence("The last way needs to be one without `when`."))
    if any(way.when is None for way in ways[:-1]):
        raise wrong("102", Sentence("Ways behind one without `when` are never gone."))
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
