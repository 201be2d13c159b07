"""A whole gateway for tests: the reference deployment on real stores, with nothing faked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.composition.gateway import Gateway
from gateway.deployment.load import Deployment, load
from gateway.use_cases.ports import Clock
from tests.clock import FixedClock

HOME = Path(__file__).parent.parent
SAMPLES = HOME / "config" / "sample-data"

#: 32 bytes in base64; any will do.
MASTER_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def environment(folder: Path, redis_url: str, database_url: str = "") -> dict[str, str]:
    """Returns the variables that put the reference deployment into a folder."""
    return {
        "GATEWAY_HOME": str(HOME),
        "GATEWAY_DATA": str(folder),
        "GATEWAY_DATABASE_URL": database_url or f"sqlite:///{folder / 'gateway.db'}",
        "GATEWAY_REDIS_URL": redis_url,
        "GATEWAY_KEY": MASTER_KEY,
        "GATEWAY_DEVELOPMENT": "1",
    }


def deployed(environ: Mapping[str, str]) -> Deployment:
    """Returns the reference deployment with its tables made and its sample data loaded."""
    deployment = load(environ)
    engine = database.create(deployment.settings.database_url)
    metadata.create_all(engine)
    for name, dataset in deployment.datasets.items():
        file = SAMPLES / f"{name}.csv"
        dataset_files.load(engine, deployment.keyring, dataset, file, now=FixedClock().now())
    engine.dispose()
    return deployment


def reference_gateway(
    folder: Path, redis_url: str, clock: Clock, database_url: str = ""
) -> Gateway:
    """Returns the reference deployment, wired and ready."""
    return Gateway(deployed(environment(folder, redis_url, database_url)), clock=clock)
