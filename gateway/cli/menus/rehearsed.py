"""Dialogues played for a command: how far it is, and how they went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from gateway.adapters.yaml.documents import shown_name
from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release
from gateway.rehearsal.stage import Rehearsed, rehearse


def verdict_rows(rehearsed: Rehearsed) -> list[dict[str, object]]:
    """Returns each dialogue's file, title, whether it went as written, and if not, how."""
    return [
        {
            "file": shown_name(verdict.path),
            "title": verdict.title,
            "passed": not verdict.differences,
            "diff": list(verdict.differences),
        }
        for verdict in rehearsed.verdicts
    ]


def rehearsed(deployment: Deployment, release: Release, paths: Sequence[Path]) -> Rehearsed:
    """Returns how dialogues go; on a terminal a bar says how far they are."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(
        length=len(paths), label="Playing dialogues", hidden=hidden, file=sys.stderr
    ) as bar:
        return rehearse(deployment, release, paths, progress=bar.update)
