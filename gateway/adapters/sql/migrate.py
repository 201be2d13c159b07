"""Brings the schema up to date, or back; one history serves both databases."""

from __future__ import annotations

from collections.abc import Callable

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from gateway.adapters.sql.changing.held_tables import change, wait_shortly
from gateway.adapters.sql.engine import transaction
from gateway.domain.faults_and_errors.errors import Refused

#: Any number that nobody else uses for an advisory lock in this database.
_ADVISORY_LOCK = 7402026

#: Ten minutes, with the rest between two tries.
_TRIES = 120


def migrate(
    engine: Engine, tell: Callable[[str], object] = lambda sentence: None
) -> tuple[str, ...]:
    """Applies what is missing, all of it or nothing; returns the names of the steps applied.

    Nodes that start together wait for each other. While another program holds a table it is tried
    again, for ten minutes, and `tell` is told so. Raises StoreUnavailable, and Refused when a newer
    release has been here.
    """

    def apply(connection: Connection) -> tuple[str, ...]:
        _wait_for_others(connection)
        steps = _missing(connection)
        if steps:
            wait_shortly(connection)
            command.upgrade(_config(connection), "head")
        return steps

    return change(engine, apply, tries=_TRIES, tell=tell)


def pending(engine: Engine) -> tuple[str, ...]:
    """Returns the names of the steps that `migrate` would apply, oldest first."""
    with transaction(engine) as connection:
        return _missing(connection)


def is_newer(engine: Engine) -> bool:
    """Returns whether a newer release has been here: the schema is at a step not known here."""
    with transaction(engine) as connection:
        applied = MigrationContext.configure(connection).get_current_revision()
        history = ScriptDirectory.from_config(_config(connection))
        return applied not in (None, *(step.revision for step in history.walk_revisions()))


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Takes the schema back to a step, with the data of what is removed. For development."""
    with transaction(engine) as connection:
        _wait_for_others(connection)
        command.downgrade(_config(connection), revision)


def _wait_for_others(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE has let only us in already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # nobody reads what they hold
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))


def _missing(connection: Connection) -> tuple[str, ...]:
    history = ScriptDirectory.from_config(_config(connection))
    known = [step.revision for step in history.walk_revisions()]  # newest first
    applied = MigrationContext.configure(connection).get_current_revision()
    if applied is None:
        return tuple(reversed(known))
    if applied not in known:
        raise Refused(
            f"The database is at step '{applied}', which this release does not know. "
            "Run the release that made it, or a newer one."
        )
    return tuple(reversed(known[: known.index(applied)]))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", "gateway.adapters.sql:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
