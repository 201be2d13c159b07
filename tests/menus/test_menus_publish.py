"""`gateway menus publish`, `history`, `diff`, `rollback` and `test`, on a small deployment."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.migrate import migrate
from gateway.cli.main import main
from tests import water_deployment


class Desk:
    """Runs `gateway menus …` on one deployment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = water_deployment.write(folder)
        engine = database.create(self.environ["GATEWAY_DATABASE_URL"])
        migrate(engine)
        engine.dispose()

    def menus(self, *arguments: str) -> Result:
        return CliRunner().invoke(main, ["menus", *arguments], env=self.environ)

    def edit(self, name: str, before: str, after: str) -> None:
        water_deployment.edit(self.folder, name, before, after)

    def published(self, *arguments: str) -> str:
        """Publishes, and returns the id of the release."""
        result = self.menus("publish", *arguments)
        assert 0 == result.exit_code, result.output
        (id,) = re.findall(r"Release (\w{16}) is published", result.output)
        return str(id)

    def states(self) -> list[tuple[str, str]]:
        rows = json.loads(self.menus("history", "--json").output)
        return [(row["release"], row["state"]) for row in rows]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home")


def test_nothing_is_published_at_first(desk: Desk) -> None:
    assert "Nothing was ever published" in desk.menus("history").output
    assert [] == desk.states()


def test_a_menu_is_published_with_its_note_and_by_whom(desk: Desk) -> None:
    release = desk.published("--note", "First", "--by", "Asha")

    (row,) = json.loads(desk.menus("history", "--json").output)
    assert (release, "live", "Asha", "First") == (
        row["release"],
        row["state"],
        row["by"],
        row["note"],
    )


def test_publishing_says_which_languages_have_texts_that_nobody_has_read(desk: Desk) -> None:
    rows = json.loads(desk.menus("review", "--json").output)
    for row in rows[1:]:
        read = desk.menus("review", row["language"], "--by", "Asha", "--on", "2026-11-29")
        assert 0 == read.exit_code, read.output

    first = desk.menus("publish").output
    desk.menus("review", rows[0]["language"], "--by", "Ben", "--on", "2026-11-30")
    desk.edit("water.yaml", "Asante, {name}.", "Asante sana, {name}.")
    desk.menus("test", "--update")
    second = desk.menus("publish").output

    told = "Note: texts that nobody has read who grew up with the language: "
    assert f"{told}{rows[0]['unread']} in {rows[0]['language']}." in first
    assert f"{told}1 in sw." in second
    assert "is published" in second


def test_what_changed_is_told_when_it_is_published(desk: Desk) -> None:
    desk.published()
    desk.edit("water.yaml", '      3: {label: "Tisoke", next: name}\n', "")
    desk.edit("water.yaml", "Asante, {name}.", "Asante sana, {name}.")
    desk.edit("water_en.dialogue.yaml", "      3. Tisoke\n", "")

    result = desk.menus("publish")

    line = "Public works › Water: option 3 'Tisoke' removed from 'region'; "
    assert line + "1 screen reworded in Swahili" in result.output


def test_the_same_menu_is_not_published_twice(desk: Desk) -> None:
    release = desk.published()

    result = desk.menus("publish")

    assert 5 == result.exit_code
    assert f"Release {release} is live already" in result.output


def test_programs_read_what_was_published(desk: Desk) -> None:
    desk.published()
    desk.edit("water.yaml", "Asante, {name}.", "Asante sana, {name}.")
    (before,) = (row[0] for row in desk.states())

    told = json.loads(desk.menus("diff", "--json").stdout)
    result = json.loads(desk.menus("publish", "--json").stdout)

    changes = ["Public works › Water: 1 screen reworded in Swahili"]
    assert {"from": before, "to": result["release"], "changes": changes} == told
    assert changes == result["changes"]
    assert [True] == [each["passed"] for each in result["dialogues"]]
    assert (result["release"], "live") == desk.states()[0]


def test_programs_read_why_nothing_was_published(desk: Desk) -> None:
    desk.edit("water.yaml", "Your name?", "Who are you?")

    result = desk.menus("publish", "--json")

    told = json.loads(result.stdout)
    assert 1 == result.exit_code
    assert (None, None) == (told["release"], told["live_at"])
    assert "+  Who are you?" in told["dialogues"][0]["diff"]


def test_a_menu_with_faults_is_not_published(desk: Desk) -> None:
    desk.edit("water.yaml", "next: thanks", "next: thank")

    result = desk.menus("publish")

    assert 1 == result.exit_code
    assert "[M021]" in result.output
    assert [] == desk.states()


def test_a_menu_whose_dialogue_goes_otherwise_is_not_published(desk: Desk) -> None:
    desk.edit("water.yaml", "Your name?", "Who are you?")

    result = desk.menus("publish")

    assert 1 == result.exit_code
    assert "-  Your name?" in result.output
    assert "+  Who are you?" in result.output
    assert "Nothing is published." in result.output
    assert [] == desk.states()


