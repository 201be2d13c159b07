"""In development what was done last is served: a save of a file, or a publication."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine

from gateway.adapters.menu_files.load import compiled
from gateway.adapters.releases.in_development import FilesOrPublished
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.adapters.sql import engine as engines
from gateway.adapters.sql.releases.releases import SqlReleases
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.use_cases.ports.releases import NewPublication
from tests.clock import FixedClock
from tests.contracts.test_releases import Shelf
from tests.menus.sample import HANDLERS


class Saved:
    """The files of a menu, as they are after each save."""

    def __init__(self, release: Release, clock: FixedClock, folder: Path) -> None:
        self.release = release
        self.watched = WatchedReleases(release, folder, lambda: self.release, clock.monotonic)

    def save(self, release: Release) -> None:
        self.release = release
        self.watched.replace(release)


@pytest.fixture
def shelf(database: Engine, clock: FixedClock, tmp_path: Path) -> Shelf:
    return Shelf(database, clock, tmp_path)


def test_what_was_done_last_is_served(
    shelf: Shelf, clock: FixedClock, database: Engine, tmp_path: Path
) -> None:
    first, second, third = shelf.made("First?"), shelf.made("Second?"), shelf.made("Third?")
    saved = Saved(first, clock, tmp_path)
    store = SqlReleases(database, partial(compiled, handlers=HANDLERS))
    told: list[str] = []
    served = FilesOrPublished(saved.watched, lambda: store, clock, told.append)

    def now() -> str:
        clock.advance(1.1)
        return served.current().id

    def publish(release: Release, files: str) -> None:
        new = NewPublication(release_id=release.id, live_at=clock.now(), by="asha", files=files)
        store.publish(new, clock.now())
        clock.advance(1)

    assert now() == first.id
    publish(second, first.id)
    assert now() == second.id
    assert second.id in told[0]
    assert served.find(first.id) == first, "a session that began on the files goes on"
    saved.save(third)
    assert now() == third.id
    publish(first, "")  # by a version that does not say what the files were
    assert now() == third.id
    publish(second, third.id)
    assert now() == second.id
    assert served.find(third.id) is not None
    assert served.find("nowhere") is None


def test_a_database_that_is_away_leaves_what_is_served(
    shelf: Shelf, clock: FixedClock, tmp_path: Path
) -> None:
    first = shelf.made("First?")
    nowhere = engines.create("postgresql+psycopg://gateway@127.0.0.1:1/none")
    away = SqlReleases(nowhere, partial(compiled, handlers=HANDLERS))
    served = FilesOrPublished(Saved(first, clock, tmp_path).watched, lambda: away, clock)

    assert served.current() == replace(first)
    with pytest.raises(StoreUnavailable):
        away.current(clock.now())
    nowhere.dispose()
