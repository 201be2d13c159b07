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
from gateway.domain.faults_and_errors.sentence import replaced_in, said_by
from gateway.domain.menu.draft import Draft, Otherwise, Trial
from gateway.rehearsal.rehearse import Rehearsed, Verdict, rehearse
from gateway.rehearsal.update import update

#: Of the difference of one dialogue, the lines that are kept.
_MOST_LINES = 40


def tried(
    gateway: Gateway,
    draft: Draft,
    accepted: Iterable[Path] | None = None,
    *,
    others_stay: bool = False,
) -> tuple[Trial, dict[str, str | None]]:
    """Returns how the dialogues of a draft go, and the texts of those that are written anew.

    That is none unless `accepted` names those that may come to other screens. With one that does
    and is not named none is written; or, where `others_stay`, those alone that visit the same
    screens. What cannot be played is told in the trial.
    """
    now = gateway.clock.now()
    compiled = gateway.drafts.workshop(draft.files)
    if compiled.release is None:
        return Trial(version=draft.version, at=now, fault=compiled.faults[0].whole), {}
    with gateway.drafts.folder(draft) as menus:
        paths = dialogue_files.found_in(menus)
        try:
            deployment = of_draft(gateway.deployment, menus)
            rehearsed = rehearse(deployment, compiled.release, paths)
            meant = _following(rehearsed) if others_stay else rehearsed
            texts = _written(meant, menus, accepted)
        except (FilesInvalid, Refused) as error:
            fault = replaced_in(said_by(error), f"{menus}/", "")
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


def _following(rehearsed: Rehearsed) -> Rehearsed:
    """Returns the dialogues that visit the same screens as before, and no others."""
    return replace(rehearsed, verdicts=[each for each in rehearsed.verdicts if _follows(each)])


def _follows(verdict: Verdict) -> bool:
    return verdict.followed is not None and not verdict.followed.astray


def _otherwise(verdict: Verdict, menus: Path) -> Otherwise:
    return Otherwise(
        path=verdict.path.relative_to(menus).as_posix(),
        title=verdict.title,
        reason=verdict.reason,
        same_screens=_follows(verdict),
        lines=tuple(each for each in verdict.differences if each is not verdict.reason)[
            :_MOST_LINES
        ],
    )
