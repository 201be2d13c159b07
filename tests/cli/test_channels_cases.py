"""`gateway channels cases`: a ministry's own preset, held to its case file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests import water_deployment
from tests.providers.test_adding_a_preset import written

FILE = Path("config") / "providers" / "cases" / "pelican.yaml"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    for name, value in water_deployment.write(folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["channels", "cases", *arguments])


def test_each_case_is_told_with_its_line_and_what_was_read(home: Path) -> None:
    written(home)

    told = run()

    assert 0 == told.exit_code, told.output
    assert f"{FILE}:4: ok: a citizen dials\n" in told.stdout
    assert '"session_id": "s1"' in told.stdout
    assert "  refused (origin_unproven): " in told.stdout
    assert "6 cases, none wrong.\n" in told.stdout
    assert "254711000001" not in told.stdout
    assert run("pelican").stdout == told.stdout


def test_a_case_that_comes_to_something_else_ends_with_1(home: Path) -> None:
    file = written(home) / FILE
    file.write_text(file.read_text("utf-8").replace("text: WATER & more}", "text: WATER}"), "utf-8")

    told = run("pelican")

    assert 1 == told.exit_code
    assert f"{FILE}:8: wrong: a citizen texts\n" in told.stdout
    assert '  text: expected "WATER", it is "WATER & more"\n' in told.stdout
    assert "6 cases, 1 wrong.\n" in told.stdout


def test_as_json_each_is_a_row(home: Path) -> None:
    written(home)

    rows = json.loads(run("--json").stdout)

    assert [True] * 6 == [row["ok"] for row in rows]
    assert [False, False, False, True, True, True] == [row["refused"] for row in rows]
    assert {"preset", "file", "line", "label", "read", "wrong", "ok", "refused"} == set(rows[0])


def test_who_writes_nothing_that_is_refused_is_told(home: Path) -> None:
    file = written(home) / FILE
    text = file.read_text("utf-8")
    file.write_text(text[: text.index("- label: a turn of nobody")], "utf-8")

    assert "Note: 0 of them are refused." in run().stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ((), 5, "This deployment has no preset of its own"),
        (("pelcan",), 5, "There is no preset 'pelcan'."),
        (("hubtel-usd",), 5, "Did you mean 'hubtel-ussd'?"),
        (("--file", str(FILE)), 2, "--file holds cases of one preset"),
        (("hubtel-ussd", "--file", "nowhere.yaml"), 2, "nowhere.yaml"),
    ],
)
def test_what_cannot_be_run_is_told(
    home: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    if str(FILE) in arguments:
        written(home)
    told = run(*arguments)

    assert code == told.exit_code, told.output
    assert says in told.output


def test_a_file_with_faults_tells_all_of_them(home: Path) -> None:
    file = written(home) / FILE
    text = file.read_text("utf-8").replace("route: ussd", "route: usd")
    file.write_text(text.replace("rejected: origin_unproven", "rejcted: x"), "utf-8")

    told: Any = run("pelican")

    assert 1 == told.exit_code
    assert told.output.count(f"{FILE}:") >= 3


def test_one_that_comes_along_is_run_as_well(home: Path) -> None:
    told = run("hubtel-ussd")

    assert 0 == told.exit_code
    assert "a page that ends" in told.stdout
