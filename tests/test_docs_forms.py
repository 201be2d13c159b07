"""The page on forms: its keys are those of the code, and its walk goes as it is written."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.adapters.declared_rows.form_shapes import FormShape
from gateway.cli.main import main
from gateway.domain.handler_contract.form import CLOSED, GONE, STORED

PAGE = (Path(__file__).parents[1] / "docs" / "forms.md").read_text("utf-8")


def block(name: str) -> str:
    """Returns the fenced block with this name."""
    (text,) = re.findall(rf"^```{re.escape(name)}\n(.*?)^```$", PAGE, re.M | re.S)
    return str(text)


def test_every_key_is_explained_as_the_code_does() -> None:
    for name, field in FormShape.model_fields.items():
        needed = " **Needed.**" if field.is_required() else ""
        assert f"| `{field.alias or name}` | {field.description}{needed} |" in PAGE


@pytest.mark.parametrize("outcome", [STORED, CLOSED, GONE])
def test_every_outcome_is_explained(outcome: str) -> None:
    assert f"\n| `{outcome}` | " in PAGE


def test_the_walk_from_a_form_to_a_file_goes_as_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    made = CliRunner().invoke(main, ["init", str(home), "--languages", "en,sw"])
    assert 0 == made.exit_code, made.output
    monkeypatch.chdir(home)
    (home / "forms").mkdir()
    (home / "forms" / "wells.yaml").write_text(block("yaml wells-form"), "utf-8")
    (home / "menus" / "wells.yaml").write_text(block("yaml wells-menu"), "utf-8")
    check, dial, text, export = map(shlex.split, block("sh").splitlines())

    def run(command: list[str], code: int = 0) -> str:
        done = CliRunner().invoke(main, command[1:])
        assert code == done.exit_code, done.output
        return done.output

    assert "No faults" in run(check)
    assert "END Thank you, Asha Musa." in run(dial)
    assert re.search(r"Case \d{3} \d{3} \d{3}: The pump is broken, Kilima", run(text))
    run(["gateway", "migrate"])
    assert "wells: 0 rows written to wells.csv." in run(export)
    header = (home / "wells.csv").read_text("utf-8")
    assert "number,status,opened_at,fault,village,name\n" == header

    form = home / "forms" / "wells.yaml"
    form.write_text(block("yaml wells-post") + form.read_text("utf-8"), "utf-8")
    (home / "menus" / "calls.yaml").write_text(block("yaml wells-call"), "utf-8")
    assert "No faults" in run(check)
    listed, waiting, again = map(shlex.split, block("sh wells-post").splitlines())
    assert "takes each row of wells" in run(listed)
    assert "Every stored row has gone on.\n" == run(waiting)
    assert "0 rows of wells will be posted within seconds.\n" == run(again)
