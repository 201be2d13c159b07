"""The page for who begins, docs/start.md, goes as it is written: every command, every file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.shipped_languages.languages import shipped_codes
from tools.trial import away

PAGE = (Path(__file__).parents[1] / "docs" / "start.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(console|yaml) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> Iterator[tuple[str, str]]:
    """Yields what a reader does, in order: a file's name and its text, or '' and a command."""
    for kind, name, text in _BLOCK.findall(PAGE):
        if kind == "yaml":
            yield name, text
        else:
            yield from (("", each) for each in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:])


@pytest.fixture
def gateway(tmp_path: Path) -> Path:
    """The command as an installation puts it onto the path."""
    shim = tmp_path / "bin" / "gateway"
    shim.parent.mkdir()
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gateway.cli "$@"\n', "utf-8")
    shim.chmod(0o755)
    return shim


def write(path: Path, text: str) -> None:
    """Writes a file of the page; of main.yaml it shows the end."""
    if path.exists():
        before, _, _ = path.read_text("utf-8").partition("\nhome:\n")
        text = f"{before}\n{text}"
    path.write_text(text, "utf-8")


def told(command: str, folder: Path, gateway: Path) -> str:
    """Returns what a command prints."""
    environ = away(PATH=f"{gateway.parent}:{os.environ['PATH']}")
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder, env=environ, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout + (done.stderr if done.returncode else "")


def test_the_page_goes_as_it_is_written(tmp_path: Path, gateway: Path) -> None:
    folder, commands = tmp_path, 0
    for name, text in steps():
        command, _, printed = text.partition("\n")
        if name:
            write(folder / name, text)
        elif command.startswith("cd "):
            folder /= command.removeprefix("cd ")
        else:
            found = told(command, folder, gateway)
            shown = re.sub(r"Release [0-9a-f]{16}", "Release RELEASE", found)
            assert printed in (shown, "...\n"), (command, found)
            commands += 1

    assert commands >= 10


def test_every_language_that_comes_along_is_named() -> None:
    assert shipped_codes() == re.findall(r"\(`([a-z]{2})`\)", PAGE)