def test_a_shortcut_is_never_published_for_another_service(desk: Desk) -> None:
    desk.published()
    desk.edit("water.yaml", "service: water", "service: roads")
    desk.edit("main.yaml", "open: water", "open: roads")

    result = desk.menus("publish")

    assert 1 == result.exit_code == desk.menus("check", "--published").exit_code
    assert "water.yaml:3:11: [M058] 41 was published as the shortcut of 'water'" in result.output


def test_a_check_can_ask_for_published_shortcuts(desk: Desk) -> None:
    desk.published()
    desk.edit("water.yaml", "service: water", "service: roads")
    desk.edit("main.yaml", "open: water", "open: roads")

    assert 0 == desk.menus("check").exit_code
    assert "[M058]" in desk.menus("check", "--published").output


def test_the_doctor_tells_which_release_is_live(desk: Desk) -> None:
    def told() -> str:
        output = CliRunner().invoke(main, ["doctor", "--json"], env=desk.environ).output
        (row,) = [row for row in json.loads(output) if row["what"] == "published menu"]
        return str(row["sentence"])

    assert "Nothing is published; the files are served." == told()
    release = desk.published()
    assert f"Release {release} is live." == told()
    desk.edit("water.yaml", "Asante, {name}.", "Asante sana, {name}.")
    assert told().endswith("The files differ: gateway menus diff.")


def test_a_shortcut_is_remembered_when_its_service_is_gone(desk: Desk) -> None:
    desk.published()
    desk.edit("water.yaml", "shortcut: 41", "shortcut: 42")
    desk.published()
    desk.edit("water.yaml", "shortcut: 42", "shortcut: 41")

    assert desk.published()  # its own old one may come back

    desk.edit("water.yaml", "service: water", "service: roads")
    desk.edit("main.yaml", "open: water", "open: roads")
    for number in ("41", "42"):
        desk.edit("water.yaml", "shortcut: 4", f"shortcut: {number} #")
        assert "[M058]" in desk.menus("publish").output
        desk.edit("water.yaml", f"shortcut: {number} #", "shortcut: 4")


def test_a_release_can_be_scheduled_and_is_withdrawn_by_a_rollback(desk: Desk) -> None:
    first = desk.published()
    desk.edit("water.yaml", "Which region?", "What region?")
    desk.edit("water_en.dialogue.yaml", "Which region?", "What region?")
    second = desk.published()
    desk.edit("water.yaml", "What region?", "Your region?")
    desk.edit("water_en.dialogue.yaml", "What region?", "Your region?")
    third = desk.published("--at", "2096-12-01T06:00")
    assert [(third, "scheduled"), (second, "live"), (first, "earlier")] == desk.states()

    result = desk.menus("rollback")

    assert f"Release {first} goes live again now." in result.output
    assert f"Withdrawn: release {third}, scheduled for 2096-12-01 06:00." in result.output
    assert [(third, "withdrawn"), (first, "live")] == desk.states()[:2]


def test_a_second_rollback_goes_one_release_further_back(desk: Desk) -> None:
    said = ["Which region?", "What region?", "Your region?"]
    releases = [desk.published()]
    for before, after in pairwise(said):
        desk.edit("water.yaml", before, after)
        desk.edit("water_en.dialogue.yaml", before, after)
        releases.append(desk.published())

    desk.menus("rollback")
    desk.menus("rollback")

    assert (releases[0], "live") == desk.states()[0]


def test_a_rollback_too_many_never_leads_to_what_was_taken_back(desk: Desk) -> None:
    first = desk.published()
    desk.edit("water.yaml", "Which region?", "What region?")
    desk.edit("water_en.dialogue.yaml", "Which region?", "What region?")
    second = desk.published()
    desk.menus("rollback")

    result = desk.menus("rollback")

    assert 5 == result.exit_code
    assert "No release was live before this one." in result.output
    assert "gateway menus rollback RELEASE" in result.output
    assert [(first, "live"), (second, "earlier")] == desk.states()[:2]
    assert 0 == desk.menus("rollback", second).exit_code


def test_a_rollback_to_the_live_release_withdraws_what_is_scheduled_and_no_more(
    desk: Desk,
) -> None:
    first = desk.published()
    refused = desk.menus("rollback", first)
    desk.edit("water.yaml", "Which region?", "What region?")
    desk.edit("water_en.dialogue.yaml", "Which region?", "What region?")
    second = desk.published("--at", "2096-12-01T06:00")

    result = desk.menus("rollback", first)

    assert (5, f"Error: Release {first} is live already.\n") == (refused.exit_code, refused.output)
    assert f"Release {first} stays live." in result.output
    assert [(second, "withdrawn"), (first, "live")] == desk.states()


