"""What a channel over a RapidPro is configured with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import Field, SecretStr, model_validator

from gateway.adapters.providers.shared.channel_settings import ChannelSettings

#: What stands before a number; of a contact on WhatsApp or Telegram it is another word.
PHONE = "tel:"
#: The keyword that a dial is told as, unless it is configured otherwise.
BEGINS = "START"

_HEX = "[0-9a-f]"
_UUID = f"^({_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}})?$"

_ROUTES: Mapping[str, Sequence[str]] = {"sms": ("POST",)}


class Settings(ChannelSettings):
    """A channel over the lines of a RapidPro."""

    provider: Literal["rapidpro"] = Field(
        "rapidpro", description="RapidPro or TextIt, whose lines are used: `api_url` is its host."
    )
    token: SecretStr = Field(min_length=1, description="The API token of a workspace there.")
    language: str = Field(
        "eng",
        pattern="^[a-z]{3}$",
        description="The language that the workspace has first (ISO 639-3), as `eng`. The texts "
        "are in whatever language they are.",
    )

    external: str = Field(
        "",
        pattern=_UUID,
        description="The UUID of an External channel there, whose flows shall answer on your lines "
        "(`flows` of another channel).",
    )
    begins_with: str = Field(
        BEGINS,
        min_length=1,
        max_length=36,
        description="What a dial is told to a flow as: the keyword of its trigger. What was "
        "dialled behind the code follows it.",
    )

    @model_validator(mode="after")
    def _has_a_host(self) -> Settings:
        if not self.api_url:
            raise ValueError("`api_url` is needed: the host of the RapidPro, https://textit.com")
        return self

    @property
    def chooses_sender(self) -> bool:
        """Whether the provider has a sender of its own: the contact's channel there."""
        return True

    @property
    def has_flows(self) -> bool:
        """Whether flows behind this channel can answer on others: it names an External channel."""
        return bool(self.external)

    @property
    def own_routes(self) -> Mapping[str, Sequence[str]]:
        """The webhooks of this very channel: flows speak at one of their own."""
        return {**_ROUTES, "flow": ("POST",)} if self.external else _ROUTES
