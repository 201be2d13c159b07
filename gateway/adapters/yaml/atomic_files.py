"""Replaces files that belong together, so that a crash leaves no half of any."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path


def replace_all(files: Mapping[Path, bytes]) -> None:
    """Writes each new content beside its file, and puts them in place when all are written.

    Until then a failure leaves every file as it was. A file keeps its mode, and a link leads where
    it led. Raises OSError.
    """
    with ExitStack() as drafts:
        written = [
            (_draft(path.resolve(), content, drafts), path.resolve())
            for path, content in files.items()
        ]
        for draft, path in written:
            draft.replace(path)


def _draft(path: Path, content: bytes, drafts: ExitStack) -> Path:
    opened, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    draft = Path(name)
    drafts.callback(draft.unlink, missing_ok=True)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    shutil.copymode(path, draft)
    return draft
