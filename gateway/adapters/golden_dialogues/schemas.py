"""The shape of a dialogue file: every key that may be written, with what it means."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.adapters.menu_files.schemas.screens import Id, Language, Said, Shape
from gateway.adapters.yaml.shapes import NAME
from gateway.adapters.yaml.validate import named, wrong
from gateway.domain.faults_and_errors.sentence import Sentence

#: A handler, a call, a look-up by its screen, or what keeps a form.
Called = Annotated[
    str,
    named(
        rf"(store:)?{NAME}(\.{NAME})?",
        Sentence("is not a name of a handler, call or form, nor of a look-up as SERVICE.SCREEN."),
    ),
]
Line = Annotated[str, Field(max_length=480)]
Rows = list[dict[Id, Line]]


class PinShape(Shape):
    """What a handler answers, instead of being called."""

    outcome: Id = Field(description="One of its declared outcomes.")
    values: dict[Id, Line | Rows] = Field(
        default={}, description="The values of the outcome: texts, or lists of rows."
    )


class TurnShape(Shape):
    """A page, and what is done on seeing it."""

    sees: str = Field(description="The whole page, matched exactly.")
    sms: list[str] = Field(default=[], description="The SMS that came with the page, all of them.")
    ends: bool = Field(False, description="No USSD session or SMS conversation is open now.")
    later: int = Field(0, ge=0, le=100_000, description="Minutes that pass before what follows.")
    data: dict[Id, Rows] = Field(
        default={}, description="Rows that are loaded in the place of a dataset before that."
    )
    handlers: dict[Called, PinShape] = Field(
        default={}, description="What handlers answer from then on."
    )
    types: str | None = Field(None, description="What is typed or texted next, `*` included.")
    dials: str | None = Field(
        None, description="What is dialled next, the session being left as it is."
    )

    @model_validator(mode="after")
    def _does_one_thing(self) -> TurnShape:
        if self.types is not None and self.dials is not None:
            raise wrong("009", Sentence("A turn goes on with `types` or `dials`, not both."))
        return self


class CaseShape(Shape):
    """A case that exists before the dialogue."""

    service: Id = Field(description="The service that opened it.")
    category: str = Field("", description="What it is about, as the handler calls it.")
    status: str = Field(description="How far it has come, as the handler calls it.")


class DialogueShape(Shape):
    """One dialogue."""

    title: Said = Field(description="What it shows, as a sentence without its full stop.")
    surface: Literal["ussd", "sms"] = Field(description="How it begins: ussd or sms.")
    channel: str = Field(
        "",
        description="The channel, with its page and keys; the stage's own line when left out.",
    )
    dialled: bool = Field(
        True, description="Write false for an SMS dialogue where the gateway cannot be dialled."
    )
    language: Language = Field(
        "", description="What the citizen chose earlier; the default language when left out."
    )
    chosen: bool = Field(
        True, description="Write false for a citizen who has chosen no language yet."
    )
    at: datetime | None = Field(
        None, description="When it takes place; 2026-11-23T12:00Z when left out."
    )
    cases: dict[str, CaseShape] = Field(
        default={}, description="Cases that exist before it, by number."
    )
    data: dict[Id, Rows] = Field(
        default={}, description="Rows that stand in for the sample data of a dataset."
    )
    handlers: dict[Called, PinShape] = Field(
        default={},
        description="What handlers and calls answer, instead of being called; a look-up goes by "
        "`SERVICE.SCREEN`, a form by `store:NAME`, and a column added to it by "
        "`store:NAME.COLUMN`.",
    )
    dial: str | None = Field(None, description="What is dialled first.")
    text: str | None = Field(None, description="What is texted first.")
    turns: list[TurnShape] = Field(min_length=1, description="The pages, in order.")
    stored: dict[str, str] | None = Field(
        None, description="The details of the case that the dialogue opens."
    )

    @model_validator(mode="after")
    def _begins_and_goes_on(self) -> DialogueShape:
        opening, other = ("dial", "text") if self.surface == "ussd" else ("text", "dial")
        if getattr(self, opening) is None or getattr(self, other) is not None:
            raise wrong(
                "009",
                Sentence(
                    "%(surface)s begins with `%(opening)s`.", surface=self.surface, opening=opening
                ),
            )
        *before, last = [turn.types is not None or turn.dials is not None for turn in self.turns]
        if last or not all(before):
            raise wrong("009", Sentence("Every turn but the last has `types` or `dials`."), "turns")
        if self.surface == "ussd" and any(turn.ends and turn.types for turn in self.turns):
            sentence = Sentence("Nothing can be typed on a page that `ends`; use `dials`.")
            raise wrong("009", sentence, "turns")
        if not self.dialled and (self.surface == "ussd" or self.channel):
            sentence = Sentence("`dialled: false` is for an SMS dialogue that names no channel.")
            raise wrong("009", sentence, "dialled")
        if self.surface == "sms" and any(turn.dials is not None for turn in self.turns):
            raise wrong("009", Sentence("Nothing is dialled over SMS."), "turns")
        return self
