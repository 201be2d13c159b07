"""Every sentence of the console is in each of its languages, and no other is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from gateway.web.console.words import FOLDER, LANGUAGES, SENTENCES, moment_in
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
