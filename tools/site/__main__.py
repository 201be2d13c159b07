"""Builds the documentation site into build/site: `make docs`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.site.build import build
from tools.site.pages import HOME

SITE = HOME / "build" / "site"


def main(arguments: Sequence[str]) -> int:
    """Builds the site, here or in the folder that is named; returns the exit code."""
    folder = Path(*arguments).absolute() if arguments else SITE
    shutil.rmtree(folder, ignore_errors=True)  # a page that is gone must not stay
    faults = build(folder)
    if faults:
        print(faults, file=sys.stderr, end="")
        return 1
    print(f"Open {folder / 'index.html'} in a browser; no server is needed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
