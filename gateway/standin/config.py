"""What the stand-in knows: the accounts at both providers, and where reports go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from gateway.adapters.providers.africastalking.settings import Settings as AfricasTalkingSettings
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.twilio.settings import Settings as TwilioSettings

Stages = Literal["all", "final", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfricasTalkingAccount:
    """An application at Africa's Talking; without a `delivery_url` it is sent no reports."""

    api_key: str = field(repr=False)
    delivery_url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StandinConfig:
    """The accounts: auth tokens by AccountSid, applications by username.

    `reports` says which delivery reports are sent: all stages, the final one, or none. Each waits
    `delay_ms` milliseconds after its SMS.
    """

    twilio: Mapping[str, str] = field(default_factory=dict, repr=False)
    africastalking: Mapping[str, AfricasTalkingAccount] = field(default_factory=dict)
    reports: Stages = "all"
    delay_ms: int = 0


def for_channels(
    channels: Mapping[str, ChannelSettings],
    delivery_urls: Mapping[str, str],
    *,
    reports: Stages = "all",
    delay_ms: int = 0,
) -> StandinConfig:
    """Returns the accounts that a deployment's channels use; both arguments go by channel name.

    Channels that share an application share the delivery URL of the last: it has one only.
    """
    twilio: dict[str, str] = {}
    africastalking: dict[str, AfricasTalkingAccount] = {}
    for name, settings in channels.items():
        if isinstance(settings, TwilioSettings):
            twilio[settings.account_sid] = settings.auth_token.get_secret_value()
        elif isinstance(settings, AfricasTalkingSettings):
            africastalking[settings.username] = AfricasTalkingAccount(
                api_key=settings.api_key.get_secret_value(),
                delivery_url=delivery_urls.get(name, ""),
            )
    return StandinConfig(
        twilio=twilio, africastalking=africastalking, reports=reports, delay_ms=delay_ms
    )


def read_config(path: Path, gateway_url: str) -> StandinConfig:
    """Returns the accounts written in a JSON file; delivery URLs may be paths on the gateway.

        {"twilio": {"AC…": "token"},
         "africastalking": {"sandbox": {"api_key": "…", "delivery_url": "/delivery/at-ke?key=…"}}}

    Raises OSError, ValueError or TypeError for what cannot be read.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    applications = {
        username: AfricasTalkingAccount(
            **{**account, "delivery_url": _absolute(gateway_url, account.get("delivery_url", ""))}
        )
        for username, account in document.pop("africastalking", {}).items()
    }
    return StandinConfig(africastalking=applications, **document)


def _absolute(gateway_url: str, url: str) -> str:
    return urljoin(gateway_url, url) if url else ""
