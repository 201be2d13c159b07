"""The menus: which one is served, and those that were published."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.declared_rows import datasets as declared_datasets
from gateway.adapters.declared_rows import forms as declared_forms
from gateway.adapters.menu_files import load as menu_files
from gateway.adapters.releases import last_good as last_good_menu
from gateway.adapters.releases.in_development import FilesOrPublished
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.adapters.releases.published import PublishedReleases
from gateway.adapters.sql.releases.releases import SqlReleases
from gateway.composition.office.institutions import Institutions
from gateway.deployment.folder import HANDLERS_FOLDER
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release
from gateway.use_cases.handler_calls.store_form import handlers_of
from gateway.use_cases.ports import Clock, Releases
from gateway.use_cases.ports.releases import ReleaseStore
from gateway.use_cases.releases.publish_menu import PublishMenu

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menus:
    """The published menus, and the use case that publishes."""

    store: ReleaseStore
    publish: PublishMenu
    clock: Clock
    #: In development, what the files are: changed after what is live, they are served.
    of_files: Callable[[], str] | None = None

    def is_served(self, live: str) -> bool:
        """Returns whether what is live is what citizens meet, and not the files."""
        if self.of_files is None:
            return True
        published = self.store.live_publication(self.clock.now())
        if published is None or published.release_id != live:
            return False
        return bool(published.files) and published.files == self.of_files()

    def live_id(self) -> str:
        """Returns the id of the release that is live; empty when nothing is. StoreUnavailable."""
        return self.store.current(self.clock.now())

    def live(self) -> Release | None:
        """Returns the release that is live, or None; raises StoreUnavailable."""
        live = self.live_id()
        return self.store.load(live) if live else None


def menus(
    deployment: Deployment, engine: Engine, clock: Clock, institutions: Institutions
) -> Menus:
    """Returns them wired. No menu file is read until one is asked for."""
    store = release_store(deployment, engine)
    of_files = _FilesAsRelease(deployment) if deployment.development else None
    return Menus(
        store=store,
        publish=PublishMenu(
            store=store,
            authorise=institutions.authorise,
            trail=institutions.trail,
            clock=clock,
            of_files=of_files or (lambda: ""),
        ),
        clock=clock,
        of_files=of_files,
    )


def release_store(deployment: Deployment, engine: Engine) -> SqlReleases:
    """Returns the store of what was published."""

    def compiled(folder: Path) -> Release:
        beside = declared_datasets.declared_in(folder / declared_datasets.FOLDER).datasets
        datasets = {**deployment.datasets, **beside}
        kept = declared_forms.declared_in(folder / declared_forms.FOLDER, {}, datasets).forms
        handlers = {**deployment.handlers, **handlers_of(kept.values())}
        return menu_files.compiled(folder, handlers)

    return SqlReleases(engine, compiled)


class _FilesAsRelease:
    """Says which release the files are; nothing where they have faults."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._known: tuple[Mapping[str, str], str] | None = None

    def __call__(self) -> str:
        try:
            texts = menu_files.sources(self._deployment.settings.menus_folder)
            if self._known is None or self._known[0] != texts:
                self._known = texts, self._deployment.load_release().id
        except MenuInvalid:
            return ""
        return self._known[1]


def served(
    deployment: Deployment, store: ReleaseStore, clock: Clock, take_up: Callable[[str], object]
) -> Releases:
    """Returns what citizens meet: what is published, the files until anything is.

    In development the files, as they are saved, and what was published since: the last good menu
    where they have faults.
    """
    if deployment.development:
        files = from_files(deployment, clock, amid_faults=True)
        return FilesOrPublished(files, lambda: store, clock)

    def of_files() -> tuple[Release, Mapping[str, str]]:
        return deployment.load_release(), menu_files.sources(deployment.settings.menus_folder)

    return PublishedReleases(store, of_files, clock, take_up=take_up)


def from_files(
    deployment: Deployment,
    clock: Clock,
    *,
    amid_faults: bool = False,
    tell: Callable[[str], object] = log.warning,
    read: WatchedReleases | None = None,
) -> WatchedReleases:
    """Returns the files as they are saved, free of faults; raises MenuInvalid at the beginning.

    With `amid_faults` the last good menu is the beginning where there are faults; `tell` is told of
    the faults of each save. What was `read` before is not read again while the files are the same.
    """
    folder = deployment.settings.menus_folder
    if read is not None and read.is_newest():
        release = read.latest
    else:
        release = last_good(deployment) if amid_faults else deployment.load_release()
    code = (deployment.settings.home / HANDLERS_FOLDER, folder.parent / declared_forms.FOLDER)
    return WatchedReleases(release, folder, deployment.load_release, clock.monotonic, tell, code)


def last_good(deployment: Deployment) -> Release:
    """Returns the menu of the files, or the one that was kept when they had no faults.

    A process that dies while somebody edits must come back. Raises MenuInvalid without either.
    """
    try:
        return deployment.load_release()
    except MenuInvalid as error:
        kept = last_good_menu.kept(deployment.settings.data_folder)
        if kept is None:
            raise
        log.warning("The menu has faults; the last good one is served.\n%s", error)
        return kept
