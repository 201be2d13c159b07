"""Copies SQLite's file while the gateway runs on it, and looks at such a copy.

SQLite's own backup interface takes pages that belong together, whoever writes meanwhile
(https://www.sqlite.org/backup.html). A copy of the file alone would lack what stands in its log.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL, make_url

from gateway.adapters.system.private_files import make_file
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

#: Pages taken at a time: between two of them whoever waits to write has its turn.
_PAGES = 2000
_PAUSE_SECONDS = 0.01
#: What of an address says where a server is, and how it is proven; all else may be a secret.
_SHOWN = frozenset({"host", "port", "service", "sslmode", "sslrootcert", "target_session_attrs"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupFile:
    """What is in a backup: its size in bytes, the version of its schema, and the keys it needs."""

    path: Path
    size: int
    schema: str
    keys: Sequence[str]


def back_up(source: Path, to: Path, progress: Callable[[int, int], object]) -> BackupFile:
    """Copies a database into a file that nobody else may read.

    `progress` is told of the pages that are left, and of all. The file appears when it is whole,
    in the place of one that was there. Raises Refused for one that cannot be written, and
    StoreUnavailable.
    """
    part = to.with_name(f".{to.name}.part")
    part.unlink(missing_ok=True)
    try:
        make_file(part)
        with (
            contextlib.closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as database,
            contextlib.closing(sqlite3.connect(part)) as copy,
        ):
            database.backup(
                copy,
                pages=_PAGES,
                sleep=_PAUSE_SECONDS,
                progress=lambda _, left, total: progress(left, total),
            )
            # As it comes the copy would want a log of its own beside it, wherever it is opened.
            copy.execute("PRAGMA journal_mode = DELETE")
        found = look_at(part)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(to)
    except sqlite3.Error as error:
        part.unlink(missing_ok=True)
        raise StoreUnavailable(f"The database cannot be copied ({error}).") from None
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refused(f"{to} cannot be written: {error.strerror}.") from None
    return BackupFile(path=to, size=found.size, schema=found.schema, keys=found.keys)


def look_at(path: Path) -> BackupFile:
    """Returns what is in a backup, each page of it checked; raises Refused when it is no whole one.

    Nothing is written beside it.
    """
    if not path.is_file():
        raise Refused(f"There is no file {path}.")
    try:
        with contextlib.closing(
            sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        ) as copy:
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise Refused(f"{path} is damaged: {verdict}")
            schema = copy.execute("SELECT version_num FROM alembic_version").fetchone()
            keys = copy.execute("SELECT key_id FROM master_keys ORDER BY since").fetchall()
    except sqlite3.Error as error:
        raise Refused(f"{path} is no backup of a gateway ({error}).") from None
    return BackupFile(
        path=path,
        size=path.stat().st_size,
        schema="" if schema is None else schema[0],
        keys=[key for (key,) in keys],
    )


def file_of(url: str) -> Path:
    """Returns SQLite's file of a database URL.

    Raises Refused where there is none, and for PostgreSQL, with what to run instead.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        raise Refused(
            "PostgreSQL makes its own backups, while the gateway runs. Run: "
            f"pg_dump --format=custom --file=gateway.dump '{_for_libpq(parsed)}'"
        )
    source = Path(parsed.database or "")
    if not source.is_file():
        raise Refused(f"There is no database at {source}. Run: gateway migrate")
    return source


def _for_libpq(url: URL) -> str:
    """Returns an address that programs of PostgreSQL understand; no secret of it is shown.

    A socket's folder and how a server is proven stand behind the `?`: without them the line would
    reach another server, or none.
    """
    place = URL.create(
        "postgresql",
        url.username,
        None,
        url.host,
        url.port,
        url.database,
        query={name: value for name, value in url.query.items() if name in _SHOWN},
    )
    return place.render_as_string()
