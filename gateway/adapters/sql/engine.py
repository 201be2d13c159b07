"""Opens SQLite or PostgreSQL, and turns the driver's errors into ours at one seam."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, event, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from gateway.adapters.sql.waiting.limits import PatientPool, Pause, allowed, waiting
from gateway.adapters.sql.waiting.one_writer import OneWriter
from gateway.adapters.sql.waiting.silence import why
from gateway.adapters.system.private_files import keep, make_file
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable

#: How long to wait: for a connection, for SQLite's one writer, for one statement of PostgreSQL.
#: In a citizen's turn it is less: see `waiting/limits.py`.
_CONNECT_SECONDS = 5
_SQLITE_BUSY_SECONDS = 5.0
_STATEMENT_MILLISECONDS = 15_000
_POOL_WAIT_SECONDS = 5
#: In a turn SQLite's one writer may be waited for longer: many who write make a queue.
_SQLITE_TURN_SECONDS, _SQLITE_FAIR_SECONDS = 4.0, 1.5
#: Once it was waited for in vain: enough for a lock that is held as it should be.
_SQLITE_BUSY_IN_PAUSE = 0.05

#: Changed pages (of 4 KiB) that a transaction keeps in memory beyond the cache, until it commits.
_SQLITE_SPILL_PAGES = 8000

_STATEMENTS_ONLY = "gateway_statements_only"
_PAUSE = "gateway_pause"
_WRITER = "gateway_writer"
#: The look-ups of an engine, which may outlive what asks through them.
_LOOK_UPS = "gateway_look_ups"
_BUSY = "gateway_busy_timeout"

#: What the drivers say when a table or column is missing: the schema is not ours, or is older.
_SCHEMA_SIGNS = ("no such table", "no such column", "has no column named")
_SCHEMA_SQLSTATES = ("42P01", "42703", "3F000")  # undefined table, undefined column, no schema

#: PostgreSQL's word for a write where only reads are taken; psycopg calls it an internal error.
_READ_ONLY_SQLSTATE = "25006"


class LetsGo(Protocol):
    """What has connections of its own."""

    def let_go(self) -> None:
        """Closes them."""


def create(
    url: str, *, pool_size: int = 8, power_safe: bool = False, thrown_away: bool = False
) -> Engine:
    """Returns the engine for a `sqlite:///file` or `postgresql+psycopg://` URL; connects later.

    With `power_safe` SQLite waits for the disk at each commit. By default it does not
    (synchronous=NORMAL): what is committed then survives the death of every process, which is what
    the gateway promises, and costs a tenth; a power cut can take the last seconds. PostgreSQL
    waits unless its own configuration says otherwise. What is `thrown_away` with this process never
    waits: SQLite hands it to the machine, and cares no more. Raises Refused for another database.
    """
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise Refused("The database URL cannot be read.") from None  # it may hold a password
    match parsed.get_backend_name():
        case "sqlite":
            synchronous = "OFF" if thrown_away else "FULL" if power_safe else "NORMAL"
            return _sqlite(parsed, pool_size, synchronous)
        case "postgresql":
            return _postgresql(parsed, pool_size)
        case other:
            raise Refused(f"No support for the database '{other}'. Use sqlite or postgresql.")


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Yields a connection in a transaction that commits, or rolls back when anything is raised.

    On SQLite it takes the writer's place at once: a transaction that read first could be refused
    at its first write. Raises StoreUnavailable, and Refused when the schema is not ours.
    """
    with (
        bounded(engine),
        translated(engine),
        engine.connect() as connection,
        _writer(engine),
        connection.begin(),
    ):
        yield connection


@contextmanager
def statements(engine: Engine) -> Iterator[Connection]:
    """Yields a connection on which each statement stands alone, for reads and for single writes.

    It saves PostgreSQL the round trips of BEGIN and COMMIT. Raises like `transaction`.
    """
    with bounded(engine), translated(engine), engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        else:
            connection.execution_options(**{_STATEMENTS_ONLY: True})
        yield connection


def closes_with(engine: Engine, look_up: LetsGo) -> None:
    """Lets go of the connections that a look-up has of its own, when the engine is disposed of."""
    known = engine.get_execution_options().get(_LOOK_UPS)
    if known is not None:
        known.add(look_up)


def bounded(engine: Engine) -> AbstractContextManager[None]:
    """Bounds the waiting in a turn. SQLite is never left alone: who only reads waits for nobody."""
    is_sqlite = engine.dialect.name == "sqlite"
    pause = engine.get_execution_options().get(_PAUSE) or Pause()  # an engine of somebody else's
    if not is_sqlite:
        return waiting(pause, None)
    return waiting(pause, _SQLITE_BUSY_IN_PAUSE, _SQLITE_TURN_SECONDS, _SQLITE_FAIR_SECONDS)


def _writer(engine: Engine) -> AbstractContextManager[None]:
    """Holds the place of SQLite's writer in this process; PostgreSQL has many."""
    writer: OneWriter | None = engine.get_execution_options().get(_WRITER)
    if writer is None:
        return contextlib.nullcontext()
    return writer.turn(allowed(_SQLITE_BUSY_SECONDS))


