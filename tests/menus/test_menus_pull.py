"""What is live comes back as files, and a folder takes back nothing that it did not know of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.cli.main import main
from gateway.domain.faults_and_errors.sentence import Sentence, parts_of
from tests import water_deployment
from tests.menus.test_menus_publish import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "home")


def drafts(desk: Desk, *arguments: str) -> Result:
    """Runs `gateway drafts …`."""
    return CliRunner().invoke(main, ["drafts", *arguments], env=desk.environ)


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.yaml"))
        if "schemas" not in path.parts
    }


def test_what_is_live_comes_back_with_its_dialogues(desk: Desk, tmp_path: Path) -> None:
    release = desk.published("--by", "asha")
    there = tmp_path / "there"

    pulled = desk.menus("pull", str(there))

    assert 0 == pulled.exit_code, pulled.output
    assert release in pulled.output
    assert files_of(desk.folder / "menus") == files_of(there / "menus")
    assert json.loads((there / "menus" / ".base.json").read_text("utf-8")) == {"release": release}
    assert 0 == desk.menus("pull", str(there)).exit_code, "it is as it would be"
    (there / "menus" / "main.yaml").write_text("mine\n", encoding="utf-8")
    (there / "menus" / "extra.yaml").write_text("mine\n", encoding="utf-8")
    assert 5 == desk.menus("pull", str(there)).exit_code
    assert 0 == desk.menus("pull", str(there), "--overwrite").exit_code
    assert files_of(desk.folder / "menus") == files_of(there / "menus")


def test_the_folder_that_one_is_in_is_named(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.published("--by", "asha")
    there = tmp_path / "there"
    there.mkdir()
    monkeypatch.chdir(there)

    pulled = desk.menus("pull", ".")

    assert pulled.output.endswith(f" in {there.resolve()}.\n")


def test_nothing_is_pulled_while_nothing_is_live(desk: Desk, tmp_path: Path) -> None:
    assert "Nothing is live yet" in desk.menus("pull", str(tmp_path / "there")).output


def test_a_folder_does_not_take_back_what_it_does_not_know_of(desk: Desk, tmp_path: Path) -> None:
    first = desk.published("--by", "asha")
    there = tmp_path / "there"
    desk.menus("pull", str(there))
    desk.edit("water.yaml", "Mkoa gani?", "Wilaya gani?")
    second = desk.published("--by", "juma")
    elsewhere = {**desk.environ, "GATEWAY_HOME": str(there)}
    (there / "config").mkdir()
    for name in ("config/gateway.yaml",):
        (there / name).write_bytes((desk.folder / name).read_bytes())

    refused = CliRunner().invoke(main, ["menus", "publish"], env=elsewhere)
    replaced = CliRunner().invoke(
        main, ["menus", "publish", "--replacing", second, "--by", "asha"], env=elsewhere
    )
    again = CliRunner().invoke(main, ["menus", "publish"], env=elsewhere)

    assert 5 == refused.exit_code
    assert f"began at release {first}, and release {second} is live now, by juma" in refused.output
    assert "reworded in Swahili" in refused.output
    assert "gateway menus pull" in refused.output
    assert 0 == replaced.exit_code, replaced.output
    assert "is live already" in again.output


def test_a_folder_without_a_base_is_published_as_ever(desk: Desk) -> None:
    desk.published()
    desk.edit("water.yaml", "Mkoa gani?", "Wilaya gani?")
    desk.published()
    desk.menus("rollback")
    (desk.folder / "menus" / ".base.json").write_text("{broken", encoding="utf-8")
    desk.edit("water.yaml", "Wilaya gani?", "Sehemu gani?")

    assert desk.published()


def test_the_whole_path_of_a_draft_is_one_script_of_commands(desk: Desk, tmp_path: Path) -> None:
    first, work = desk.published("--by", "asha"), tmp_path / "work"

    def done(*arguments: str) -> str:
        result = drafts(desk, *arguments)
        assert 0 == result.exit_code, result.output
        return result.output

    begun = done("begin", "Better words", "--by", "asha")
    done("pull", "1", str(work), "--by", "asha")
    water = work / "menus" / "water.yaml"
    water.write_text(water.read_text("utf-8").replace("Which region?", "Which area?"), "utf-8")
    done("save", "1", str(work), "--by", "asha")
    checked = done("check", "1", "--by", "asha")
    differs = done("diff", "1", "--by", "asha")
    early = drafts(desk, "approve", "1", "--by", "juma")
    otherwise = drafts(desk, "test", "1", "--by", "asha")
    stopped = drafts(desk, "approve", "1", "--by", "juma")
    anew = done("test", "1", "--update", "--by", "asha")
    done("hand-over", "1", "juma", "--by", "asha")
    own = drafts(desk, "approve", "1", "--by", "asha")
    alone = drafts(desk, "publish", "1", "--by", "asha")
    done("approve", "1", "--by", "juma")
    published = json.loads(done("publish", "1", "--by", "asha", "--json"))
    live = desk.states()[0]
    desk.menus("rollback", "--by", "juma")

    assert f"begun at release {first}" in begun
    assert "No faults." in checked
    assert "reworded in English" in differs
    assert "not played yet" in early.output
    assert "1 visit the same screens" in otherwise.output
    assert "goes otherwise than written" in stopped.output
    assert "1 dialogue written anew" in anew
    assert "somebody else approves it" in own.output
    assert (own.exit_code, alone.exit_code, early.exit_code) == (5, 5, 5)
    assert "Nobody else has approved" in alone.output
    assert (published["state"], published["approved_by"]) == ("published", "juma")
    assert live == (published["release"], "live")
    assert desk.states()[0] == (first, "live")


def test_a_page_has_those_written_anew_that_visit_the_same_screens_and_leaves_the_others(
    desk: Desk,
) -> None:
    first = water_deployment.DIALOGUE.partition('    types: "1"\n  - sees: |-\n      Your name')[0]
    (desk.folder / "menus" / "region_en.dialogue.yaml").write_text(first, "utf-8")
    desk.published("--by", "asha")
    drafts(desk, "begin", "Better words", "--by", "asha")
    water = desk.folder / "water.yaml"
    text = (desk.folder / "menus" / "water.yaml").read_text("utf-8")
    text = text.replace("Which region?", "Which area?")
    water.write_text(text.replace("input: name\n", "input: digits\n    length: 8\n"), "utf-8")
    drafts(desk, "save", "1", str(water), "--by", "asha")

    all_or_none = drafts(desk, "test", "1", "--update", "--by", "asha")
    by_page = drafts(desk, "test", "1", "--by-the-gateway", "--update", "--by=asha")

    assert "No file was written." in all_or_none.output
    assert "1 dialogue written anew" in by_page.output
    assert "2 dialogues, 1 not as written." in by_page.output
    engine = database.create(desk.environ["GATEWAY_DATABASE_URL"])
    kept = SqlDrafts(engine).find("1")
    engine.dispose()
    assert kept is not None
    assert kept.trial is not None
    (astray,) = kept.trial.otherwise
    assert isinstance(astray.reason, Sentence)
    assert parts_of(astray.reason)[0].startswith("they ")


def test_one_person_alone_publishes_where_the_settings_say_so(desk: Desk) -> None:
    file = desk.folder / "config" / "gateway.yaml"
    file.write_text(file.read_text("utf-8") + "drafts: {second_person: false}\n", "utf-8")
    desk.published("--by", "asha")
    drafts(desk, "begin", "Better words", "--by", "asha")
    text = (desk.folder / "menus" / "water.yaml").read_text("utf-8")
    water = desk.folder / "water.yaml"
    water.write_text(text.replace("Mkoa gani?", "Wilaya gani?"), encoding="utf-8")
    drafts(desk, "save", "1", str(water), "--by", "asha")
    drafts(desk, "test", "1", "--by", "asha")

    published = drafts(desk, "publish", "1", "--by", "asha")

    assert 0 == published.exit_code, published.output
    assert "goes live now" in published.output
