"""Plays the dialogues of a draft, on a stage of its own files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.composition.gateway import Gateway
from gateway.deployment.folder import load_datasets, load_forms, load_handlers, load_tables
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import FilesInvalid, Refused
from gateway.domain.menu.draft import Draft, Otherwise, Trial
from gateway.rehearsal.rehearse import Rehearsed, Verdict, rehearse
from gateway.rehearsal.update import update

#: Of the difference of one dialogue, the lines that are kept.
_MOST_LINES = 40


def tried(
    gateway: Gateway, draft: Draft, accepted: Iterable[Path] | None = None
) -> tuple[Trial, dict[str, str | None]]:
    """Returns how the dialogues of a draft go, and the texts of those that are written anew.

    That is none unless `accepted` names those that may come to other screens. What cannot be
    played is told in the trial.
    """
    now = gateway.clock.now()
    compiled = gateway.drafts.workshop(draft.files)
    if compiled.release is None:
        return Trial(version=draft.version, at=now, fault=str(compiled.faults[0])), {}
    with gateway.drafts.folder(draft) as menus:
        paths = dialogue_files.found_in(menus)
        try:
            deployment = of_draft(gateway.deployment, menus)
            rehearsed = rehearse(deployment, compiled.release, paths)
            texts = _written(rehearsed, menus, accepted)
        except (FilesInvalid, Refused) as error:
            fault = str(error).replace(f"{menus}/", "")
            return Trial(version=draft.version, at=now, fault=fault), {}
        otherwise = tuple(_otherwise(each, menus) for each in rehearsed.failed)
    played = len(rehearsed.verdicts) - len(rehearsed.not_played)
    return Trial(version=draft.version, at=now, played=played, otherwise=otherwise), texts


def of_draft(deployment: Deployment, menus: Path) -> Deployment:
    """Returns a deployment whose menu is a draft's, with what the draft declares beside it."""
    home = deployment.settings.home
    return replace(
        deployment,
        settings=deployment.settings.model_copy(update={"menus_folder": menus}),
        handlers=load_handlers(home, menus),
        datasets=load_datasets(home, menus),
        tables=load_tables(home, menus),
        forms=load_forms(home, menus),
    )


def _written(
    rehearsed: Rehearsed, menus: Path, accepted: Iterable[Path] | None
) -> dict[str, str | None]:
    if accepted is None or not rehearsed.failed:
        return {}
    paths = update(rehearsed, menus, [menus / each for each in accepted])
    return {each.relative_to(menus).as_posix(): each.read_text("utf-8") for each in paths}


def _otherwise(verdict: Verdict, menus: Path) -> Otherwise:
    return Otherwise(
        path=verdict.path.relative_to(menus).as_posix(),
        title=verdict.title,
        reason=verdict.reason,
        same_screens=verdict.followed is not None and not verdict.followed.astray,
        lines=tuple(verdict.differences[:_MOST_LINES]),
    )
