"""The reference deployment as a gateway of its own, sample data loaded, for tests of the web."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from gateway.adapters import data_files
from gateway.adapters.database import engine as database
from gateway.adapters.database.migrate import migrate
from gateway.bootstrap import Gateway, build
from gateway.loaded import DEVELOPMENT, load

HOME = Path(__file__).resolve().parent.parent

#: 32 bytes, in base64.
KEY = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="


@contextmanager
def reference_gateway(
    folder: Path, *, redis_url: str = "", environ: Mapping[str, str] | None = None
) -> Iterator[Gateway]:
    """Yields a gateway with its database in `folder`; without Redis it keeps the rest in memory.

    `environ` adds to its environment: GATEWAY_CONFIG names another configuration for the same
    menus, handlers and data.
    """
    url = f"sqlite:///{folder / 'gateway.db'}"
    variables = {
        "GATEWAY_HOME": str(HOME),
        "GATEWAY_DATA": str(folder),
        "GATEWAY_DATABASE_URL": url,
        "GATEWAY_KEY": KEY,
        "GATEWAY_REDIS_URL": redis_url,
        DEVELOPMENT: "1",
        **(environ or {}),
    }
    deployment = load(variables)
    engine = database.create(url)
    migrate(engine)
    gateway = build(deployment, scratch=None if redis_url else engine)
    for name, dataset in deployment.datasets.items():
        file = HOME / "config" / "sample-data" / f"{name}.csv"
        data_files.load(engine, deployment.keyring, dataset, file, now=gateway.clock.now())
    try:
        yield gateway
    finally:
        gateway.send_sms.pool.shutdown()
        gateway.engine.dispose()
        engine.dispose()
