"""Published menus on both databases: kept unchanged, live from their moment on."""

from __future__ import annotations

import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update

from gateway.adapters.menu_files.load import compiled, load, sources
from gateway.adapters.menu_files.own_sentences import OWN_NAME
from gateway.adapters.releases import codec as release_codec
from gateway.adapters.sql.engine import transaction
from gateway.adapters.sql.institutions.audit_trail import SqlAuditTrail
from gateway.adapters.sql.institutions.people import SqlPeople
from gateway.adapters.sql.releases.releases import SqlReleases
from gateway.adapters.sql.releases.tables import releases
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.release import Release
from gateway.use_cases.institutions.authorise import Authorise
from gateway.use_cases.ports.releases import Content, NewPublication
from gateway.use_cases.releases.publish_menu import PublishMenu
from tests.clock import FixedClock
from tests.contracts.test_cases import KEYRING
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


class Shelf:
    """Releases of small menus, and the store they are kept in."""

    def __init__(self, engine: Engine, clock: FixedClock, folder: Path) -> None:
        self.store = SqlReleases(engine, partial(compiled, handlers=HANDLERS))
        self.engine, self.clock, self._folder = engine, clock, folder

    def publishing(self) -> PublishMenu:
        """Returns the use case, where nobody is known yet."""
        people = SqlPeople(self.engine, KEYRING)
        trail = SqlAuditTrail(self.engine, KEYRING)
        return PublishMenu(
            store=self.store,
            authorise=Authorise(
                people=people, own="gateway", trail=trail, exists=bool, clock=self.clock
            ),
            trail=trail,
            clock=self.clock,
        )

    def made(self, word: str = "Year?", shortcut: str = "31", service: str = "results") -> Release:
        """Returns a release that differs in a word from the others, kept in the store."""
        content = self.content(word, shortcut, service)
        self.store.keep(content, self.clock.now())
        return content.release

    def content(
        self, word: str = "Year?", shortcut: str = "31", service: str = "results"
    ) -> Content:
        """Returns such a release with its files; nobody keeps it yet."""
        results = FILES["results.yaml"].replace("Year?", word).replace("31", shortcut)
        results = results.replace("service: results", f"service: {service}")
        main = FILES["main.yaml"].replace("open: results", f"open: {service}")
        clinics = FILES["clinics.yaml"].replace("open: results", f"open: {service}")
        files = {**FILES, "results.yaml": results, "main.yaml": main, "clinics.yaml": clinics}
        folder = self._folder / word.strip("?") / shortcut / service
        folder.mkdir(parents=True)
        release = load(write(folder, files), HANDLERS, CHANNELS)
        return Content(release=release, sources=sources(folder))

    def publish(self, release: Release, hours: float = 0, note: str = "") -> int:
        """Lets a release go live in so many hours."""
        live_at = self.clock.now() + timedelta(hours=hours)
        new = NewPublication(release_id=release.id, live_at=live_at, by="Asha", note=note)
        return self.store.publish(new, self.clock.now())

    def live(self) -> str:
        """Returns the id of the release that is live."""
        return self.store.current(self.clock.now())


@pytest.fixture
def shelf(database: Engine, clock: FixedClock, tmp_path: Path) -> Shelf:
    return Shelf(database, clock, tmp_path)


def test_nothing_is_live_at_first(shelf: Shelf) -> None:
    assert "" == shelf.live()
    assert [] == list(shelf.store.history(10))
    assert {} == shelf.store.shortcuts()


def test_a_release_comes_back_as_it_was(shelf: Shelf) -> None:
    release = shelf.made()

    assert release == shelf.store.load(release.id)
    kept = shelf.store.sources(release.id)
    assert kept is not None
    assert {*FILES, OWN_NAME} == set(kept)
    assert FILES["clinics.yaml"] == kept["clinics.yaml"]


