"""The house: floors, rooms and folders, and a table for who looks for something in it."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

HOME = Path(__file__).parent.parent
#: Packages, profiles and halves of a merge, which `git add` takes along unseen.
LEFT_BY_TOOLS = {".whl", ".egg", ".prof", ".orig", ".rej", ".swp"}
PAGE = (HOME / "docs" / "architecture.md").read_text("utf-8")

#: Beyond these the rooms are no rooms any more: 19 and 81 were counted before they were regrouped.
MOST_ROOMS, MOST_ARROWS = 12, 45
#: A folder beyond this is grouped again.
MOST_FILES = 15
#: A list by nature: one file for each step of the schema.
LONG_FOLDERS = {"gateway/adapters/sql/migrations/versions"}


def test_every_import_contract_holds() -> None:
    tool = Path(sys.executable).with_name("lint-imports")

    run = subprocess.run([tool, "--no-cache"], cwd=HOME, capture_output=True, encoding="utf-8")

    assert run.returncode == 0, run.stdout


def test_no_folder_holds_more_files_than_one_can_look_through() -> None:
    files: dict[str, int] = {}
    for path in HOME.glob("gateway/**/*.py"):
        if path.name != "__init__.py":
            folder = str(path.parent.relative_to(HOME))
            files[folder] = files.get(folder, 0) + 1

    assert {folder for folder, number in files.items() if number > MOST_FILES} <= LONG_FOLDERS


def room_of(module: str) -> str:
    """Returns the room of a module: the rule by which rooms are counted.

    A room is what stands directly in `gateway/`, a folder or a file, and `handlers/` is one more.
    Of the adapters, the database is a room of its own: more than a third of their files are there.
    """
    top, *inner = module.split(".")
    if top == "handlers":
        return top
    return "adapters.sql" if inner[:2] == ["adapters", "sql"] else inner[0]


@pytest.fixture(scope="module")
def arrows() -> set[tuple[str, str]]:
    """Who imports whom: an arrow from one room to another where any module imports one there.

    However many imports there are, it is one arrow; imports for type checking alone count, too.
    """
    graph = grimp.build_graph("gateway", "handlers", cache_dir=None)
    return {
        (room_of(module), room_of(imported))
        for module in graph.modules - {"gateway"}
        for imported in graph.find_modules_directly_imported_by(module)
        if room_of(module) != room_of(imported)
    }


def test_what_a_tool_leaves_behind_is_no_part_of_the_house() -> None:
    rooms = ("gateway", "menus", "handlers", "config", "tests", "docs", "bench", "tools", "deploy")
    files = [path for path in HOME.iterdir() if path.is_file()]
    files += [path for room in rooms for path in (HOME / room).rglob("*") if path.is_file()]

    left = [str(path.relative_to(HOME)) for path in files if path.suffix in LEFT_BY_TOOLS]

    assert [] == left


def test_the_rooms_and_their_arrows_stay_few_and_stand_in_the_page(
    arrows: set[tuple[str, str]],
) -> None:
    rooms = {room for arrow in arrows for room in arrow}

    assert len(rooms) <= MOST_ROOMS
    assert len(arrows) <= MOST_ARROWS
    assert [f"{len(rooms)} rooms, {len(arrows)} arrows"] == re.findall(
        r"\d+ rooms, \d+ arrows", PAGE
    )


def test_no_arrow_leads_upwards(arrows: set[tuple[str, str]]) -> None:
    config = configparser.ConfigParser()
    config.read(HOME / "setup.cfg")
    floors = config["importlinter:contract:floors"]["layers"].split()
    height = {room.removeprefix("gateway."): at for at, room in enumerate(reversed(floors))}
    height |= {"handlers": len(floors), "adapters.sql": height["adapters"]}

    upwards = {(lower, upper) for lower, upper in arrows if height[lower] < height[upper]}

    assert set() == upwards


def test_what_a_newcomer_looks_for_stands_in_the_file_that_the_page_names() -> None:
    section = PAGE.split("## Where do I find …\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| `([^`|]+)`", section, re.MULTILINE)

    missing = [file for _, file in rows if not (HOME / file).is_file()]

    assert [] == missing
    assert {
        "a provider", "a kind of input", "a kind of screen", "the retry schedule", "a metric",
        "a column of a table", "a command", "the text of a complaint", "what is removed when",
    } <= {what for what, _ in rows}  # fmt: skip
