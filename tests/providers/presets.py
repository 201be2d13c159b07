"""The presets that come with the gateway, each with its case file, as channels to test."""

from __future__ import annotations

from typing import Any

import yaml

from gateway.adapters.providers.http.cases.case_requests import request_of as request_of
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template import load
from gateway.adapters.providers.http.webhooks import HttpProvider
from tests.providers.samples import WEBHOOK_KEY

NAMES = load.shipped()


def table_of(name: str) -> dict[str, Any]:
    """Returns the cases of a preset."""
    preset = load.load(name)
    assert preset is not None
    table: dict[str, Any] = yaml.load(preset.cases.read_text("utf-8"), yaml.CSafeLoader)
    return table


TABLES = {name: table_of(name) for name in NAMES}


def settings_of(name: str, **changes: Any) -> Settings:
    """Returns the channel that a preset's cases are about."""
    table = TABLES[name]
    written = {"preset": name, "secrets": table.get("secrets", {}), **table["channel"], **changes}
    return Settings.model_validate(written)


def provider_of(name: str, **changes: Any) -> HttpProvider:
    """Returns what speaks to the preset's provider."""
    return HttpProvider("line", settings_of(name, **changes), [WEBHOOK_KEY])
