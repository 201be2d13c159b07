"""`gateway menus review`: who has read which text, and what is unread again once it changes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.gateways import HOME


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    """A copy of the menus of the repository."""
    ignored = shutil.ignore_patterns("dialogues", "schemas")
    shutil.copytree(HOME / "menus", tmp_path / "menus", ignore=ignored)
    shutil.copytree(HOME / "datasets", tmp_path / "datasets")
    return tmp_path / "menus"


def review(menus: Path, *words: str) -> Result:
    """Returns what the command says."""
    return CliRunner().invoke(main, ["menus", "review", *words, "--path", str(menus)])


def unread(menus: Path, language: str) -> int:
    """Returns how many texts of a language nobody has read."""
    (row,) = [
        each for each in json.loads(review(menus, "--json").output) if each["language"] == language
    ]
    return int(row["unread"])


def test_what_was_read_is_unread_again_when_it_changes(menus: Path) -> None:
    every = unread(menus, "sw")

    part = review(menus, "sw", "--by", "Asha Musa", "--on", "2026-11-29", "--file", "warnings.yaml")
    left = unread(menus, "sw")
    whole = review(menus, "sw", "--by", "Juma Ali", "--on", "2026-11-30")
    path = menus / "warnings.yaml"
    path.write_text(
        path.read_text("utf-8").replace("Pokea tahadhari", "Pata tahadhari"), encoding="utf-8"
    )
    changed = review(menus, "sw", "--json")

    assert (0, 0) == (part.exit_code, whole.exit_code), part.output + whole.output
    assert 0 < left < every
    assert f"{left} texts in sw noted as read by Juma Ali." in whole.output
    texts = [each["text"] for each in json.loads(changed.output)]
    assert "warnings.yaml:screens.action.choice.1.label" in texts
    assert all(text.startswith("warnings.yaml:") for text in texts)
    lines = (menus / "reviewed" / "sw.tsv").read_text("utf-8").splitlines()
    assert "text\tfingerprint\tday\treader" == lines[0]
    assert {"Asha Musa", "Juma Ali"} == {line.split("\t")[3] for line in lines[1:]}
    assert unread(menus, "fr")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--by", "Asha"), "Name the language"),
        (("sw", "--by", "Asha"), "Say on which day"),
        (("sx",), "'sx' is not a language of main.yaml"),
    ],
)
def test_a_review_that_says_too_little_is_refused(
    menus: Path, words: tuple[str, ...], says: str
) -> None:
    refused = review(menus, *words)

    assert refused.exit_code
    assert says in refused.output


def test_a_line_that_was_broken_is_named(menus: Path) -> None:
    (menus / "reviewed").mkdir()
    (menus / "reviewed" / "sw.tsv").write_text("warnings.yaml:title\tabc\n", encoding="utf-8")

    told = review(menus)

    assert told.exit_code
    assert "sw.tsv:1:1: [M003]" in told.output
