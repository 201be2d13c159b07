"""The product's own composition with parts of the tests: nothing is wired a second time here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from gateway.adapters.providers.simulator.settings import Settings as SimulatorSettings
from gateway.composition.stores import FastStores, in_memory
from gateway.deployment.load import Deployment
from gateway.deployment.settings import Settings
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.ports import Clock, Handler
from tests.session_samples import KEYRING

PUBLIC_URL = "https://gateway.test"


def deployment_of(handlers: Mapping[str, Handler], *channels: Channel) -> Deployment:
    """Returns a deployment without files: these handlers, and these channels to the simulator."""
    simulators = {
        each.name: SimulatorSettings.model_validate(
            {
                "provider": "simulator",
                "service_code": each.service_code,
                "address": each.address,
            }
        )
        for each in channels
    }
    settings = Settings.model_validate(
        {
            "name": "Test",
            "national_region": "KE",
            "public_url": PUBLIC_URL,
            "channels": simulators,
        }
    )
    return Deployment(
        settings=settings,
        handlers=handlers,
        datasets={},
        tables={},
        keyring=KEYRING,
        development=True,
    )


def stores_with(clock: Clock, **parts: object) -> FastStores:
    """Returns the stores of one process, some of them the test's own."""
    return replace(in_memory(clock), **parts)  # type: ignore[arg-type] # named by the caller
