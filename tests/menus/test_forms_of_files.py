"""Files of a menu as forms: all that stands in them can be reached, and changed by filling in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path as FilePath

import pytest

from gateway.adapters.menu_files.forms.cards import Around, form_of, languages_of
from gateway.adapters.menu_files.forms.fields import (
    FileForm,
    FormField,
    GroupField,
    Sort,
    TextField,
    ValueField,
    YamlField,
    key_of,
)
from gateway.adapters.menu_files.forms.filled_in import changes_of
from gateway.adapters.menu_files.forms.references import rename_screen
from gateway.adapters.menu_files.load import parsed
from gateway.adapters.menu_files.trial_copy import copied
from gateway.adapters.yaml.documents import Tree, parse
from gateway.adapters.yaml.edit_in_place import NotEditable
from gateway.adapters.yaml.edits.apply import apply
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.menu.edits import Conflict, Edit, Put, Remove, Replace, SetText

HOME = FilePath(__file__).parents[2]
MENUS = HOME / "menus"
FILES = {path.name: path.read_text("utf-8") for path in sorted(MENUS.glob("*.yaml"))}
AROUND = Around(languages=languages_of(FILES["main.yaml"]), services=("health", "water"))


def form(name: str, text: str | None = None) -> FileForm:
    """Returns the form of a file of the sample, or of another text."""
    return form_of(name, FILES[name] if text is None else text, AROUND)


def fields_of(fields: Sequence[FormField]) -> Iterator[FormField]:
    """Yields fields with those within."""
    for field in fields:
        yield field
        if isinstance(field, GroupField):
            yield from fields_of(field.fields)


def of_form(made: FileForm) -> list[FormField]:
    """Returns all fields of a form."""
    return [field for card in made.cards for field in fields_of(card.fields)]


def reached(made: FileForm) -> tuple[set[Path], set[Path]]:
    """Returns the paths that can be changed in a form, and those left to the YAML."""
    there: set[Path] = set()
    in_yaml: set[Path] = set()
    for field in of_form(made):
        if isinstance(field, TextField) and field.shared is None:
            there |= {(*field.path, code) for code, text in field.by_language.items() if text}
        elif isinstance(field, TextField | ValueField):
            there.add(field.path)
        elif isinstance(field, YamlField):
            in_yaml.add(field.path)
    return there, in_yaml


def leaves(tree: Tree, path: Path = ()) -> Iterator[Path]:
    """Yields where texts, and lists of texts, stand."""
    if isinstance(tree, str) or (
        isinstance(tree, list) and all(isinstance(each, str) for each in tree)
    ):
        yield path
        return
    for name, each in tree.items() if isinstance(tree, dict) else enumerate(tree):
        yield from leaves(each, (*path, str(name)))


@pytest.mark.parametrize("name", FILES)
def test_all_that_stands_in_a_file_is_in_its_form_or_has_its_lines(name: str) -> None:
    there, in_yaml = reached(form(name))
    all_there = set(leaves(parse(FILES[name].encode(), name, "M").tree))

    left = {path for path in all_there - there if not any(path[: len(y)] == y for y in in_yaml)}
    assert left == set()
    assert len(in_yaml) <= 2, "a form leaves little to the YAML"


def test_what_is_left_to_the_yaml_says_its_lines() -> None:
    (field, _) = (
        each for each in of_form(form("water_survey.yaml")) if isinstance(each, YamlField)
    )
    lines = FILES["water_survey.yaml"].splitlines()[field.line - 1 : field.last_line]

    assert lines[0].strip() == "next:"
    assert all("goto" in line for line in lines[1:])


@pytest.mark.parametrize("name", FILES)
def test_a_form_that_nobody_has_touched_changes_nothing(name: str) -> None:
    made = form(name)
    as_read = as_filled_in(made)

    assert changes_of(made, as_read, as_read).edits == []
    sent = {key: value.replace("\n", "\r\n") for key, value in as_read.items()}
    assert changes_of(made, sent, as_read) == changes_of(made, as_read, as_read)


def as_filled_in(made: FileForm) -> dict[str, str]:
    """Returns what a browser has in the inputs of a form."""
    found: dict[str, str] = {}
    for field in of_form(made):
        if isinstance(field, ValueField):
            found[key_of(field.path)] = field.value
        elif isinstance(field, TextField) and field.shared is not None:
            found[key_of(field.path)] = field.shared
        elif isinstance(field, TextField):
            found |= {key_of((*field.path, c)): text for c, text in field.by_language.items()}
    return found


SERVICE = """\
service: water
title: {en: Water, sw: Maji}
keywords: {en: [WATER, TAP]}
screens:
  ask:
    text: {en: Which?}
    choice:
      1: {label: "2024", next: show}
      2: {label: {en: Two}, next: show, when: "language == 'en'"}
  show:
    end: {en: "{ask} it is", sw: "Ni {ask}"}
    says: [ask]
    sms: true
