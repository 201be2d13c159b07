"""Languages of a menu: letters, calendars, a second script; inputs that are made of phrases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from gateway.adapters.menu_files.load import load
from gateway.adapters.menu_files.schemas.inputs import Check, Kind
from gateway.domain.dialogue.answer_splitting import take_words
from gateway.domain.faults_and_errors.errors import MenuInvalid
from gateway.domain.input_kinds.base import Accepts
from gateway.domain.input_kinds.identity import CHECK_DIGITS
from gateway.domain.input_kinds.kinds import KINDS
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import ChoiceScreen, InputScreen
from gateway.domain.menu_checks.fitting.budgets import Budget
from gateway.domain.telecom.channel import Channel
from gateway.domain.text.phrases import PHRASES
from tests.domain.talks import Talk
from tests.menus.sample import write

MAIN = """\
languages: {en: English, fr: Français, am: አማርኛ, am-Latn: Amarinya}
fallbacks: {am-Latn: am, fr: en}
charsets: {fr: transliterate, am-Latn: transliterate, en: gsm}
calendars: {am: ethiopic, am-Latn: ethiopic}
currency: KES
ask_language: true
home:
  text: {en: Services, am: አገልግሎት}
  options:
    1: {open: permits}
    8: {open: language}
"""

PERMITS = """\
service: permits
shortcut: 21
title: {en: Permits, fr: Forêts, am: ፈቃድ}
screens:
  born:
    input: date
    text: {en: "Born?", am: "ልደት?"}
    next: fee
  fee:
    input: money
    min: 1
    max: 5000
    text: {en: "Fee for {born|date}?", am: "ክፍያ {born|date}?"}
    next:
      - {when: "fee > 1000", goto: sure}
      - {goto: done}
  sure:
    input: yes_no
    text: {en: "{fee|money}: sure?", am: "{fee|money}?"}
    next:
      - {when: "sure == 'yes'", goto: done}
      - {goto: fee}
  done:
    end: {en: "{fee|money}, {born|date:short}", am: "{fee|money}፣ {born|date}"}
"""


def _phrases() -> str:
    lines = []
    for name, placeholders in PHRASES.items():
        words = " ".join([name.replace("_", " "), *(f"{{{one}}}" for one in placeholders)])
        lines.append(f'"{name}": {{en: "{words}", am: "አ {words}"}}\n')
    return "".join(lines).replace("language text", "?").replace("አ ?", "?")


FILES: Mapping[str, str] = {
    "main.yaml": MAIN, "phrases.yaml": _phrases(), "permits.yaml": PERMITS,
}  # fmt: skip


def loaded(folder: Path, **files: str) -> Release:
    changed = {**FILES, **{f"{name}.yaml": text for name, text in files.items()}}
    return load(write(folder, changed), {}, [Channel(name="any", provider="simulator")])


def test_a_date_is_typed_and_shown_in_the_calendar_of_the_language(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    amharic = Talk(release=release, language="am")
    english = Talk(release=release, language="en")

    assert amharic.types("1", "07081999").startswith("ክፍያ ሚያዝያ 7 ቀን 1999 ዓ.ም.?")
    assert english.types("1", "15042007").startswith("Fee for 15 Apr 2007?")
    assert {"permits.born": "2007-04-15"}.items() <= english.session.answers.items()
    assert amharic.session.answers == english.session.answers


def test_an_input_may_keep_to_one_calendar(tmp_path: Path) -> None:
    permits = PERMITS.replace("input: date\n", "input: date\n    calendar: gregorian\n")

    talk = Talk(release=loaded(tmp_path, permits=permits), language="am")

    assert talk.types("1", "15042007").startswith("ክፍያ ሚያዝያ 7 ቀን 1999 ዓ.ም.?")


def test_a_second_script_is_made_of_the_first(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    talk = Talk(release=release, language="am-Latn")

    assert talk.types("1").startswith("lidet?")
    assert talk.types("7 Miyazya 1999").startswith("kifya 7 Miyazya 1999?")


def test_letters_that_gsm7_lacks_are_written_otherwise(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    assert "Forets" == release.services["permits"].title["fr"].fill({})


def test_the_languages_name_themselves_in_their_own_letters(tmp_path: Path) -> None:
    release = loaded(tmp_path)

    shown = Talk(release=release, language="en").types("8")

    assert "2. Français\n3. አማርኛ\n4. Amarinya" in shown


def test_yes_and_no_are_the_words_of_the_language_or_their_numbers(tmp_path: Path) -> None:
    release = loaded(tmp_path)
    asked = Talk(release=release, language="en")

    page = asked.types("1", "15042007", "1,500")

    assert page.startswith("KES1,500: sure?\n1. yes\n2. no\n")
    assert "KES1,500, 15/04/2007" == asked.types("YES")
    assert isinstance(release.screens["permits.sure"], ChoiceScreen)


WORDS = """\
words:
  start: {en: [START, "YES"]}
  yes: {en: ["YES", "Y", OK], am: [አዎ]}
  no: {en: ["NO", "N"], am: [አይ]}
