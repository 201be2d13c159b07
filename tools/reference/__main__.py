"""Writes the pages of docs/reference/: `make reference`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.reference import (
    commands,
    fault_codes,
    first_lines,
    handler_api,
    menu_files,
    metrics,
    settings,
)

FOLDER = Path(__file__).parents[2] / "docs" / "reference"

#: One row for each page.
PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands.page,
    "settings.md": settings.page,
    "menu-files.md": menu_files.page,
    "fault-codes.md": fault_codes.page,
    "metrics.md": metrics.page,
    "handler-api.md": handler_api.page,
    "first-lines.md": first_lines.page,
}


def main() -> None:
    """Writes every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
