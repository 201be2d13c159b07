"""What the stand-in knows: the accounts at each provider, and where reports go."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.standin import Account

Stages = Literal["all", "final", "none"]

#: Accounts by provider, and by their names there.
Accounts = Mapping[str, Mapping[str, Account]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandinConfig:
    """The accounts, and the delivery reports they are sent.

    `reports` says which: all stages, the final one, or none. Each waits `delay_ms` milliseconds
    after its SMS, and they are posted over so many `connections`: with more than one, in no order.
    The APIs begin at `path`, too, where one is given; `keeps_to_path` answers nobody
    who does not know it. `known_hosts` are names under
    which it answers, besides those of this machine itself.
    """

    accounts: Accounts = field(default_factory=dict)
    reports: Stages = "all"
    delay_ms: int = 0
    connections: int = 1
    path: str = ""
    keeps_to_path: bool = False
    known_hosts: Collection[str] = ()


def for_channels(
    channels: Mapping[str, ChannelSettings],
    delivery_urls: Mapping[str, str],
    *,
    reports: Stages = "all",
    delay_ms: int = 0,
    path: str = "",
    keeps_to_path: bool = False,
    known_hosts: Collection[str] = (),
) -> StandinConfig:
    """Returns the accounts that a deployment's channels use; both arguments go by channel name."""
    accounts: dict[str, dict[str, Account]] = {}
    for name, settings in channels.items():
        standin = PROVIDERS[settings.provider].load_standin()
        found = standin.account_of(settings, delivery_urls.get(name, ""))
        if found is not None:
            account_name, account = found
            accounts.setdefault(settings.provider, {})[account_name] = account
    return StandinConfig(
        accounts=accounts,
        reports=reports,
        delay_ms=delay_ms,
        path=path,
        keeps_to_path=keeps_to_path,
        known_hosts=known_hosts,
    )


def read_config(path: Path, gateway_url: str) -> StandinConfig:
    """Returns the accounts written in a JSON file; delivery URLs may be paths on the gateway.

        {"twilio": {"AC…": "token"},
         "africastalking": {"sandbox": {"api_key": "…", "delivery_url": "/delivery/at-ke?key=…"}}}

    Raises OSError, ValueError, TypeError or AttributeError for what cannot be read.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    accounts = {
        provider: {
            name: _account(written, kind.load_standin().credential, gateway_url)
            for name, written in document.pop(provider, {}).items()
        }
        for provider, kind in PROVIDERS.items()
    }
    return StandinConfig(accounts=accounts, **document)


def _account(written: Any, credential: str, gateway_url: str) -> Account:
    """Returns an account; it is written as its secret alone, or with its delivery URL."""
    fields = {credential: written} if isinstance(written, str) else dict(written)
    if not {credential} <= set(fields) <= {credential, "delivery_url", "signing_key"}:
        raise ValueError(f"an account has {credential} and perhaps delivery_url, signing_key")
    url = fields.get("delivery_url", "")
    return Account(
        secret=fields[credential],
        delivery_url=urljoin(gateway_url, url) if url else "",
        signing_key=fields.get("signing_key", ""),
    )
