"""Every sentence of the console is in each of its languages, and no other is."""

from __future__ import annotations

import ast
import copy
import itertools
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po
from flask import Flask, g

from gateway.adapters.editor_schema import tips
from gateway.adapters.menu_files.forms.cards import hints
from gateway.cli.main import COMMANDS
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.faults_and_errors.source_location import Place
from gateway.web.console.words import FOLDER, LANGUAGES, SENTENCES, fault_said, moment_in, said
from tests.console.conftest import Desk

GATEWAY = Path(__file__).parents[2] / "gateway"
CONSOLE = GATEWAY / "web" / "console"
#: What use cases say to whoever asks, by command or on a page.
TOLD = {
    str(found[1])
    for path in GATEWAY.rglob("*.py")
    if "Sentence(" in path.read_text("utf-8")
    for found in extract_from_file("python", str(path), keywords={"Sentence": None})
}
#: Sentences that count something, with that for one.
COUNTED = {
    each.args[0].value: word.value.value
    for path in GATEWAY.rglob("*.py")
    if "singular=" in (source := path.read_text("utf-8"))
    for each in ast.walk(ast.parse(source))
    if isinstance(each, ast.Call) and ast.unparse(each.func) == "Sentence"
    for word in each.keywords
    if word.arg == "singular"
    if isinstance(each.args[0], ast.Constant) and isinstance(word.value, ast.Constant)
}
ON_PAGES = [
    found[2]
    for found in extract_from_dir(
        str(CONSOLE),
        [("**.py", "python"), ("**.html", "jinja2")],
        {"**.html": {"extensions": "jinja2.ext.i18n"}},
        keywords={"_": None, "N_": None, "ngettext": (1, 2)},
    )
]
COUNTED |= {each[1]: each[0] for each in ON_PAGES if isinstance(each, tuple)}
SAID = (
    {each for each in ON_PAGES if isinstance(each, str)}
    | COUNTED.keys()
    | set(SENTENCES)
    | TOLD
    | hints()
    | tips()
)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_sentence_is_translated_and_no_other_is(language: str) -> None:
    catalogues = []
    for path in (FOLDER / f"{language}.po", FOLDER / "checks" / f"{language}.po"):
        with path.open("rb") as file:
            catalogues.append(read_po(file, locale=language, abort_invalid=True))
    messages = [each for catalogue in catalogues for each in catalogue if each.id]
    told = {}
    for each in messages:
        one, many = each.id if isinstance(each.id, tuple) else ("", each.id)
        assert COUNTED.get(str(many), "") == one, "one of them is said in its own way"
        told[str(many)] = [each.string] if isinstance(each.string, str) else [*each.string]

    assert SAID - told.keys() == set(), "write them into the PO file"
    assert told.keys() - SAID == set(), "nobody says them any more"
    assert len(told) == len(messages), "it stands in one of the two"
    assert [each for each, said in told.items() if not all(form.strip() for form in said)] == []
    assert [
        f for catalogue in catalogues for m in catalogue if m.id for f in m.check(catalogue)
    ] == []
    for sentence, forms in told.items():
        values = set(_values(sentence))
        assert set(_values(forms[-1])) == values, sentence
        for form in forms:  # one or two may be said by a word
            assert len(values - set(_values(form))) <= (sentence in COUNTED), sentence
            assert set(_values(form)) <= values, sentence


def test_so_many_are_said_as_the_grammar_of_each_language_has_it() -> None:
    told = {}
    for language, number in itertools.product(LANGUAGES, (1, 2, 3, 11, 100)):
        with Flask("a").test_request_context():
            g.language = language
            told[language, number] = said(
                Sentence(
                    "%(number)s screens reworded in %(language)s",
                    singular="%(number)s screen reworded in %(language)s",
                    number=number,
                    language="X",
                )
            )

    assert told["en", 1] == "1 screen reworded in X"
    assert told["en", 2] == "2 screens reworded in X"
    assert told["fr", 1] == "1 écran reformulé en X"
    assert told["fr", 3] == "3 écrans reformulés en X"
    arabic = [told["ar", number].replace("\u2068X\u2069", "X") for number in (1, 2, 3, 11, 100)]
    assert arabic == [
        "تغيّرت صياغة شاشة واحدة باللغة X",
        "تغيّرت صياغة شاشتين باللغة X",
        "تغيّرت صياغة 3 شاشات باللغة X",
        "تغيّرت صياغة 11 شاشة باللغة X",
        "تغيّرت صياغة 100 شاشة باللغة X",
    ]


