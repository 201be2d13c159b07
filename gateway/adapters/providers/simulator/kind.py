"""The test phone in the table of providers."""

from __future__ import annotations

from gateway.adapters.providers.shared.kind import ProviderKind
from gateway.adapters.providers.simulator.settings import Settings
from gateway.adapters.providers.simulator.webhooks import Simulator, load_standin

KIND = ProviderKind(
    settings=Settings,
    build=Simulator,
    routes=Simulator.routes,
    load_standin=load_standin,
    stays_here=True,
)
