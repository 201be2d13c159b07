"""How commands show things to people: numbers, moments, and how far something long has come."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.adapters.yaml.documents import shown_name
from gateway.deployment.load import Deployment
from gateway.domain.menu.release import Release
from gateway.rehearsal.stage import Rehearsed, rehearse


def counted(number: int, one: str) -> str:
    """Returns a number of things.

    >>> counted(1, "fault"), counted(0, "fault")
    ('1 fault', '0 faults')
    """
    return f"{number} {one}" if number == 1 else f"{number} {one}s"


def local(deployment: Deployment, at: datetime) -> str:
    """Returns a moment to the minute, as the clocks of the deployment's time zone show it."""
    return f"{at.astimezone(deployment.settings.zone):%Y-%m-%d %H:%M}"


def for_programs(at: datetime) -> str:
    """Returns a moment as JSON has it: of UTC, in the form of ISO 8601.

    >>> for_programs(datetime.fromisoformat("2026-12-01T06:00+03:00"))
    '2026-12-01T03:00:00+00:00'
    """
    return at.astimezone(UTC).isoformat()


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
