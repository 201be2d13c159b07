"""`gateway drafts`: menus are changed in folders and come back, and nobody's work is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.xlsforms.workbooks import FORM, saved, survey


@pytest.fixture
def made(run: Run) -> Run:
    """The commands on a database with its tables made."""
    assert 0 == run("migrate").exit_code
    return run


def test_a_draft_goes_to_a_folder_and_comes_back_and_others_work_is_not_lost(
    made: Run, tmp_path: Path
) -> None:
    begun = made("drafts", "begin", "Clinic hours", "--by", "asha")
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        pulled = made("drafts", "pull", "1", str(folder))
        assert 0 == pulled.exit_code, pulled.output
    again = made("drafts", "pull", "1", str(here))
    file = here / "menus" / "find_clinic.yaml"
    file.write_text(file.read_text("utf-8") + "# of here\n", encoding="utf-8")
    other = there / "menus" / "find_clinic.yaml"
    other.write_text(other.read_text("utf-8") + "# of there\n", encoding="utf-8")
    (there / "menus" / "works.yaml").unlink()

    saved = made("drafts", "save", "1", str(here), "--json")
    lost = made("drafts", "save", "1", str(there))
    one = made("drafts", "save", "1", str(other), "--version", "2", "--by", "juma")

    assert "begun at the files" in begun.output
    assert 0 == again.exit_code, "what is there is as it would be"
    assert (here / "datasets").is_dir()
    assert json.loads(saved.output)["changed_files"] == [{"file": "find_clinic.yaml", "by": _me()}]
    assert lost.exit_code == 5
    assert "has changed find_clinic.yaml in draft 1 meanwhile" in lost.output
    assert "version 3: 1 file changed" in one.output
    shown = made("drafts", "show", "1")
    assert "find_clinic.yaml" in shown.output
    assert "works.yaml" not in shown.output
    assert made("drafts", "show", "1", "find_clinic.yaml").output == other.read_text("utf-8")


def test_a_folder_of_another_draft_or_with_somebodys_files_is_refused(
    made: Run, tmp_path: Path
) -> None:
    for title in ("One", "Two"):
        made("drafts", "begin", title)
    folder = tmp_path / "work"
    made("drafts", "pull", "1", str(folder))
    (folder / "menus" / "main.yaml").write_text("mine\n", encoding="utf-8")

    wrong = made("drafts", "save", "2", str(folder))
    refused = made("drafts", "pull", "2", str(folder))
    replaced = made("drafts", "pull", "2", str(folder), "--overwrite")

    assert (wrong.exit_code, refused.exit_code, replaced.exit_code) == (5, 5, 0)
    assert "written from draft 1" in wrong.output
    assert "--overwrite" in refused.output
    assert (folder / "menus" / "main.yaml").read_text("utf-8") != "mine\n"


def test_drafts_are_listed_and_end(made: Run) -> None:
    assert "No drafts" in made("drafts", "list").output
    made("drafts", "begin", "One", "--by", "asha")
    removed = made("drafts", "remove", "1", "works.yaml")
    refused = made("drafts", "remove", "1", "workz.yaml")

    (listed,) = json.loads(made("drafts", "list", "--json").output)

    assert removed.exit_code == 0
    assert "There is no file workz.yaml" in refused.output
    assert (listed["title"], listed["state"], listed["services"]) == ("One", "open", ["works"])
    assert "is discarded" in made("drafts", "discard", "1").output
    assert "No drafts" in made("drafts", "list").output
    assert "discarded" in made("drafts", "list", "--ended").output
    assert "There is no draft 7" in made("drafts", "show", "7").output


def _me() -> str:
    from gateway.adapters.system.login import login_name

    return login_name()


def test_a_file_is_changed_part_by_part_as_a_form_does(made: Run) -> None:
    made("drafts", "begin", "One")
    before = made("drafts", "show", "1", "health.yaml").output

    done = made(
        "drafts", "change", "1", "health.yaml", "--set", "screens.menu.text.sw=Afya yako",
        "--set", "screens.menu.choice.1.label.rw=Ivuriro", "--up", "screens.menu.choice.3",
        "--take-out", "goals", "--rename", "screens.menu=first",
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "5 changes in health.yaml. Draft 1 has version 3." in done.output
    now = made("drafts", "show", "1", "health.yaml").output
    assert {"goals: [3]"} <= set(before.splitlines()) - set(now.splitlines())
    assert 'sw: "Afya yako"' in now
    assert 'am: "ጤና ተቋም", rw: Ivuriro}' in now
    assert "  first:\n" in now
    assert now.index("open: appointment") < now.index("open: vaccination")
    assert now.startswith("# yaml-language-server")


def test_a_change_that_cannot_be_made_changes_nothing(made: Run) -> None:
    made("drafts", "begin", "One")

    for wrong, status, why in (
        (["--set", "title=x"], 5, "title is no text"),
        (["--set", "title.en=x", "--up", "screens.menu"], 5, "menu is the first there"),
        (["--rename", "screens.menu=Menu"], 5, "no name"),
        (["--set", "title.en"], 2, "write PATH=TEXT"),
        (["--up", "a..b"], 2, "is no path"),
        ([], 2, "Say what to change"),
    ):
        refused = made("drafts", "change", "1", "health.yaml", *wrong)
        assert (refused.exit_code, why in refused.output) == (status, True), refused.output
    assert '"version": 1' in made("drafts", "list", "--json").output


def test_a_form_becomes_a_draft_and_its_faults_are_told_by_their_places(
    made: Run, tmp_path: Path
) -> None:
    good = saved(tmp_path / "household.xlsx", FORM)
    bad = saved(tmp_path / "bad.xlsx", survey(("integr", "x", "What?")))

    drafted = json.loads(
        made("drafts", "import", str(good), "--institution", "health", "--json").output
    )
    into = made("drafts", "import", str(good), "--draft", "1")
    faulty = made("drafts", "import", str(bad))

    assert drafted["draft"] == "1"
    assert drafted["files"] == ["forms/household_health.yaml", "household_health.yaml"]
    assert {each["kind"] for each in drafted["findings"]} >= {"decide"}
    assert "are in draft 1" in into.output
    assert faulty.exit_code == 1
    assert "survey!A2" in faulty.output
    assert "There is no draft." in faulty.output
    assert len(json.loads(made("drafts", "list", "--json").output)) == 1
