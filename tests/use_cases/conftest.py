"""The rig of the use cases, on one SQLite database that is emptied between tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.migrate import migrate
from tests import servers
from tests.clock import FixedClock
from tests.use_cases.rig import Rig


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a SQLite file with the current schema."""
    engine = engine_module.create(f"sqlite:///{tmp_path_factory.mktemp('services')}/gateway.db")
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def rig(sqlite_engine: Engine, clock: FixedClock) -> Iterator[Rig]:
    """The use cases on empty stores."""
    servers.empty_database(sqlite_engine)
    rig = Rig(sqlite_engine, clock)
    yield rig
    rig.released.set()
    rig.pool.shutdown()
