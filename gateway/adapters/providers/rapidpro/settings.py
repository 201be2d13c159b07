"""What a channel over a RapidPro is configured with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, model_validator

from gateway.adapters.providers.shared.channel_settings import ChannelSettings

#: What stands before a number; of a contact on WhatsApp or Telegram it is another word.
PHONE = "tel:"


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

    @model_validator(mode="after")
    def _has_a_host(self) -> Settings:
        if not self.api_url:
            raise ValueError("`api_url` is needed: the host of the RapidPro, https://textit.com")
        return self

    @property
    def chooses_sender(self) -> bool:
        """Whether the provider has a sender of its own: the contact's channel there."""
        return True
