"""The sample data of a deployment: what trials and `gateway run` read where nothing is loaded."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.system.clock import SystemClock
from gateway.adapters.sql import gauges
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.deployment.load import Deployment


def missing(deployment: Deployment, engine: Engine) -> list[str]:
    """Returns the datasets of which a database holds no rows; all of them without tables."""
    try:
        loaded = gauges.read(engine, SystemClock().now()).datasets
    except (Refused, StoreUnavailable):
        loaded = {}
    return [name for name in deployment.datasets if not loaded.get(name)]


def load(deployment: Deployment, engine: Engine, names: list[str]) -> Mapping[str, int]:
    """Loads the samples there are; returns their numbers of rows. Raises DataInvalid."""
    folder = deployment.settings.home / "config" / "sample-data"
    files = {name: folder / f"{name}.csv" for name in names}
    return {
        name: dataset_files.load(
            engine,
            deployment.keyring,
            deployment.datasets[name],
            file,
            now=SystemClock().now(),
        )
        for name, file in files.items()
        if file.exists()
    }
