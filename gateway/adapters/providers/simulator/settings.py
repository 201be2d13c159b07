"""What a channel to the development phone is configured with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

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

    turns: Literal["all", "newest"] = Field(
        "all",
        description="What a USSD turn holds: `all` that was typed since dialling, or the `newest` "
        "answer alone.",
    )
    pushes: bool = Field(
        False,
        description="Whether each USSD screen is a call of its own, as some providers want it. The "
        "stand-in takes it: write `api_url: standin`, too.",
    )

    @model_validator(mode="after")
    def _has_a_place_for_screens(self) -> Settings:
        if self.pushes and not self.api_url:
            raise ValueError("a phone that `pushes` needs `api_url: standin`, where screens go")
        return self

    @property
    def pushes_screens(self) -> bool:
        """Whether each USSD screen is a call of its own."""
        return self.pushes

    @property
    def texts_tokens(self) -> bool:
        """Whether SMS reach who has a token only."""
        return self.sms_to_tokens
