"""A database that answers and takes no writes is one that is away: nothing is lost, and it is told.

PostgreSQL is so as a standby after a failover, and where who runs it makes one with a full disk
read-only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, Engine, text

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql import schema
from gateway.adapters.sql.engine import statements, transaction
from gateway.domain.faults_and_errors.errors import StoreUnavailable

WRITES = text("UPDATE subscribers SET language = 'en'")


@pytest.fixture
def read_only(database: Engine) -> Iterator[Engine]:
    """The same database, by an engine that may only read."""
    if database.dialect.name == "sqlite":
        url = f"sqlite:///file:{database.url.database}?mode=ro&uri=true"
    else:
        options = f"{database.url.query['options']} -c default_transaction_read_only=on"
        same = database.url.set(query=dict(database.url.query) | {"options": options})
        url = same.render_as_string(hide_password=False)
    engine = engine_module.create(url)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("way", [transaction, statements])
def test_what_it_refuses_to_write_is_a_store_that_is_away(
    read_only: Engine, way: Callable[[Engine], AbstractContextManager[Connection]]
) -> None:
    with statements(read_only) as connection:
        assert 0 == connection.scalar(text("SELECT count(*) FROM subscribers"))

    with pytest.raises(StoreUnavailable, match=r"^The database"), way(read_only) as connection:
        connection.execute(WRITES)


def test_who_asks_how_it_is_hears_that_it_takes_no_writes(
    database: Engine, read_only: Engine
) -> None:
    schema.probe(database)
    if database.dialect.name == "sqlite":
        return  # there is no standby of a file, and who asks would wait for its one writer

    with pytest.raises(StoreUnavailable, match="takes no writes: it is a standby"):
        schema.probe(read_only)
