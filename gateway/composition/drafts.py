"""Drafts of menus: begun at what is live, changed, and let go live."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.menu_files.own_sentences import OWN_NAME
from gateway.adapters.releases import whole_folder
from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.composition.menus import Menus
from gateway.composition.office.institutions import Institutions
from gateway.deployment.load import Deployment
from gateway.domain.menu.draft import is_dialogue
from gateway.use_cases.ports import Clock
from gateway.use_cases.releases.drafts.edit_drafts import EditDrafts
from gateway.use_cases.releases.drafts.seeing import Beginning, Seeing


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafts(EditDrafts):
    """The use cases of drafts."""


def drafts(
    deployment: Deployment,
    engine: Engine,
    *,
    menus: Menus,
    institutions: Institutions,
    clock: Clock,
) -> Drafts:
    """Returns them wired."""
    seeing = Seeing(
        store=SqlDrafts(engine),
        authorise=institutions.authorise,
        trail=institutions.trail,
        clock=clock,
    )
    return Drafts(seeing=seeing, served=lambda: served(deployment, menus))


def served(deployment: Deployment, menus: Menus) -> Beginning:
    """Returns what is live, with its dialogues; the files where nothing was ever published.

    The dialogues of a release that an older version has published are those of the files.
    """
    folder = deployment.settings.menus_folder
    of_files = whole_folder.texts(folder)
    live = menus.live_id()
    sources = menus.store.sources(live) if live else None
    if sources is None:
        return Beginning(release="", files=of_files)
    dialogues = menus.store.dialogues(live)
    if dialogues is None:
        dialogues = {path: text for path, text in of_files.items() if is_dialogue(path)}
    files = {path: text for path, text in sources.items() if path != OWN_NAME}
    return Beginning(release=live, files=dict(sorted({**files, **dialogues}.items())))
