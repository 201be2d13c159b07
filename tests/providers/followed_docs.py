"""Follows what docs/providers.md says on adding a provider: writes its files, and adds its row."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.adapters import providers
from gateway.adapters.providers import registry

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"
NAME = "pigeon"
FOLDER = f"gateway/adapters/providers/{NAME}"


@dataclass(frozen=True, slots=True)
class Followed:
    """What the page told to write: the files, by their paths, and the channel to try it with."""

    files: dict[str, str]
    channel: str


def read_page() -> tuple[Followed, str, str]:
    """Returns the files, and the imports and the row for the registry."""
    section = PAGE.read_text("utf-8").partition("## Adding a provider")[2]
    files = dict(re.findall(r"^`([\w/.]+)`:.*?```\w+\n(.*?)```", section, re.DOTALL | re.MULTILINE))
    imports, row = re.findall(
        r"```python\n(.*?)```", section.partition("### The row")[2], re.DOTALL
    )
    (channel,) = re.findall(r"```yaml\n(  loft:.*?)```", section, re.DOTALL)
    return Followed(files, channel), imports, row


@contextmanager
def pigeon_added(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Followed]:
    """Yields what was written into the folder, with the provider among the others meanwhile."""
    followed, imports, row = read_page()
    for name, text in followed.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    home = folder / "gateway" / "adapters" / "providers"
    (home / NAME / "__init__.py").touch()
    patch.setattr(providers, "__path__", [*providers.__path__, str(home)])
    names: dict[str, Any] = dict(vars(registry))
    exec(imports, names)  # noqa: S102 - our own page
    for name, kind in eval(f"{{{row}}}", names).items():  # noqa: S307 - as above
        patch.setitem(registry.PROVIDERS, name, kind)  # type: ignore[arg-type]
    try:
        yield followed
    finally:
        for name in [each for each in sys.modules if f".providers.{NAME}" in each]:
            del sys.modules[name]
        vars(providers).pop(NAME, None)


def cases_of(followed: Followed) -> dict[str, Any]:
    """Returns the table of the case file."""
    table: dict[str, Any] = yaml.safe_load(followed.files[f"tests/providers/cases/{NAME}.yaml"])
    return table
