"""The shape of a value that is taken out of a reply."""

from __future__ import annotations

from typing import Annotated

import jmespath  # type: ignore[import-untyped] # it has no types
from jmespath.exceptions import JMESPathError  # type: ignore[import-untyped] # nor have these
from pydantic import AfterValidator, Field, model_validator

from gateway.adapters.declared_rows.kind_shapes import KindShape, contradiction
from gateway.adapters.yaml.validate import wrong
from gateway.domain.faults_and_errors.sentence import Sentence, said_by
from gateway.domain.handler_contract.service_call import TextField


def _is_jmespath(expression: str) -> str:
    try:
        jmespath.compile(expression)
    except JMESPathError:
        sentence = Sentence("This is no JMESPath expression; see https://jmespath.org.")
        raise wrong("071", sentence) from None
    return expression


Expression = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_is_jmespath)]


class ValueShape(KindShape):
    """One value out of a reply."""

    path: Expression = Field(description="Where it stands in the reply, as JMESPath.")
    max: int = Field(
        ge=1, le=480, description="Its greatest length. A longer one makes the reply faulty."
    )
    otherwise: str | None = Field(
        None, max_length=480, description="What stands in when the reply lacks it."
    )

    @model_validator(mode="after")
    def _goes_together(self) -> ValueShape:
        self.check_kind("071")
        try:
            self.to_field()
        except ValueError as error:
            raise contradiction("071", "max", said_by(error)) from None
        return self

    def to_field(self) -> TextField:
        """Returns what the contract says of it; raises ValueError for what cannot be."""
        return TextField(self.max, self.to_kind(), self.otherwise or "")
