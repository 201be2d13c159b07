"""Whether the fonts of the gateway have every letter that is to be drawn."""

from __future__ import annotations

from collections.abc import Iterable

import click

from gateway.adapters.drawings.font_faces import described, undrawable
from gateway.adapters.drawings.page import Page


def check_letters(pages: Iterable[Page]) -> None:
    """Says which letters depend on the fonts of whoever looks at the drawing."""
    missing = undrawable(line.text for page in pages for line in page.lines)
    if missing:
        click.echo(
            f"No font of the gateway has {described(missing)}. "
            "The machine that shows the drawing must have one.",
            err=True,
        )
