"""Which menu a process serves: the published one, or in development the files as they are saved."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Engine

from gateway.adapters import menu_files
from gateway.adapters.database.releases import SqlReleases
from gateway.adapters.published_releases import PublishedReleases
from gateway.adapters.served_releases import WatchedReleases
from gateway.loaded import Deployment
from gateway.services.ports import Clock, Releases


def release_store(deployment: Deployment, engine: Engine) -> SqlReleases:
    """Returns the published menus of a deployment."""
    return SqlReleases(engine, partial(menu_files.compiled, handlers=deployment.handlers))


def published(deployment: Deployment, engine: Engine, clock: Clock) -> Releases:
    """Returns what is published; the files, until anything is."""
    return PublishedReleases(release_store(deployment, engine), deployment.load_release, clock)


def from_files(deployment: Deployment, clock: Clock) -> Releases:
    """Returns the files as they are saved, free of faults; raises MenuInvalid at the beginning."""
    release = deployment.load_release()
    folder = deployment.settings.menus_folder
    return WatchedReleases(release, folder, deployment.load_release, clock.monotonic)
