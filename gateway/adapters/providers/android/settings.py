"""What a channel over a phone with the app SMS Gateway for Android is configured with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from gateway.adapters.providers.shared.channel_settings import ChannelSettings

#: Where the app's own cloud takes messages for a phone that is not on our network.
CLOUD = "https://api.sms-gate.app/3rdparty/v1"


class Settings(ChannelSettings):
    """A channel over an Android phone."""

    provider: Literal["android"] = Field(
        "android", description="A phone with the app SMS Gateway for Android, sms-gate.app."
    )
    username: str = Field(
        min_length=1, max_length=64, description="The user name that the app shows."
    )
    password: SecretStr = Field(min_length=1, description="The password that the app shows.")
    signing_key: SecretStr = Field(
        min_length=1, description="The signing key of the app's webhooks, as the app shows it."
    )
    sim: int | None = Field(
        None,
        ge=1,
        le=8,
        description="Which SIM card sends, counted from 1; the one that the phone has chosen when "
        "left out.",
    )

    @property
    def base(self) -> str:
        """The address of the API: the phone's own, or the app's cloud."""
        return self.api_url or CLOUD

    @property
    def chooses_sender(self) -> bool:
        """Whether the provider has a sender of its own: the number of the SIM card."""
        return True
