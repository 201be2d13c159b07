"""A gateway on a database that is about to get into trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from gateway.composition.gateway import Gateway
from tests import servers
from tests.promises.troubles import TROUBLES, wired


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[str]:
    """A PostgreSQL that no other test sees hang."""
    with servers.postgres() as url:
        yield url


@pytest.fixture(params=TROUBLES)
def trouble(
    request: pytest.FixtureRequest, tmp_path: Path, valkey: str
) -> Iterator[tuple[Gateway, AbstractContextManager[None]]]:
    """Yields the gateway, and what its database is in trouble within."""
    kind, begin = TROUBLES[request.param]
    url = f"sqlite:///{tmp_path / 'gateway.db'}"
    if kind == "postgresql":
        with (
            servers.new_schema(request.getfixturevalue("own_postgres")) as url,
            wired(tmp_path, valkey, url) as gateway,
        ):
            yield gateway, begin(url)
    else:
        with wired(tmp_path, valkey, url) as gateway:
            yield gateway, begin(url)
