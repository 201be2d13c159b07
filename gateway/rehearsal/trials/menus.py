"""The menus that can be tried: the live one, and a draft."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.releases import whole_folder
from gateway.composition.gateway import Gateway
from gateway.deployment.folder import load_datasets, load_forms, load_handlers, load_tables
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import FilesInvalid, MenuInvalid
from gateway.domain.institutions.roles import Act
from gateway.domain.menu.draft import Draft
from gateway.domain.menu.release import Release
from gateway.rehearsal.trials.kept import Menu


def live_menu(gateway: Gateway, by: str) -> Menu:
    """Returns the menu that citizens meet now, as it is served; nothing of it is compiled again.

    Everybody who may read something may try it, as any citizen may. Raises NotAllowed for others.
    """
    from gateway.adapters.menu_files import load as menu_files

    gateway.institutions.authorise.reach(by, Act.READ)
    release = gateway.releases.current()
    folder = gateway.deployment.settings.menus_folder
    kept = gateway.menus.store.sources(release.id)
    return Menu(
        key=release.id,
        files=menu_files.sources(folder) if kept is None else kept,
        load=lambda _: (_with_live_forms(gateway), release),
        dialled=dialogue_files.dialled(dialogue_files.found_in(folder)),
    )


def _with_live_forms(gateway: Gateway) -> Deployment:
    live = gateway.live_forms
    return replace(
        gateway.deployment,
        handlers=dict(live.handlers),
        tables=dict(live.tables),
        forms=dict(live.forms),
    )


def files_menu(deployment: Deployment) -> Menu:
    """Returns the menu in the files of a deployment, as they are saved."""
    from gateway.adapters.menu_files import load as menu_files

    folder = deployment.settings.menus_folder
    return Menu(
        key="files",
        files=menu_files.sources(folder),
        load=lambda _: (deployment, deployment.load_release()),
        dialled=dialogue_files.dialled(dialogue_files.found_in(folder)),
    )


def draft_menu(gateway: Gateway, draft: Draft) -> Menu:
    """Returns the menu of a draft, which is compiled when it is first tried."""
    files = draft.files
    told = json.dumps(files, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Menu(
        key=hashlib.sha256(told).hexdigest(),
        files=files,
        load=lambda folder: compiled(gateway, files, folder),
        dialled=dialogue_files.dialled_in(files.values()),
    )


def compiled(
    gateway: Gateway, files: Mapping[str, str], folder: Path
) -> tuple[Deployment, Release]:
    """Returns the menu of these files, with the deployment that serves it.

    They are written into the folder for that. Raises MenuInvalid with every fault, each in a file
    as it is called among these.
    """
    from gateway.adapters.menu_files import load as menu_files

    deployment = gateway.deployment
    menus = folder / "menus"
    whole_folder.lay_out(menus, files, deployment.settings.menus_folder)
    home = deployment.settings.home
    try:
        there = replace(
            deployment,
            settings=deployment.settings.model_copy(update={"menus_folder": menus}),
            handlers=load_handlers(home, menus),
            datasets=load_datasets(home, menus),
            tables=load_tables(home, menus),
            forms=load_forms(home, menus),
        )
        channels = there.settings.to_channels()
        shortcuts = gateway.menus.store.shortcuts()
        return there, menu_files.load(menus, there.handlers, channels, shortcuts)
    except FilesInvalid as invalid:
        faults = [replace(each, file=_named(each.file, folder)) for each in invalid.faults]
        raise MenuInvalid(faults) from None


def _named(file: str, folder: Path) -> str:
    """Returns a file as a draft calls it."""
    _, found, name = file.rpartition(f"{folder.name}/")
    return name.removeprefix("menus/") if found else file