def _values(sentence: str) -> list[str]:
    return re.findall(r"%\((\w+)\)s", sentence)


@pytest.mark.parametrize(
    ("wanted", "language", "direction", "said"),
    [
        ("sw-TZ,en;q=0.5", "sw", "ltr", "Ingia"),
        ("ar", "ar", "rtl", "تسجيل الدخول"),
        ("fr;q=0.9, de", "fr", "ltr", "Se connecter"),
        ("am", "en", "ltr", "Sign in"),
    ],
)
def test_a_page_is_in_the_language_that_its_reader_wants(
    desk: Desk, wanted: str, language: str, direction: str, said: str
) -> None:
    page = desk.browser().get("/sign-in", language=wanted).text

    assert f'<html lang="{language}" dir="{direction}">' in page
    assert f"<h1>{said}</h1>" in page


def test_a_language_that_was_chosen_stays(desk: Desk) -> None:
    browser = desk.browser()
    browser.get("/language/ar?next=/console/sign-in")

    assert 'lang="ar" dir="rtl"' in browser.get("/sign-in", language="en").text


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "5 Nov 2026, 16:30"),
        ("fr", "5 nov. 2026, 16:30"),
        ("sw", "5 Nov 2026, 16:30"),
        ("ar", "5 نوفمبر 2026, 16:30"),
    ],
)
def test_a_moment_names_its_month_in_every_language(language: str, told: str) -> None:
    assert told == moment_in(datetime(2026, 11, 5, 16, 30, tzinfo=UTC), language)


#: The rooms whose refusals a page shows.
SHOWN_ON_PAGES = (
    "adapters/dataset_files", "adapters/menu_files/forms", "adapters/sql/institutions",
    "adapters/sql/releases", "composition", "domain/institutions", "domain/menu", "rehearsal",
    "use_cases/alerts", "use_cases/analytics", "use_cases/broadcast", "use_cases/casework",
    "use_cases/consents", "use_cases/institutions", "use_cases/releases", "use_cases/sign_in",
    "web/console",
)  # fmt: skip
_REFUSALS = frozenset({"Refused", "NotAllowed", "NotThere", "NotEditable", "NotProven"})
#: The rooms whose faults a page shows, and what makes a fault there. Types hold the rest.
CHECKED = (
    "adapters/dataset_files", "adapters/declared_rows", "adapters/golden_dialogues",
    "adapters/menu_files", "adapters/workbooks", "adapters/xlsforms", "adapters/yaml",
    "domain/analytics", "domain/datasets", "domain/handler_contract", "domain/menu_checks",
    "domain/telecom", "domain/xlsforms",
)  # fmt: skip
_FAULTS = frozenset(
    {
        "fault",
        "_fault",
        "InvalidAddress",
        "key_fault",
        "wrong",
        "contradiction",
        "BadBounds",
        "BadForm",
        "Hard",
        "Note",
        "Slip",
        "decide",
        "left_out",
        "BadExpression",
        "CannotSay",
        "NotThere",
        "NoWorkbook",
    }
)


def _plain_refusals(path: Path) -> list[int]:
    """Returns the lines where a refusal is a text by itself, which no catalogue has."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _REFUSALS
        and any(isinstance(each, ast.JoinedStr | ast.Constant | ast.BinOp) for each in node.args)
    ]


def _plain_faults(path: Path) -> list[int]:
    """Returns the lines where a fault is a text by itself: an f-string, or words with spaces."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", "") or getattr(node.func, "attr", "")) in _FAULTS
        and any(
            isinstance(each, ast.JoinedStr)
            or (isinstance(each, ast.Constant) and " " in str(each.value))
            for each in node.args
        )
    ]


