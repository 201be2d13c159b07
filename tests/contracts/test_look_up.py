"""A row that is read beside SQLAlchemy: its connection, and its errors, are as of others."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext

import pytest
from sqlalchemy import Engine, bindparam, column, select, table, text

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.by_driver.look_up import ByDriver, LookUp, LookUpAmong
from gateway.adapters.sql.by_driver.prepared import Prepared
from gateway.adapters.sql.engine import transaction
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


SPOKEN = select(subscribers.c.msisdn_index, subscribers.c.language, subscribers.c.changed_at)


@pytest.mark.parametrize("number", [0, 1, 8, 9, 64, 513, 1025])
def test_the_rows_of_many_keys_are_found_whatever_their_number(
    one_connection: Engine, clock: FixedClock, number: int
) -> None:
    """A statement is made for some numbers of keys: the others ask for the last again."""
    said = LookUpAmong(ByDriver(one_connection), SPOKEN, subscribers.c.msisdn_index)
    keys = [f"caller {each}".encode() for each in range(number)]
    rows = [
        {"msisdn_index": key, "msisdn_sealed": b"", "language": "sw", "changed_at": clock.now()}
        for key in [*keys, b"somebody else"]
    ]
    with transaction(one_connection) as connection:
        connection.execute(subscribers.insert(), rows)

    found = said([*keys, b"nobody"] if keys else [])

    assert [(key, "sw", clock.now()) for key in sorted(keys)] == sorted(found)


def test_what_is_said_to_the_driver_is_part_of_the_transaction(
    one_connection: Engine, clock: FixedClock
) -> None:
    speaks = Prepared(
        subscribers.insert()
        .values(
            msisdn_index=bindparam("who"), msisdn_sealed=b"", language="sw",
            changed_at=bindparam("now"),
        )
        .returning(subscribers.c.language)
    )  # fmt: skip
    language = LookUp(one_connection, BY_INDEX)

    with transaction(one_connection) as connection:
        rows = speaks(connection, who=b"undone", now=clock.now())
        connection.rollback()
    with transaction(one_connection) as connection:
        speaks(connection, who=b"kept", now=clock.now())

    assert [("sw",)] == list(rows)
    assert (None, ("sw",)) == (language(b"undone"), language(b"kept"))


def test_a_missing_table_is_told_of_as_ever(one_connection: Engine) -> None:
    with pytest.raises(Refused, match="gateway migrate"):
        LookUp(one_connection, FROM_NOWHERE)(b"a")
    with (
        pytest.raises(Refused, match="gateway migrate"),
        transaction(one_connection) as connection,
    ):
        Prepared(FROM_NOWHERE)(connection, a="a")

    assert LookUp(one_connection, BY_INDEX)(b"nobody") is None


def test_a_turn_without_time_asks_nothing(one_connection: Engine) -> None:
    with within(lambda: 0.0), pytest.raises(StoreUnavailable, match="No time is left"):
        LookUp(one_connection, BY_INDEX)(b"nobody")


def test_a_cut_connection_is_not_used_again_by_what_is_said_to_the_driver(
    postgres_server: str,
) -> None:
    ours = engine_module.create(postgres_server, pool_size=1)
    ours.pool._max_overflow = 0  # type: ignore[attr-defined] # no more than the one
    another = engine_module.create(postgres_server, pool_size=1)
    one = Prepared(select(text("1")))

    def cut_in_mid_transaction() -> None:
        with transaction(ours) as connection:
            process = connection.scalar(text("SELECT pg_backend_pid()"))
            with transaction(another) as other:
                other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
            one(connection)

    with pytest.raises(StoreUnavailable):
        cut_in_mid_transaction()
    with transaction(ours) as connection:
        found = one(connection)
    ours.dispose()
    another.dispose()

    assert [(1,)] == list(found)


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
