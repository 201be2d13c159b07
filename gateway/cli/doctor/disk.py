"""Part of `gateway doctor`: the data folder of this node, and what waits on its disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from gateway.adapters.system import private_files
from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import local
from gateway.composition.gateway import Gateway

#: Reports that wait longer on a disk than this have nobody who stores them.
LATE_REPORTS = timedelta(minutes=1)


def data_folder(gateway: Gateway) -> Iterator[Finding]:
    """Tells whether others can read what the gateway writes."""
    folder = gateway.deployment.settings.data_folder
    others = private_files.open_to_others(folder)
    sentence = "Its owner alone can read it."
    fix = "Give it a folder of its own, data_folder, that belongs to the gateway's account."
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        sentence = f"Others can read {others[0]}{more}."
        fix = f"Run: chmod -R go= {folder}. Or: {fix}"
    yield Finding("data folder", not others, sentence, fix)


def room(gateway: Gateway) -> Iterator[Finding]:
    """Tells whether the disk has room for what this node may have to keep."""
    settings = gateway.deployment.settings
    folder = next(each for each in _upwards(settings.data_folder) if each.exists())
    free = shutil.disk_usage(folder).free >> 20
    kept = 2 * settings.server.spool_mebibytes  # for what we are told, and as much for reports
    sentence = f"{free} MiB are free."
    if free < kept:
        sentence = f"{free} MiB are free, and {kept} may be needed while the database is away."
    yield Finding("disk", free >= kept, sentence, f"Make room on the disk of {folder}.")


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def spool(gateway: Gateway) -> Iterator[Finding]:
    """Tells what waits on the disk: words of citizens, delivery reports, and notices for them."""
    state = gateway.spool.state()
    sentence, fix = "Nothing waits for the database on this node.", ""
    if state.waiting:
        since = local(gateway.deployment, state.since) if state.since else "a while"
        sentence = f"{state.waiting / 1024:.0f} KiB wait for the database since {since}."
        fix = "It is stored by the web server when the database is back. Does gateway serve run?"
    if state.aside:
        sentence = f"{state.aside / 1024:.0f} KiB could not be stored and were set aside."
        fix = "The log says why: set aside. Keep spool/aside, and the old keys."
    yield Finding("spool", not (state.waiting or state.aside), sentence, fix)
    yield _reports(gateway)
    yield from _held_notices(gateway)


def _reports(gateway: Gateway) -> Finding:
    state, now = gateway.reports.state(), gateway.clock.now()
    sentence, fix = "No delivery reports wait on this node.", ""
    late = state.since is not None and now - state.since > LATE_REPORTS
    if state.since is not None:
        since = local(gateway.deployment, state.since)
        sentence = f"Delivery reports wait for the database since {since}."
        fix = "They are stored by the web server within a second. Does gateway serve run?"
    if state.aside:
        sentence = f"{state.aside / 1024:.0f} KiB of delivery reports were set aside."
        fix = "The log says why: set aside. Keep spool/reports/aside, and the old keys."
    return Finding("delivery reports", not (late or state.aside), sentence, fix)


def _held_notices(gateway: Gateway) -> Iterator[Finding]:
    from gateway.domain.faults_and_errors.errors import StoreUnavailable

    try:
        nodes = gateway.stores.spools.nodes()
    except StoreUnavailable:
        return  # another finding tells that Redis is away
    sentence, fix = "No node holds back notices.", ""
    if nodes:
        sentence = f"Notices wait: a STOP may wait on the disk of {', '.join(nodes)}."
        fix = "They leave when it is stored. Does the web server there reach the database?"
    yield Finding("held notices", not nodes, sentence, fix)
