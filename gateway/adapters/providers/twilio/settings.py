"""What a channel at Twilio is configured with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, SecretStr

from gateway.adapters.providers.shared.channel_settings import ChannelSettings


class Settings(ChannelSettings):
    """A channel at Twilio."""

    provider: Literal["twilio"] = Field("twilio", description="Twilio, https://www.twilio.com.")
    account_sid: str = Field(
        pattern=r"^AC[0-9a-fA-F]{32}$", description="The account's SID: AC and 32 hex digits."
    )
    auth_token: SecretStr = Field(
        min_length=1, description="The primary auth token; it also signs the webhooks."
    )
    previous_auth_token: SecretStr | None = Field(
        None,
        min_length=1,
        description="The token before a rotation; its signatures are still taken, "
        "until it is removed here.",
    )
    shared_keys: Mapping[str, SecretStr] = Field(
        {},
        description="Secrets of SharedKey signing by their id; "
        "once there is one, the auth token's signatures are no longer taken.",
    )
    messaging_service_sid: str | None = Field(
        None,
        pattern=r"^MG[0-9a-fA-F]{32}$",
        description="The Messaging Service that chooses the sender, where one is used.",
    )

    @property
    def chooses_sender(self) -> bool:
        """Whether a Messaging Service chooses the sender."""
        return self.messaging_service_sid is not None
