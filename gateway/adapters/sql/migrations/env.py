"""Runs migrations on the connection that `migrate.py` hands over; it reads no configuration."""

from __future__ import annotations

from alembic import context

from gateway.adapters.sql.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table: Alembic then copies it.
    render_as_batch=True,
    # Alembic thinks that SQLite cannot undo DDL. Our transactions begin before the first DDL.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
