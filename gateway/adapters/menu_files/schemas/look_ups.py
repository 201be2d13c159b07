"""The shape of a screen that looks rows up: what it asks of a dataset, and what it shows."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, model_validator

from gateway.adapters.declared_rows.kind_shapes import contradiction
from gateway.adapters.menu_files.schemas.calls import TemplateText
from gateway.adapters.menu_files.schemas.parts import Id, Shape
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.handler_contract.look_up import LONGEST_LIST


def _is_one(text: str) -> str:
    """Refuses what is neither an answer nor a value: a mixture equals nothing."""
    if "{" in text and not (text.startswith("{") and text.endswith("}") and text.count("{") == 1):
        raise contradiction("003", "", Sentence("Write one {answer}, or a value without braces."))
    return text


Asked = Annotated[TemplateText, Field(min_length=1, max_length=80), AfterValidator(_is_one)]


class BoundsShape(Shape):
    """What a column is compared with, where it need not be equal."""

    starts: Asked | None = Field(None, description="How the value begins.")
    from_: Asked | None = Field(
        None,
        alias="from",
        description="The least it can be; `{today}` is the citizen's day, `{now}` the minute.",
    )
    to: Asked | None = Field(None, description="The most it can be.")

    @model_validator(mode="after")
    def _says_something(self) -> BoundsShape:
        if self.starts is None and self.from_ is None and self.to is None:
            raise contradiction(
                "002", "", Sentence("One of `starts`, `from` and `to` is missing here.")
            )
        if self.starts is not None and (self.from_ is not None or self.to is not None):
            raise contradiction("009", "starts", Sentence("What begins so has no other bounds."))
        return self


def _sort_of_value(written: object) -> str:
    return "=bounds" if isinstance(written, dict) else "=value"


AskedOfColumn = Annotated[
    Annotated[Asked, Tag("=value")] | Annotated[BoundsShape, Tag("=bounds")],
    Discriminator(_sort_of_value),
]


class SecondFactShape(Shape):
    """That who asks proves with a second fact whose row it is."""

    of: Id = Field(
        description="The answer that says whose row is asked for; wrong ones are counted by it."
    )
    message: Id | None = Field(
        None,
        description="The text of `messages.yaml` for the phone that proved it, while others try.",
    )


class ProvenBeforeShape(Shape):
    """That the phone has given the second fact before: a row for whoever waits to be told."""

    of: Id = Field(description="The answer that says whose row is asked for.")
    by: Id = Field(description="The screen whose look-up `proves` it.")


class NearShape(Shape):
    """A place, and how far from it the rows are."""

    latitude: Asked = Field(description="The place in degrees north, such as `{latitude}`.")
    longitude: Asked = Field(description="The place in degrees east, such as `{longitude}`.")
    columns: Annotated[list[Id], Field(min_length=2, max_length=2)] = Field(
        default=["latitude", "longitude"],
        description="The columns of both in the dataset; latitude and longitude if left out.",
    )
    within: int = Field(
        100, ge=1, le=1000, description="How far a row is at most, in kilometres; 100 if left out."
    )


class ListShape(Shape):
    """The rows as a list, for a choice with `each`."""

    name: Id = Field(alias="as", description="What the list is called.")
    most: int = Field(
        20,
        ge=1,
        le=LONGEST_LIST,
        description="How many rows are shown at most; 20 if left out. More are `many`.",
    )
    each: Id | None = Field(
        None, description="A column: its different values are shown, instead of rows."
    )
    within: Id | None = Field(
        None, description="A column: with each value, its values there, for one-shot texts."
    )
    apart: bool = Field(
        False, description="The words between commas are searched each by itself: `mbale, wendu`."
    )

    @model_validator(mode="after")
    def _within_something(self) -> ListShape:
        if self.within and not self.each:
            raise contradiction("009", "within", Sentence("Without `each` nothing is within it."))
        return self


def _listed(written: Any) -> Any:
    return [written] if isinstance(written, str) else written


class LookUpShape(Shape):
    """Looks rows of a dataset up."""

    lookup: Id = Field(description="The dataset: a file in `datasets/`.")
    where: dict[Id, AskedOfColumn] = Field(
        default={}, description="Column to what it must be: an `{answer}`, a value, or bounds."
    )
    search: Annotated[TemplateText, Field(min_length=1, max_length=80)] | None = Field(
        None, description="Words that a row must have in the dataset's `search` columns."
    )
    list_: ListShape | None = Field(
        None, alias="list", description="The rows as a list, instead of one row."
    )
    gives: Annotated[list[Id], BeforeValidator(_listed, json_schema_input_type=Id | list[Id])] = (
        Field(default=[], description="The columns whose values are given, under their names.")
    )
    order: Id | None = Field(
        None, description="The column by whose order rows come; that of the file if left out."
    )
    latest: Id | None = Field(
        None, description="The column whose last value comes first: the day of a price."
    )
    change: Id | None = Field(
        None, description="The column of the latest row that is compared with the row before."
    )
    change_days: int | None = Field(
        None,
        ge=1,
        le=3660,
        description="The row before counts when it is no more days before; always if left out.",
    )
    found_by: Id | None = Field(
        None, description="A column of `kind: one_of`: its value is the outcome, in place of found."
    )
    count: Id | None = Field(
        None, description="The name under which the number of rows is given, instead of a row."
    )
    sum: dict[Id, Id] = Field(
        default={}, description="Name to column: its sum over the rows, instead of a row."
    )
    free: bool = Field(
        False,
        description="The rows are slots: those without a place left are not shown, and each gives "
        "`free`, how many it has.",
    )
    proves: SecondFactShape | None = Field(
        None, description="That a second fact is asked with it, which cannot be tried out then."
    )
    near: NearShape | None = Field(
        None, description="A place: the nearest rows come first, each with its `distance`."
    )
    proven: ProvenBeforeShape | None = Field(
        None, description="That this phone has given the second fact before; `none` to any other."
    )
    outcomes: dict[Id, Id] = Field(description="What follows: outcome to screen.")

    @model_validator(mode="after")
    def _goes_together(self) -> LookUpShape:
        counts = "count" if self.count else "sum" if self.sum else ""
        of_one = ("change", "found_by", "proves", "proven")
        for key in ("list_", "gives", "order", "latest", *of_one):
            if counts and getattr(self, key):
                raise contradiction(
                    "009", counts, Sentence("What is counted shows no row: take one out.")
                )
        for key in of_one:
            if self.list_ and getattr(self, key):
                raise contradiction(
                    "009", key, Sentence("A list has no `%(key)s`: it is of one row.", key=key)
                )
        if self.change and not self.latest:
            raise contradiction(
                "009", "change", Sentence("`change` needs `latest`: what comes before what.")
            )
        if self.change_days and not self.change:
            raise contradiction(
                "009", "change_days", Sentence("Without `change` nothing is compared.")
            )
        if self.change and self.found_by:
            raise contradiction("009", "found_by", Sentence("`change` says the outcome already."))
        if self.proves and self.proven:
            raise contradiction(
                "009", "proven", Sentence("Who gives a second fact has given none before.")
            )
        if self.near and (not self.list_ or self.list_.each or self.search):
            raise contradiction(
                "009", "near", Sentence("What is near is a `list` of rows, not searched.")
            )
        if self.near and (self.order or self.latest or "distance" in self.gives):
            raise contradiction(
                "009", "near", Sentence("Rows near a place come by their `distance` alone.")
            )
        if self.free and (counts or self.near or self.change or self.found_by):
            raise contradiction(
                "009", "free", Sentence("What is free is shown: as rows, or as one.")
            )
        if self.list_ and self.list_.apart and (not self.search or self.list_.each or self.free):
            raise contradiction(
                "009", "list", Sentence("`apart` is of rows that are searched by words.")
            )
        if self.free and "free" in self.gives:
            raise contradiction(
                "009", "free", Sentence("`free` is given by itself: rename that column.")
            )
        if self.order and self.latest:
            raise contradiction(
                "009", "order", Sentence("Rows have one order: `order` or `latest`.")
            )
        if self.list_ and not self.list_.each and not self.gives:
            raise contradiction(
                "009", "list", Sentence("A list needs `gives`: what its rows show.")
            )
        if self.list_ and self.list_.each and self.gives and "one" not in self.outcomes:
            raise contradiction(
                "009", "gives", Sentence("A list of `each` gives the values of that column.")
            )
        return self