"""


@pytest.mark.parametrize(
    ("key", "mine", "edit"),
    [
        ("title/en", "Taps", SetText(path=("title", "en"), text="Taps")),
        ("title/fr", "Eau", SetText(path=("title", "fr"), text="Eau")),
        ("title/sw", "", Remove(path=("title", "sw"))),
        ("title/sw", " \r\n", Remove(path=("title", "sw"))),
        ("keywords/en", "WATER, TAPS,", Replace(path=("keywords", "en"), value=["WATER", "TAPS"])),
        ("keywords/sw", "MAJI", Put(path=("keywords", "sw"), value=["MAJI"])),
        ("keywords/en", "", Remove(path=("keywords", "en"))),
        (
            "screens/ask/choice/1/label",
            "2025",
            SetText(path=("screens", "ask", "choice", "1", "label"), text="2025"),
        ),
        (
            "screens/show/says",
            "ask، x",
            Replace(path=("screens", "show", "says"), value=["ask", "x"]),
        ),
        ("screens/show/sms", "false", SetText(path=("screens", "show", "sms"), text="false")),
        (
            "screens/ask/text/en",
            "One\r\nTwo",
            SetText(path=("screens", "ask", "text", "en"), text="One\nTwo"),
        ),
        ("title/en", "Water", None),
        ("title/en", " Water ", None),
        ("title/fr", "", None),
    ],
)
def test_what_is_filled_in_becomes_an_edit(key: str, mine: str, edit: Edit | None) -> None:
    made = form("water.yaml", SERVICE)

    changes = changes_of(made, {key: mine}, as_filled_in(made))

    assert list(changes.edits) == ([] if edit is None else [edit])
    assert not changes.conflicts
    if edit is not None:
        assert apply(SERVICE, changes.edits) != SERVICE


@pytest.mark.parametrize(
    ("key", "mine", "read", "theirs"),
    [
        ("title/en", "Taps", "Wells", "Water"),
        ("title/en", "", "Wells", "Water"),
        ("keywords/en", "A", "B", "WATER, TAP"),
        ("screens/gone/text/en", "Taps", "Wells", ""),
    ],
)
def test_what_somebody_else_has_changed_too_is_shown_with_both_texts(
    key: str, mine: str, read: str, theirs: str
) -> None:
    changes = changes_of(form("water.yaml", SERVICE), {key: mine}, {key: read})

    assert changes.edits == []
    assert list(changes.conflicts) == [
        Conflict(path=tuple(key.split("/")), mine=mine, theirs=theirs)
    ]


@pytest.mark.parametrize(
    ("mine", "read"), [("Water", "Wells"), ("Wells", "Wells"), ("Water ", "Wells")]
)
def test_who_wrote_the_same_or_nothing_is_told_of_no_conflict(mine: str, read: str) -> None:
    changes = changes_of(form("water.yaml", SERVICE), {"title/en": mine}, {"title/en": read})

    assert (list(changes.edits), list(changes.conflicts)) == ([], [])


def test_a_way_on_is_chosen_among_the_screens_and_the_services() -> None:
    found = {key_of(each.path): each for each in of_form(form("health.yaml"))}
    opened = found["screens/menu/choice/1/open"]

    assert isinstance(opened, ValueField)
    assert opened.sort is Sort.CHOICE
    assert set(opened.choices) == {"health", "water", "language", "find_clinic"}
    ways = {key_of(each.path): each for each in of_form(form("water.yaml", SERVICE))}
    way = ways["screens/ask/choice/1/next"]
    assert isinstance(way, ValueField)
    assert list(way.choices) == ["ask", "show"]


@pytest.mark.parametrize(
    ("text", "why"),
    [("a: [", "Line 1"), ("- a\n", "no keys"), ("a: \ud800", "no text"), ("", "no keys")],
)
def test_a_file_that_is_no_menu_says_why_it_has_no_form(text: str, why: str) -> None:
    made = form("water.yaml", text)

    assert not made.cards
    assert why in made.why


def test_a_screen_that_has_another_name_is_named_so_everywhere(tmp_path: FilePath) -> None:
    folder = copied(MENUS, tmp_path)
    for name in ("appointment.yaml", "report_problem.yaml", "water_survey.yaml"):
        text = FILES[name]
        for old in form(name).screens:
            text = apply(text, rename_screen(text, old, f"{old}_x"))
        (folder / name).write_text(text, "utf-8")
        for old in form(name).screens:
            text = apply(text, rename_screen(text, f"{old}_x", old))
        assert text == FILES[name]

    menu, faults = parsed(folder)

    assert menu is not None
    assert [str(fault) for fault in faults] == []
    assert "report_problem.opened_x" in menu.release.screens
    leads = {id for id in menu.release.screens if id.startswith("appointment.")}
    assert all(id.split("?")[0].endswith("_x") for id in leads)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [("ask", "Ask", "no name"), ("ask", "show", "already"), ("gone", "here", "no screens.gone")],
)
def test_a_name_that_a_screen_cannot_have_is_refused(old: str, new: str, why: str) -> None:
    with pytest.raises(NotEditable, match=why):
        apply(SERVICE, rename_screen(SERVICE, old, new))


def test_words_in_quotes_of_a_condition_are_no_names() -> None:
    source = SERVICE.replace("language == 'en'", "ask == 'ask' and asked")

    assert "ask_2 == 'ask' and asked" in apply(source, rename_screen(source, "ask", "ask_2"))
