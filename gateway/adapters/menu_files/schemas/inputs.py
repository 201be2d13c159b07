"""The shape of an input screen: what is typed, and what of it is accepted."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.adapters.menu_files.schemas.input_extent import (
    LONGEST,
    BadBounds,
    Particulars,
    accepts,
)
from gateway.adapters.menu_files.schemas.parts import Next, Shape, Text, When
from gateway.adapters.yaml.validate import named, wrong
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.input_kinds.identity import CHECK_DIGITS
from gateway.domain.input_kinds.kinds import KINDS

Skip = Annotated[str, named(r"[0-9]{1,4}", Sentence("does not skip: use one to four digits."))]
Kind = Literal[
    "digits",
    "integer",
    "decimal",
    "money",
    "text",
    "name",
    "date",
    "time",
    "phone",
    "national_id",
    "pin",
    "case_number",
    "yes_no",
]
Check = Literal[
    "damm",
    "luhn",
    "verhoeff",
    "iso7064_mod_11_10",
    "iso7064_mod_37_36",
    "iso7064_mod_97_10",
]

#: Shorter digits are years and keys, which answer other questions.
_LEAST_OF_MANY = 6


class InputShape(Shape):
    """Asks for something typed."""

    text: Text = Field(description="The question.")
    input: Kind = Field(description="What is taken: " + ", ".join((*KINDS, "yes_no")) + ".")
    next: Next = Field(description="The screen that follows, or a list of ways.")
    length: int | None = Field(
        None, ge=1, le=LONGEST, description="The exact length of digits, text, a name or a PIN."
    )
    min: int | None = Field(None, description="The least length, or of numbers the least value.")
    max: int | None = Field(
        None, description="The greatest length, or of numbers the greatest value."
    )
    decimals: int | None = Field(
        None, ge=1, le=9, description="How many decimals a number or an amount may have; 2."
    )
    region: str | None = Field(
        None, description="Of a phone: the country (ISO 3166) whose national form is understood."
    )
    pattern: str | None = Field(
        None, max_length=30, description="Of a national ID: # for a digit, @ for a letter."
    )
    check: Check | None = Field(
        None, description="Of a national ID, its check digit: " + ", ".join(CHECK_DIGITS) + "."
    )
    calendar: Literal["gregorian", "ethiopic"] | None = Field(
        None, description="Of a date, where it is not that of the language."
    )
    confirm: bool | None = Field(
        None, description="A PIN is a new one: it is asked for twice and must not be a first guess."
    )
    secret: bool = Field(False, description="The answer goes to the next handler and is not kept.")
    by_sms: bool | None = Field(
        None, description="With `false` a texter is told to dial: an SMS stays on the phone."
    )
    many: int | None = Field(
        None,
        ge=2,
        le=5,
        description="How many values one SMS may give, each answered: of digits, case numbers.",
    )
    complaint: Text | None = Field(
        None, description="Shown after a wrong answer, instead of the built-in complaint."
    )
    example: Text | None = Field(
        None,
        description="An answer that is taken, for cards and after a wrong one; in an SMS always.",
    )
    skip: Skip | None = Field(
        None, description="Digits that answer nothing; a line below the question says so."
    )
    holds: When | None = Field(
        None, description="What must be true of the answer, else `complaint` is shown."
    )

    @model_validator(mode="after")
    def _keys_go_together(self) -> InputShape:
        try:
            self.accepts()
            if self.input == "yes_no" and self.complaint is not None:
                raise BadBounds(
                    "complaint", Sentence("Yes and no have their complaint in phrases.yaml.")
                )
            if self.input == "yes_no" and self.secret:
                raise BadBounds(
                    "secret", Sentence("Yes or no is no secret; use digits for a secret answer.")
                )
            self._skip_and_holds()
            if self.by_sms is False and not (self.secret or self.input == "pin"):
                raise BadBounds(
                    "by_sms", Sentence("Only a secret is not asked by SMS: add `secret: true`.")
                )
            if self.many is not None:
                self._can_be_many()
        except BadBounds as bad:
            raise wrong("009", bad.sentence, bad.key) from bad
        return self

    def _can_be_many(self) -> None:
        exact = self.input == "digits" and (self.length or 0) >= _LEAST_OF_MANY
        if not exact and self.input != "case_number":
            raise BadBounds(
                "many",
                Sentence(
                    "Only `digits` of a `length` of %(least)s or more, and case "
                    "numbers, are told apart in one SMS.",
                    least=_LEAST_OF_MANY,
                ),
            )
        if self.secret or self.skip is not None:
            key = "secret" if self.secret else "skip"
            raise BadBounds(
                "many",
                Sentence("A question with `%(key)s` has one answer: take out `many`.", key=key),
            )

    def _skip_and_holds(self) -> None:
        for key in ("skip", "holds"):
            if self.input == "yes_no" and getattr(self, key) is not None:
                raise BadBounds(
                    key,
                    Sentence("`%(key)s` is of what is typed; write a `choice` instead.", key=key),
                )
        if self.skip is not None and (self.secret or self.input == "pin"):
            raise BadBounds(
                "skip", Sentence("A secret answer is needed by what follows: it has no `skip`.")
            )
        if self.holds is not None and self.complaint is None:
            raise BadBounds(
                "holds", Sentence("Say in `complaint` what is wrong where it does not hold.")
            )

    def accepts(self) -> Accepts:
        """Returns what the screen takes; raises BadBounds."""
        particulars = Particulars(
            decimals=self.decimals,
            region=self.region,
            pattern=self.pattern,
            check=self.check,
            calendar=self.calendar,
            confirm=self.confirm,
        )
        return accepts(self.input, (self.length, self.min, self.max), particulars)
