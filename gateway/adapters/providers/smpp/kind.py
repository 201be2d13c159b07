"""SMPP 3.4 in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.shared.kind import ProviderKind
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.providers.smpp.webhooks import Smpp, hold_lines, lines_up, load_standin

KIND = ProviderKind(
    settings=Settings,
    build=Smpp,
    routes=Smpp.routes,
    load_standin=load_standin,
    hold_lines=hold_lines,
    lines_up=lines_up,
)
