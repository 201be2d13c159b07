"""A form becomes a service: what each kind of question is asked as, and what is told of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.domain.xlsforms.form.findings import Kind
from gateway.domain.xlsforms.plan import MOST_SCREENS
from tests.xlsforms.workbooks import CHOICES, FORM, read, screens_of, survey, told

YES = {"en": "Yes", "sw": "Ndiyo"}


def test_each_question_of_the_clinic_is_asked_in_its_way(tmp_path: Path) -> None:
    made = read(tmp_path, FORM)
    screens = screens_of(made)

    assert [] == told(made.findings, Kind.FAULT)
    assert list(screens) == [
        "hello", "county", "town", "people", "ill", "signs", "signs_other", "since", "visit",
        "water", "happy", "card", "child_name", "child_more_2", "child_name_2", "child_more_3",
        "child_name_3", "remarks", "read_back", "store_it", "done",
    ]  # fmt: skip
    assert screens["town"]["choice"] == {
        "1": {"label": {"en": "Mbale", "sw": "Mbale"}, "value": "mbale",
              "when": "county == 'kilima'"},
        "2": {"label": {"en": "Wendu", "sw": "Wendu"}, "value": "wendu",
              "when": "county == 'kilima'"},
        "3": {"label": {"en": "Amboro", "sw": "Amboro"}, "value": "amboro",
              "when": "county == 'mtoni'"},
    }  # fmt: skip
    assert screens["people"] == {
        "text": {"en": "How many people live with you?", "sw": "Mnaishi watu wangapi?"},
        "input": "integer", "min": 1, "max": 30, "next": "ill",
    }  # fmt: skip
    several = screens["signs"]["choice"]
    assert isinstance(several, dict)
    assert [line["value"] for line in several["several"].values()] == [
        "fever", "cough", "rash", "other",
    ]  # fmt: skip
    assert screens["since"]["holds"] == "since <= today"
    assert screens["since"]["complaint"] == {"en": "Not in the future.", "sw": "Si siku zijazo."}
    assert screens["since"]["text"] == {
        "en": "Ill since which day?\nDay, month and year",
        "sw": "Tangu siku gani?",
    }
    assert (screens["visit"]["input"], screens["visit"]["skip"]) == ("time", "99")
    assert (screens["water"]["max"], screens["water"]["holds"]) == (
        501,
        "water > 0 and water <= 500.5",
    )
    assert (screens["happy"]["min"], screens["happy"]["max"]) == (1, 5)
    assert (screens["card"]["input"], screens["card"]["length"]) == ("digits", 6)
    assert screens["store_it"] == {"store": "tried", "outcomes": {"stored": "done"}}


def test_what_is_asked_of_some_only_is_passed_by_the_others(tmp_path: Path) -> None:
    screens = screens_of(read(tmp_path, FORM))
    urgent = "(1 if count(signs) >= 2 and people > 5 else 0) > 0"

    assert screens["ill"]["next"] == [
        {"when": "ill == 'yes'", "goto": "signs"},
        {"when": urgent, "goto": "visit"},
        {"goto": "water"},
    ]
    several = screens["signs"]["choice"]
    assert isinstance(several, dict)
    assert several["next"] == [
        {"when": "ill == 'yes' and has(signs, 'other')", "goto": "signs_other"},
        {"goto": "since"},
    ]
    assert screens["signs_other"]["next"] == [
        {"when": "ill == 'yes'", "goto": "since"},
        {"when": urgent, "goto": "visit"},
        {"goto": "water"},
    ]
    assert screens["card"]["next"] == [
        {"when": "people > 1", "goto": "child_name"},
        {"goto": "remarks"},
    ]
    assert screens["child_more_2"]["next"] == [
        {"when": "people > 1 and child_more_2 == 'yes'", "goto": "child_name_2"},
        {"goto": "remarks"},
    ]


def test_what_is_kept_has_a_column_for_each_answer(tmp_path: Path) -> None:
    columns = read(tmp_path, FORM).form["columns"]

    assert isinstance(columns, dict)
    assert columns["county"] == {"kind": "one_of", "codes": ["kilima", "mtoni"]}
    assert columns["people"] == {"kind": "whole_number", "minimum": 0, "maximum": 30}
    assert columns["signs"] == {"room": 22, "empty": "allowed"}
    assert columns["since"] == {"kind": "day", "empty": "allowed"}
    assert columns["child_name_2"] == {
        "kind": "prose", "room": 160, "personal": True, "empty": "allowed",
    }  # fmt: skip
    assert "hello" not in columns
    assert "child_more_2" not in columns


@pytest.mark.parametrize("required", ["yes", ""])
def test_a_day_is_shown_as_its_reader_writes_days(required: str, tmp_path: Path) -> None:
    screens = screens_of(
        read(
            tmp_path,
            survey(
                ("date", "born", "Born on?", required),
                ("time", "at", "At what time?", "yes"),
                ("note", "told", "Born on ${born}, at ${at}"),
            ),
        )
    )

    text = {"en": "Born on {born|date}, at {at}"}
    assert text == screens["told"]["text"]
    shown = "Born on? {born|date}" if required else "{born|date}"
    read_back = screens["read_back"]["text"]
    assert isinstance(read_back, dict)
    assert read_back["en"].splitlines()[1:] == [shown, "At what time? {at}"]


def test_a_required_town_cannot_be_skipped_where_each_county_has_one(tmp_path: Path) -> None:
    made = read(tmp_path, FORM)

    assert [] == [s for _, s in told(made.findings, Kind.DECIDE) if "skips it" in s]
    columns = made.form["columns"]
    assert isinstance(columns, dict)
    assert {"kind": "one_of", "codes": ["mbale", "wendu", "amboro"]} == columns["town"]


def test_a_filtered_list_that_may_have_no_line_is_said_to_be_skipped(tmp_path: Path) -> None:
    without = [*CHOICES, ("county", "pwani", "Pwani", "Pwani")]  # and no town in it
    decide = told(read(tmp_path, {**FORM, "choices": without}).findings, Kind.DECIDE)

    assert [("survey!M5", "'town' is required, and 99 skips it all the same: its filter may")] == [
        (spot, sentence.partition(" leave")[0]) for spot, sentence in decide if "skips" in sentence
    ]


def test_what_a_phone_cannot_ask_is_named_with_its_row(tmp_path: Path) -> None:
    left_out = told(read(tmp_path, FORM).findings, Kind.LEFT_OUT)

    assert [spot for spot, _ in left_out] == ["survey!A20", "survey!A21"]
    assert "'place' (geopoint) is left out: a phone with keys knows no place" in left_out[0][1]
    assert "'photo' (image) is left out" in left_out[1][1]


def test_what_a_form_works_out_is_kept_as_a_column(tmp_path: Path) -> None:
    columns = read(tmp_path, FORM).form["columns"]
    assert isinstance(columns, dict)

    assert columns["urgent"] == {
        "kind": "amount", "places": 4, "minimum": -999_999_999, "room": 18,
        "calculated": "1 if count(signs) >= 2 and people > 5 else 0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("calculation", "calculated", "is_number", "is_personal"),
    [
        ("${a} * 2", "a * 2", True, False),
        ("${a} div ${b}", "a / b", True, False),
        ("round(${a} div ${b}, 2)", "round(a / b, 2)", True, False),
        ("if(${a} > 5, 'many', 'few')", "'many' if a > 5 else 'few'", False, False),
        ("if(${a} > 5, ${b}, '')", "b if a > 5 else ''", True, False),
        ("concat(${who}, '-', ${a})", "join(who, join('-', a))", False, True),
        ("${twice} + 1", "a * 2 + 1", True, False),
        ("today()", "today", False, False),
        ("if(selected(${c}, 'yes'), 1, 0)", "1 if c == 'yes' else 0", True, False),
    ],
)
def test_a_calculation_becomes_an_expression_of_columns(
    calculation: str, calculated: str, is_number: bool, is_personal: bool, tmp_path: Path
) -> None:
    """Also where it stands before the questions of which it speaks."""
    made = read(
        tmp_path,
        survey(
            ("calculate", "out", "", "", "", "", calculation),
            ("calculate", "twice", "", "", "", "", "${a} * 2"),
            ("integer", "a", "A?", "yes", "", ". > 0 and . < 9"),
            ("integer", "b", "B?", "yes", "", ". > 0 and . < 9"),
            ("select_one yes_no", "c", "C?", "yes"),
            ("text", "who", "Who?", "yes"),
            header=("type", "name", "label", "required", "relevant", "constraint", "calculation"),
        ),
    )
    columns = made.form["columns"]
    assert isinstance(columns, dict)

    assert columns["out"]["calculated"] == calculated
    assert ("amount" == columns["out"].get("kind")) is is_number
    assert columns["out"].get("personal", False) is is_personal
    assert [] == told(made.findings, Kind.LEFT_OUT)


@pytest.mark.parametrize(
    ("calculation", "says"),
    [
        ("pulldata('a', 'b', 'c', ${a})", "conditions have no `pulldata()`"),
        ("${out} + 1", "worked out of itself"),
        ("", "worked out of nothing"),
        ("uuid()", "conditions have no `uuid()`"),
        ("position(..)", "not expected there"),
    ],
)
def test_what_cannot_be_worked_out_is_left_out_and_named(
    calculation: str, says: str, tmp_path: Path
) -> None:
    made = read(
        tmp_path,
        survey(
            ("integer", "a", "A?", "yes", "", ". > 0 and . < 9"),
            ("calculate", "out", "", "", "", "", calculation),
            header=("type", "name", "label", "required", "relevant", "constraint", "calculation"),
        ),
    )

    assert "out" not in made.form["columns"]  # type: ignore[operator]
    ((_, sentence),) = told(made.findings, Kind.LEFT_OUT)
    assert says in sentence
    assert sentence.startswith("'out' is not stored: ")


@pytest.mark.parametrize(
    ("row", "place", "says"),
    [
        (("integer", "n", "How many?", "yes"), "survey!A2", "'n' may be 0. 0 is the key for back"),
        (("range", "n", "How many?", "yes", "", ". < 2.5"), "", ""),
        (
            ("text", "n", "Which?", "yes", "pulldata('a', 'b', 'c', 'd') = 1"),
            "survey!E2",
            "conditions have no `pulldata()`. 'n' is asked of everybody",
        ),
        (
            ("text", "n", "Which?", "yes", "", "regex(., '[a-z]+@.*')"),
            "survey!F2",
            "conditions have no `regex()`. Any answer of the kind is taken",
        ),
        (
            ("select_one county", "n", "Which?", "yes", "", ". != 'mtoni'"),
            "survey!F2",
            "a choice has no `holds`",
        ),
        (("text", "n", "What of ${m}?", "yes"), "survey!C2", "shows ${m}, which no screen before"),
    ],
)
def test_what_a_person_must_decide_is_named_with_its_cell(
    row: tuple[str, ...], place: str, says: str, tmp_path: Path
) -> None:
    made = read(tmp_path, survey(row, ("text", "m", "More?", "yes")))

    decide = told(made.findings, Kind.DECIDE)
    assert screens_of(made)
    assert not place or any(spot == place and says in sentence for spot, sentence in decide), decide


@pytest.mark.parametrize(
    ("row", "place", "says"),
    [
        (("txet", "n", "Which?"), "survey!A2", "'txet' is no type of a question. Did you mean"),
        (("", "n", "Which?"), "survey!A2", "The row has no type"),
        (("text", "", "Which?"), "survey!B2", "The row has no name"),
        (("text", "two words", "Which?"), "survey!B2", "'two words' is no name"),
        (("text", "n", ""), "survey!C2", "'n' has no label"),
        (("text", "m", "Which?"), "survey!B3", "'m' is asked in row 2 already"),
        (("select_one conty", "n", "Which?"), "survey!A2", "no list 'conty'. Did you mean"),
        (("text", "n", "Which?", "", "${nn} = 1"), "survey!E2", "The form has no 'nn'."),
        (("begin group", "g", "Group"), "survey!A2", "The group 'g' never ends"),
        (("end group",), "survey!A2", "No group is open here"),
        (("integer", "n", "How many?", "", "", ". > 5 and . < 3"), "survey!F2", "No number fits"),
        (("text", "n", "long " * 500), "survey!C2", "letters, 579 more than can be said"),
        (("text", "n", "=1+1"), "survey!C2", "The cell holds a formula"),
        (("range", "n", "How many?"), "", ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_cell(
    row: tuple[str, ...], place: str, says: str, tmp_path: Path
) -> None:
    made = read(tmp_path, survey(row, ("text", "m", "More?", "yes")))

    faults = told(made.findings, Kind.FAULT)
    if not place:
        assert faults == []
        return
    assert made.service == {}
    assert any(spot == place and says in sentence for spot, sentence in faults), faults


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    rows = [("txet", "a", "A?"), ("text", "b b", "B?"), ("select_one nothing", "c", "C?")]
    header = ("type", "name", "label", "label")
    made = read(tmp_path, survey(*rows, header=header))

    assert [spot for spot, _ in told(made.findings, Kind.FAULT)] == [
        "survey!D1", "survey!A2", "survey!B3", "survey!A4",
    ]  # fmt: skip


def test_a_form_that_asks_too_much_is_no_dialogue(tmp_path: Path) -> None:
    rows = [("text", f"q{number}", "Which?") for number in range(MOST_SCREENS + 1)]
    made = read(tmp_path, survey(*rows))

    assert made.service == {}
    assert "121 screens, and 120 at most" in told(made.findings, Kind.FAULT)[0][1]


def test_a_form_that_needs_nothing_needs_its_first_answer(tmp_path: Path) -> None:
    made = read(tmp_path, survey(("text", "a", "A?"), ("text", "b", "B?")))
    screens, columns = screens_of(made), made.form["columns"]

    assert "skip" not in screens["a"]
    assert "skip" in screens["b"]
    assert isinstance(columns, dict)
    assert ("empty" in columns["a"], "empty" in columns["b"]) == (False, True)


@pytest.mark.parametrize(
    ("count", "screens"),
    [
        ("2", ["n", "c", "c_2"]),
        ("9", ["n", "c", "c_2", "c_3"]),
        ("${n}", ["n", "c", "c_2", "c_3"]),
        ("", ["n", "c", "g_more_2", "c_2", "g_more_3", "c_3"]),
    ],
)
def test_a_repeat_is_asked_so_often_at_most(count: str, screens: list[str], tmp_path: Path) -> None:
    header = ("type", "name", "label", "required", "constraint", "repeat_count")
    made = read(
        tmp_path,
        survey(
            ("integer", "n", "How many?", "yes", ". > 0"),
            ("begin repeat", "g", "Child", "", "", count),
            ("text", "c", "Name?", "yes"),
            ("end repeat",),
            header=header,
        ),
    )

    found = screens_of(made)
    assert list(found)[: len(screens)] == screens
    if count == "${n}":
        assert found["c"]["next"] == [{"when": "n >= 2", "goto": "c_2"},
                                      {"when": "n >= 3", "goto": "c_3"},
                                      {"goto": "read_back"}]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "codes"),
    [
        ("label::English (en)", {"en"}),
        ("label::Swahili", {"sw"}),
        ("label::Kiswahili", {"sw"}),
        ("Label:English", {"en"}),
        ("label", {"en"}),
        ("caption", {"en"}),
        ("label::sw", {"sw"}),
    ],
)
def test_a_column_of_texts_says_its_language(header: str, codes: set[str], tmp_path: Path) -> None:
    made = read(
        tmp_path, survey(("text", "a", "A?", "yes"), header=("type", "name", header, "required"))
    )

    assert screens_of(made)["a"]["text"] == dict.fromkeys(codes, "A?")


def test_a_language_that_nobody_speaks_is_left_out(tmp_path: Path) -> None:
    header = ("type", "name", "label::English (en)", "label::Igbo (ig)", "hint::Igbo (ig)")
    made = read(tmp_path, survey(("text", "a", "A?", "B?", "C?"), header=header))

    assert screens_of(made)["a"]["text"] == {"en": "A?"}
    assert [spot for spot, _ in told(made.findings, Kind.LEFT_OUT)] == ["survey!D1"]


def test_names_become_those_of_a_menu(tmp_path: Path) -> None:
    rows = [("text", name, f"{name}?", "yes") for name in ("HH.Size", "hh_size", "class", "today")]
    made = read(tmp_path, survey(*rows, ("text", "z", "Z?", "", "${HH.Size} = ${class}")))

    assert list(screens_of(made))[:4] == ["hh_size", "hh_size_2", "q_class", "q_today"]


def test_texts_lose_their_mark_up_and_keep_their_braces(tmp_path: Path) -> None:
    rows = [
        ("text", "a", "# **Dear** <b>friend</b>, {now} [see](https://x.org)", "yes"),
        ("text", "b", "Why ${a}?", "yes"),
    ]
    screens = screens_of(read(tmp_path, survey(*rows)))

    assert screens["a"]["text"] == {"en": "Dear friend , {{now}} see"}
    assert screens["b"]["text"] == {"en": "Why {a}?"}


def test_names_with_spaces_are_kept_and_of_several_lines_written_with_an_underscore(
    tmp_path: Path,
) -> None:
    """So a form of the OpenStreetMap community has them: `cattle grid`, `Mo-Sa 08:00-18:00`."""
    barriers = [*CHOICES, ("barrier", "cattle grid", "Grid"), ("barrier", "gate", "Gate")]
    made = read(
        tmp_path,
        {
            **survey(
                ("select_one barrier", "first", "Which one?", "yes"),
                ("text", "why", "Why?", "yes", "${first} = 'cattle grid'"),
                ("select_multiple barrier", "all", "Which ones?", "yes"),
            ),
            "choices": barriers,
        },
    )
    columns = made.form["columns"]
    assert isinstance(columns, dict)

    assert {"kind": "one_of", "codes": ["cattle grid", "gate"]} == columns["first"]
    assert screens_of(made)["first"]["next"] == [
        {"when": "first == 'cattle grid'", "goto": "why"}, {"goto": "all"},
    ]  # fmt: skip
    assert "cattle_grid" in str(screens_of(made)["all"])
    assert [("survey!A4", "Of 'all' several lines are kept with spaces")] == [
        (spot, sentence[:43]) for spot, sentence in told(made.findings, Kind.DECIDE)
        if "spaces" in sentence
    ]  # fmt: skip


def test_notes_and_groups_need_no_name(tmp_path: Path) -> None:
    made = read(
        tmp_path,
        survey(
            ("note", "", "Welcome."),
            ("begin group", "", "Household"),
            ("integer", "people", "How many?", "yes", "", ". > 0 and . < 9"),
            ("end group",),
        ),
    )

    assert [] == told(made.findings, Kind.FAULT)
    assert [*screens_of(made)][:2] == ["row_2", "people"]
