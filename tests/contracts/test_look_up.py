"""A row that is read beside SQLAlchemy: its connection, and its errors, are as of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from sqlalchemy import Engine, bindparam, column, select, table, text

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.engine import LookUp, transaction
from gateway.adapters.sql.tables import subscribers
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from gateway.use_cases.ports.time_left import within
from tests.clock import FixedClock

BY_INDEX = select(subscribers.c.language).where(subscribers.c.msisdn_index == bindparam("of_index"))
FROM_NOWHERE = select(text("1")).select_from(table("nowhere")).where(column("a") == bindparam("a"))


@pytest.fixture
def one_connection(database: Engine) -> Iterator[Engine]:
    """An engine with one place, of which no other test has the connection."""
    url = database.url.render_as_string(hide_password=False)
    engine = engine_module.create(url, pool_size=1)
    engine.pool._max_overflow = 0  # type: ignore[attr-defined] # no more than the one
    yield engine
    engine.dispose()


def test_its_connection_is_given_back_as_it_came(one_connection: Engine, clock: FixedClock) -> None:
    look_up = LookUp(one_connection, BY_INDEX)
    before = look_up(b"nobody")

    row = {
        "msisdn_index": b"somebody",
        "msisdn_sealed": b"",
        "language": "sw",
        "changed_at": clock.now(),
    }
    with transaction(one_connection) as connection:
        connection.execute(subscribers.insert().values(row))
        connection.rollback()

    assert (None, None) == (before, look_up(b"somebody"))


def test_sqlite_is_asked_beside_the_pool(one_connection: Engine) -> None:
    look_up = LookUp(one_connection, BY_INDEX)
    look_up(b"nobody")
    alone = one_connection.dialect.name == "sqlite"

    with transaction(one_connection) if alone else nullcontext():  # it has the one place
        found = look_up(b"nobody")
    one_connection.dispose()

    assert (None, None) == (found, look_up(b"nobody"))


def test_a_missing_table_is_told_of_as_ever(one_connection: Engine) -> None:
    with pytest.raises(Refused, match="gateway migrate"):
        LookUp(one_connection, FROM_NOWHERE)(b"a")

    assert LookUp(one_connection, BY_INDEX)(b"nobody") is None


def test_a_turn_without_time_asks_nothing(one_connection: Engine) -> None:
    with within(lambda: 0.0), pytest.raises(StoreUnavailable, match="No time is left"):
        LookUp(one_connection, BY_INDEX)(b"nobody")


def test_once_its_connection_is_cut_the_next_is_new(postgres_server: str) -> None:
    ours = engine_module.create(postgres_server, pool_size=1)
    another = engine_module.create(postgres_server, pool_size=1)
    any_key = text("CAST(:key AS bytea) IS NOT NULL")
    look_up = LookUp(ours, select(text("1")).where(any_key))
    with transaction(ours) as connection:
        process = connection.scalar(text("SELECT pg_backend_pid()"))
    with transaction(another) as connection:
        connection.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})

    with pytest.raises(StoreUnavailable):
        look_up(b"x")
    found = look_up(b"x")
    ours.dispose()
    another.dispose()

    assert (1,) == found