def is_of_schema(error: BaseException | None) -> bool:
    """Returns whether a driver's error says that a table or a column is not there."""
    sqlstate = getattr(error, "sqlstate", None)
    return sqlstate in _SCHEMA_SQLSTATES or any(sign in str(error) for sign in _SCHEMA_SIGNS)


@contextmanager
def translated(engine: Engine) -> Iterator[None]:
    """Makes ours of what SQLAlchemy and the driver raise inside."""
    driver = engine.dialect.loaded_dbapi
    try:
        yield
    except exc.TimeoutError as error:
        raise StoreUnavailable("All connections to the database are busy.") from error
    except (exc.DBAPIError, driver.Error) as error:
        told = error.orig if isinstance(error, exc.DBAPIError) else error
        sqlstate = getattr(told, "sqlstate", None)
        if is_of_schema(told):
            raise Refused(
                "A table or column is missing in the database. Run 'gateway migrate', and "
                "'gateway data import' for datasets."
            ) from error
        if sqlstate == _READ_ONLY_SQLSTATE:
            raise StoreUnavailable(
                "The database takes no writes: it is a standby, or was made read-only, as some "
                "do to one whose disk is full. Point GATEWAY_DATABASE_URL at the primary, or make "
                "room there."
            ) from error
        # A plain DatabaseError is SQLite's word for a file that is damaged or no database.
        silence = (driver.OperationalError, driver.InterfaceError)
        damaged = isinstance(told, driver.InternalError) and str(sqlstate).startswith("XX")
        if isinstance(told, silence) or type(told) is driver.DatabaseError or damaged:
            reason = f" {said}" if (said := why(told)) else ""
            raise StoreUnavailable(
                f"The database does not answer ({type(told).__name__}).{reason}"
            ) from error
        raise


def _sqlite(url: URL, pool_size: int, synchronous: str) -> Engine:
    look_ups: WeakSet[LetsGo] = WeakSet()
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=PatientPool,
        pool_size=pool_size,
        pool_timeout=_POOL_WAIT_SECONDS,
        execution_options={_PAUSE: Pause(), _WRITER: OneWriter(), _LOOK_UPS: look_ups},
        connect_args={"timeout": _SQLITE_BUSY_SECONDS},
    )
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        event.listen(engine, "do_connect", _kept_private(Path(url.database)))

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late, see `begin`
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(f"PRAGMA synchronous={synchronous}")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-8000")  # KiB
        # A step of a broadcast changes a page of each index for each MT. What no longer fits is
        # written to the log before its time, and read again: so a step may hold four times as much.
        connection.execute(f"PRAGMA cache_spill={_SQLITE_SPILL_PAGES}")
        # The same index pages change in commit after commit: copy them home a quarter as often.
        connection.execute("PRAGMA wal_autocheckpoint=4000")
        connection.execute("PRAGMA journal_size_limit=67108864")

    def wait_as_long_as_allowed(connection: Any, info: dict[Any, Any]) -> None:
        milliseconds = int(allowed(_SQLITE_BUSY_SECONDS) * 1000)
        if info.get(_BUSY) != milliseconds:
            connection.execute(f"PRAGMA busy_timeout={milliseconds}")
            info[_BUSY] = milliseconds

    @event.listens_for(engine, "checkout")
    def hurry(connection: Any, entry: ConnectionPoolEntry, proxy: object) -> None:
        wait_as_long_as_allowed(connection, entry.info)

    @event.listens_for(engine, "engine_disposed")
    def let_go(engine: Engine) -> None:
        for each in list(look_ups):
            each.let_go()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if _STATEMENTS_ONLY not in connection.get_execution_options():
            # Others of this process may have had their turns since it was checked out.
            driver: Any = connection.connection.driver_connection
            wait_as_long_as_allowed(driver, connection.info)
            driver.execute("BEGIN IMMEDIATE")

    return engine


def _kept_private(path: Path) -> Callable[..., None]:
    """Returns what makes a database's file its owner's alone, before SQLite makes or opens it.

    SQLite gives the files beside it the same rights.
    """

    def before_connecting(*_: object) -> None:
        with contextlib.suppress(OSError):  # SQLite tells what is wrong
            make_file(path)
        for ending in ("", "-wal", "-shm"):
            keep(path.with_name(f"{path.name}{ending}"))

    return before_connecting


def _postgresql(url: URL, pool_size: int) -> Engine:
    given = url.query.get("options", "")
    options = given if isinstance(given, str) else " ".join(given)
    engine = create_engine(
        url,
        hide_parameters=True,
        poolclass=PatientPool,
        pool_size=pool_size,
        pool_timeout=_POOL_WAIT_SECONDS,
        pool_recycle=1800,
        execution_options={_PAUSE: Pause()},
        connect_args={
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "gateway",
            "options": f"{options} -c statement_timeout={_STATEMENT_MILLISECONDS}".strip(),
        },
    )

    @event.listens_for(engine, "do_connect")
    def connect(dialect: Any, entry: Any, arguments: Any, options: Any) -> Any:
        from gateway.adapters.sql.waiting.postgresql import HurriedConnection

        return HurriedConnection.connect(*arguments, **options)

    return engine
