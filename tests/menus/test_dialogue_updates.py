"""`gateway menus test --update`: what was chosen stays chosen, and nothing is written by half."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.golden_dialogues import files as dialogue_files
from gateway.adapters.golden_dialogues.files import read
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.cli.main import main
from tests import water_deployment
from tests.water_deployment import DIALOGUE, MENU

SCHOOLS = """\
service: schools
shortcut: 42
title: {en: Schools, sw: Shule}
keywords: {en: [SCHOOL], sw: [SHULE]}
screens:
  menu:
    text: {en: "Which school?", sw: "Shule gani?"}
    choice:
      1: {label: {en: Primary, sw: Msingi}, next: primary}
      2: {label: {en: Secondary, sw: Sekondari}, next: secondary}
  primary:
    end: {en: "Primary schools open in May.", sw: "Shule za msingi: Mei."}
  secondary:
    end: {en: "Secondary schools open in June.", sw: "Shule za sekondari: Juni."}
"""

HOME = "    1: {open: water}\n    2: {open: language}\n"
BOTH = "    1: {open: water}\n    2: {open: schools}\n    3: {open: language}\n"
SWAPPED = "    1: {open: schools}\n    2: {open: water}\n    3: {open: language}\n"
PRIMARY_FIRST = """\
      1: {label: {en: Primary, sw: Msingi}, next: primary}
      2: {label: {en: Secondary, sw: Sekondari}, next: secondary}
"""
SECONDARY_FIRST = """\
      1: {label: {en: Secondary, sw: Sekondari}, next: secondary}
      2: {label: {en: Primary, sw: Msingi}, next: primary}
"""

OPENINGS = {
    "schools_en": ("dial", "*384*2026#", ["2", "1"]),
    "schools_sw": ("dial", "*384*2026#", ["2", "2"]),
    "starred": ("dial", "*384*2026#", ["2*1"]),
    "dialled_ahead": ("dial", "*384*2026*42*1#", []),
    "in_one_sms": ("text", "SCHOOL 2", []),
    "by_label": ("text", "SCHOOL", ["secondary"]),
}


class Folder:
    """A deployment of two services, with dialogues that are as written."""

    def __init__(self, folder: Path) -> None:
        self.menus = folder / "menus"
        self.environ = water_deployment.environ(folder)

    def write(self) -> None:
        """Writes it all, and dialogues from what is seen."""
        files = {**MENU, "schools.yaml": SCHOOLS}
        files["main.yaml"] = files["main.yaml"].replace(HOME, BOTH)
        files["water_en.dialogue.yaml"] = DIALOGUE.replace(
            "2. language title", "2. Schools\n      3. language title"
        )
        water_deployment.write(self.menus.parent)
        for name, text in files.items():
            (self.menus / name).write_text(text, "utf-8")
        for name, (opens, opening, answers) in OPENINGS.items():
            surface = "ussd" if opens == "dial" else "sms"
            turns = "".join(f'  - {{sees: "?", types: "{each}"}}\n' for each in answers)
            language = "language: sw\n" if name.endswith("_sw") else ""
            (self.menus / f"{name}.dialogue.yaml").write_text(
                f"title: {name.replace('_', ' ')}\nsurface: {surface}\n{language}"
                f'{opens}: "{opening}"\nturns:\n{turns}  - {{sees: "?"}}\n',
                "utf-8",
            )
        assert 1 == self.run("test", "--update").exit_code
        assert 0 == self.run("test").exit_code

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["menus", *arguments], env=self.environ)

    def edit(self, name: str, before: str, after: str) -> None:
        text = (self.menus / name).read_text("utf-8")
        assert before in text
        (self.menus / name).write_text(text.replace(before, after), "utf-8")

    def path(self, name: str) -> Path:
        return self.menus / f"{name}.dialogue.yaml"

    def typed(self, name: str) -> list[str]:
        """Returns what is sent in a dialogue, from the first to the last."""
        dialogue = read(self.path(name))
        return [dialogue.opening, *(turn.types for turn in dialogue.turns if turn.types)]

    def last(self, name: str) -> str:
        return read(self.path(name)).turns[-1].sees

    def dialogues(self) -> dict[str, str]:
        return {path.name: path.read_text("utf-8") for path in self.menus.glob("*.dialogue.yaml")}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a deployment, which nobody changes: to write its dialogues takes a second."""
    home = tmp_path_factory.mktemp("written") / "home"
    Folder(home).write()
    return home


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Folder:
    return Folder(shutil.copytree(written, tmp_path / "home"))


