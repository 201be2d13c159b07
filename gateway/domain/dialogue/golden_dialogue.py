"""A golden dialogue: what a citizen types and sees, written down and held to.

The same record says what is expected and what was seen; the difference of the two is the verdict.
"""

from __future__ import annotations

import difflib
import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.domain.handler_contract.service_call import Outcome, Row

#: How the names of dialogue files end. They stand beside the menu and are no part of it.
FILE_ENDING = ".dialogue.yaml"

#: When a dialogue takes place unless it says otherwise: a Monday noon.
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Surface(enum.StrEnum):
    """How a citizen comes to the menu."""

    USSD = "ussd"
    SMS = "sms"


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueTurn:
    """A page, the SMS that came with it, and what the citizen does on seeing it.

    `types` is what is typed or texted next; `dials` leaves a USSD session open and begins another.
    Both are None when nothing follows. Before it `data` are loaded, `handlers` answer so from then
    on, and `later_minutes` pass.
    """

    sees: str
    types: str | None = None
    dials: str | None = None
    later_minutes: int = 0
    data: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    handlers: Mapping[str, Outcome] = field(default_factory=dict)
    ends: bool = False
    sms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedCase:
    """A case that exists before the dialogue begins."""

    service: str
    category: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """One dialogue on one channel (empty: a line of the stage's own).

    That line is for SMS alone where the gateway cannot be `dialled`. `language` is what the citizen
    chose earlier, empty for the default; without `chosen` no language is known. `data` and
    `handlers` pin what the sample data or a handler would say; `stored` are the details of the
    newest case.
    """

    title: str
    surface: Surface
    opening: str
    turns: Sequence[DialogueTurn]
    channel: str = ""
    dialled: bool = True
    language: str = ""
    chosen: bool = True
    at: datetime = NOON
    cases: Mapping[str, PinnedCase] = field(default_factory=dict)
    data: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    handlers: Mapping[str, Outcome] = field(default_factory=dict)
    stored: Mapping[str, str] | None = None


def transcript(dialogue: Dialogue) -> list[str]:
    """Returns a dialogue as lines that read from top to bottom."""
    return list(_lines(dialogue))


def _lines(dialogue: Dialogue) -> Iterator[str]:
    yield f"> {dialogue.opening}"
    for turn in dialogue.turns:
        yield from (f"  {line}" for line in turn.sees.split("\n"))
        for text in turn.sms:
            yield from (f"  SMS: {line}" for line in text.split("\n"))
        if turn.ends:
            yield "  (the end)"
        if turn.later_minutes:
            yield f"  ({turn.later_minutes} minutes later)"
        yield from (f"  ({name} is loaded)" for name in turn.data)
        yield from (f"  ({name} comes to {each.name})" for name, each in turn.handlers.items())
        if turn.dials is not None:
            yield f"> dials {turn.dials}"
        elif turn.types is not None:
            yield f"> {turn.types}"
    for name, text in (dialogue.stored or {}).items():
        yield f"  stored {name}: {text}"


def difference(expected: Dialogue, seen: Dialogue) -> list[str]:
    """Returns a unified diff of what is written and what was seen; empty when they are the same."""
    lines = difflib.unified_diff(
        transcript(expected), transcript(seen), "written", "seen", n=3, lineterm=""
    )
    return list(lines)
