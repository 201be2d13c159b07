"""A copy of a menu in which a change is tried before anything of it is written."""

from __future__ import annotations

import shutil
from pathlib import Path

from gateway.adapters.declared_rows.datasets import FOLDER as DATASETS
from gateway.adapters.declared_rows.forms import FOLDER as FORMS
from gateway.adapters.menu_files.compiling.source_files import yaml_files
from gateway.adapters.menu_files.glossaries import FOLDER as GLOSSARY


def copied(menus: Path, scratch: Path) -> Path:
    """Copies all that a menu is read from into an empty folder; returns the menu's folder there.

    That is the menu, its glossaries, and the forms and datasets beside it.
    """
    there = scratch / "menus"
    sources = {
        there: menus,
        there / GLOSSARY: menus / GLOSSARY,
        scratch / FORMS: menus.parent / FORMS,
        scratch / DATASETS: menus.parent / DATASETS,
    }
    for target, source in sources.items():
        target.mkdir()
        for file in yaml_files(source) if source.is_dir() else ():
            shutil.copyfile(file, target / file.name)
    return there