def test_a_line_that_moved_is_typed_by_its_new_key(folder: Folder) -> None:
    last = {name: folder.last(name) for name in OPENINGS}
    folder.edit("main.yaml", BOTH, SWAPPED)

    result = folder.run("test", "--update")

    assert "'Schools' moved from 2 to 1 on home: followed in 3 dialogues." in result.output
    assert ["*384*2026#", "1", "1"] == folder.typed("schools_en")
    assert ["*384*2026#", "1", "2"] == folder.typed("schools_sw")
    assert ["*384*2026#", "1*1"] == folder.typed("starred")
    assert ["*384*2026#", "2", "1", "Asha"] == folder.typed("water_en")
    assert last == {name: folder.last(name) for name in OPENINGS}
    assert 0 == folder.run("test").exit_code


def test_keys_that_are_sent_ahead_are_followed_where_the_same_pages_come(folder: Folder) -> None:
    last = {name: folder.last(name) for name in OPENINGS}
    folder.edit("schools.yaml", PRIMARY_FIRST, SECONDARY_FIRST)

    folder.run("test", "--update")

    assert ["*384*2026*42*2#"] == folder.typed("dialled_ahead")
    assert ["SCHOOL 1"] == folder.typed("in_one_sms")
    assert ["SCHOOL", "secondary"] == folder.typed("by_label")
    assert ["*384*2026#", "2", "2"] == folder.typed("schools_en")
    assert last == {name: folder.last(name) for name in OPENINGS}
    assert 0 == folder.run("test").exit_code


def test_a_line_that_moved_and_was_reworded_is_known_by_where_it_leads(folder: Folder) -> None:
    folder.edit("main.yaml", BOTH, SWAPPED)
    folder.edit("schools.yaml", "{en: Schools, sw: Shule}", "{en: Learning, sw: Elimu}")
    folder.path("starred").unlink()  # it shows no page between its two keys

    folder.run("test", "--update")

    assert ["*384*2026#", "1", "1"] == folder.typed("schools_en")
    assert 0 == folder.run("test").exit_code


REWORDINGS = {
    "a label": ("schools.yaml", "{en: Primary, sw: Msingi}", "{en: Small, sw: Ndogo}"),
    "a question": ("schools.yaml", "Which school?", "What kind of school?"),
    "an end": ("schools.yaml", "schools open in May.", "schools begin in May."),
    "the first page": ("main.yaml", 'en: "Services"', 'en: "Public services"'),
}


@pytest.mark.parametrize("label", REWORDINGS)
def test_a_rewording_is_taken_over_without_being_named(label: str, folder: Folder) -> None:
    folder.edit(*REWORDINGS[label])

    folder.run("test", "--update")

    assert ["*384*2026#", "2", "1"] == folder.typed("schools_en")
    assert 0 == folder.run("test").exit_code


SURE = """\
  sure:
    text: {en: "Sure?", sw: "Hakika?"}
    choice: {1: {label: {en: Go, sw: Ndiyo}, next: primary}}
"""


def test_a_line_and_the_page_behind_it_are_reworded_together(folder: Folder) -> None:
    folder.edit("schools.yaml", "{en: Schools, sw: Shule}", "{en: Learning, sw: Elimu}")
    folder.edit("schools.yaml", "Which school?", "What kind of school?")

    folder.run("test", "--update")

    assert ["*384*2026#", "2", "1"] == folder.typed("schools_en")
    assert 0 == folder.run("test").exit_code


ASTRAY = {
    "a line that leads elsewhere": (
        ("schools.yaml", "sw: Msingi}, next: primary", "sw: Msingi}, next: secondary"),
        ("schools.yaml", "  primary:\n", "  unused:\n"),
        ("schools.yaml", "sw: Sekondari}, next: secondary", "sw: Sekondari}, next: unused"),
    ),
    "a line that is gone": (
        ("main.yaml", BOTH, "    1: {open: water}\n    2: {open: language}\n"),
    ),
    "a screen between": (
        ("schools.yaml", "sw: Msingi}, next: primary", "sw: Msingi}, next: sure"),
        (
            "schools.yaml",
            "  primary:\n",
            SURE + "  primary:\n",
        ),
    ),
    "an answer that is refused now": (
        ("water.yaml", "    input: name\n", "    input: digits\n    length: 8\n"),
    ),
}


