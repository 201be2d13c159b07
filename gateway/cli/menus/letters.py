"""Whether the fonts of the gateway have every letter that is to be drawn."""

from __future__ import annotations

from collections.abc import Iterable

import click

from gateway.adapters.drawings.font_faces import described, undrawable
from gateway.adapters.drawings.page import Page
from gateway.domain.faults_and_errors.errors import Refused


def check_letters(pages: Iterable[Page], form: str) -> None:
    """Names the letters that depend on the fonts of whoever looks at the drawing.

    Raises Refused for a PDF, which would show them as boxes everywhere.
    """
    missing = undrawable(line.text for page in pages for line in page.lines)
    if missing and form == "pdf":
        raise Refused(
            f"No font of the gateway has {described(missing)}, so a PDF cannot show it. "
            "Write it in other letters, or draw with --format svg, which takes a font of the "
            "machine that shows it."
        )
    if missing:
        click.echo(
            f"No font of the gateway has {described(missing)}. "
            "The machine that shows the drawing must have one.",
            err=True,
        )
