"""Which menu a process serves: the published one, or in development the files as they are saved."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import partial

from sqlalchemy import Engine

from gateway.adapters.menu_files import load as menu_files
from gateway.adapters.releases import last_good as last_good_menu
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.adapters.releases.published import PublishedReleases
from gateway.adapters.sql.releases.releases import SqlReleases
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.menu.release import Release
from gateway.use_cases.ports import Clock, Releases

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
