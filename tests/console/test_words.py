"""Every sentence of the console is in each of its languages, and no other is."""

from __future__ import annotations

import ast
import copy
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po
from flask import Flask, g

from gateway.cli.main import COMMANDS
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.web.console.words import FOLDER, LANGUAGES, SENTENCES, moment_in, said
from tests.console.conftest import Desk

GATEWAY = Path(__file__).parents[2] / "gateway"
CONSOLE = GATEWAY / "web" / "console"
#: What use cases say to whoever asks, by command or on a page.
TOLD = {
    str(found[1])
    for path in GATEWAY.rglob("*.py")
    if "Sentence(" in path.read_text("utf-8") and path.name != "sentence.py"
    for found in extract_from_file("python", str(path), keywords={"Sentence": None})
}
SAID = (
    {
        str(sentence)
        for _, _, sentence, _, _ in extract_from_dir(
            str(CONSOLE),
            [("**.py", "python"), ("**.html", "jinja2")],
            {"**.html": {"extensions": "jinja2.ext.i18n"}},
            keywords={"_": None, "N_": None},
        )
    }
    | set(SENTENCES)
    | TOLD
)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_every_sentence_is_translated_and_no_other_is(language: str) -> None:
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    told = {str(each.id): str(each.string) for each in catalogue if each.id}

    assert SAID - told.keys() == set(), "write them into the PO file"
    assert told.keys() - SAID == set(), "nobody says them any more"
    assert [each for each, said in told.items() if not said.strip()] == []
    assert [fault for each in catalogue if each.id for fault in each.check(catalogue)] == []


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


#: The rooms whose refusals a page shows. Of the YAML itself (`adapters/yaml`) the editor says what
#: the checker says, in English.
SHOWN_ON_PAGES = (
    "adapters/menu_files/forms", "adapters/sql/institutions", "adapters/sql/releases",
    "composition", "domain/institutions", "domain/menu", "rehearsal/trials", "use_cases/analytics",
    "use_cases/casework", "use_cases/institutions", "use_cases/releases", "use_cases/sign_in",
    "web/console",
)  # fmt: skip
#: Asked by command alone.
BY_COMMAND = frozenset({"composition/datasets.py"})
_REFUSALS = frozenset({"Refused", "NotAllowed", "NotThere", "NotEditable", "NotProven"})


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


def test_whatever_a_page_refuses_is_a_sentence_that_can_be_translated() -> None:
    rooms = [GATEWAY / room for room in SHOWN_ON_PAGES]
    files = [path for room in rooms for path in room.rglob("*.py")]
    asked = [each for each in files if str(each.relative_to(GATEWAY)) not in BY_COMMAND]

    assert all(room.is_dir() for room in rooms)
    assert [] == [(str(path), line) for path in asked for line in _plain_refusals(path)]


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
