"""A new deployment with the service of docs/forms.md: citizens report wells, and have a case."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from gateway.cli.main import main
from tests.test_docs_forms import block

#: What reaches the service.
CODE = "*384*2026*52#"


def write(home: Path) -> None:
    """Writes it as `gateway init` does, with the two files of the page."""
    made = CliRunner().invoke(main, ["init", str(home), "--languages", "en,sw", "--country", "KE"])
    assert 0 == made.exit_code, made.output
    (home / "forms").mkdir()
    (home / "forms" / "wells.yaml").write_text(block("yaml wells-form"), "utf-8")
    (home / "menus" / "wells.yaml").write_text(block("yaml wells-menu"), "utf-8")
