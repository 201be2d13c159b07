"""What changes a table waits its turn without holding up those who read it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.changing import held_tables
from gateway.adapters.sql.changing.held_tables import change
from gateway.adapters.sql.engine import statements, transaction
from gateway.adapters.sql.migrate import migrate, pending
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports.time_left import within
from tests import servers

_WIDER = text("ALTER TABLE facilities ADD COLUMN telephone VARCHAR")
_READ = text("SELECT name FROM facilities")


@pytest.fixture
def lists(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A database with one table that citizens look into; who waits for it does so shortly."""
    monkeypatch.setattr(held_tables, "WAIT_MILLISECONDS", 50)
    monkeypatch.setattr(held_tables, "REST_SECONDS", 0.05)
    with servers.new_schema(postgres_server) as url:
        engine = engine_module.create(url)
        with transaction(engine) as connection:
            connection.execute(text("CREATE TABLE facilities (name VARCHAR)"))
        yield engine
        engine.dispose()


def wider(connection: Connection) -> str:
    connection.execute(_WIDER)
    return "wider"


def test_a_table_that_a_backup_holds_is_read_by_others_and_changed_afterwards(
    lists: Engine,
) -> None:
    told, came = threading.Event(), list[str]()

    def widen() -> None:
        came.append(change(lists, wider, tries=2000, tell=lambda sentence: told.set()))

    changing = threading.Thread(target=widen)
    with transaction(lists) as backup:
        backup.execute(_READ)
        changing.start()
        assert told.wait(30)
        for _ in range(5):
            with statements(lists) as turn:
                turn.execute(_READ)  # behind a change that waits for ever it would get no answer
        assert not came

    changing.join()
    assert came == ["wider"]


def test_who_holds_a_table_for_long_is_named_and_nothing_is_changed(lists: Engine) -> None:
    with transaction(lists) as backup:
        backup.execute(_READ)
        pid = backup.scalar(text("SELECT pg_backend_pid()"))

        with pytest.raises(StoreUnavailable, match=rf"process {pid} \(gateway\).* Nothing was"):
            change(lists, wider, tries=2)

    assert "wider" == change(lists, wider)


def test_a_turn_waits_for_a_table_once(lists: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_tables, "REST_SECONDS", 3600.0)
    called = []

    def work(connection: Connection) -> None:
        called.append(connection.execute(_WIDER))

    with transaction(lists) as backup:
        backup.execute(_READ)
        with within(lambda: 60.0), pytest.raises(StoreUnavailable):
            change(lists, work)

    assert not called


def test_other_faults_are_not_tried_again(lists: Engine) -> None:
    tried = []

    def work(connection: Connection) -> None:
        tried.append(1)
        raise StoreUnavailable("gone")

    with pytest.raises(StoreUnavailable, match="gone"):
        change(lists, work)

    assert [1] == tried


def test_a_migration_lets_those_behind_it_go_first(
    lists: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, applied = threading.Event(), list[tuple[str, ...]]()

    def one_step(config: Config, to: str) -> None:
        wider(config.attributes["connection"])

    monkeypatch.setattr(command, "upgrade", one_step)
    steps = pending(lists)

    def widen() -> None:
        applied.append(migrate(lists, lambda sentence: told.set()))

    migrating = threading.Thread(target=widen)
    with transaction(lists) as backup:
        backup.execute(_READ)
        migrating.start()
        assert told.wait(30)

    migrating.join()
    assert applied == [steps]
