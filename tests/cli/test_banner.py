"""What `gateway run` proposes to try can be typed as it stands, in any deployment."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.main import main
from gateway.cli.processes.banner import banner
from gateway.deployment.load import load


@pytest.mark.parametrize("languages", ["en", "ar,fr"])
def test_what_it_proposes_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, languages: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_HOME", str(tmp_path / "mine"))
    CliRunner().invoke(main, ["init", "mine", "--languages", languages])
    deployment = load()

    said = banner(deployment, deployment.load_release(), None)

    proposed = re.findall(r"^  gateway (dial|text) (.*) --url \S+$", said, re.MULTILINE)
    assert ["dial", "text"] == [command for command, _ in proposed]
    for command, words in proposed:
        done = CliRunner().invoke(
            main, [command, *shlex.split(words), *(["1"] * (command == "dial"))]
        )
        assert done.exit_code == 0, done.output
        assert "1." in done.output


def test_a_command_that_the_shell_does_not_find_is_shown_with_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_HOME", str(tmp_path / "mine"))
    CliRunner().invoke(main, ["init", "mine"])
    deployment = load()
    monkeypatch.setattr("sys.argv", [".venv/bin/gateway", "run"])
    monkeypatch.setattr("shutil.which", lambda name: None)

    assert "\n  .venv/bin/gateway dial " in banner(deployment, deployment.load_release(), None)


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        ("", "http://127.0.0.1:8384"),
        ("0.0.0.0:9384", "http://127.0.0.1:9384"),
        ("[::1]:1", "http://[::1]:1"),
    ],
)
def test_it_tells_where_health_and_metrics_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metrics: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GATEWAY_HOME", str(tmp_path / "mine"))
    CliRunner().invoke(main, ["init", "mine"])
    monkeypatch.setenv("GATEWAY_METRICS", metrics)
    deployment = load()

    said = banner(deployment, deployment.load_release(), None)

    assert f"  Health      {told}/health/ready\n" in said
    assert f"  Metrics     {told}/metrics\n" in said
