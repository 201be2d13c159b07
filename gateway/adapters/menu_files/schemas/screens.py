"""The shapes of screens: every key that may be written in one, with what it means."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import (
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from gateway.adapters.menu_files.schemas.inputs import InputShape, Skip
from gateway.adapters.menu_files.schemas.look_ups import LookUpShape
from gateway.adapters.menu_files.schemas.parts import Id as Id
from gateway.adapters.menu_files.schemas.parts import Language as Language
from gateway.adapters.menu_files.schemas.parts import Next, OptionKey, When, Words
from gateway.adapters.menu_files.schemas.parts import Said as Said
from gateway.adapters.menu_files.schemas.parts import Shape as Shape
from gateway.adapters.menu_files.schemas.parts import Text as Text
from gateway.adapters.yaml.validate import wrong
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence, both


class OptionShape(Shape):
    """One line of a choice."""

    label: Text = Field(description="What the line says; over SMS it is an answer, too.")
    value: str | None = Field(None, description="What handlers get; the key when left out.")
    next: Next | None = Field(None, description="The screen that follows, or a list of ways.")
    open: Id | None = Field(None, description="The service that follows, instead of `next`.")
    when: When | None = Field(None, description="The condition under which the line is there.")
    assumed: bool = Field(
        False, description="Meant by a text that names no line and answers what follows this one."
    )
    also: Words = Field(
        default={}, description="Other words that choose it in an SMS, such as a former label."
    )

    @model_validator(mode="after")
    def _leads_to_one_place(self) -> OptionShape:
        if self.next is not None and self.open is not None:
            raise wrong("009", Sentence("An option has either `next` or `open`."))
        return self


class ListingShape(Shape):
    """A choice whose lines come from a handler."""

    each: Id = Field(description="The list, among the values of a handler's outcome.")
    label: Text = Field(description="What each line says, with the fields of its row.")
    value: Id = Field(description="The field of the row that becomes the answer.")
    next: Next = Field(description="The screen that follows, or a list of ways.")
    within: Id | None = Field(
        None, description="The field that names the places within, for one-shot texts."
    )
    several: int | None = Field(
        None, ge=2, le=10, description="So many rows are taken at once at most; one if left out."
    )
    skip: Skip | None = Field(
        None, description="Of `several`: digits that choose none; a line below the rows says so."
    )

    @model_validator(mode="after")
    def _skips_several(self) -> ListingShape:
        if self.skip is not None and self.several is None:
            sentence = Sentence("`skip` belongs to a list of which `several` are taken.")
            raise wrong("009", sentence, "skip")
        return self


class LineShape(Shape):
    """One line of a choice of which several are taken."""

    label: Text = Field(description="What the line says; over SMS it is an answer, too.")
    value: str | None = Field(
        None, description="What handlers get; the key when left out. It has no spaces."
    )
    when: When | None = Field(None, description="The condition under which the line is there.")

    @field_validator("value")
    @classmethod
    def _is_one_word(cls, value: str | None) -> str | None:
        if value is not None and value.split() != [value]:
            raise wrong("009", Sentence("A value of several has no spaces: they part them."))
        return value


class SeveralShape(Shape):
    """A choice of which several lines are taken at once."""

    several: dict[OptionKey, LineShape] = Field(
        min_length=2, description="A map of key to line; some of them are chosen at once."
    )
    next: Next = Field(description="The screen that follows, or a list of ways.")
    skip: Skip | None = Field(
        None, description="Digits that choose none; a line below the others says so."
    )
    min: int = Field(1, ge=1, description="The fewest lines that are taken; 1.")
    max: int | None = Field(None, ge=1, description="The most lines that are taken; all of them.")

    @model_validator(mode="after")
    def _some_can_be_chosen(self) -> SeveralShape:
        if self.skip in self.several:
            sentence = Sentence(
                "%(skip)s is the key of a line; let other digits skip.", skip=self.skip
            )
            raise wrong("009", sentence, "skip")
        most = len(self.several) if self.max is None else self.max
        if not self.min <= most <= len(self.several):
            sentence = Sentence(
                "`min` and `max` are between 1 and the %(number)s lines there are.",
                number=len(self.several),
            )
            raise wrong("009", sentence, "min" if self.max is None else "max")
        if all(line.when for line in self.several.values()):
            raise wrong(
                "102", Sentence("Every line has a `when`: somebody may see none."), "several"
            )
        return self


def _sort_of_choice(value: object) -> str:
    keys = set(value) if isinstance(value, dict) else set()
    if "several" in keys and "each" not in keys:
        return "=several"
    return "=options" if keys.isdisjoint(ListingShape.model_fields) else "=list"


class ChoiceShape(Shape):
    """Asks for one of several lines."""

    text: Text = Field(description="The question above the lines.")
    choice: Annotated[
        Annotated[dict[OptionKey, OptionShape], Tag("=options")]
        | Annotated[SeveralShape, Tag("=several")]
        | Annotated[ListingShape, Tag("=list")],
        Discriminator(_sort_of_choice),
    ] = Field(description="A map of key to option, several of them, or a list of a handler's.")
    next: Next | None = Field(
        None, description="Where every option leads that has neither `next` nor `open`."
    )
    pages: bool = Field(
        False, description="It may take several pages; any other choice of your own fits one."
    )
    sms: Text | None = Field(
        None, description="A text that is sent as SMS, too, when a call leads here on a phone."
    )
    acts: bool = Field(
        False, description="It asks what to do: each line says it with a verb of the glossary."
    )

    @model_validator(mode="after")
    def _has_a_line_for_everyone(self) -> ChoiceShape:
        options = self.choice.values() if isinstance(self.choice, dict) else ()
        apart = [option for option in options if option.next is None and option.open is None]
        if self.next is None and apart:
            sentence = Sentence(
                "An option has either `next` or `open`, or `choice` has a `next` beside it."
            )
            raise wrong("009", sentence, "choice")
        if self.next is not None and not apart:
            sentence = Sentence("No option is without a way of its own; this `next` is never gone.")
            raise wrong("009", sentence, "next")
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


class StoreShape(Shape):
    """Keeps the answers as a row of a form."""

    store: Id = Field(description="The form: the name of a file in forms/.")
    adds: Id | None = Field(
        None,
        description="A column that may be empty: it completes the row that this dialogue stored.",
    )
    removes: bool = Field(
        False, description="It takes back what the subscriber has stored, and frees a place."
    )
    reads: bool = Field(
        False, description="It tells what the subscriber has stored last, unless its time is over."
    )
    outcomes: dict[Id, Id] = Field(description="What follows: outcome to screen.")
    with_: dict[Id, Id] = Field(
        default={},
        alias="with",
        description="A column of the form, to the screen that asks for it, where names differ.",
    )

    @model_validator(mode="after")
    def _does_one_thing(self) -> StoreShape:
        if sum(map(bool, (self.adds, self.removes, self.reads))) > 1:
            key = "removes" if self.removes else "reads"
            sentence = Sentence(
                "It adds a value, takes the row back or tells it: write one of these."
            )
            raise wrong("009", sentence, key)
        return self


class TellMeShape(Shape):
    """Offers to tell by SMS what is not there yet."""

    days: int = Field(
        ge=1, le=365, description="How long it is asked for; then its citizen is told that it ends."
    )
    ask: Id | None = Field(
        None,
        description="The handler, call or lookup that is asked; the one that leads here when left "
        "out.",
    )


class EndShape(Shape):
    """Says a last text."""

    end: Text = Field(description="The text.")
    sms: bool = Field(False, description="The same text is sent as SMS, too.")
    says: list[Id] = Field(
        default=[],
        description="Answers that the words say by themselves; all others are to be shown.",
    )
    tell_me: TellMeShape | None = Field(
        None,
        description="There is no answer yet: a line offers to tell it by SMS once there is one.",
    )

    @model_validator(mode="after")
    def _waits_for_something(self) -> EndShape:
        if self.tell_me is not None and self.sms:
            sentence = Sentence(
                "`sms` sends what an end says; with `tell_me` it is the answer that is sent."
            )
            raise wrong("009", sentence, "sms")
        return self


class OpenShape(Shape):
    """Goes on to another service."""

    open: Id = Field(description="The id of the service.")


ScreenShape: TypeAlias = (
    ChoiceShape
    | InputShape
    | HandlerShape
    | CallScreenShape
    | LookUpShape
    | StoreShape
    | EndShape
    | OpenShape
)

#: The key that shows a screen's kind, and the shape of that kind.
SCREENS: dict[str, type[ScreenShape]] = {
    "choice": ChoiceShape,
    "input": InputShape,
    "handler": HandlerShape,
    "call": CallScreenShape,
    "lookup": LookUpShape,
    "store": StoreShape,
    "end": EndShape,
    "open": OpenShape,
}


def shape_of_screen(screen: dict[str, Any]) -> type[ScreenShape] | Sentence:
    """Returns the shape that the keys of a screen ask for, or a sentence why there is none."""
    kinds = [kind for kind in SCREENS if kind in screen]
    if len(kinds) == 1:
        return SCREENS[kinds[0]]
    if kinds:
        return Sentence(
            "A screen has one kind; this one has %(names)s.",
            names=both([f"`{kind}`" for kind in kinds]),
        )
    known = {key for shape in SCREENS.values() for key in shape.model_fields}
    strange = [key for key in screen if key not in known]
    proposals = (did_you_mean(key, SCREENS) for key in strange)
    needed = both([f"`{kind}`" for kind in SCREENS])
    sentence = Sentence("A screen needs one of %(names)s.", names=needed)
    return sentence + next(filter(None, proposals), "")
