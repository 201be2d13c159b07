"""How commands show cases and answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import click

from gateway.use_cases.casework.compose_answer import Composed
from gateway.use_cases.casework.due_times import DueTimes
from gateway.use_cases.ports import Case
from gateway.use_cases.ports.casework import SOLVED, CaseFile

#: How much of a text a list shows.
_EXCERPT = 60
#: What stands for a text whose key is gone.
UNREADABLE = "(cannot be read: the key it was sealed with is gone)"


def case_as_plain(case: Case, due: DueTimes) -> dict[str, object]:
    """Returns a case for programs: nothing of what was told."""
    changed = case.changed_at or case.opened_at
    due_at = due.due_at(case.service, case.opened_at)
    return {
        "number": case.number,
        "service": case.service,
        "institution": case.institution,
        "category": case.category,
        "status": case.status,
        "assigned_to": case.assigned_to,
        "opened_at": case.opened_at.isoformat(),
        "changed_at": changed.isoformat(),
        "due_at": due_at.isoformat() if due_at else None,
    }


def file_as_plain(file: CaseFile, due: DueTimes, *, whole: bool) -> dict[str, object]:
    """Returns a case with all that was told; its number `whole` where it may be seen."""
    events = [
        {"kind": event.kind, "text": event.text, "by": event.by, "at": event.at.isoformat()}
        for event in file.events
    ]
    details = dict(file.details)
    return {
        **case_as_plain(file.case, due),
        "from": number_of(file, whole=whole),
        "details": details,
        "events": events,
    }


def number_of(file: CaseFile, *, whole: bool) -> str:
    """Returns whose case it is, masked unless it may be seen whole; nothing once erased."""
    if file.subscriber is None:
        return ""
    return file.subscriber.as_told if whole else str(file.subscriber)


def is_overdue(case: Case, due: DueTimes, now: datetime) -> bool:
    """Returns whether a case should have been solved by now."""
    due_at = due.due_at(case.service, case.opened_at)
    return case.status != SOLVED and due_at is not None and due_at < now


def composed_in_words(composed: Composed) -> str:
    """Returns in how many SMS an answer goes out, and for how much."""
    cost = f", for {composed.cost}" if composed.cost is not None else ""
    return f"in {composed.segments} SMS on channel {composed.channel.name}{cost}"


def composed_as_plain(composed: Composed) -> Mapping[str, object]:
    """Returns the same for programs."""
    return {
        "segments": composed.segments,
        "channel": composed.channel.name,
        "cost": str(composed.cost) if composed.cost is not None else None,
        "text": composed.text,
    }


def print_json(plain: object) -> None:
    """Prints JSON for programs."""
    click.echo(json.dumps(plain, ensure_ascii=False, indent=2))


def excerpt(text: str) -> str:
    """Returns as much of a citizen's text as a line of a list holds."""
    text = printable(text)
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1] + "…"


def printable(text: str) -> str:
    """Returns a text that a terminal shows and never obeys: anybody can text an escape sequence."""
    return "".join(char if char.isprintable() else " " for char in text)
