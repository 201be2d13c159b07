"""The shape of a column: of a dataset's file, and of what a form keeps."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from gateway.adapters.declared_rows.kind_shapes import KindName, KindShape, contradiction
from gateway.domain.datasets.column_kinds import TEXT
from gateway.domain.datasets.dataset import Column
from gateway.domain.faults_and_errors.sentence import Sentence, said_by

#: Any number of the world has 16 characters at most (ITU-T E.164), with its plus.
_LONGEST_PHONE = 16
#: Kinds whose values are as long as their kind says, so that nobody needs to.
_AS_LONG_AS_THEIR_KIND = ("day", "moment", "one_of", "form")
#: Two columns of a screen are longer than this together, and no value of a list is.
_MOST_ROOM = 160


class ColumnShape(KindShape):
    """One column."""

    kind: KindName = Field("text", description="What its values are; `text` if left out.")
    room: int | None = Field(
        None,
        ge=1,
        le=_MOST_ROOM,
        description="The longest value in characters; screens are proven to have room for it.",
    )
    empty: Literal["allowed"] | None = Field(
        None, description="`allowed` where a row may have none; otherwise that is a fault."
    )
    personal: bool = Field(
        False, description="It says something of a person: sealed in the database."
    )
    secret: bool = Field(
        False, description="Only a hash of it is stored: it can be asked for, and never read."
    )
    aliases: list[str] = Field(
        default=[], description="What sources call it; case, spaces and accents do not count."
    )
    written: str = Field(
        "",
        description="How the source writes it: `d/m/y`, `1.234,56`, `without zeros` and the like.",
    )

    @model_validator(mode="after")
    def _goes_together(self) -> ColumnShape:
        self.check_kind("083")
        if self.room is None and self._longest() is None:
            sentence = Sentence(
                "`kind: %(kind)s` needs `room`: how long its longest value is.", kind=self.kind
            )
            raise contradiction("083", "kind", sentence)
        if self.secret and self.personal:
            sentence = Sentence(
                "A secret column is a hash: nothing personal stands in it. Keep one of both."
            )
            raise contradiction("083", "personal", sentence)
        try:
            kind = self.to_kind() or TEXT
        except ValueError as error:
            raise contradiction("083", "room", said_by(error)) from None
        most = self.room or self._longest() or 0
        if kind.longest > most:
            sentence = Sentence(
                "It holds up to %(longest)s characters, and its max is %(max)s.",
                longest=kind.longest,
                max=most,
            )
            raise contradiction("083", "room", sentence)
        try:
            self.to_column("column")
        except ValueError as error:
            raise contradiction("083", "written", said_by(error)) from None
        return self

    def to_column(self, name: str) -> Column:
        """Returns the column; raises ValueError for one that holds nothing."""
        return Column(
            name=name,
            max=self.room or self._longest() or 0,
            kind=self.to_kind() or TEXT,
            required=self.empty is None,
            secret=self.secret,
            personal=self.personal,
            aliases=tuple(self.aliases),
            written=self.written,
        )

    def _longest(self) -> int | None:
        kind = self.to_kind()
        if kind is None:
            return None
        if self.kind == "phone_number":
            return _LONGEST_PHONE
        told = self.kind == "whole_number" and self.maximum is not None
        return kind.longest if told or self.kind in _AS_LONG_AS_THEIR_KIND else None
