"""`gateway consents`: what people take in, well and badly, and what they may see."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

HEAD = "number,topic,state,day,evidence\n"
ASHA = "0711000001,warnings,{state},{day},form 12\n"


@pytest.fixture
def made(run: Run) -> Run:
    """The commands on a database with its tables made."""
    assert 0 == run("migrate").exit_code
    return run


def listed(folder: Path, *rows: str) -> str:
    (folder / "list.csv").write_text(HEAD + "".join(rows), "utf-8")
    return str(folder / "list.csv")


def states(made: Run, number: str = "0711000001") -> dict[str, str]:
    """Returns how the consents of a number stand, by topic."""
    shown = json.loads(made("consents", "show", number, "--json").stdout)
    return {each["topic"]: each["state"] for each in shown["stands"]}


def taken(made: Run, folder: Path, *rows: str) -> dict[str, int]:
    done = made("consents", "import", listed(folder, *rows), "--by", "ruth", "--json")
    assert 0 == done.exit_code, done.output
    counts: dict[str, int] = json.loads(done.stdout)
    return counts


@pytest.mark.parametrize(
    ("row", "place", "sentence"),
    [
        ("0711,warnings,opted_in,2020-11-02,x\n", "2:1", "is no phone number"),
        ("0711000001,warnigs,opted_in,2020-11-02,x\n", "2:2", "Did you mean 'warnings'?"),
        ("0711000001,warnings,yes,2020-11-02,x\n", "2:3", "is not one of: opted_in, opted_out"),
        ("0711000001,warnings,opted_in,2999-11-02,x\n", "2:4", "still to come"),
        ("0711000001,warnings,opted_in,2.11.2020,x\n", "2:4", "not a date"),
        ("0711000001,warnings,opted_in,2020-11-02T25:00,x\n", "2:4", "not a date"),
        ("0711000001,warnings,opted_in,2020-11-02,\n", "2:5", "is empty"),
        ("0711000001,*,opted_in,2020-11-02,x\n", "2:1", "cannot take a STOP back"),
        ("0711000001,*health,opted_in,2020-11-02,x\n", "2:1", "cannot take a STOP back"),
        ("0711000001,*helth,opted_out,2020-11-02,x\n", "2:2", "is no topic"),
    ],
)
def test_each_bad_row_is_named_and_nothing_is_half_stored(
    made: Run, tmp_path: Path, row: str, place: str, sentence: str
) -> None:
    good = ASHA.format(state="opted_in", day="2020-11-02")

    refused = made("consents", "import", listed(tmp_path, row, good))

    assert 1 == refused.exit_code, refused.output
    assert f"list.csv:{place}: " in refused.output
    assert sentence in refused.output
    assert "Nothing was stored." in refused.output
    assert {} == states(made)


def test_an_import_never_overrules_a_stop_that_was_said_later(made: Run, tmp_path: Path) -> None:
    early = ASHA.format(state="opted_in", day="2020-03-01")
    assert {"consents": 1, "overruled": 0} == taken(made, tmp_path, early)
    stop = made("consents", "stop", "0711000001", "--topic", "warnings", "--reason", "by phone")
    assert 0 == stop.exit_code, stop.output

    later = ASHA.format(state="opted_in", day="2020-04-01")
    assert {"consents": 1, "overruled": 1} == taken(made, tmp_path, later)
    assert {"warnings": "opted_out"} == states(made)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["agreed first", "refused first"])
def test_of_one_day_the_refusal_stands(made: Run, tmp_path: Path, order: tuple[int, ...]) -> None:
    rows = [ASHA.format(state=each, day="2020-03-01") for each in ("opted_in", "opted_out")]

    taken(made, tmp_path, *(rows[each] for each in order))

    assert {"warnings": "opted_out"} == states(made)


def test_a_moment_is_taken_as_it_is(made: Run, tmp_path: Path) -> None:
    taken(
        made,
        tmp_path,
        ASHA.format(state="opted_out", day="2020-03-01T10:00+03:00"),
        ASHA.format(state="opted_in", day="2020-03-01T12:00+03:00"),
    )

    assert {"warnings": "opted_in"} == states(made)


def test_the_same_list_again_changes_nothing_and_proves_nothing_twice(
    made: Run, tmp_path: Path
) -> None:
    row = ASHA.format(state="opted_in", day="2020-03-01")
    taken(made, tmp_path, row)
    taken(made, tmp_path, row)

    shown = json.loads(made("consents", "show", "0711000001", "--json").stdout)
    assert 1 == len(shown["said"])


def test_what_one_gateway_exports_another_takes_in(made: Run, tmp_path: Path) -> None:
    """A STOP to an institution is taken; that no STOP of everything stands changes nothing."""
    taken(made, tmp_path, ASHA.format(state="opted_out", day="2020-03-01"))
    said = "2020-03-02T10:00:00+00:00,export: sms"
    exported = (
        f"0711000002,*health,opted_out,{said} stop\n",
        f"0711000001,*,opted_in,{said} start\n",
        f"0711000001,*health,opted_in,{said} start\n",
    )
    assert {"consents": 1, "overruled": 0} == taken(made, tmp_path, *exported)
    assert {"*health": "opted_out"} == states(made, "0711000002")
    assert {"warnings": "opted_out"} == states(made)

    file = str(tmp_path / "all.csv")
    written = made("consents", "export", file, "--reason", "to another gateway", "--by", "ruth")
    assert 0 == written.exit_code, written.output
    again = made("consents", "import", file, "--by", "ruth", "--json")
    assert {"consents": 2, "overruled": 0} == json.loads(again.stdout)


def test_words_are_shown_for_a_reason_that_is_recorded(made: Run, tmp_path: Path) -> None:
    taken(made, tmp_path, ASHA.format(state="opted_in", day="2020-03-01"))

    hidden = made("consents", "show", "0711000001").output
    shown = made("consents", "show", "0711000001", "--reveal", "the citizen asks").output

    assert ("form 12" in hidden, "form 12" in shown) == (False, True)
    assert "711000001" not in hidden + made("consents", "list").output
    audit = made("audit", "list").output
    assert "consents of one number" in audit
    assert "the citizen asks" in audit


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("show", "0711"), 2, "Neither in use"),
        (("show", "0711000001", "--reveal", " "), 5, "Say why"),
        (("import", "nowhere.csv"), 2, "does not exist"),
        (("stop", "0711000001"), 2, "--reason"),
        (("stop", "0711000001", "--reason", "x", "--topic", "wrnings"), 2, "Did you mean"),
        (("export", "a.txt", "--reason", "x"), 2, ".csv or .jsonl"),
        (("list", "--since", "yesterday"), 2, "no day such as"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(
    made: Run, arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    told = made("consents", *arguments)

    assert (code, True) == (told.exit_code, sentence in told.output), told.output


def test_roles_bound_who_takes_in_and_who_sees(made: Run, tmp_path: Path) -> None:
    add = ("people", "add")
    made(*add, "adam", "--role", "administrator", "--everywhere", "--by", "adam")
    made(*add, "hana", "--role", "help_desk", "--institution", "health", "--by", "adam")
    made(*add, "ruth", "--role", "administrator", "--institution", "health", "--by", "adam")
    row = listed(tmp_path, ASHA.format(state="opted_in", day="2020-03-01"))

    for by, code in (("hana", 5), ("ruth", 5), ("adam", 0)):
        assert code == made("consents", "import", row, "--by", by).exit_code, by
    stop = ("consents", "stop", "0711000001", "--reason", "by phone", "--by")
    assert (5, 5) == (made(*stop, "hana").exit_code, made(*stop, "ruth").exit_code)
    assert [] == json.loads(made("consents", "list", "--json", "--by", "hana").stdout)
    assert 1 == len(json.loads(made("consents", "list", "--json", "--by", "adam").stdout))
