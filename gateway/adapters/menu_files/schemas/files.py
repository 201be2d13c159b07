"""The shapes of the menu files: a service, main.yaml, the phrases, with what each key means."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel, model_validator

from gateway.adapters.menu_files.schemas.hours import HolidaysShape, HoursShape
from gateway.adapters.menu_files.schemas.parts import (
    Id,
    Language,
    OptionKey,
    Said,
    Shape,
    Text,
    Words,
)
from gateway.adapters.yaml.durations import Duration
from gateway.adapters.yaml.validate import named, wrong
from gateway.domain.faults_and_errors.sentence import Sentence

Shortcut = Annotated[
    str, named(r"[0-9]{2,6}", Sentence("is not a shortcut: use two to six digits."))
]


class ServiceShape(Shape):
    """One service; each screen is checked on its own, so that one slip hides nothing."""

    service: Id = Field(description="The stable id of the service.")
    institution: Id = Field(
        "",
        description="Who offers it, as a name; "
        "one of `institutions` in main.yaml, where that lists any.",
    )
    goals: list[Annotated[int, Field(ge=1, le=17)]] = Field(
        default=[], description="The Sustainable Development Goals it serves, 1 to 17."
    )
    shortcut: Shortcut = Field("", description="Dialled behind the service code; never used again.")
    title: Text = Field(description="What the home screen and catalogues call it.")
    keywords: Words = Field(default={}, description="First words of an SMS that open it.")
    start: Id | None = Field(None, description="The first screen; the first written if left out.")
    resume: Duration | None = Field(
        None,
        description="How long one can go on after a drop, as 30m; not at all if left out.",
    )
    nudge: bool = Field(False, description="One SMS tells of the drop; needs `resume`.")
    second_fact: Id | None = Field(
        None, description="The input asked again before another phone may go on."
    )
    sensitive: bool = Field(
        False,
        description="Not named in an offer, nor in an SMS that nobody texted for; "
        "goes on after the second fact only.",
    )
    proof: Literal["phone", "fact", "pin"] = Field(
        "phone",
        description="What one shows before it shows or erases personal things: "
        "the phone alone, a fact, or a PIN.",
    )
    district_from: Id | None = Field(
        None,
        description="The choice whose answer is the caller's district: figures count by it.",
    )
    cost: Text | None = Field(None, description="What it costs, for cards and posters.")
    closed: Text | None = Field(
        None, description="Said while the system behind it is down: what can be done instead."
    )
    hours: HoursShape | None = Field(None, description="When it is open; at all hours if left out.")
    screens: dict[Id, dict[str, Any]] = Field(
        min_length=1, description="The screens, by name, each of one kind."
    )

    @model_validator(mode="after")
    def _comes_back_safely(self) -> ServiceShape:
        given = (key for key in ("nudge", "second_fact") if getattr(self, key))
        key = next(given, "") if self.resume is None else ""
        sentence = Sentence("Without `resume` nobody comes back.")
        if self.resume and self.sensitive and self.nudge:
            key = "nudge"
            sentence = Sentence("Of a sensitive service no SMS tells by itself.")
        elif self.resume and self.sensitive and not self.second_fact:
            key = "resume"
            sentence = Sentence("A sensitive service goes on after a `second_fact` only.")
        if key:
            raise wrong("009", sentence, key)
        return self


class PhraseShape(RootModel[Text]):
    """One sentence of phrases.yaml, under its name."""


class HomeOptionShape(Shape):
    """One line of the home screen."""

    open: Id = Field(description="The service it opens; `language` is built in.")
    label: Text | None = Field(None, description="What it says, instead of the service's title.")


class HomeShape(Shape):
    """The first screen."""

    text: Text = Field(description="The line above the options.")
    options: dict[OptionKey, HomeOptionShape] = Field(
        min_length=1, description="The services, by key."
    )


class WordsShape(Shape):
    """Words that a text may begin with and never reach a menu."""

    stop: Words = Field(default={}, description="Ends all that was not asked for.")
    start: Words = Field(default={}, description="Takes STOP back.")
    help: Words = Field(default={}, description="Says what can be asked.")
    menu: Words = Field(default={}, description="Shows the home screen.")
    yes: Words = Field(default={}, description="Agrees to what was asked, as 1 does.")
    no: Words = Field(default={}, description="Denies what was asked, as 2 does.")
    courtesy: Words = Field(default={}, description="May stand beside a word and changes nothing.")
    leave: Words = Field(
        default={}, description="Beside words of `our_sms`, asks for no more SMS: remove, not."
    )
    our_sms: Words = Field(default={}, description="What we send, and whom we send it: SMS, me.")
    beside: Words = Field(
        default={}, description="Small words of such a sentence, which say nothing by themselves."
    )


class ReadingShape(Shape):
    """What a page asks of its readers at most; what is over it is noted, or a fault if strict."""

    words: int | None = Field(None, ge=1, le=200, description="Words of a page, labels included.")
    words_in: dict[Language, Annotated[int, Field(ge=1, le=200)]] = Field(
        default={}, description="A language to its own limit of words."
    )
    sentence: int | None = Field(None, ge=1, le=99, description="Words of a sentence.")
    common_words: bool = Field(
        False, description="Only words that readers know: the commonest, and `plain` of a glossary."
    )
    lines: int | None = Field(None, ge=2, le=99, description="Lines of a choice at once.")
    digits: int | None = Field(None, ge=1, le=99, description="Figures that are typed at once.")
    answers: int | None = Field(
        None, ge=1, le=99, description="Answers from home until a service says or does something."
    )
    strict: bool = Field(False, description="What is over a limit is a fault, and not noted only.")


class MainShape(Shape):
    """main.yaml."""

    languages: dict[Language, Said] = Field(
        min_length=1, description="Code to name, each in itself; the first is the default."
    )
    fallbacks: dict[Language, Language] = Field(
        default={}, description="A language to the one that stands in where a text is missing."
    )
    charsets: dict[Language, Literal["unicode", "gsm", "transliterate"]] = Field(
        default={}, description="A language to its letters: unicode, gsm or transliterate."
    )
    calendars: dict[Language, Literal["gregorian", "ethiopic"]] = Field(
        default={}, description="A language to the calendar of its dates: gregorian or ethiopic."
    )
    clocks: dict[Language, Literal["from_midnight", "from_six"]] = Field(
        default={}, description="A language to the clock of its hours: from_midnight or from_six."
    )
    currency: Annotated[str, named(r"[A-Z]{3}", Sentence("is no currency's code such as KES."))] = (
        Field("", description="The currency of amounts, as three letters (ISO 4217).")
    )
    ask_language: bool = Field(
        False, description="A caller whose language is not known chooses it first, once."
    )
    reading: ReadingShape | None = Field(
        None, description="What a page asks of who reads little at most."
    )
    holidays: HolidaysShape | None = Field(
        None, description="The days on which services with `hours` are closed."
    )
    topics: dict[Id, Text] = Field(
        default={},
        description="What we write about that is no service, as STOP and START name it; of a "
        "service another name of its SMS.",
    )
    institutions: dict[Id, Text] = Field(
        default={}, description="What an institution of the services is called, on cards."
    )
    home: HomeShape = Field(description="The first screen.")
    words: WordsShape = Field(WordsShape(), description="Reserved words of an SMS.")


class MessagesShape(Shape):
    """messages.yaml: texts that handlers have sent later, such as reminders."""

    values: dict[Id, Annotated[int, Field(ge=1, le=160)]] = Field(
        default={}, description="What handlers put into the texts: name to greatest length."
    )
    messages: dict[Id, Text] = Field(description="The texts, by the names that handlers use.")
