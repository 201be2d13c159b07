"""What the shapes of all files that an operator writes are made of: maps with known keys, names."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from gateway.adapters.yaml.validate import named
from gateway.domain.faults_and_errors.sentence import Sentence


class Shape(BaseModel):
    """A map in a file; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


NAME = r"[a-z][a-z0-9_]{0,39}"
NO_NAME = Sentence("is not a name: use small letters, digits and _, a letter first.")
Id = Annotated[str, named(NAME, NO_NAME)]
