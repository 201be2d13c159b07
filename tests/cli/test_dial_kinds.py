"""`gateway dial` on channels of every kind: the screen comes in the answer, or in a call."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

CONFIG = """\
name: Kinds
national_region: KE
channels:
  newest: {provider: simulator, service_code: "*384*2026#", address: "2026", turns: newest}
  pushed:
    provider: simulator
    service_code: "*384*2026#"
    address: "2026"
    turns: newest
    pushes: true
    api_url: https://provider.example
"""


@pytest.fixture
def kinds(loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    config = tmp_path / "kinds.yaml"
    config.write_text(CONFIG, "utf-8")
    monkeypatch.setenv("GATEWAY_CONFIG", str(config))
    return loaded


@pytest.mark.parametrize("channel", ["newest", "pushed"])
def test_a_dialogue_is_printed_screen_by_screen(kinds: Run, channel: str) -> None:
    answers = ("2", "1", "10231456", "2", "03092007")

    result = kinds("dial", "*384*2026#", *answers, "--channel", channel, "--language", "en")

    assert 0 == result.exit_code, result.output
    *_, asked, last = result.stdout.split("---\n")
    assert asked.startswith("CON Date of birth?")
    assert last.startswith("END 10231456 A. M., exam of 2025")


def test_a_screen_never_leaves_the_command_but_by_a_gateway_that_runs(kinds: Run) -> None:
    result = kinds("dial", "*384*2026#", "1", "--channel", "pushed", "--url", "http://127.0.0.1:1")

    assert 0 != result.exit_code
    assert "provider.example" not in result.output
