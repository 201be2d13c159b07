"""Menus as folders: written for people to work on, and read back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from gateway.adapters.releases.whole_folder import (
    Base,
    base_file,
    base_of,
    menus_in,
    others,
    path_of,
    texts,
)
from gateway.cli.shared.output_files import refuse_existing, write_files
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.menu.draft import Draft


def written(
    folder: Path,
    base: Base,
    files: Mapping[str, str],
    *,
    overwrite: bool,
    governs: Callable[[str], bool] = lambda path: True,
) -> int:
    """Writes the files of a menu to a folder, and what they are of; returns how many they are.

    What else of a menu stands there is taken away, as far as they `govern` it. All is done, or
    nothing: raises Refused for what is there, unless it is as it would be or `overwrite` says so.
    """
    menus = menus_in(folder)
    gone = others(menus, files, governs) if menus.is_dir() else []
    refuse_existing(gone, overwrite)
    name, told = base_file(menus, base)
    contents = {path_of(menus, path): text.encode() for path, text in files.items()}
    write_files(contents, overwrite)
    for path in gone:
        path.unlink(missing_ok=True)
    write_files({name: told}, overwrite=True)
    return len(contents)


def files_of(folder: Path, draft: Draft) -> tuple[dict[str, str | None], int]:
    """Returns what a folder would make of the files of a draft, and the version that it knows.

    Raises Refused for a folder that was written from another draft.
    """
    menus = menus_in(folder)
    if not menus.is_dir():
        raise Refused(f"{folder} holds no menu: no main.yaml, and no folder menus.")
    base = base_of(menus)
    if base.draft and base.draft != draft.id:
        raise Refused(
            f"{folder} was written from draft {base.draft}. Save it there: gateway drafts save "
            f"{base.draft} {folder}"
        )
    found = texts(menus)
    gone = dict.fromkeys(draft.files.keys() - found.keys(), None)
    return {**found, **gone}, base.version


def folder_file(file: Path, path: str | None, draft: Draft) -> tuple[dict[str, str | None], int]:
    """Returns one file under its path in a draft, and the version that its folder knows."""
    named = path or _path_in(file, draft)
    base = next((base_of(each) for each in file.resolve().parents[:5] if base_of(each).draft), None)
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file} is not UTF-8. Save it as 'UTF-8'.") from None
    return {named: text}, base.version if base and base.draft == draft.id else 0


def _path_in(file: Path, draft: Draft) -> str:
    """Returns the path that a file has in a draft: the one of its name, where only one has it."""
    same = [path for path in draft.files if path.rpartition("/")[2] == file.name]
    if len(same) > 1:
        raise Refused(f"Several files are called {file.name}: name one with --as.")
    beside = f"{file.resolve().parent.name}/{file.name}"
    return same[0] if same else beside if beside.startswith(("datasets/", "forms/")) else file.name