def test_whatever_a_page_refuses_is_a_sentence_that_can_be_translated() -> None:
    rooms = [GATEWAY / room for room in SHOWN_ON_PAGES]
    files = [path for room in rooms for path in room.rglob("*.py")]

    assert all(room.is_dir() for room in rooms)
    assert [] == [(str(path), line) for path in files for line in _plain_refusals(path)]


def test_whatever_a_check_says_is_a_sentence_that_can_be_translated() -> None:
    rooms = [GATEWAY / room for room in CHECKED]
    files = [path for room in rooms for path in room.rglob("*.py")]
    # PO files of a menu are read by command alone.
    asked = [path for path in files if path.parent.name != "translation"]

    assert all(room.is_dir() for room in rooms)
    assert [] == [(str(path), line) for path in asked for line in _plain_faults(path)]


def test_a_fault_that_is_put_together_is_seen(tmp_path: Path) -> None:
    room = tmp_path / "room.py"
    fine = 'menu.fault("M021", Sentence("No %(name)s.", name=name), "a.b")'
    room.write_text(f"{fine}\nmenu.fault('M021', f'No {{name}}.')\nwrong('009', 'Not so.')\n")

    assert [2, 3] == _plain_faults(room)


def test_a_fault_is_said_with_all_that_stands_in_it_and_behind_it() -> None:
    fault = Place("menus/main.yaml", 4, 5).fault(
        "M033",
        Sentence("Nothing gives a value for {%(name)s}.%(proposal)s", name="nmae", proposal="")
        + Sentence(" Did you mean '%(name)s'?", name="name"),
    )
    told = {}
    with Flask("a").test_request_context():
        for g.language in LANGUAGES:
            told[g.language] = fault_said(fault)

    assert told["en"] == str(fault)
    assert told["fr"] == (
        "menus/main.yaml:4:5: [M033] Rien ne donne de valeur à {nmae}. Vouliez-vous dire « name » ?"
    )
    # What is read from left to right is apart from the Arabic around it.
    assert "\u2066menus/main.yaml:4:5: [M033]\u2069 " in told["ar"]
    assert "\u2066{\u2068nmae\u2069}\u2069" in told["ar"]


def test_a_refusal_that_is_put_together_is_seen(tmp_path: Path) -> None:
    room = tmp_path / "room.py"
    sentence = 'Refused(Sentence("No %(name)s.", name=name))'
    room.write_text(
        f"{sentence}\nRefused(*error.args)\nNotThere(f'No {{name}}.')\nRefused('No.')\n"
    )

    assert [3, 4] == _plain_refusals(room)


def test_no_page_makes_a_text_of_what_was_refused() -> None:
    """Only `why` does: a text has no sentence any more that a catalogue knows."""
    files = [path for path in CONSOLE.rglob("*.py") if path.name != "words.py"]
    found = [
        (path.name, each.lineno)
        for path in files
        for caught in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(caught, ast.ExceptHandler) and caught.name
        for each in ast.walk(caught)
        if ast.unparse(each) == f"str({caught.name})"
    ]

    assert len(files) > 20
    assert found == []


def test_no_page_says_what_to_type() -> None:
    command = re.compile(rf"\bgateway (?:{'|'.join(COMMANDS)})\b|(?:^|[ (])--[a-z]")

    assert command.search("See: gateway drafts list")
    assert command.search("in all institutions (--everywhere)")
    assert [each for each in sorted(SAID) if command.search(each)] == []


def test_the_next_step_is_a_command_for_who_types_and_a_page_for_who_reads() -> None:
    told = Sentence(
        "There is no case %(number)s.",
        by_command="See: gateway cases list --institution %(number)s",
        on_page=Sentence("Those of your institutions stand under Cases."),
        number="7",
    )
    again = copy.copy(told)

    assert "There is no case 7. See: gateway cases list --institution 7" == told == again
    with Flask("a").test_request_context():
        g.language = "en"
        assert "There is no case 7. Those of your institutions stand under Cases." == said(again)
        g.language = "sw"
        assert "Hakuna shauri 7. Ya taasisi zako yapo kwenye Mashauri." == said(told)
