"""The cases of presets are run as their files say; what is otherwise is told with its line."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from gateway.adapters.providers.http.cases.run_cases import run_cases
from gateway.domain.faults_and_errors.errors import FilesInvalid, Refused
from tests.providers.presets import NAMES, TABLES
from tests.providers.test_adding_a_preset import FILES, written

PARTS = ("cases", "pages", "answers")
CASES = FILES["config/providers/cases/pelican.yaml"]


def number_in(table: dict[str, Any]) -> int:
    return sum(len(table.get(part, ())) for part in PARTS) + len(
        {"request", "acknowledged"} & set(table)
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_cases_of_a_preset_come_to_what_they_say(name: str) -> None:
    ran = run_cases(None, name, None)

    assert [] == [(case.label, case.wrong) for case in ran if case.wrong]
    assert number_in(TABLES[name]) == len(ran)
    assert all(case.line for case in ran)


def otherwise(table: dict[str, Any]) -> dict[str, Any]:
    """Returns a table in which everything that is expected is another."""
    table = copy.deepcopy(table)
    for case in table.get("cases", ()):
        for name in ("expect", "expect_sms", "expect_report"):
            if name in case:
                case[name] = dict(changed(case[name]))
        if "each" in case:
            case["each"] = [dict(changed(each)) for each in case["each"] or [{"text": "one"}]]
        if "rejected" in case:
            case["rejected"] = "another"
    for page in table.get("pages", ()):
        page["ends" if "ends" in page else "goes_on"] = "another page"
    for answer in table.get("answers", ()):
        answer["accepted" if "accepted" in answer else "failed"] = "another"
    if "request" in table:
        table["request"]["url"] += "/another"
    if "acknowledged" in table:
        table["acknowledged"] = "another"
    return table


def changed(expected: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yields the fields with the first one changed that is a plain text."""
    done = False
    for key, value in expected.items():
        if not done and key in ("session_id", "provider_ref", "text", "detail", "rejected"):
            done = True
            value = f"{value} else"
        yield key, value
    if not done:
        yield "status", "expired"


@pytest.mark.parametrize("name", NAMES)
def test_no_case_that_says_something_else_is_found_right(name: str, tmp_path: Path) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(yaml.safe_dump(otherwise(TABLES[name]), allow_unicode=True), "utf-8")

    assert [] == [case.label for case in run_cases(None, name, file) if not case.wrong]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  rejected: origin_unproven\n", "", "24:10: [S033] Say what it becomes, in one way"),
        ("  rejected: origin_unproven", "  expect: {}\n  rejected: malformed", "[S033] Say what"),
        ("route: delivery", "route: reports", "Expected one of"),
        ("  expect: {provider_ref: m1", "  exepct: {provider_ref: m1", "Did you mean 'expect'?"),
        ("- label: a citizen texts\n  ", "- ", "Key 'label' is missing here."),
        ("cases:\n", "cases: [\n", "["),
        (CASES, "channel: {}\n", "[S033] There is no case in it."),
    ],
)
def test_what_is_wrong_with_a_case_file_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert old in CASES
    file = tmp_path / "cases.yaml"
    file.write_text(CASES.replace(old, new, 1), "utf-8")

    with pytest.raises(FilesInvalid) as caught:
        run_cases(written(tmp_path / "home"), "pelican", file)

    assert says in str(caught.value)
    assert all(fault.line for fault in caught.value.faults)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "text: WATER & more}\n- label: a l",
            "text: WATER}\n- label: a l",
            '"WATER", it is',
        ),
        ('subscriber: "+254711000001", to:', 'subscriber: "+254711000002", to:', "subscriber:"),
        ("status: delivered", "status: landed", "the case says what no such request becomes"),
        ("alone: [true", "alon: [true", "the case says what no such request becomes"),
        ("rejected: malformed", "expect: {session_id: s1}", "expected one that is taken"),
        ("state: new, step: 1", "state: gone, step: 1", "expected UssdTurn, read UssdEnd"),
    ],
)
def test_what_a_case_came_to_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    assert old in CASES
    file = tmp_path / "cases.yaml"
    file.write_text(CASES.replace(old, new, 1), "utf-8")

    wrong = [case for case in run_cases(written(tmp_path / "home"), "pelican", file) if case.wrong]

    assert says in "\n".join(each for case in wrong for each in case.wrong)
    assert [1] == [len(case.wrong) for case in wrong]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("secrets: {token: a-token}", "secrets: {}", "The preset asks for `token`"),
        ("country: KE", "country: Kenya", "country"),
    ],
)
def test_a_channel_that_does_not_fit_is_told(tmp_path: Path, old: str, new: str, says: str) -> None:
    file = tmp_path / "cases.yaml"
    file.write_text(CASES.replace(old, new, 1), "utf-8")

    with pytest.raises(Refused) as caught:
        run_cases(written(tmp_path / "home"), "pelican", file)

    assert says in str(caught.value)
    assert "a-token" not in str(caught.value)
