"""What a channel at Orange is configured with."""

from __future__ import annotations

from typing import Literal
from urllib.parse import quote

from pydantic import Field, SecretStr, model_validator

from gateway.adapters.providers.shared.channel_settings import ChannelSettings

ORANGE = "https://api.orange.com"


class Settings(ChannelSettings):
    """A channel at Orange, or at an operator whose API has the same shapes."""

    provider: Literal["orange"] = Field(
        "orange", description="Orange's SMS API (GSMA OneAPI), https://developer.orange.com."
    )
    authorization: SecretStr = Field(
        min_length=1,
        description="The authorization header of the application, as the portal shows it, with or "
        "without the word `Basic`.",
    )

    @model_validator(mode="after")
    def _has_an_address(self) -> Settings:
        if not self.address:
            raise ValueError(
                "`address` is needed: the number that Orange gave the country, +2250000"
            )
        return self

    @property
    def base(self) -> str:
        """The address of the API."""
        return self.api_url or ORANGE

    @property
    def credential(self) -> str:
        """The value of the header, in one form."""
        return "Basic " + self.authorization.get_secret_value().removeprefix("Basic ").strip()

    @property
    def account(self) -> str:
        """The address as it stands in URLs."""
        return quote(f"tel:{self.address}", safe="")