def test_a_rollback_goes_to_the_release_that_is_named(desk: Desk) -> None:
    first = desk.published()
    desk.edit("water.yaml", "Which region?", "What region?")
    desk.edit("water_en.dialogue.yaml", "Which region?", "What region?")
    desk.published()

    assert 0 == desk.menus("rollback", first[:6], "--note", "Wrong word").exit_code

    assert (first, "live") == desk.states()[0]
    assert ["live", "earlier", "earlier"] == [state for _, state in desk.states()]
    assert "Nothing differs." not in desk.menus("diff").output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("rollback",), "No release was live before this one."),
        (("rollback", "beef"), "There is no release 'beef'"),
        (("diff", "beef"), "There is no release 'beef'"),
        (("publish", "--at", "2020-01-01T06:00"), "This moment is over"),
    ],
)
def test_what_cannot_be_done_is_refused(
    desk: Desk, arguments: tuple[str, ...], sentence: str
) -> None:
    desk.published()
    desk.edit("water.yaml", "Asante, {name}.", "Asante sana, {name}.")

    result = desk.menus(*arguments)

    assert 5 == result.exit_code
    assert sentence in result.output
    assert 1 == len(desk.states())


@pytest.mark.parametrize("moment", ["tomorrow", "2026-02-30T06:00", "06:00", ""])
def test_a_time_that_is_none_is_wrong_usage(desk: Desk, moment: str) -> None:
    result = desk.menus("publish", "--at", moment)

    assert 2 == result.exit_code
    assert "a time such as 2026-12-01 06:30" in result.output
    assert [] == desk.states()


def test_programs_read_times_of_utc(desk: Desk) -> None:
    at = "2096-12-01T06:00+03:00"

    told = json.loads(desk.menus("publish", "--at", at, "--json").stdout)

    (row,) = json.loads(desk.menus("history", "--json").stdout)
    assert ("2096-12-01T03:00:00+00:00",) * 2 == (told["live_at"], row["live_at"])
    assert desk.menus("history").stdout.startswith("2096-12-01 03:00  ")


def test_files_and_releases_are_compared_in_plain_language(desk: Desk) -> None:
    first = desk.published()
    desk.edit("water.yaml", '3: {label: "Tisoke"', '4: {label: "Tisoke"')

    told = desk.menus("diff", first[:5], "files").output

    assert "Public works › Water: on 'region', 'Tisoke' moved from 3 to 4\n" == told
    assert "Nothing differs.\n" == desk.menus("diff", "live", first).output


def test_there_is_nothing_to_compare_before_anything_is_published(desk: Desk) -> None:
    result = desk.menus("diff")

    assert 5 == result.exit_code
    assert "Nothing is live yet" in result.output


def test_a_schema_that_was_never_made_says_what_to_run(tmp_path: Path) -> None:
    environ = water_deployment.write(tmp_path / "home")

    result = CliRunner().invoke(main, ["menus", "publish"], env=environ)

    assert 5 == result.exit_code
    assert "gateway migrate" in result.output


def test_a_moment_that_is_over_is_refused_before_dialogues_are_played(desk: Desk) -> None:
    result = desk.menus("publish", "--at", "2020-01-01T06:00")

    assert 5 == result.exit_code
    assert "dialogue" not in result.output


def test_a_folder_without_dialogues_is_told_so(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    told = desk.menus("test", str(tmp_path / "empty")).output

    assert "No dialogues: no file here ends with .dialogue.yaml.\n" == told


def test_dialogues_are_played_and_a_difference_is_shown(desk: Desk) -> None:
    assert "1 dialogue, all as written.\n" == desk.menus("test").output
    desk.edit("water.yaml", "Your name?", "Who are you?")

    result = desk.menus("test")

    assert 1 == result.exit_code
    assert "water_en.dialogue.yaml: A caller reports" in result.output
    assert "+  Who are you?" in result.output
    assert "1 dialogue, 1 not as written." in result.output


def test_dialogues_are_told_as_json(desk: Desk) -> None:
    desk.edit("water.yaml", "Your name?", "Who are you?")

    told = json.loads(desk.menus("test", "--json").output)

    (dialogue,) = told["dialogues"]
    assert not dialogue["passed"]
    assert "+  Who are you?" in dialogue["diff"]


def test_screens_that_no_dialogue_shows_are_listed_by_language(desk: Desk) -> None:
    told = desk.menus("test", "--coverage").output

    assert "English: no dialogue shows language.choose.\n" in told
    shown = "home.home, language.choose, water.region, water.name, water.thanks"
    kiswahili = next(line for line in told.splitlines() if line.startswith("Kiswahili"))
    assert sorted(shown.split(", ")) == sorted(re.findall(r"\w+\.\w+", kiswahili))


def test_a_menu_of_which_every_screen_is_shown_is_told_so(desk: Desk) -> None:
    file = desk.folder / "menus" / "both.dialogue.yaml"
    typed = ["2", "2", "2", "0", "1", "1", "Asha"]
    CliRunner().invoke(
        main, ["dial", "*384*2026#", *typed, "--record", str(file)], env=desk.environ
    )

    told = desk.menus("test", "--coverage").output

    assert "Every screen is shown in every language.\n2 dialogues, all as written.\n" == told


def test_an_update_writes_what_is_seen_now(desk: Desk) -> None:
    desk.edit("water.yaml", "Your name?", "Who are you?")

    assert "1 rewritten" in desk.menus("test", "--update").output

    assert 0 == desk.menus("test").exit_code
    file = desk.folder / "menus" / "water_en.dialogue.yaml"
    assert "      Who are you?\n" in file.read_text("utf-8")
