"""The schema's history: it leads to the tables as declared, on both databases, and back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import ProgrammingError

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.analytics.sums import SqlSums
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.migrate import downgrade, is_newer, migrate, pending
from gateway.adapters.sql.schema import metadata
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from tests import servers


@pytest.fixture(params=["sqlite", "postgres"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database without any table."""
    if request.param == "sqlite":
        engine = engine_module.create(f"sqlite:///{tmp_path}/new.db")
        yield engine
        engine.dispose()
        return
    with servers.new_schema(request.getfixturevalue("postgres_server")) as url:
        engine = engine_module.create(url)
        yield engine
        engine.dispose()


def test_all_steps_lead_to_the_declared_tables(new_database: Engine) -> None:
    migrate(new_database)

    with transaction(new_database) as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [] == differences


def test_indexes_and_defaults_are_those_declared(new_database: Engine) -> None:
    with transaction(new_database) as connection:
        metadata.create_all(connection)
        declared = _definitions(connection)
        metadata.drop_all(connection)

    migrate(new_database)

    with transaction(new_database) as connection:
        assert declared == _definitions(connection)


def test_a_step_is_pending_until_it_is_applied(new_database: Engine) -> None:
    before = pending(new_database)
    applied = migrate(new_database)

    assert "0001" == before[0]
    assert before == applied
    assert () == pending(new_database)
    assert () == migrate(new_database)


def test_downgrade_leaves_nothing_and_upgrade_works_again(new_database: Engine) -> None:
    migrate(new_database)
    downgrade(new_database)

    assert {"alembic_version"} == set(inspect(new_database).get_table_names())
    assert migrate(new_database)


def test_sums_of_before_are_carried_over_by_one_thing_at_a_time(new_database: Engine) -> None:
    migrate(new_database)
    downgrade(new_database, "0046")
    rows = [
        ("works", "water", "en", "63902", 5), ("works", "water", "sw", "63902", 7),
        ("works", "roads", "sw", "", 2), ("", "home", "en", "63902", 90),
    ]  # fmt: skip
    with transaction(new_database) as connection:
        for institution, service, language, network, entered in rows:
            connection.execute(
                text(
                    "INSERT INTO service_days "
                    "(at, institution, service, language, network_code, entered, completed) "
                    "VALUES (0, :institution, :service, :language, :network, :entered, 1)"
                ),
                {"institution": institution, "service": service, "language": language,
                 "network": network, "entered": entered},
            )  # fmt: skip
    migrate(new_database)

    courses = SqlSums(new_database).courses(datetime(1970, 1, 1, tzinfo=UTC), None)

    found = {tuple(group): (each.entered, each.completed) for group, each in courses.items()}
    assert found == {
        ("service", "water"): (12, 2), ("service", "roads"): (2, 1),
        ("language", "en"): (5, 1), ("language", "sw"): (9, 2),
        ("network", "63902"): (12, 2), ("network", ""): (2, 1),
    }  # fmt: skip


def test_lists_that_are_loaded_get_a_place_for_marks(new_database: Engine) -> None:
    migrate(new_database)
    downgrade(new_database, "0049")
    at = datetime(2026, 11, 30, tzinfo=UTC)
    with transaction(new_database) as connection:
        connection.execute(text("CREATE TABLE data_old (_row INTEGER, code VARCHAR)"))
        connection.execute(text("INSERT INTO data_old VALUES (1, 'A')"))
        for name in ("old", "gone"):
            row = {"name": name, "row_count": 1, "loaded_at": at, "loaded_by": ""}
            connection.execute(metadata.tables["datasets"].insert(), row)

    migrate(new_database)

    with transaction(new_database) as connection:
        assert [(1, "A", "")] == connection.execute(text("SELECT * FROM data_old")).all()


def test_nodes_that_start_together_migrate_once(new_database: Engine) -> None:
    applied: list[tuple[str, ...]] = []
    nodes = [
        threading.Thread(target=lambda: applied.append(migrate(new_database))) for _ in range(4)
    ]

    for node in nodes:
        node.start()
    for node in nodes:
        node.join()

    assert 4 == len(applied)
    assert [()] * 3 == sorted(applied)[:3]


def test_a_database_of_a_newer_release_is_refused(new_database: Engine) -> None:
    migrate(new_database)
    with transaction(new_database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(Refused, match="9999"):
        migrate(new_database)


def test_a_newer_release_is_told_from_an_older_and_from_none(new_database: Engine) -> None:
    assert not is_newer(new_database)
    migrate(new_database)
    assert not is_newer(new_database)
    with transaction(new_database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert is_newer(new_database)


def test_a_failed_step_leaves_nothing_behind(new_database: Engine) -> None:
    with transaction(new_database) as connection:
        connection.execute(text("CREATE TABLE turns (id INTEGER)"))

    with pytest.raises((StoreUnavailable, ProgrammingError)):  # SQLite's error, PostgreSQL's
        migrate(new_database)

    assert ["turns"] == [
        name for name in inspect(new_database).get_table_names() if name != "alembic_version"
    ]


def test_a_missing_table_says_what_to_run(new_database: Engine) -> None:
    with pytest.raises(Refused, match="gateway migrate"), statements(new_database) as connection:
        connection.execute(text("SELECT * FROM inbound_sms"))


def test_a_database_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    for url in (
        f"sqlite:///{tmp_path}/no/such/folder/gateway.db",
        f"postgresql+psycopg://gateway@/postgres?host={tmp_path}",
    ):
        engine = engine_module.create(url)

        with pytest.raises(StoreUnavailable), statements(engine):
            pass


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "gateway.db").write_bytes(b"not a database, but long enough to be one" * 30)
    engine = engine_module.create(f"sqlite:///{tmp_path}/gateway.db")

    with pytest.raises(StoreUnavailable), transaction(engine):
        pass


@pytest.mark.parametrize("url", ["mysql://gateway:secret@db/x", "secret"])
def test_another_database_is_refused_without_showing_its_password(url: str) -> None:
    with pytest.raises(Refused) as caught:
        engine_module.create(url)

    assert "secret" not in str(caught.value)


def test_sqlite_can_wait_for_the_disk(tmp_path: Path) -> None:
    levels = []
    for power_safe in (False, True):
        engine = engine_module.create(f"sqlite:///{tmp_path}/a.db", power_safe=power_safe)
        with statements(engine) as connection:
            levels.append(connection.exec_driver_sql("PRAGMA synchronous").scalar())
        engine.dispose()

    assert [1, 2] == levels  # NORMAL, FULL


def _definitions(connection: Connection) -> set[tuple[str, ...]]:
    if connection.dialect.name == "sqlite":
        indexes = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    else:
        indexes = (
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE schemaname = current_schema() AND tablename <> 'alembic_version'"
        )
    found = {tuple(row) for row in connection.execute(text(indexes))}
    inspector = inspect(connection)
    return found | {
        (table, column["name"], str(column["default"]), str(column["nullable"]))
        for table in metadata.tables
        for column in inspector.get_columns(table)
    }
