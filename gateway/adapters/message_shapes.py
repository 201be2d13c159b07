"""The shape of menus/messages.yaml: texts that handlers have sent later, such as reminders."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from gateway.adapters.menu_shapes import Id, Shape, Text


class MessagesShape(Shape):
    """messages.yaml."""

    values: dict[Id, Annotated[int, Field(ge=1, le=160)]] = Field(
        default={}, description="What handlers put into the texts: name to greatest length."
    )
    messages: dict[Id, Text] = Field(description="The texts, by the names that handlers use.")
