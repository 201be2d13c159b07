"""The page for an operator with two spreadsheets: each command is run, and both are live."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from tests.test_docs_start import gateway as gateway
from tests.test_docs_start import told
from tests.xlsforms.workbooks import Rows, saved

PAGE = (Path(__file__).parents[1] / "docs" / "first-services.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(console|yaml) ?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_NUMBERS = {8: "eight", 9: "nine", 10: "ten"}


def tables() -> Iterator[list[tuple[str, ...]]]:
    """Yields the tables of the page, cell by cell."""
    for table in re.findall(r"(?:^\|.*\|\n)+", PAGE, re.MULTILINE):
        rows = [tuple(cell.strip() for cell in line[1:-1].split("|")) for line in table.split("\n")]
        yield [row for row in rows if row != ("",) and not set("".join(row)) <= set("-")]


def workbooks(folder: Path) -> Mapping[str, Path]:
    """Saves the two workbooks that the page shows."""
    clinics, *sheets = tables()
    form: dict[str, Rows] = {rows[0][0]: rows[1:] for rows in sheets}
    return {
        "clinics": saved(folder / "clinics.xlsx", {"Facilities": clinics}),
        "visit": saved(folder / "visit.xlsx", form),
    }


def steps() -> Iterator[tuple[str, str]]:
    """Yields what a reader does, in order: a file's name and its text, or '' and a command."""
    for kind, name, text in _BLOCK.findall(PAGE):
        if kind == "yaml":
            yield name, text
        else:
            yield from (("", each) for each in re.split(r"^\$ ", text, flags=re.M)[1:])


def test_two_spreadsheets_are_two_services_in_two_languages(
    tmp_path: Path, gateway: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books, folder, commands = workbooks(tmp_path), tmp_path, 0
    for name, text in steps():
        if name:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, "utf-8")
            continue
        command, _, printed = text.partition("\n")
        if command.startswith("cd "):
            folder /= command.removeprefix("cd ")
            for book in books.values():
                shutil.copy(book, folder)
            continue
        found = told(command, folder, gateway)
        shown = re.sub(r"Release [0-9a-f]{16}", "Release RELEASE", found)
        assert printed in (shown, "...\n"), (command, found)
        commands += 1
    assert f"run {_NUMBERS[commands]} commands" in PAGE

    # What the page lets its reader edit, and each service in the language that it did not show.
    visit = folder / "menus" / "visit.yaml"
    text = visit.read_text("utf-8").replace("{en: [VISIT]}", "{en: [VISIT], sw: [ZIARA]}", 1)
    visit.write_text(text, "utf-8")
    assert "sw: [ZIARA]" in text
    monkeypatch.chdir(folder)
    for command, says in (
        (["text", "ZIARA Ugonjwa 3 Ndiyo"], "Je, ni sahihi?"),
        (["text", "CLINIC Kilima 1"], "Amani Dispensary, Kilima"),
        (["dial", "*384*2026*61#", "1", "--language", "sw"], "Kliniki za Kilima:"),
        (["dial", "*384*2026*22#", "2", "3", "1", "1"], "Thank you. Your answers are stored."),
    ):
        assert says in CliRunner().invoke(main, command).output, command
