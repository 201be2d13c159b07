"""Twilio in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.shared.kind import ProviderKind
from gateway.adapters.providers.twilio.settings import Settings
from gateway.adapters.providers.twilio.webhooks import Twilio, load_standin

KIND = ProviderKind(
    settings=Settings,
    build=Twilio,
    routes=Twilio.routes,
    load_standin=load_standin,
    signs=True,
)
