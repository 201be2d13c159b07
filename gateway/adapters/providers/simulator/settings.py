"""What a channel to the development phone is configured with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.adapters.providers.shared.channel_settings import TokenSettings


class Settings(TokenSettings):
    """A channel to the development phone."""

    provider: Literal["simulator"] = Field(
        "simulator", description="The phone simulator; it sends nothing to any network."
    )
    sms_to_tokens: bool = Field(
        False,
        description="Whether SMS reach who has a token only, as with some providers they do.",
    )

    @property
    def texts_tokens(self) -> bool:
        """Whether SMS reach who has a token only."""
        return self.sms_to_tokens