def test_a_release_held_from_files_binds_no_shortcut_and_is_compiled_once_kept(
    shelf: Shelf, database: Engine, tmp_path: Path
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    release = load(write(folder, FILES), HANDLERS, CHANNELS)
    forms = select(releases.c.form)

    shelf.store.hold(release, sources(folder), shelf.clock.now())
    with transaction(database) as connection:
        held = connection.scalar(forms)
    found, bound = shelf.store.load(release.id), shelf.store.shortcuts()
    shelf.store.keep(Content(release=release, sources=sources(folder)), shelf.clock.now())
    shelf.store.hold(release, sources(folder), shelf.clock.now())
    with transaction(database) as connection:
        kept = connection.scalar(forms)

    assert (release, {}) == (found, bound)
    assert ("", release_codec.FORM) == (held, kept)
    assert release.shortcuts == shelf.store.shortcuts()


def test_a_release_that_was_never_kept_is_not_found(shelf: Shelf) -> None:
    assert shelf.store.load("beef") is None
    assert shelf.store.sources("beef") is None


def test_a_kept_release_is_not_live_before_it_is_published(shelf: Shelf) -> None:
    shelf.made()

    assert "" == shelf.live()


def test_what_is_published_last_is_live(shelf: Shelf) -> None:
    first, second = shelf.made(), shelf.made("Which year?")

    for release in (first, second, first):
        shelf.publish(release)
        assert release.id == shelf.live()


def test_a_scheduled_release_goes_live_at_its_moment(shelf: Shelf) -> None:
    first, second = shelf.made(), shelf.made("Which year?")
    shelf.publish(second, hours=2)
    shelf.publish(first)

    before = shelf.live()
    shelf.clock.advance(hours=2)

    assert (first.id, second.id) == (before, shelf.live())


def test_what_is_withdrawn_never_goes_live(shelf: Shelf) -> None:
    first, second = shelf.made(), shelf.made("Which year?")
    shelf.publish(first)
    number = shelf.publish(second, hours=2)

    withdrawn = shelf.store.withdraw_scheduled(shelf.clock.now())
    shelf.clock.advance(hours=3)

    assert [number] == [each.id for each in withdrawn]
    assert first.id == shelf.live()
    assert [] == list(shelf.store.withdraw_scheduled(shelf.clock.now()))


def test_what_is_scheduled_stays_when_a_rollback_is_refused(shelf: Shelf) -> None:
    shelf.publish(shelf.made())
    later = shelf.made("Which year?")
    shelf.publish(later, hours=1)

    with pytest.raises(Refused, match="no release"):
        shelf.publishing().roll_back("no-such", by="Asha")

    shelf.clock.advance(hours=2)
    assert later.id == shelf.live()


def test_the_history_tells_who_and_why_newest_first(shelf: Shelf) -> None:
    first, second = shelf.made(), shelf.made("Which year?")
    shelf.publish(first, note="Opening")
    shelf.clock.advance(60)
    shelf.publish(second, note="Shorter")

    told = [(each.release_id, each.by, each.note) for each in shelf.store.history(10)]

    assert [(second.id, "Asha", "Shorter"), (first.id, "Asha", "Opening")] == told
    assert 1 == len(shelf.store.history(1))


def test_an_unknown_release_is_not_published(shelf: Shelf) -> None:
    new = NewPublication(release_id="beef", live_at=shelf.clock.now(), by="Asha")

    with pytest.raises(Refused, match="gateway menus history"):
        shelf.store.publish(new, shelf.clock.now())


def test_of_those_who_publish_upon_the_same_release_one_alone_does(shelf: Shelf) -> None:
    shelf.publish(shelf.made())
    upon = shelf.publishing().newest()
    shortcuts = range(41, 45)
    contents = [shelf.content(f"Year {each}?", str(each)) for each in shortcuts]
    together = Barrier(len(contents))

    def publish(content: Content) -> str:
        publishing = shelf.publishing()
        together.wait()
        try:
            publishing(content, by="Asha", upon=upon)
        except Refused as refused:
            return str(refused)
        return content.release.id

    with ThreadPoolExecutor(len(contents)) as publishers:
        told = list(publishers.map(publish, contents))

    live = shelf.live()
    assert 1 == told.count(live)
    assert {f"Release {live} was published meanwhile, by Asha."} == {
        each.partition(" Nothing of")[0] for each in told if each != live
    }
    kept = [shelf.store.sources(each.release.id) for each in contents]
    assert 3 == kept.count(None)
    assert 3 == len(shelf.store.shortcuts())  # two of the first, and that of who was first


def test_what_was_scheduled_since_is_published_meanwhile_as_well(shelf: Shelf) -> None:
    shelf.publish(shelf.made())
    publishing, other = shelf.publishing(), shelf.content("Which year?")
    upon = publishing.newest()
    shelf.publish(shelf.made("Year please?"), hours=2)

    with pytest.raises(Refused, match="was published meanwhile"):
        publishing(other, by="Asha", upon=upon)

    publishing(other, by="Asha", upon=publishing.newest())
    assert other.release.id == shelf.live()


def test_shortcuts_are_remembered_for_good(shelf: Shelf) -> None:
    shelf.made()
    shelf.made(shortcut="32")

    assert {"21": "clinics", "31": "results", "32": "results"} == shelf.store.shortcuts()


def test_a_shortcut_that_another_service_got_meanwhile_is_refused(shelf: Shelf) -> None:
    shelf.made()

    with pytest.raises(Refused, match="31"):
        shelf.made(service="marks")

    assert "results" == shelf.store.shortcuts()["31"]
    assert 2 == len(shelf.store.shortcuts())


@pytest.mark.parametrize(
    "change", [{"form": "json-0"}, {"compiled": b"spoilt"}], ids=["another form", "unreadable"]
)
def test_a_release_of_another_version_is_compiled_from_its_files(
    shelf: Shelf, database: Engine, change: dict[str, object]
) -> None:
    release = shelf.made()
    with transaction(database) as connection:
        connection.execute(update(releases).values(**change))

    assert release == shelf.store.load(release.id)


def test_what_is_kept_once_is_never_changed(shelf: Shelf) -> None:
    release = shelf.made()
    shelf.store.keep(Content(release=release, sources={"main.yaml": "other"}), shelf.clock.now())

    kept = shelf.store.sources(release.id)

    assert kept is not None
    assert FILES["clinics.yaml"] == kept["clinics.yaml"]


@pytest.mark.parametrize(
    "classes",
    [
        [["os:system", []]],
        [["gateway.adapters.system.clock:SystemClock", []]],
        [["gateway.domain.menu.release:Nothing", []]],
        [["gateway.domain.nothing:Release", []]],
        [["gateway.domain.menu.release:Release", ["id"]]],
        [["gateway.domain.menu.release:HOME", []]],
    ],
    ids=str,
)
def test_only_records_of_the_domain_come_of_what_is_stored(classes: list[object]) -> None:
    packed = zlib.compress(json.dumps([classes, [0, "x"]]).encode())

    with pytest.raises(release_codec.OtherForm):
        release_codec.read(packed)


def test_what_is_stored_and_is_no_release_is_refused() -> None:
    with pytest.raises(release_codec.OtherForm, match="no release"):
        release_codec.read(zlib.compress(json.dumps([[], "x"]).encode()))
