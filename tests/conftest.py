"""Fixtures for every test: a fixed clock, and real servers that are emptied between tests.

Each pytest-xdist worker starts servers of its own, when a test first asks for one.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy import Engine

from gateway.adapters.sql import engine as engine_module
from gateway.adapters.sql.migrate import migrate
from gateway.composition.gateway import Gateway
from gateway.web.app import create_app
from tests import gateways, private, servers, suite_day
from tests.clock import FixedClock
from tests.own_handlers import OwnHandlers
from tests.retention import against_the_table

# Property tests have no deadline: a busy machine is no fault of the code.
settings.register_profile("suite", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=2000)
settings.load_profile("suite")


# Whoever runs the suite by nohup has hangups ignored, and so would every process of a test: they
# get the system's own way of it, and the suite goes on.
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, lambda *_: None)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Says what makes the run repeatable, in the quiet form of output, too."""
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.write_line(_how_to_repeat(session.config))


#: Rooms and files whose tests start whole gateways, or wait for other programs.
LONG = (
    "promises", "processes", "e2e", "upgrade", "deploy",
    "test_compose.py", "test_dialogues.py", "test_docs_broadcasts.py", "test_docs_first_warning.py",
    "test_docs_site.py", "test_docs_start.py", "test_production_sample.py", "test_wheel.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begins with what takes long: else the last of it has one of two workers wait for the other.

    Within both parts the order stays the one that was drawn.
    """
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.relative_to(here).parts[0] not in LONG)


def pytest_collection_finish() -> None:
    """Leaves what was loaded out of each later collection of garbage, which looks at it all."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Says it again below what has failed."""
    if exitstatus:
        terminalreporter.write_line(f"Repeat with: {_how_to_repeat(config)}")


def _how_to_repeat(config: pytest.Config) -> str:
    seed = config.getoption("randomly_seed", None)
    order = "" if seed is None else f" --randomly-seed={seed}"
    return f"SUITE_DAY={suite_day.DAY} python -m pytest{order}"


_OWN_HANDLERS = OwnHandlers()


@pytest.fixture(autouse=True)
def _own_handlers_stand() -> None:
    """Each test finds this repository's handlers, whatever deployment the one before opened."""
    _OWN_HANDLERS.stand()


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still until the test calls `advance`."""
    return FixedClock()


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[str]:
    """The URL of this worker's Valkey."""
    with servers.valkey() as url:
        yield url


@pytest.fixture
def valkey(valkey_server: str) -> Iterator[str]:
    """The URL of a Valkey that is empty when the test begins.

    What a test leaves there is held to the table of what is removed when.
    """
    servers.empty_valkey(valkey_server)
    yield valkey_server
    assert [] == against_the_table(valkey_server)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of this worker's PostgreSQL; TEST_DATABASE_URL wins over starting one."""
    given = os.environ.get("TEST_DATABASE_URL")
    server = contextlib.nullcontext(given) if given else servers.postgres()
    with server as url, servers.new_schema(url) as url_of_schema:
        yield url_of_schema


@pytest.fixture(scope="session")
def database_engines() -> Iterator[dict[str, Engine]]:
    """This worker's engines by database, filled as tests ask for them."""
    engines: dict[str, Engine] = {}
    yield engines
    for engine in engines.values():
        engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def database(
    request: pytest.FixtureRequest,
    database_engines: dict[str, Engine],
    tmp_path_factory: pytest.TempPathFactory,
) -> Engine:
    """An engine on a database with the current schema, empty when the test begins."""
    name = request.param
    if name not in database_engines:
        if name == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/gateway.db"
        else:
            url = request.getfixturevalue("postgres_server")
        database_engines[name] = engine_module.create(url)
        migrate(database_engines[name])
    servers.empty_database(database_engines[name])
    return database_engines[name]


@pytest.fixture
def gateway(tmp_path: Path, valkey: str, clock: FixedClock) -> Iterator[Gateway]:
    """The reference deployment on SQLite and Valkey; its clock stands still."""
    wired = gateways.reference_gateway(tmp_path, valkey, clock)
    yield wired
    wired.close()


@pytest.fixture
def client(gateway: Gateway) -> FlaskClient:
    """A provider's view of the gateway."""
    return create_app(gateway).test_client()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation site, built as `make docs` builds it."""
    folder = tmp_path_factory.mktemp("built") / "site"
    command = [sys.executable, "-m", "tools.site", str(folder)]
    home = Path(__file__).parent.parent
    run = subprocess.run(command, cwd=home, capture_output=True, encoding="utf-8")
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture(autouse=True)
def nothing_private_is_logged() -> Iterator[None]:
    """Holds every test, whatever it is about, to the promise that no log tells who said what."""
    root, listener = logging.getLogger(), private.Listener()
    level = root.level
    root.setLevel(logging.INFO)
    root.addHandler(listener)
    yield
    root.removeHandler(listener)
    root.setLevel(level)
    assert [] == listener.heard
