"""All that a menu is written in, as texts by path: its files, dialogues, and what stands beside.

A folder that was written from a release or a draft knows it by a small file, `.base.json`: so what
others have published since is not overwritten by who did not know of it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from gateway.adapters.declared_rows.datasets import FOLDER as DATASETS
from gateway.adapters.declared_rows.forms import FOLDER as FORMS
from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.menu_files.compiling.source_files import yaml_files
from gateway.adapters.menu_files.folder_reading import MAIN_NAME
from gateway.adapters.menu_files.glossaries import FOLDER as GLOSSARY
from gateway.adapters.yaml.documents import shown_name
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.faults_and_errors.source_location import Place

BASE_NAME = ".base.json"
#: They stand beside the folder of the menu, and not in it.
BESIDE = (DATASETS, FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a folder was written from: a release, or a version of a draft."""

    release: str = ""
    draft: str = ""
    version: int = 0


def menus_in(folder: Path) -> Path:
    """Returns the folder of the menu: this one, or `menus` in a deployment."""
    is_itself = (folder / MAIN_NAME).exists() or folder.name == "menus"
    return folder if is_itself else folder / "menus"


def path_of(menus: Path, name: str) -> Path:
    """Returns where a file of a menu stands, by its path in a draft."""
    parts = PurePosixPath(name)
    return (menus.parent if parts.parts[0] in BESIDE else menus).joinpath(*parts.parts)


def texts(menus: Path) -> dict[str, str]:
    """Returns the text of each file of a menu and its dialogues, and of what is declared beside.

    Raises MenuInvalid for one that cannot be read.
    """
    found = {path.name: _text(path) for path in yaml_files(menus)}
    for name in BESIDE:
        beside = menus.parent / name
        for path in yaml_files(beside) if beside.is_dir() else ():
            found[f"{name}/{path.name}"] = _text(path)
    return dict(sorted({**found, **dialogue_files.texts(menus)}.items()))


def lay_out(menus: Path, files: Mapping[str, str], deployed: Path) -> None:
    """Writes the files of a menu to a folder of its own, as a deployment has them.

    What no release and no draft holds comes from the menu's folder that is `deployed`: glossaries.
    """
    menus.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = path_of(menus, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    if (deployed / GLOSSARY).is_dir():
        shutil.copytree(deployed / GLOSSARY, menus / GLOSSARY)


def base_of(menus: Path) -> Base:
    """Returns what a menu's folder was written from; an empty one where nothing says so."""
    try:
        told = json.loads((menus / BASE_NAME).read_text("utf-8"))
        return Base(
            release=str(told.get("release", "")),
            draft=str(told.get("draft", "")),
            version=int(told.get("version", 0)),
        )
    except (OSError, ValueError, AttributeError, TypeError):
        return Base()


def base_file(menus: Path, base: Base) -> tuple[Path, bytes]:
    """Returns the file that says what a folder was written from, and what stands in it."""
    told = {name: value for name, value in asdict(base).items() if value}
    return menus / BASE_NAME, (json.dumps(told, indent=2) + "\n").encode()


def others(menus: Path, names: Iterable[str], governs: Callable[[str], bool]) -> list[Path]:
    """Returns the files of a menu's folder that are none of these, and that they govern."""
    left = sorted(texts(menus).keys() - set(names))
    return [path_of(menus, each) for each in left if governs(each)]


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        place = Place(shown_name(path))
        raise MenuInvalid([place.fault("M007", "The file cannot be read.")]) from error
