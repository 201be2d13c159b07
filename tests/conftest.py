"""Fixtures for every test: a fixed clock, and real servers that are emptied between tests.

Each pytest-xdist worker starts servers of its own, when a test first asks for one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import servers
from tests.clock import FixedClock


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
def valkey(valkey_server: str) -> str:
    """The URL of a Valkey that is empty when the test begins."""
    servers.empty_valkey(valkey_server)
    return valkey_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of this worker's PostgreSQL; TEST_DATABASE_URL wins over starting one."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url
        return
    with servers.postgres() as url:
        yield url
