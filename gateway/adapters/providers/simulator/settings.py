"""What a channel to the development phone is configured with."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from gateway.adapters.providers.shared.channel_settings import ChannelSettings


class Settings(ChannelSettings):
    """A channel to the development phone."""

    provider: Literal["simulator"] = Field(
        "simulator", description="The phone simulator; it sends nothing to any network."
    )
