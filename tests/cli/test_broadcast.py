"""`gateway broadcast`: what operators type, well and badly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

NEW = ("broadcast", "new", "--title", "News", "--text", "en=Dear {name}, come.", "--by", "asha")


def listed(folder: Path, text: str) -> str:
    (folder / "list.csv").write_text(text, "utf-8")
    return str(folder / "list.csv")


@pytest.fixture
def made(run: Run) -> Run:
    """The commands on a database with its tables made."""
    assert 0 == run("migrate").exit_code
    return run


def test_a_list_with_faults_leaves_nothing_behind(made: Run, tmp_path: Path) -> None:
    file = listed(tmp_path, "number,name\n0711,Neema\n0711000003,Ali\n")

    refused = made(*NEW, "--list", file)

    assert 1 == refused.exit_code
    assert "list.csv:2:1: [D029] 'number' is no phone number" in refused.output
    assert "1 fault. Nothing was stored." in refused.output
    assert "No broadcasts.\n" == made("broadcast", "list").output


def test_a_draft_is_checked_and_shown_and_numbers_are_nowhere(made: Run, tmp_path: Path) -> None:
    file = listed(tmp_path, "number,name\n0711000002,Neema\n0711000003,Ali\n0711000003,Ali\n")

    drafted = made(*NEW, "--list", file)
    checked = made("broadcast", "check", "1", "--json")
    shown = made("broadcast", "show", "1")

    assert "2 numbers taken" in drafted.output
    assert "1 stood there more than once" in drafted.output
    document = json.loads(checked.output)
    assert ("checked", 2, "asha") == (
        document["state"], document["estimate"]["recipients"], document["created_by"],
    )  # fmt: skip
    assert "711000002" not in drafted.output + checked.output + shown.output
    assert "Neema" not in drafted.output + checked.output + shown.output
    assert ["checked"] == [
        each["state"] for each in json.loads(made("broadcast", "list", "--json").output)
    ]
    report = json.loads(made("broadcast", "report", "1", "--json").output)
    assert {0} == set(report["outcomes"].values())
    assert "0 %" in made("broadcast", "watch", "1", "--once").output


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["check", "7"], 5, "There is no broadcast 7."),
        (["check", "x"], 2, "'x' is not a valid integer"),
        (["new", "--title", "x", "--text", "en=Hi"], 2, "To whom?"),
        (["new", "--title", "x", "--topic", "a", "--text", "Hi"], 2, "is not of the form en="),
        (["new", "--title", "x", "--topic", "a", "--text", "en=@none.txt"], 2, "cannot be read"),
        (
            ["new", "--title", "x", "--topic", "a", "--text", "en=1", "--text", "en=2"],
            2,
            "two texts in 'en'",
        ),
        (["new", "--title", "x", "--topic", "a", "--text", "xx=Hi"], 5, "no language 'xx'"),
        (
            ["new", "--title", "x", "--to-institution", "--district", "Mbale", "--text", "en=Hi"],
            2,
            "Districts narrow",
        ),
        (
            ["new", "--title", "x", "--topic", "a", "--text", "en=Hi", "--valid-for", "6"],
            2,
            "not a time such as 90m",
        ),
        (["schedule", "7", "--at", "tomorrow"], 2, "not a time such as 2026-12-01 06:30"),
        (["rehearse", "7", "--to", "0711"], 2, "This is no phone number"),
        (["start", "7"], 5, "There is no broadcast 7."),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(
    made: Run, arguments: list[str], code: int, sentence: str
) -> None:
    refused = made("broadcast", *arguments)

    assert (code, True) == (refused.exit_code, sentence in refused.output), refused.output
    assert "Traceback" not in refused.output
