"""How drafts are shown: to people, and to programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import click

from gateway.cli.shared.formatting import for_programs, local
from gateway.composition.gateway import Gateway
from gateway.domain.menu.draft import Draft, DraftLine, Trial
from gateway.use_cases.releases.drafts.edit_drafts import Neighbour

id_argument = click.argument("draft_id", metavar="ID")


def tell(gateway: Gateway, draft: Draft, said: str, *, as_json: bool) -> None:
    """Prints what was done to a draft, or the draft for other programs."""
    if as_json:
        echo_json(plain(gateway, draft))
    else:
        click.echo(said)


def echo_json(value: object) -> None:
    """Prints plain values for other programs."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def plain(gateway: Gateway, draft: Draft) -> dict[str, Any]:
    """Returns a draft as JSON has it, without the texts of its files."""
    changed = {
        path: None if (change := draft.changes.get(path)) is None else change.by
        for path in draft.changed_files
    }
    return {
        **_head(draft),
        "base": draft.base,
        "authors": list(draft.authors),
        "changed_files": [{"file": path, "by": by} for path, by in changed.items()],
        "approved_by": draft.approved_by,
        "approved_at": _moment(draft.approved_at),
        "release": draft.release,
        "trial": trial_row(draft.tried),
        "neighbours": neighbour_rows(gateway.drafts.neighbours(draft)),
    }


def trial_row(trial: Trial | None) -> dict[str, Any] | None:
    """Returns how the dialogues of a draft went, as JSON has it."""
    if trial is None:
        return None
    return {
        "passed": trial.passed,
        "played": trial.played,
        "fault": trial.fault,
        "otherwise": [
            {"file": each.path, "reason": each.reason, "same_screens": each.same_screens}
            for each in trial.otherwise
        ],
    }


def line(draft: DraftLine) -> dict[str, Any]:
    """Returns a draft of a list as JSON has it."""
    return _head(draft)


def neighbour_rows(neighbours: Sequence[Neighbour]) -> list[dict[str, object]]:
    """Returns who else works on the same services, as JSON has it."""
    return [
        {
            "owner": each.owner,
            "services": sorted(each.services),
            "since": for_programs(each.since),
        }
        for each in neighbours
    ]


def neighbour_lines(gateway: Gateway, draft: Draft | DraftLine) -> list[str]:
    """Returns a sentence for each other draft that changes the same services."""
    return [
        f"{each.owner} works on {', '.join(sorted(each.services))}, too, since "
        f"{local(gateway.deployment, each.since)}."
        for each in gateway.drafts.neighbours(draft)
    ]


def _head(draft: Draft | DraftLine) -> dict[str, Any]:
    return {
        "id": draft.id,
        "title": draft.title,
        "owner": draft.owner,
        "handed_to": draft.handed_to,
        "state": draft.state.value,
        "version": draft.version,
        "begun_at": for_programs(draft.begun_at),
        "changed_at": for_programs(draft.changed_at),
        "live_at": _moment(draft.live_at),
        "services": sorted(draft.services),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else for_programs(at)
