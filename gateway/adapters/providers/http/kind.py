"""Any provider over HTTP, in the table of providers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.adapters.providers.http.listed import listed
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.webhooks import HttpProvider, load_standin
from gateway.adapters.providers.shared.kind import ProviderKind, RanCase


def _ran(home: Path, preset: str, file: Path | None) -> Sequence[RanCase]:
    from gateway.adapters.providers.http.cases.run_cases import run_cases

    return run_cases(home, preset, file)


KIND = ProviderKind(
    settings=Settings,
    build=HttpProvider,
    routes=HttpProvider.every_route,
    load_standin=load_standin,
    presets=listed,
    run_cases=_ran,
)
