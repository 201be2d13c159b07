"""The shape of `forms/NAME.yaml`: every key that may be written, with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from gateway.adapters.declared_rows.column_shapes import ColumnShape
from gateway.adapters.yaml.documents import Tree
from gateway.adapters.yaml.durations import Duration, seconds
from gateway.adapters.yaml.shapes import Id, Shape
from gateway.adapters.yaml.validate import wrong
from gateway.domain.datasets.column_kinds import Day
from gateway.domain.datasets.dataset import Column, Dataset
from gateway.domain.faults_and_errors.did_you_mean import did_you_mean
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.handler_contract.form import SUBSCRIBER, BadForm, Form, Places
from gateway.domain.handler_contract.reminding import Reminding
from gateway.domain.handler_contract.service_call import Writes
from gateway.domain.menu.conditions import BadCondition, parse


def _day(written: Tree) -> Tree | date:
    if not isinstance(written, str):
        return written
    if told := Day().wrong(written):
        raise wrong("087", Sentence("This is %(wrong)s", wrong=told))
    return date.fromisoformat(written)


def _listed(written: Tree) -> Tree:
    return [written] if isinstance(written, str) else written


DayShape = Annotated[date, BeforeValidator(_day, json_schema_input_type=str)]
OnePer = Annotated[
    list[Id],
    Field(min_length=1),
    BeforeValidator(_listed, json_schema_input_type=Id | list[Id]),
]


class PlacesShape(Shape):
    """How many rows a form takes."""

    most: int | None = Field(
        None, ge=1, le=100_000, description="How many rows may have the same values of `per`."
    )
    per: list[Id] = Field(
        default=[], description="The columns that make a slot or a quota, as clinic and day."
    )
    of: Id | None = Field(
        None, description="The dataset whose `slots` are taken, instead of `most` and `per`."
    )

    @model_validator(mode="after")
    def _says_how_many(self) -> PlacesShape:
        if bool(self.of) == bool(self.most) or (self.of and self.per):
            sentence = Sentence(
                "Write how many places there are: `most`, or `of` with a dataset of slots."
            )
            raise wrong("087", sentence, "of")
        return self


class RemindsShape(Shape):
    """The SMS before the time that a row is about."""

    message: Id = Field(
        description="A text of menus/messages.yaml; it may show the columns of the row and of its "
        "slot."
    )
    before: Duration = Field(
        description="How long before, as 18h or 1d; a day is taken to begin at midnight."
    )
    at: Id | None = Field(
        None, description="The column with the moment or day; that of the slot if left out."
    )
    wish: Id | None = Field(
        None,
        description="A column with the code `yes` for who wants it; all are reminded if left out.",
    )
    topic: Id | None = Field(
        None,
        description="What STOP ends: a service, or a topic of main.yaml; the form's name if left "
        "out.",
    )


class FormColumnShape(ColumnShape):
    """One column of a form."""

    calculated: str | None = Field(
        None,
        min_length=1,
        description="What it is worked out of when a row is stored: an expression of the columns "
        "that are asked for. It may be empty.",
    )

    @model_validator(mode="after")
    def _is_read(self) -> FormColumnShape:
        if self.calculated:
            try:
                parse(self.calculated)
            except BadCondition as bad:
                sentence = Sentence("This cannot be worked out: %(why)s.", why=said_by(bad))
                raise wrong("087", sentence, "calculated") from None
        return self

    def to_column(self, name: str) -> Column:
        """Returns the column; nobody is asked for one that is worked out, so it may be empty."""
        column = super().to_column(name)
        return replace(column, required=False) if self.calculated else column


class FormShape(Shape):
    """A form: what is kept of the answers of a `store:` screen."""

    writes: Literal["record", "report", "preference"] = Field(
        description="What it is, which says when it is read back: see docs/forms.md."
    )
    columns: dict[Id, FormColumnShape] = Field(
        min_length=1,
        description="What is kept, by the name of the screen that asks for it. One that says "
        "`empty: allowed` may be asked for when the row is stored.",
    )
    one_per: OnePer | None = Field(
        None,
        description="`subscriber`, or a list of that and of columns: a newer row takes the place "
        "of the older. Left out, each is a row of its own.",
    )
    reference: bool = Field(
        False, description="Each row is a case, with a number that the citizen can ask for."
    )
    category: Id | None = Field(
        None, description="With a reference: the column that says what a case is about."
    )
    days: int = Field(
        0, ge=0, le=36500, description="A row is removed so many days after it was stored."
    )
    opens: DayShape | None = Field(None, description="The first day on which it is taken.")
    closes: DayShape | None = Field(None, description="The last day on which it is taken.")
    counted: bool = Field(
        False, description="The outcome `stored` says how many rows there are, as {rows}."
    )
    places: PlacesShape | None = Field(
        None, description="Only so many rows are taken; the next has the outcome `full`."
    )
    reminds: RemindsShape | None = Field(
        None, description="An SMS that is sent before the time that a row is about."
    )
    post_to: Id | None = Field(
        None,
        description="The call of menus/calls.yaml by which each row goes on to another system.",
    )

    @model_validator(mode="after")
    def _is_of_somebody(self) -> FormShape:
        if self.one_per and self.one_per[0] != SUBSCRIBER:
            sentence = Sentence(
                "A row is of a subscriber: begin with `%(subscriber)s`, or leave it out.",
                subscriber=SUBSCRIBER,
            )
            raise wrong("087", sentence, "one_per")
        return self

    def to_form(self, name: str, datasets: Mapping[str, Dataset]) -> Form:
        """Returns the form of this name; raises BadForm for one that cannot be kept."""
        places, slots = self._places(name, datasets)
        return Form(
            name=name,
            columns=tuple(column.to_column(each) for each, column in self.columns.items()),
            writes=Writes(self.writes),
            one_per=tuple(self.one_per or ()),
            reference=self.reference,
            category=self.category or "",
            days=self.days,
            opens=self.opens,
            closes=self.closes,
            counted=self.counted,
            post_to=self.post_to or "",
            places=places,
            slots=slots,
            reminds=self._reminds(name),
            calculated={
                each: parse(column.calculated)
                for each, column in self.columns.items()
                if column.calculated
            },
        )

    def _places(
        self, name: str, datasets: Mapping[str, Dataset]
    ) -> tuple[Places | None, Dataset | None]:
        if self.places is None:
            return None, None
        of = self.places.of
        if of is None:
            return Places(most=self.places.most or 0, per=tuple(self.places.per)), None
        dataset = datasets.get(of)
        if dataset is None:
            raise BadForm(
                "places",
                Sentence(
                    "There is no dataset '%(name)s'.%(proposal)s",
                    name=of,
                    proposal=did_you_mean(of, datasets),
                ),
            )
        if dataset.slots is None or dataset.slots.form != name:
            sentence = Sentence(
                "The rows of '%(name)s' are no slots of this form: give it `slots` with `form`.",
                name=of,
            )
            raise BadForm("places", sentence)
        return Places.of_slots(of, dataset.slots), dataset

    def _reminds(self, name: str) -> Reminding | None:
        told = self.reminds
        if told is None:
            return None
        return Reminding(
            message=told.message,
            topic=told.topic or name,
            before=timedelta(seconds=seconds(told.before)),
            at=told.at or "",
            wish=told.wish or "",
        )
