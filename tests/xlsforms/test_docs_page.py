"""The page docs/xlsforms.md goes as it is written, with the workbook that it shows."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from gateway.adapters.xlsforms.workbook import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from gateway.domain.xlsforms.plan import MOST_SCREENS
from tests.test_docs_start import gateway as gateway
from tests.test_docs_start import told
from tests.xlsforms.workbooks import Rows, saved

PAGE = (Path(__file__).parents[2] / "docs" / "xlsforms.md").read_text("utf-8")


def sheets() -> Mapping[str, Rows]:
    """The sheets of the page, each a table that begins with its name."""
    found: dict[str, Rows] = {}
    for table in re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE):
        lines = [[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()]
        if lines[0][0] in ("survey", "choices", "settings"):
            found[lines[0][0]] = [tuple(cells) for cells in lines[2:]]
    return found


def test_the_page_goes_as_it_is_written(tmp_path: Path, gateway: Path) -> None:
    folder, commands = tmp_path, 0
    block = re.search(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert block is not None
    workbook = saved(tmp_path / "stall.xlsx", sheets())
    for step in re.split(r"^\$ ", block[1], flags=re.MULTILINE)[1:]:
        command, _, printed = step.partition("\n")
        if command.startswith("cd "):
            folder /= command.removeprefix("cd ")
            shutil.copy(workbook, folder)
            continue
        found = told(command, folder, gateway)
        assert printed == re.sub(r"Release [0-9a-f]{16}", "Release RELEASE", found), command
        commands += 1
    assert commands == 5

    shown = re.search(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert shown[1] in (folder / "menus" / "stall.yaml").read_text("utf-8")


def test_the_bounds_of_the_page_are_those_of_the_code() -> None:
    assert f"over {MOST_BYTES >> 20} MiB (unpacked), {MOST_COLUMNS} columns" in PAGE
    assert f"{MOST_ROWS:,} rows" in PAGE
    assert f"more than {MOST_SCREENS} screens" in PAGE
