"""Reads a case file, and tells everything that is wrong with it, each fault with its line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from gateway.adapters.yaml.documents import Document, read
from gateway.adapters.yaml.shapes import Shape
from gateway.adapters.yaml.validate import validate
from gateway.domain.faults_and_errors.errors import FilesInvalid

#: What a request becomes: one record, several, or none. A request says one of these.
BECOMES = ("expect", "expect_sms", "expect_report", "each", "rejected")
#: How a request is written: as what it carries.
CARRIES = ("json", "form", "query", "body")

Tree = Any


class Case(Shape):
    """A request of the provider's, and what it becomes."""

    label: str = Field(min_length=1)
    route: Literal["ussd", "sms", "delivery"]
    json_: Tree = Field(default=None, alias="json")
    form: Mapping[str, Tree] | None = None
    query: Mapping[str, Tree] = {}
    body: str | None = None
    headers: Mapping[str, Tree] = {}
    path: str = ""
    key: str | None = None
    expect: Mapping[str, Tree] | None = None
    expect_sms: Mapping[str, Tree] | None = None
    expect_report: Mapping[str, Tree] | None = None
    each: list[Mapping[str, Tree]] | None = None
    rejected: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        said = [name for name in BECOMES if getattr(self, name) is not None]
        if len(said) != 1:
            raise PydanticCustomError(
                "033",
                "{sentence}",
                {
                    "sentence": "Say what it becomes, in one way: `expect`, `each` or `rejected`.",
                    "key": said[1] if said else "label",
                },
            )
        return self


class Page(Shape):
    """A page, and the reply that it is written as; it goes on or ends."""

    text: str
    asked: Mapping[str, Tree] | None = None
    goes_on: Tree = None
    ends: Tree = None

    @model_validator(mode="after")
    def _goes_on_or_ends(self) -> Self:
        if (self.goes_on is None) == (self.ends is None):
            sentence = "Say how the page is written: `goes_on` or `ends`."
            raise PydanticCustomError("033", "{sentence}", {"sentence": sentence, "key": "text"})
        return self


class Call(Shape):
    """How an SMS is handed over: `Umefaulu: 385`, with the id 42, to +254711000001."""

    method: Literal["GET", "POST", "PUT"]
    url: str
    number: str = ""
    text: str = ""
    headers: Mapping[str, Tree] = {}
    json_: Tree = Field(default=None, alias="json")
    form: Mapping[str, Tree] | None = None


class Answer(Shape):
    """An answer of the provider's to an SMS, and what it means."""

    status: Annotated[int, Field(ge=100, le=599)]
    json_: Tree = Field(default=None, alias="json")
    body: str = ""
    accepted: str | None = None
    failed: str | None = None
    unknown: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.accepted is None) == (self.failed is None):
            sentence = "Say what it means: `accepted` with the id, or `failed` with why."
            raise PydanticCustomError("033", "{sentence}", {"sentence": sentence, "key": "status"})
        return self


class Cases(Shape):
    """A case file: the channel that it is about, and its cases."""

    channel: Mapping[str, Tree] = {}
    secrets: Mapping[str, str] = {}
    cases: Sequence[Case] = ()
    pages: Sequence[Page] = ()
    request: Call | None = None
    answers: Sequence[Answer] = ()
    acknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file as it was read; `table` has its values as YAML means them, numbers being numbers."""

    file: str
    table: Mapping[str, Any] = field(repr=False)
    _document: Document = field(repr=False)

    def line(self, *path: object) -> int:
        """Returns the line at which something stands."""
        return self._document.at(tuple(map(str, path))).key.line

    def each(self, part: str) -> Sequence[Mapping[str, Any]]:
        """Returns the entries of a part."""
        return self.table.get(part) or []


def read_cases(path: FilePath) -> CaseFile:
    """Returns a case file; raises FilesInvalid with every fault of it."""
    document = read(path, "S")
    validate(Cases, document)
    # A second time, as YAML has it: `true` is no text in what a provider writes.
    table = yaml.load(path.read_text("utf-8-sig"), yaml.CSafeLoader)
    if not any(table.get(part) for part in ("cases", "pages", "request", "answers")):
        place = document.at(()).key
        raise FilesInvalid([place.fault("S033", "There is no case in it.")])
    return CaseFile(file=document.file, table=table, _document=document)
