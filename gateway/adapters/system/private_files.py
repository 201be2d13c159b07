"""Keeps what a gateway stores on this machine to the account that it runs under.

Neither the umask of whoever starts us nor what an earlier start has left decides who can read it.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

FOLDER_MODE, FILE_MODE = 0o700, 0o600
_OTHERS = 0o077


def make_folder(folder: Path) -> None:
    """Makes a folder that its owner alone may enter; raises OSError."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)


def make_file(path: Path) -> None:
    """Makes an empty file that its owner alone may read, unless it is there; raises OSError.

    One that is there is not opened: to close it would take from this process every lock that it
    holds on it (POSIX, fcntl), and with them those of SQLite.
    """
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE_MODE))


def keep_new_files() -> None:
    """Has every file that this process and its children make be its owner's alone."""
    os.umask(_OTHERS)


def keep_folder(folder: Path) -> None:
    """Takes what others may do from a folder and all that is in it, as far as it is ours."""
    for path in (folder, *_below(folder)):
        keep(path)


def keep(path: Path) -> None:
    """Takes what others may do from a file or folder of ours. A link is left alone."""
    with contextlib.suppress(OSError):  # another's, or gone: `open_to_others` tells what stayed
        mode = path.lstat().st_mode
        if mode & _OTHERS and (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISSOCK(mode)):
            path.chmod(stat.S_IMODE(mode) & ~_OTHERS)


def is_shared(folder: Path, home: Path) -> bool:
    """Returns whether a folder holds more than a gateway's data, so that it is not ours to close.

    Such as /tmp, or the folder of the deployment itself.
    """
    folder = folder.resolve()
    if folder == home.resolve() or folder in home.resolve().parents:
        return True
    with contextlib.suppress(OSError):
        return bool(folder.stat().st_mode & stat.S_ISVTX)
    return False


def open_to_others(folder: Path) -> list[Path]:
    """Returns what others may read or enter; nothing in a folder that they cannot enter."""
    try:
        if not folder.stat().st_mode & _OTHERS:
            return []
        return [
            path
            for path in (folder, *_below(folder))
            if not path.is_symlink() and path.stat().st_mode & _OTHERS
        ]
    except OSError:
        return []


def _below(folder: Path) -> Iterator[Path]:
    for inside, folders, files in os.walk(folder):
        yield from (Path(inside) / name for name in (*folders, *files))
