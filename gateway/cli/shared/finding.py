"""What `gateway doctor` finds, one thing at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `fix` is what to do when it is not ok."""

    what: str
    ok: bool
    sentence: str
    fix: str = ""
