"""Keeps the last menu without faults in a file, for processes that start while there are faults."""

from __future__ import annotations

import contextlib
from pathlib import Path

from gateway.adapters.releases import codec as release_codec
from gateway.adapters.system.private_files import make_file
from gateway.domain.menu.release import Release

_NAME = "last-good-menu"


def keep(folder: Path, release: Release) -> None:
    """Keeps a release in place of the one before; a folder that cannot be written keeps nothing."""
    draft = folder / f"{_NAME}.draft"
    with contextlib.suppress(OSError):
        make_file(draft)
        draft.write_bytes(release_codec.written(release))
        draft.replace(folder / _NAME)


def kept(folder: Path) -> Release | None:
    """Returns the release that was kept; None when there is none that this version can read."""
    try:
        return release_codec.read((folder / _NAME).read_bytes())
    except (OSError, release_codec.OtherForm):
        return None
