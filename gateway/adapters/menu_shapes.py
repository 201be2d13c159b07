"""The shapes of screens: every key that may be written in one, with what it means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from gateway.adapters.menu_bounds import LONGEST, BadBounds, accepts
from gateway.adapters.yaml_shapes import named
from gateway.domain.answers import KINDS
from gateway.domain.proposals import did_you_mean

#: The longest text that any screen can need: three segments of SMS.
LONGEST_TEXT = 480


class Shape(BaseModel):
    """A map in a menu file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_ID_SENTENCE = "is not a name: use small letters, digits and _, a letter first."
Id = Annotated[str, named(r"[a-z][a-z0-9_]{0,39}", _ID_SENTENCE)]
OptionKey = Annotated[str, named(r"[0-9]{1,2}", "is not an option's key: use one or two digits.")]
Language = Annotated[
    str,
    named(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", "is not a language code such as en, sw or pt-BR."),
]
Said = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]


def _is_map(value: object) -> str:
    return "=map" if isinstance(value, dict) else "=text"


Text = Annotated[
    Annotated[Said, Tag("=text")] | Annotated[dict[Language, Said], Tag("=map")],
    Discriminator(_is_map),
]


class OptionShape(Shape):
    """One line of a choice."""

    label: Text = Field(description="What the line says; over SMS it is an answer, too.")
    value: str | None = Field(None, description="What handlers get; the key when left out.")
    next: Id | None = Field(None, description="The screen that follows.")
    open: Id | None = Field(None, description="The service that follows, instead of `next`.")

    @model_validator(mode="after")
    def _leads_to_one_place(self) -> OptionShape:
        if (self.next is None) == (self.open is None):
            raise PydanticCustomError("009", "An option has either `next` or `open`.")
        return self


class ListingShape(Shape):
    """A choice whose lines come from a handler."""

    each: Id = Field(description="The list, among the values of a handler's outcome.")
    label: Text = Field(description="What each line says, with the fields of its row.")
    value: Id = Field(description="The field of the row that becomes the answer.")
    next: Id = Field(description="The screen that follows.")


def _sort_of_choice(value: object) -> str:
    listing = isinstance(value, dict) and not value.keys().isdisjoint(ListingShape.model_fields)
    return "=list" if listing else "=options"


class ChoiceShape(Shape):
    """Asks for one of several lines."""

    text: Text = Field(description="The question above the lines.")
    choice: Annotated[
        Annotated[dict[OptionKey, OptionShape], Tag("=options")]
        | Annotated[ListingShape, Tag("=list")],
        Discriminator(_sort_of_choice),
    ] = Field(description="A map of key to option, or a list that a handler gave.")


class InputShape(Shape):
    """Asks for something typed."""

    text: Text = Field(description="The question.")
    input: Literal["digits", "integer", "text", "name", "date", "case_number"] = Field(
        description="What is taken: " + ", ".join(KINDS) + "."
    )
    next: Id = Field(description="The screen that follows.")
    length: int | None = Field(
        None, ge=1, le=LONGEST, description="The exact length of digits, text or a name."
    )
    min: int | None = Field(None, description="The least length, or of integers the least value.")
    max: int | None = Field(
        None, description="The greatest length, or of integers the greatest value."
    )
    secret: bool = Field(False, description="The answer goes to the next handler and is not kept.")
    complaint: Text | None = Field(
        None, description="Shown after a wrong answer, instead of the built-in complaint."
    )

    @model_validator(mode="after")
    def _bounds_go_together(self) -> InputShape:
        try:
            accepts(self.input, (self.length, self.min, self.max))
        except BadBounds as bad:
            context = {"sentence": str(bad), "key": bad.key}
            raise PydanticCustomError("009", "{sentence}", context) from bad
        return self


class HandlerShape(Shape):
    """Calls a government service."""

    handler: Id = Field(description="A name in the table HANDLERS.")
    outcomes: dict[Id, Id] = Field(description="What follows: outcome to screen.")
    with_: dict[Id, Id] = Field(
        default={},
        alias="with",
        description="What the handler needs, to the screen that asks for it, where names differ.",
    )


class CallScreenShape(Shape):
    """Calls another system over HTTP."""

    call: Id = Field(description="A name in calls.yaml.")
    outcomes: dict[Id, Id] = Field(description="What follows: outcome to screen.")
    with_: dict[Id, Id] = Field(
        default={},
        alias="with",
        description="What the call needs, to the screen that asks for it, where names differ.",
    )


class EndShape(Shape):
    """Says a last text."""

    end: Text = Field(description="The text.")
    sms: bool = Field(False, description="The same text is sent as SMS, too.")


class OpenShape(Shape):
    """Goes on to another service."""

    open: Id = Field(description="The id of the service.")


ScreenShape = ChoiceShape | InputShape | HandlerShape | CallScreenShape | EndShape | OpenShape

#: The key that shows a screen's kind, and the shape of that kind.
SCREENS: dict[str, type[ScreenShape]] = {
    "choice": ChoiceShape,
    "input": InputShape,
    "handler": HandlerShape,
    "call": CallScreenShape,
    "end": EndShape,
    "open": OpenShape,
}


def shape_of_screen(screen: dict[str, Any]) -> type[ScreenShape] | str:
    """Returns the shape that the keys of a screen ask for, or a sentence why there is none."""
    kinds = [kind for kind in SCREENS if kind in screen]
    if len(kinds) == 1:
        return SCREENS[kinds[0]]
    if kinds:
        return f"A screen has one kind; this one has {' and '.join(f'`{kind}`' for kind in kinds)}."
    known = {key for shape in SCREENS.values() for key in shape.model_fields}
    strange = [key for key in screen if key not in known]
    proposals = (did_you_mean(key, SCREENS) for key in strange)
    return "A screen needs one of `choice`, `input`, `handler`, `call`, `end` and `open`." + next(
        filter(None, proposals), ""
    )
