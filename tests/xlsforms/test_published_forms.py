"""Kinds of forms that other people have published, and how each was met once."""

from __future__ import annotations

from pathlib import Path

from gateway.adapters.xlsforms.workbook import sheets_of
from gateway.domain.xlsforms.form.findings import Findings, Kind
from tests.xlsforms.workbooks import CHOICES, Rows, read, saved, screens_of, survey, told

HEADER = ("type", "name", "label", "required", "calculation")


def test_what_is_worked_out_of_no_expression_is_left_out_and_named(tmp_path: Path) -> None:
    """As the forms of community health workers do it: `../inputs/..` is a path, and no answer."""
    rows = [
        ("text", "a", "A?", "yes"),
        ("calculate", "uuid", "", "", "../inputs/user/contact_id"),
        ("calculate", "by", "", "", "if(${a} = 'x', 1, ${uuid})"),
    ]
    made = read(tmp_path, survey(*rows, header=HEADER))

    assert set(screens_of(made)) >= {"a"}
    assert [spot for spot, _ in told(made.findings, Kind.LEFT_OUT)] == ["survey!E3", "survey!E4"]


def test_questions_of_two_groups_may_have_one_name(tmp_path: Path) -> None:
    rows = [
        ("begin group", "mother", "Mother"), ("text", "name", "Her name?", "yes"), ("end group",),
        ("begin group", "child", "Child"), ("text", "name", "Its name?", "yes"), ("end group",),
    ]  # fmt: skip
    made = read(tmp_path, survey(*rows, header=HEADER))

    assert {"name", "name_2"} <= set(screens_of(made))


def test_a_language_beside_a_column_that_names_none_is_read_once(tmp_path: Path) -> None:
    """As in SurveyCTO's workbooks, whose `label` is that of the default language."""
    sheets: dict[str, Rows] = {
        "survey": [
            ("type", "name", "label:English", "required"),
            ("select_one town", "town", "Which town?", "yes"),
        ],
        "choices": [
            ("list_name", "value", "label", "label:English"),
            ("town", "a", "Amboro", "Amboro Town"),
            ("town", "w", "", "Wendu"),
        ],
        "settings": [("id_string", "form_id", "form_title"), ("towns", "", "Towns")],
    }
    made = read(tmp_path, sheets)

    assert not told(made.findings, Kind.FAULT)
    labels = [line["label"] for line in screens_of(made)["town"]["choice"].values()]
    assert labels[:2] == [{"en": "Amboro"}, {"en": "Wendu"}]


def test_a_form_in_another_language_alone_is_one_fault(tmp_path: Path) -> None:
    rows = [("text", "a", "Wie?", "yes"), ("text", "b", "Wo?", "yes"), ("text", "c", "Was?")]
    sheets = survey(*rows, header=("type", "name", "label::Deutsch (de)", "required"))
    made = read(tmp_path, sheets)

    ((spot, sentence),) = told(made.findings, Kind.FAULT)
    assert spot == "survey row 1"
    assert "in 'Deutsch (de)' alone" in sentence


def test_phones_and_what_sensors_hear_are_known_types(tmp_path: Path) -> None:
    rows = [
        ("tel", "phone", "Your phone?", "yes"),
        ("imei", "imei"),
        ("sensor_stream conversation", "heard"),
        ("audio audit", "audit"),
    ]
    made = read(tmp_path, {**survey(*rows, header=HEADER), "choices": CHOICES})

    assert not told(made.findings, Kind.FAULT)
    assert screens_of(made)["phone"]["input"] == "text"


def test_a_text_of_few_letters_is_kept_as_it_is(tmp_path: Path) -> None:
    header = ("type", "name", "label", "required", "constraint")
    row = ("text", "short", "Short name?", "yes", "string-length(.) <= 10")
    made = read(tmp_path, survey(row, header=header))

    assert made.form["columns"]["short"] == {"room": 10, "personal": True}  # type: ignore[index, call-overload]


def test_a_note_that_shows_only_what_no_screen_asks_is_left_out(tmp_path: Path) -> None:
    rows = [
        ("calculate", "all", "", "", "pulldata('a', 'b', 'c', 'd')"),
        ("note", "shown", "${all}"),
        ("text", "a", "A?", "yes"),
    ]
    made = read(tmp_path, survey(*rows, header=HEADER))

    assert "shown" not in screens_of(made)
    left_out = [sentence for _, sentence in told(made.findings, Kind.LEFT_OUT)]
    assert any("it shows what no screen asks" in each for each in left_out)


def test_a_workbook_is_one_whatever_its_name_says(tmp_path: Path) -> None:
    """Many are saved as .xls by a program that writes those of today."""
    named = saved(tmp_path / "form.xlsx", survey(("text", "a", "A?", "yes"), header=HEADER))
    named = named.rename(named.with_suffix(".xls"))
    found = Findings()

    assert {"survey", "choices"} <= set(sheets_of(named, found))
    assert not found.found


def test_a_question_whose_list_is_not_named_says_where_it_belongs(tmp_path: Path) -> None:
    rows = [("select_one", "a", "A?", "yes"), ("select multiple", "b", "B?", "yes")]
    made = read(tmp_path, survey(*rows, header=HEADER))

    assert [spot for spot, _ in told(made.findings, Kind.FAULT)] == ["survey!A2", "survey!A3"]
    assert all("names no list" in sentence for _, sentence in told(made.findings, Kind.FAULT))


def test_older_words_for_a_place_and_a_moment_are_left_out_and_named(tmp_path: Path) -> None:
    rows = [("text", "a", "A?", "yes"), ("gps", "b", "Where?"), ("date time", "c", "When?")]
    made = read(tmp_path, survey(*rows, header=HEADER))

    assert [spot for spot, _ in told(made.findings, Kind.LEFT_OUT)] == ["survey!A3", "survey!A4"]


def test_a_form_of_odk_x_is_called_by_its_name(tmp_path: Path) -> None:
    """One fault for each sheet, where each of its texts would be one."""
    sheets: dict[str, Rows] = {
        "survey": [
            ("clause", "type", "values_list", "name", "display.prompt.text"),
            ("", "select_one", "town", "town", "Which town?"),
            ("", "assign", "", "sum", ""),
        ],
        "choices": [("choice_list_name", "data_value", "display.title.text"), ("town", "a", "A")],
    }
    faults = told(read(tmp_path, sheets).findings, Kind.FAULT)

    assert [spot for spot, _ in faults] == ["choices row 1", "survey row 1"]
    assert all("ODK-X" in sentence for _, sentence in faults)


def test_two_names_of_one_column_are_read_where_no_row_says_two_things(tmp_path: Path) -> None:
    """As programs write them that fill in a template: `jr:count` beside `repeat_count`."""
    header = ("type", "name", "label", "required", "relevant", "relevance")
    rows = [("integer", "a", "A?", "yes"), ("text", "b", "B?", "yes", "", "${a} > 1")]
    made = read(tmp_path, survey(*rows, header=header))

    assert not told(made.findings, Kind.FAULT)
    assert "a > 1" in str(screens_of(made)["a"]["next"])
