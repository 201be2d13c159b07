"""`gateway dial` on channels of every kind: the screen comes in the answer, or in a call."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.gateways import HOME

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


def test_the_channel_of_the_page_on_hsenid_is_dialled(
    loaded: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (HOME / "docs" / "hsenid.md").read_text("utf-8")
    (channel,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "page.yaml").write_text(f"name: A\nnational_region: LK\n{channel}", "utf-8")
    monkeypatch.setenv("GATEWAY_CONFIG", str(tmp_path / "page.yaml"))
    monkeypatch.setenv("TAP_PASSWORD", "invented")

    dialled = loaded("dial", "*141#", "2", "1", "--channel", "mspace", "--language", "en")
    at_once = loaded("dial", "*141*31*10231456#", "--channel", "mspace", "--language", "en")
    texted = loaded("text", "CLINIC", "--channel", "mspace", "--language", "en")

    assert 0 == dialled.exit_code, dialled.output
    assert dialled.stdout.split("---\n")[-1].startswith("CON Candidate number")
    assert at_once.stdout.startswith("CON Year of the exam?")
    assert texted.stdout.startswith("Which region?")


def test_a_screen_never_leaves_the_command_but_by_a_gateway_that_runs(kinds: Run) -> None:
    result = kinds("dial", "*384*2026#", "1", "--channel", "pushed", "--url", "http://127.0.0.1:1")

    assert 0 != result.exit_code
    assert "provider.example" not in result.output
