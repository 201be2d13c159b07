"""The one way in which commands write the files that are asked of them.

What stands at the place already may be somebody's work, so it is replaced with `--overwrite` only.
A file that would come out as it is stays as it is, and is no reason to refuse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import click

from gateway.adapters.system.atomic_files import write_all
from gateway.domain.faults_and_errors.errors import Refused

#: How many names of files a refusal lists.
_LISTED = 5

overwrite_option = click.option(
    "--overwrite", "--replace", "overwrite", is_flag=True, help="Replace a file that is there."
)


def refuse_existing(paths: Iterable[Path], overwrite: bool) -> None:
    """Raises Refused for files that are there, before any work is done for them."""
    taken = (path for path in paths if path.exists() and not _is_device(path))
    there = [] if overwrite else [str(path) for path in taken]
    if not there:
        return
    more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
    names, are = ", ".join(there[:_LISTED]) + more, "are" if len(there) > 1 else "is"
    raise Refused(
        f"{names} {are} there already; nothing was written. Name another place, or replace what "
        "is there with --overwrite."
    )


def write_files(files: Mapping[Path, bytes], overwrite: bool) -> None:
    """Writes files, all or none, and the folders for them; raises Refused."""
    new = {path: content for path, content in files.items() if not _holds(path, content)}
    refuse_existing(new, overwrite)
    with refusals():
        for path in [path for path in new if _is_device(path)]:
            path.write_bytes(new.pop(path))
        for folder in dict.fromkeys(path.parent for path in new):
            _make(folder)
        write_all(new, overwrite=overwrite)


@contextmanager
def refusals() -> Iterator[None]:
    """Makes a refusal of what goes wrong when a file is written: no folder, no right, no room."""
    try:
        yield
    except OSError as error:
        name = error.filename2 or error.filename
        if name is None:
            raise  # a write names no file: the disk is full, which is told of every command
        path = Path(str(name))
        if isinstance(error, FileExistsError):
            refuse_existing([path], overwrite=False)
        raise Refused(f"Nothing can be written in {path.parent}: {error.strerror}.") from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{folder} is no folder: a file is in the way.") from None


def _is_device(path: Path) -> bool:
    """Returns whether nothing can be lost there: a pipe, a terminal, /dev/stdout."""
    return path.is_fifo() or path.is_char_device()


def _holds(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content