@pytest.mark.parametrize("label", ASTRAY)
def test_an_update_that_would_come_to_other_screens_writes_nothing(
    label: str, folder: Folder
) -> None:
    for change in ASTRAY[label]:
        folder.edit(*change)
    before = folder.dialogues()

    result = folder.run("test", "--update")

    assert 5 == result.exit_code, result.output
    assert "No file was written." in result.output
    assert "--accept-other-screens" in result.output
    assert before == folder.dialogues()


def test_dialogues_that_come_to_other_screens_are_written_when_all_are_named(
    folder: Folder,
) -> None:
    folder.edit("water.yaml", "    input: name\n", "    input: digits\n    length: 8\n")
    folder.edit("main.yaml", 'en: "Services"', 'en: "Public services"')
    path = str(folder.path("water_en"))

    result = folder.run("test", "--update", "--accept-other-screens", path)

    assert "Review the difference" in result.output, result.output
    assert 0 == folder.run("test").exit_code


def test_what_can_be_typed_no_more_is_not_written(folder: Folder) -> None:
    """The product refuses a file whose last page is followed by an answer."""
    folder.edit("water.yaml", '"Amboro", next: name', '"Amboro", next: thanks')
    folder.edit("water.yaml", '"Thank you, {name}."', '"Thank you."')
    folder.edit("water.yaml", '"Asante, {name}."', '"Asante."')
    path = str(folder.path("water_en"))

    folder.run("test", "--update", "--accept-other-screens", path)

    assert read(folder.path("water_en")).turns[-1].ends
    assert 0 == folder.run("test").exit_code


def test_what_would_not_be_read_as_it_was_seen_leaves_every_file(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.edit("main.yaml", 'en: "Services"', 'en: "Public services"')
    before, written = folder.dialogues(), dialogue_files.written

    def spoilt(dialogue, root):  # type: ignore[no-untyped-def]
        text = written(dialogue, root)
        return text.replace("types:", "tpyes:") if "starred" in text else text

    monkeypatch.setattr(dialogue_files, "written", spoilt)

    result = folder.run("test", "--update")

    assert "starred.dialogue.yaml would not be readable" in result.output
    assert before == folder.dialogues()


def test_naming_a_file_needs_an_update(folder: Folder) -> None:
    result = folder.run("test", "--accept-other-screens", str(folder.path("starred")))

    assert 2 == result.exit_code
    assert "--update" in result.output


def test_what_differs_is_grouped_by_what_is_otherwise(folder: Folder) -> None:
    folder.edit("main.yaml", BOTH, SWAPPED)

    lines = folder.run("test").output.splitlines()

    assert "3 dialogues differ: 'Schools' moved from 2 to 1 on home." in lines
    assert "1 dialogue differs: 'Water' moved from 1 to 2 on home." in lines
    assert 2 == sum(line.startswith("    --- written") for line in lines)
    assert any("same screens as before" in line and "--update" in line for line in lines)
    assert len(lines) < len(folder.run("test", "--verbose").output.splitlines())


def test_one_phrase_that_is_reworded_is_one_difference_on_all_pages(folder: Folder) -> None:
    folder.edit("phrases.yaml", 'back_home: {en: "back home', 'back_home: {en: "back start')

    lines = folder.run("test").output.splitlines()

    assert "3 dialogues differ: 'back home 0 00' reads 'back start 0 00' now." in lines
    assert 1 == sum("differ" in line for line in lines)


def test_publishing_says_the_same_and_publishes_nothing(folder: Folder) -> None:
    engine = database.create(folder.environ["GATEWAY_DATABASE_URL"])
    migrate(engine)
    engine.dispose()
    folder.edit("main.yaml", BOTH, SWAPPED)

    result = folder.run("publish")

    assert 1 == result.exit_code
    assert "3 dialogues differ: 'Schools' moved from 2 to 1 on home." in result.output
    assert "Nothing is published." in result.output


def test_programs_read_the_reason(folder: Folder) -> None:
    folder.edit("schools.yaml", "sw: Msingi}, next: primary", "sw: Msingi}, next: secondary")
    folder.edit("schools.yaml", "sw: Sekondari}, next: secondary", "sw: Sekondari}, next: primary")

    rows = json.loads(folder.run("test", "--json").stdout)["dialogues"]

    told = {Path(row["file"]).name: row for row in rows}
    row = told["schools_en.dialogue.yaml"]
    assert not row["same_screens"]
    assert "they came to schools.primary and come to schools.secondary now" == row["reason"]
    assert told["water_en.dialogue.yaml"]["same_screens"]
