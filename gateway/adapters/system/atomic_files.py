"""Writes files so that a crash leaves no half of any, and nothing that is there goes unasked."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

#: What the user's umask is taken from.
_NEW_MODE = 0o666


def replace_all(files: Mapping[Path, bytes]) -> None:
    """Writes each new content beside its file, and puts them in place when all are written.

    Until then a failure leaves every file as it was. A file keeps its mode, and a link leads where
    it led. Raises OSError.
    """
    write_all(files, overwrite=True)


def write_all(files: Mapping[Path, bytes], *, overwrite: bool) -> None:
    """Writes files like `replace_all`; raises FileExistsError for what may not be replaced."""
    with ExitStack() as drafts:
        written = [
            (_draft(path.resolve(), content, drafts), path.resolve())
            for path, content in files.items()
        ]
        for draft, path in written:
            put_in_place(draft, path, overwrite=overwrite)


def put_in_place(draft: Path, path: Path, *, overwrite: bool) -> None:
    """Gives a finished draft its name; raises FileExistsError where that would replace a file.

    The draft stands in the same folder. It is refused in the same step as it is named, so that a
    file which another process writes meanwhile stays.
    """
    if overwrite:
        draft.replace(path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as that of a memory stick
        with path.open("xb"):
            draft.replace(path)


def _draft(path: Path, content: bytes, drafts: ExitStack) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _NEW_MODE)
    drafts.callback(draft.unlink, missing_ok=True)
    with os.fdopen(opened, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        shutil.copymode(path, draft)
    return draft
