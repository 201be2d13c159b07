"""The command line on a deployment of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.gateways import environment, migrated

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `gateway` with arguments on the reference deployment, its data in a new folder."""
    nowhere = f"unix://{tmp_path}/none.sock"
    for name, value in environment(tmp_path, nowhere).items():
        monkeypatch.setenv(name, value)

    def run_command(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return run_command


@pytest.fixture
def loaded(run: Run, tmp_path: Path) -> Run:
    """The same, with tables made and the sample data loaded."""
    migrated(environment(tmp_path, f"unix://{tmp_path}/none.sock"))
    return run
