"""A bar that says how far a long command is: on a terminal, and nowhere else."""

from __future__ import annotations

import sys
from typing import Any

import click


def progress_bar(length: int, label: str, *, hidden: bool = False) -> Any:
    """Returns a bar to be entered and updated, as click has it.

    What click prints of one in the place of a terminal is its label alone, which says nothing to
    whoever reads the log of a nightly backup.
    """
    away = hidden or not sys.stderr.isatty()
    return click.progressbar(length=length, label=label, hidden=away, file=sys.stderr)
