"""Which release a process serves, and how it takes up the next one."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from gateway.adapters.menu_files.load import compiled, load, sources
from gateway.adapters.releases.published import PublishedReleases
from gateway.adapters.sql import engine as database_engine
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.releases.releases import SqlReleases
from gateway.adapters.sql.releases.tables import releases
from gateway.domain.faults_and_errors.errors import MenuInvalid, StoreUnavailable
from gateway.domain.menu.release import Release
from gateway.use_cases.ports.releases import Content, NewPublication
from tests.clock import FixedClock
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write
from tests.polling import eventually


class BrokenNow(SqlReleases):
    """A store that does not answer while `broken`; `asked` counts what it is asked to load."""

    broken = False
    asked = 0

    def current(self, now: object) -> str:
        if self.broken:
            raise StoreUnavailable("The store does not answer.")
        return super().current(now)  # type: ignore[arg-type] # a datetime

    def load(self, release_id: str) -> Release | None:
        self.asked += 1
        if self.broken:
            raise StoreUnavailable("The store does not answer.")
        return super().load(release_id)


def faulty() -> tuple[Release, Mapping[str, str]]:
    """Stands for files that cannot be served."""
    raise MenuInvalid([])


class Scene:
    """A store, the files, and what serves them; it looks when the test says so."""

    def __init__(self, engine: Engine, clock: FixedClock, folder: Path) -> None:
        self.engine, self.clock, self.folder = engine, clock, folder
        self.store = BrokenNow(engine, partial(compiled, handlers=HANDLERS))
        self.edited("files")
        self.served = self.process()

    def process(self, look_seconds: float = 3600) -> PublishedReleases:
        """Returns what another process serves."""
        return PublishedReleases(
            self.store,
            lambda: (self.files, sources(self.folder / self.word)),
            self.clock,
            look_seconds=look_seconds,
        )

    def edited(self, word: str) -> None:
        """Saves other files, which a process serves that starts from now on."""
        self.word, self.files = word, self.made(word)

    def made(self, word: str) -> Release:
        """Returns a release that differs from the others in a word."""
        folder = self.folder / word
        folder.mkdir()
        results = FILES["results.yaml"].replace("Year?", word)
        return load(write(folder, {**FILES, "results.yaml": results}), HANDLERS, CHANNELS)

    def published(self, word: str) -> Release:
        """Publishes such a release."""
        release = self.made(word)
        content = Content(release=release, sources=sources(self.folder / word))
        self.store.keep(content, self.clock.now())
        new = NewPublication(release_id=release.id, live_at=self.clock.now(), by="Asha")
        self.store.publish(new, self.clock.now())
        return release


@pytest.fixture
def scene(tmp_path: Path, clock: FixedClock) -> Iterator[Scene]:
    engine = database_engine.create(f"sqlite:///{tmp_path / 'gateway.db'}")
    migrate(engine)
    made = Scene(engine, clock, tmp_path)
    yield made
    made.served.close()
    engine.dispose()


def test_the_files_are_served_until_anything_is_published(scene: Scene) -> None:
    assert scene.files == scene.served.current()

    release = scene.published("one")
    scene.served.look()

    assert release == scene.served.current()


def test_a_session_on_the_files_goes_on_in_a_process_that_has_just_begun(scene: Scene) -> None:
    began_on = scene.served.current().id

    another = scene.process()
    found = another.find(began_on)
    another.close()

    assert scene.files == found


def test_a_stored_release_is_found_though_the_files_are_faulty(scene: Scene) -> None:
    release = scene.made("published")
    content = Content(release=release, sources=sources(scene.folder / "published"))
    scene.store.keep(content, scene.clock.now())

    served = PublishedReleases(scene.store, faulty, scene.clock)

    assert release == served.find(release.id)


def test_what_is_published_is_served_from_the_first_turn(scene: Scene) -> None:
    release = scene.published("one")

    assert release == scene.served.current()


def test_a_running_session_finds_the_release_it_began_on(scene: Scene) -> None:
    first = scene.published("one")
    began = scene.served.current()
    scene.published("two")
    scene.served.look()

    assert first == began == scene.served.find(first.id)
    assert first != scene.served.current()


def test_a_session_on_the_files_goes_on_after_the_first_publication(scene: Scene) -> None:
    scene.served.current()
    scene.published("one")
    scene.served.look()

    assert scene.files == scene.served.find(scene.files.id)


@pytest.mark.parametrize("publishes", [True, False])
def test_a_session_on_the_files_is_found_by_who_starts_on_later_ones(
    scene: Scene, publishes: bool
) -> None:
    began_on = scene.served.current()
    scene.edited("other files")
    if publishes:
        scene.published("one")

    later = scene.process()
    found, current = later.find(began_on.id), later.current()
    later.close()

    assert began_on == found
    assert current != found
    assert {} == scene.store.shortcuts() or publishes


def test_files_are_served_though_the_store_cannot_hold_them(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction(scene.engine) as connection:
        releases.drop(connection)

    assert scene.files == scene.served.current()
    assert "cannot be held" in caplog.text


def test_a_process_that_started_later_finds_an_old_release_in_the_database(scene: Scene) -> None:
    first = scene.published("one")
    scene.published("two")
    later = scene.process()

    assert first == later.find(first.id)
    later.close()


def test_an_unknown_release_is_asked_for_once(scene: Scene) -> None:
    assert scene.served.find("beef") is None
    asked = scene.store.asked

    assert scene.served.find("beef") is None
    assert asked == scene.store.asked


def test_the_last_good_release_is_served_while_the_database_is_away(scene: Scene) -> None:
    first = scene.published("one")
    scene.served.current()
    scene.published("two")
    scene.store.broken = True

    scene.served.look()

    assert first == scene.served.current()
    assert scene.served.find("beef") is None
    scene.store.broken = False
    scene.served.look()
    assert first != scene.served.current()


def test_a_release_that_could_not_be_had_is_asked_for_again(scene: Scene) -> None:
    first = scene.published("one")
    scene.store.broken = True
    assert scene.served.find(first.id) is None
    scene.store.broken = False

    assert first == scene.served.find(first.id)


def test_the_files_are_served_when_the_database_is_away_at_the_start(scene: Scene) -> None:
    release = scene.published("one")
    scene.store.broken = True
    assert scene.files == scene.served.current()

    scene.store.broken = False
    scene.served.look()

    assert release == scene.served.current()


def test_a_release_that_cannot_be_read_leaves_the_last_good_one(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    first = scene.published("one")
    scene.served.current()
    spoilt = scene.published("two")
    with transaction(scene.engine) as connection:
        only = releases.c.id == spoilt.id
        connection.execute(update(releases).where(only).values(form="json-0", sources=_nothing()))

    scene.served.look()
    asked = scene.store.asked
    scene.served.look()

    assert first == scene.served.current()
    assert asked == scene.store.asked
    assert "cannot be served" in caplog.text


def test_faulty_files_are_told_when_nothing_is_published(scene: Scene) -> None:
    served = PublishedReleases(scene.store, faulty, scene.clock)

    with pytest.raises(MenuInvalid):
        served.current()


def test_a_thread_looks_while_turns_are_answered_and_stops(scene: Scene) -> None:
    threads = threading.active_count()
    served = scene.process(look_seconds=0.01)
    served.current()

    release = scene.published("one")

    eventually(lambda: served.current() == release, seconds=2)
    served.close()
    eventually(lambda: threading.active_count() <= threads, seconds=2)


def _nothing() -> bytes:
    return zlib.compress(json.dumps({"main.yaml": "x: 1"}).encode())


def test_closing_waits_for_the_question_that_is_on_its_way(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer, order = threading.Event(), threading.Event(), list[str]()
    served = scene.process(look_seconds=0)
    served.current()

    def slow(now: object) -> str:
        asked.set()
        answer.wait(timeout=30)
        order.append("answered")
        return ""

    monkeypatch.setattr(scene.store, "current", slow)  # a database that takes its time
    assert asked.wait(timeout=30)
    closing = threading.Thread(target=lambda: (served.close(), order.append("closed")))
    closing.start()
    answer.set()
    closing.join(timeout=30)

    assert ["answered", "closed"] == [order[0], order[-1]]
