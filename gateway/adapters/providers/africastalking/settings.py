"""What a channel at Africa's Talking is configured with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr, field_validator

from gateway.adapters.providers.shared.channel_settings import TokenSettings


class Settings(TokenSettings):
    """A channel at Africa's Talking."""

    provider: Literal["africastalking"] = Field(
        "africastalking", description="Africa's Talking, https://africastalking.com."
    )
    username: str = Field(
        min_length=1, description="The name of the application; `sandbox` for the sandbox."
    )
    api_key: SecretStr = Field(min_length=1, description="The API key of the application.")
    keyword: str | None = Field(
        None, min_length=1, description="The keyword of the on-demand product, where there is one."
    )

    @property
    def application(self) -> str:
        """The name of the application."""
        return self.username

    @field_validator("username")
    @classmethod
    def _is_spelt_exactly(cls, username: str) -> str:
        # The SDK compares exactly: "Sandbox" would send real, paid SMS.
        if username.strip().lower() == "sandbox" and username != "sandbox":
            raise ValueError("the sandbox's name is exactly `sandbox`")
        return username
