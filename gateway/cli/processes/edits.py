"""What becomes of each save of a menu file, said on the console of `gateway run`."""

from __future__ import annotations

import threading

import click

from gateway.adapters.releases import last_good as last_good_menu
from gateway.adapters.releases.in_process import WatchedReleases
from gateway.composition.menus import from_files
from gateway.deployment.load import Deployment
from gateway.use_cases.ports import Clock

#: How often the menu's folder is looked at; the answer to a save comes within twice that.
_LOOK_SECONDS = 0.5


def tell_of_edits(deployment: Deployment, clock: Clock, read: WatchedReleases) -> None:
    """Says what became of each save, until the process ends; web servers take menus up themselves.

    Each menu without faults is kept for a process that has to be started again amid faults. `read`
    is the menu as our parent has read it.
    """
    watched = from_files(
        deployment,
        clock,
        amid_faults=True,
        tell=lambda sentence: click.echo(sentence, err=True),
        read=read,
    )
    never = threading.Event()
    kept = read.current().id
    while not never.wait(_LOOK_SECONDS):
        current = watched.current()
        if current.id != kept:
            last_good_menu.keep(deployment.settings.data_folder, current)
            kept = current.id
