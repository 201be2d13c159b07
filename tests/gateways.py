"""A whole gateway for tests: the reference deployment on real stores, with nothing faked."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import make_url

from gateway.adapters.dataset_files import load as dataset_files
from gateway.adapters.golden_dialogues.files import texts
from gateway.adapters.menu_files.load import sources
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.schema import metadata
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files
from gateway.composition.parts import THE_OWN, Parts
from gateway.deployment.load import Deployment, load
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.releases import Content
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
    file = _file_of_sqlite(deployment)
    if file is None or file.exists():
        _make_ready(deployment, deployment.settings.database_url)
    else:
        file.write_bytes(_ready_file(deployment))
    return deployment


def migrated(environ: Mapping[str, str]) -> Deployment:
    """Returns the same on a new SQLite file, as `gateway migrate` and `gateway data load` leave it.

    The tables of `deployed` know no steps: they are made from what the code says.
    """
    deployment = load(environ)
    file = _file_of_sqlite(deployment)
    assert file is not None
    assert not file.exists()
    file.write_bytes(_ready_file(deployment, by_steps=True))
    return deployment


def _file_of_sqlite(deployment: Deployment) -> Path | None:
    url = make_url(deployment.settings.database_url)
    return Path(str(url.database)) if url.get_backend_name() == "sqlite" else None


def _make_ready(deployment: Deployment, database_url: str, *, by_steps: bool = False) -> None:
    engine = database.create(database_url)
    if by_steps:
        migrate(engine)
    else:
        metadata.create_all(engine)
    for name, dataset in deployment.datasets.items():
        file = SAMPLES / f"{name}.csv"
        dataset_files.load(engine, deployment.keyring, dataset, file, now=FixedClock().now())
    engine.dispose()


#: Ready SQLite files by what decides what is in them: a copy takes a tenth of making one.
_READY_FILES: dict[tuple[object, ...], bytes] = {}


def _ready_file(deployment: Deployment, *, by_steps: bool = False) -> bytes:
    decisive = (*deployment.keyring.key_ids, repr(deployment.datasets), by_steps)
    if decisive not in _READY_FILES:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "gateway.db"
            _make_ready(deployment, f"sqlite:///{file}", by_steps=by_steps)
            assert [file] == list(file.parent.iterdir())  # nothing waits in a log beside it
            _READY_FILES[decisive] = file.read_bytes()
    return _READY_FILES[decisive]


def reference_gateway(
    folder: Path, redis_url: str, clock: Clock, database_url: str = ""
) -> Gateway:
    """Returns the reference deployment, wired and ready."""
    return wired(deployed(environment(folder, redis_url, database_url)), clock)


def wired(deployment: Deployment, clock: Clock, parts: Parts = THE_OWN) -> Gateway:
    """Returns a gateway that begins with the menu as this process has read it before.

    So do the processes of `gateway run`. It looks at the files as any other does.
    """
    decisive = (deployment.settings.menus_folder, repr(deployment.settings.to_channels()))
    read = _MENUS.get(decisive)
    if read is None or not read.is_newest():
        read = _MENUS[decisive] = from_files(deployment, clock)
    releases = from_files(deployment, clock, amid_faults=True, read=read)
    return Gateway(deployment, clock=clock, parts=replace(parts, releases=releases))


def publish(deployment: Deployment) -> str:
    """Publishes the files of a deployment, where how its dialogues go is no question; returns the
    release."""
    gateway, folder = Gateway(deployment), deployment.settings.menus_folder
    try:
        release = deployment.load_release()
        content = Content(release=release, sources=sources(folder), dialogues=texts(folder))
        gateway.menus.publish(content, by="asha", upon=0, note="First")
        return release.id
    finally:
        gateway.close()


#: Menus by what decides whether they have faults: to read and check one takes 0.2 s.
_MENUS: dict[tuple[object, ...], WatchedReleases] = {}
