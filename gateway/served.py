"""Which menu a process serves: the published one, or in development the files as they are saved."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

from sqlalchemy import Engine

from gateway.adapters import last_good_menu, menu_files
from gateway.adapters.database.releases import SqlReleases
from gateway.adapters.published_releases import PublishedReleases
from gateway.adapters.served_releases import WatchedReleases
from gateway.domain.errors import MenuInvalid
from gateway.domain.menu import Release
from gateway.loaded import Deployment
from gateway.services.ports import Clock, Releases

log = logging.getLogger(__name__)


def release_store(deployment: Deployment, engine: Engine) -> SqlReleases:
    """Returns the published menus of a deployment."""
    return SqlReleases(engine, partial(menu_files.compiled, handlers=deployment.handlers))


def published(deployment: Deployment, engine: Engine, clock: Clock) -> Releases:
    """Returns what is published; the files, until anything is."""

    def of_files() -> tuple[Release, Mapping[str, str]]:
        return deployment.load_release(), menu_files.sources(deployment.settings.menus_folder)

    return PublishedReleases(release_store(deployment, engine), of_files, clock)


def from_files(deployment: Deployment, clock: Clock, *, amid_faults: bool = False) -> Releases:
    """Returns the files as they are saved, free of faults; raises MenuInvalid at the beginning.

    With `amid_faults` the last good menu is the beginning where there are faults.
    """
    folder = deployment.settings.menus_folder
    release = last_good(deployment) if amid_faults else deployment.load_release()
    return WatchedReleases(release, folder, deployment.load_release, clock.monotonic)


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