"""


@pytest.mark.parametrize(
    ("language", "typed", "answer"),
    [
        ("en", "y", "done"),
        ("en", "Ok!", "done"),
        ("en", "n", "fee"),
        ("en", "አዎ", "done"),  # a word that is another's of the deployment means the same
        ("am", "yes", "done"),
        ("am", "አይ።", "fee"),
        ("en", "yeah", ""),
        ("en", "not", ""),
        ("en", "yn", ""),
    ],
)
def test_yes_and_no_are_also_the_words_that_the_deployment_lists(
    tmp_path: Path, language: str, typed: str, answer: str
) -> None:
    release = loaded(tmp_path, main=MAIN + WORDS)
    talk = Talk(release=release, language=language)
    talk.types("1", "15042007" if language == "en" else "07081999", "1500")

    page = talk.types(typed)

    expected = {"done": "permits.done", "fee": "permits.fee", "": "permits.sure"}[answer]
    assert expected == talk.session.at, page


def test_several_answers_in_one_text_may_have_such_a_word_among_them(tmp_path: Path) -> None:
    release = loaded(tmp_path, main=MAIN + WORDS)
    session = Talk(release=release, language="en")
    session.types("1", "15042007", "1500")

    assert ("y", ["more"]) == take_words(release, session.session, ["y", "more"])


def test_no_leads_elsewhere_and_anything_else_is_complained_about(tmp_path: Path) -> None:
    talk = Talk(release=loaded(tmp_path), language="en")

    talk.types("1", "15042007", "1,500")

    assert talk.types("perhaps").startswith("yes no wrong")
    assert talk.types("2").startswith("Fee for")


def test_the_currency_of_the_menu_may_be_typed(tmp_path: Path) -> None:
    release = loaded(tmp_path)
    screen = release.screens["permits.fee"]

    assert isinstance(screen, InputScreen)
    assert screen.accepts == Accepts(
        kind="money", minimum=1, maximum=5000, places=2, currency="KES"
    )


def test_asking_for_the_language_is_a_setting(tmp_path: Path) -> None:
    assert loaded(tmp_path).ask_language
    assert not loaded(tmp_path, main=MAIN.replace("ask_language: true\n", "")).ask_language


def test_a_plural_of_a_text_that_stands_in_has_the_categories_of_its_own_language(
    tmp_path: Path,
) -> None:
    # French has three categories, and shows the English text until somebody translates it.
    permits = PERMITS.replace(
        'end: {en: "', 'end: {en: "{fee|plural:one=# shilling,other=# shillings} '
    ).replace('am: "{fee|money}፣', 'am: "{fee} {fee|money}፣')

    assert loaded(tmp_path, permits=permits)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("input: money", "input: money\n    region: KE", "M009"),
        ("    max: 5000\n", "", "M009"),
        ("input: yes_no", "input: yes_no\n    secret: true", "M009"),
        ("input: yes_no", "input: yes_no\n    complaint: Really?", "M009"),
        ("input: yes_no", "input: yes_no\n    max: 3", "M009"),
        ("input: date", "input: national_id", "M009"),
        ("input: date", "input: national_id\n    pattern: '##'\n    check: mod11", "M003"),
        ("input: date", "input: phone\n    region: XX", "M009"),
        ("input: date", "input: pin\n    length: 3", "M009"),
        ("input: date", "input: date\n    calendar: julian", "M003"),
        ("input: date", "input: digits\n    length: 4\n    confirm: true", "M009"),
        ("goto: sure}", "goto: sure, else: done}", "M001"),
        ("goto: sure}", "next: sure}", "M001"),
    ],
)
def test_keys_that_do_not_go_together_are_refused(
    old: str, new: str, code: str, tmp_path: Path
) -> None:
    assert old in PERMITS

    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, permits=PERMITS.replace(old, new, 1))

    assert code in {fault.code for fault in caught.value.faults}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("currency: KES", "currency: shilling", "is no currency's code"),
        ("{am: ethiopic,", "{am: coptic,", "Expected one of"),
        ("en: gsm}", "en: latin}", "Expected one of"),
        ("ask_language: true", "ask_language: sometimes", "Expected true or false"),
    ],
)
def test_settings_of_languages_are_checked(old: str, new: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(MenuInvalid) as caught:
        loaded(tmp_path, main=MAIN.replace(old, new))

    assert any(says in fault.sentence for fault in caught.value.faults)


def test_a_budget_says_how_much_room_there_is() -> None:
    assert "at most 120 letters of GSM-7, or 40 with any letter outside it" == str(Budget(120, 40))
    assert "at most 40 letters" == str(Budget(None, 40))


def test_the_shape_of_an_input_knows_every_kind_and_every_check_digit() -> None:
    assert (*KINDS, "yes_no") == get_args(Kind)
    assert tuple(CHECK_DIGITS) == get_args(Check)
