"""`gateway init`: a deployment that runs at once, in any language, or a refusal that helps."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.adapters.shipped_languages.languages import shipped_codes, shipped_language
from gateway.cli.main import main

Gateway = Callable[..., Result]

#: Left and right, two alphabets that a page is dear in, the language of a region, and all at once.
TOGETHER = ("en,ar", "ar,fr", "hi,bn", "pt-BR,yo", ",".join(shipped_codes()))


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    """Runs `gateway` in a folder where nothing is; `home` names the deployment it works on."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATEWAY_HOME", "GATEWAY_DATA", "GATEWAY_CONFIG", "GATEWAY_KEY"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str, home: str = "") -> Result:
        environ = {"GATEWAY_HOME": str(tmp_path / home)} if home else {}
        return CliRunner().invoke(main, arguments, env=environ)

    return run


@pytest.mark.parametrize("languages", [*shipped_codes(), *TOGETHER])
def test_a_new_deployment_checks_tests_and_answers_at_once(
    gateway: Gateway, languages: str
) -> None:
    codes = languages.split(",")
    first = shipped_language(codes[0])
    assert first is not None

    made = gateway("init", "mine", "--languages", languages, "--country", "ke")
    checked = gateway("menus", "check", home="mine")
    tested = gateway("menus", "test", home="mine")
    # Who dials for the first time chooses a language, where there are several.
    dialled = gateway("dial", "*384*2026#", *(["1"] if len(codes) > 1 else []), "1", home="mine")
    texted = gateway("text", first.example.keywords[0], home="mine")

    assert 0 == made.exit_code, made.output
    assert 0 == checked.exit_code, checked.output
    assert f"{2 * len(codes) + (len(codes) > 1)} dialogues, all as written." in tested.output
    page = dialled.output.split("---\n")[-1]
    assert page.startswith("CON ")
    assert page.removeprefix("CON ").strip() == texted.output.strip()


def test_without_options_it_asks_nothing_and_speaks_english(
    gateway: Gateway, tmp_path: Path
) -> None:
    made = gateway("init", "mine")

    assert 0 == made.exit_code, made.output
    assert "en: English" in (tmp_path / "mine/menus/main.yaml").read_text("utf-8")
    assert "ask_language" not in (tmp_path / "mine/menus/main.yaml").read_text("utf-8")


def test_the_country_gives_region_time_zone_and_currency(gateway: Gateway, tmp_path: Path) -> None:
    gateway("init", "mine", "--country", "et", "--languages", "am")

    config = (tmp_path / "mine/config/gateway.yaml").read_text("utf-8")
    menu = (tmp_path / "mine/menus/main.yaml").read_text("utf-8")
    assert "national_region: ET\ntime_zone: Africa/Addis_Ababa\n" in config
    assert "currency: ETB\n" in menu
    assert "calendars: {am: ethiopic}\n" in menu
    assert "clocks: {am: from_six}\n" in menu


def test_the_sample_is_the_reference_deployment(gateway: Gateway, tmp_path: Path) -> None:
    repository = Path(__file__).parents[2]

    made = gateway("init", "zamani", "--sample", "--json")
    checked = gateway("menus", "check", home="zamani")

    told = json.loads(made.output)
    for name in ("menus/main.yaml", "handlers/__init__.py", "config/sample-data/facilities.csv"):
        assert name in told["files"]
        assert (tmp_path / "zamani" / name).read_bytes() == (repository / name).read_bytes()
    assert not [name for name in told["files"] if "__pycache__" in name]
    assert 0 == checked.exit_code, checked.output


def test_a_program_is_told_what_was_written(gateway: Gateway, tmp_path: Path) -> None:
    told = json.loads(gateway("init", "mine", "--languages", "sw,fr", "--json").output)

    written = {path.relative_to(tmp_path / "mine").as_posix()
               for path in (tmp_path / "mine").rglob("*") if path.is_file()}  # fmt: skip
    assert {"folder": "mine", "languages": ["sw", "fr"]}.items() <= told.items()
    assert written == set(told["files"])


def test_an_empty_folder_is_taken_and_a_path_is_made(gateway: Gateway, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert 0 == gateway("init", "empty").exit_code
    assert 0 == gateway("init", "deep/down/mine").exit_code
    assert (tmp_path / "deep/down/mine/README.md").is_file()


REFUSED = {
    "a language that does not come along": (
        ["mine", "--languages", "en,rw"],
        2,
        "'rw' does not come with the gateway. There are am (አማርኛ), ar",
    ),
    "no language at all": (["mine", "--languages", ","], 2, "does not come with the gateway"),
    "a country that is none": (["mine", "--country", "QQ"], 5, "'QQ' is no country."),
    "a country by its name": (["mine", "--country", "Kenya"], 5, "two letters of ISO 3166"),
    "a name with a blank": (["my country"], 2, "no name of a folder"),
    "a name that hides": ([".mine"], 2, "no name of a folder"),
    "the folder itself": (["."], 2, "no name of a folder"),
    "a sample with languages": (["mine", "--sample", "--languages", "en"], 2, "leave them out"),
    "a folder with something in it": (["full"], 5, "is there already"),
    "a file": (["full/note.txt"], 5, "is there already"),
    "no name": ([], 2, "Missing argument 'NAME'"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    gateway: Gateway, tmp_path: Path, what: str
) -> None:
    arguments, code, says = REFUSED[what]
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine", "utf-8")
    before = sorted(tmp_path.rglob("*"))

    refused = gateway("init", *arguments)

    assert (code, True) == (refused.exit_code, says in refused.output), refused.output
    assert before == sorted(tmp_path.rglob("*"))


def test_the_version_is_told(gateway: Gateway) -> None:
    told = gateway("--version")

    assert 0 == told.exit_code
    assert told.output.startswith("gateway 0.")
