"""`gateway menus check`: what it prints, how it exits, and what it does not import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import COMMANDS, main
from tests.menus.sample import FILES, write

REPOSITORY = Path(__file__).parents[2]

#: What a check must not wait for.
SLOW = ("flask", "sqlalchemy", "redis", "rq", "twilio", "africastalking", "requests", "urllib3")


def run(*arguments: str, **environ: str) -> Result:
    """Runs `gateway` with these arguments in this process."""
    return CliRunner().invoke(main, arguments, env=environ)


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    """A deployment with a valid menu that needs no handlers."""
    folder = tmp_path / "menus"
    folder.mkdir()
    results = "service: results\nshortcut: 31\ntitle: Results\nscreens:\n  only: {end: Later}\n"
    main_file = FILES["main.yaml"].replace("    1: {open: clinics}\n", "")
    return write(
        folder,
        {"main.yaml": main_file, "phrases.yaml": FILES["phrases.yaml"], "results.yaml": results},
    )


def test_the_reference_menu_is_clean() -> None:
    result = run("menus", "check", GATEWAY_HOME=str(REPOSITORY))

    assert 0 == result.exit_code, result.output
    assert "No faults: 24 services" in result.output
    assert "4 languages" in result.output


def test_a_clean_menu_is_counted(menu: Path) -> None:
    result = run("menus", "check", str(menu), GATEWAY_HOME=str(menu.parent))

    assert 0 == result.exit_code, result.output
    assert result.output.startswith("No faults: 1 service, 3 screens, 2 languages. Release ")


def test_a_deployment_is_found_by_its_folder(menu: Path) -> None:
    assert 0 == run("menus", "check", str(menu.parent)).exit_code


def test_faults_are_printed_as_file_line_column_code_and_sentence(menu: Path) -> None:
    (menu / "results.yaml").write_text("service: results\ntitel: Results\n", "utf-8")

    result = run("menus", "check", str(menu))

    assert 1 == result.exit_code
    expected = f"{menu}/results.yaml:2:1: [M001] Unknown key 'titel'. Did you mean 'title'?"
    assert expected in result.output.splitlines()


def test_json_has_one_object_for_each_fault(menu: Path) -> None:
    (menu / "results.yaml").write_text("service: Results\n", "utf-8")

    result = run("menus", "check", str(menu), "--format", "json")

    assert 1 == result.exit_code
    faults = json.loads(result.output)
    parts = {"file", "line", "column", "code", "sentence", "title", "values"}
    assert parts == set(faults[0])
    assert ("M010", 1, 10, "Bad name") in [
        (fault["code"], fault["line"], fault["column"], fault["title"]) for fault in faults
    ]


def test_json_of_a_clean_menu_is_an_empty_array(menu: Path) -> None:
    result = run("menus", "check", str(menu), "--format", "json")

    assert (0, []) == (result.exit_code, json.loads(result.output))


def test_faulty_settings_are_told_as_faults(menu: Path) -> None:
    (menu.parent / "config").mkdir()
    (menu.parent / "config" / "gateway.yaml").write_text("nmae: x\n", "utf-8")

    result = run("menus", "check", str(menu.parent))

    assert 1 == result.exit_code
    assert "[S001] Unknown key 'nmae'. Did you mean 'name'?" in result.output


def test_faulty_handlers_are_told_as_faults(menu: Path) -> None:
    (menu.parent / "handlers").mkdir()
    (menu.parent / "handlers" / "__init__.py").write_text("import nothing_of_this_name\n", "utf-8")

    result = run("menus", "check", str(menu.parent))

    assert 1 == result.exit_code
    assert "handlers/__init__.py:1:1: [S023] ModuleNotFoundError" in result.output


def test_pages_are_measured_for_the_channels_of_the_settings(menu: Path) -> None:
    (menu.parent / "config").mkdir()
    (menu.parent / "config" / "gateway.yaml").write_text(
        "name: Small\nnational_region: KE\nchannels:\n  small:\n    provider: simulator\n"
        '    service_code: "*1#"\n    page: {septets: 40}\n',
        "utf-8",
    )

    result = run("menus", "check", str(menu.parent))

    assert "[M062]" in result.output
    assert "channel small" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("menus", "check", "/no/such/folder"),
        ("menus", "check", "--format", "xml"),
        ("menus", "chek"),
        ("menu", "check"),
    ],
)
def test_wrong_usage_exits_with_two(arguments: tuple[str, ...]) -> None:
    assert 2 == run(*arguments).exit_code


@pytest.mark.parametrize("arguments", [("--help",), ("menus", "--help"), ("menus", "check", "-h")])
def test_help_is_there(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)

    assert 0 == result.exit_code
    assert "Usage:" in result.output


def test_help_shows_an_example() -> None:
    assert "$ gateway menus check" in run("menus", "check", "--help").output


def test_every_row_of_the_table_is_a_command_with_help() -> None:
    for name in COMMANDS:
        result = run(name, "--help")

        assert 0 == result.exit_code, (name, result.output, result.exception)


def test_a_check_and_the_help_import_nothing_slow() -> None:
    code = (
        "import sys\n"
        "from gateway.cli.main import main\n"
        "main(['menus', 'check'], standalone_mode=False)\n"
        "main(['--help'], standalone_mode=False)\n"
        f"print('slow:', [name for name in {SLOW!r} if name in sys.modules])\n"
    )

    finished = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"GATEWAY_HOME": str(REPOSITORY), "PATH": ""},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert "slow: []" in finished.stdout, finished.stderr
