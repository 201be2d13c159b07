"""`gateway menus fit` and `translations`: the room of texts, and translators' files."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.main import main
from tests.gateways import HOME
from tests.menus.sample import FILES, write

SERVICE = """\
# The permits of the district.
service: permits
shortcut: 31
title: {en: Permits, sw: Vibali}   # short
screens:
  number:
    input: digits
    length: 8
    text:
      en: "Number of the permit?"
      # Swahili is still to come.
    next: again
  again:
    text: {en: "Permit {number} is ready.", sw: "Kibali {number}."}
    choice:
      1: {label: {en: Again, sw: Tena}, next: number}
      2: {label: {en: End, sw: Mwisho}, next: bye}
  bye:
    end: {en: "Goodbye.", sw: "Kwaheri."}
"""


@pytest.fixture
def menu(tmp_path: Path) -> Path:
    """A deployment whose menu lacks one text in Swahili, and needs no handlers."""
    folder = tmp_path / "menus"
    folder.mkdir()
    home = FILES["main.yaml"].replace("    1: {open: clinics}\n", "").replace("results", "permits")
    return write(
        folder,
        {"main.yaml": home, "phrases.yaml": FILES["phrases.yaml"], "permits.yaml": SERVICE},
    )


def run(menu: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ("menus", *arguments), env={"GATEWAY_HOME": str(menu.parent)})


def exported(menu: Path, language: str = "sw") -> Path:
    po = menu.parent / f"{language}.po"
    result = run(menu, "translations", "export", language, str(po), "--overwrite")
    assert 0 == result.exit_code, result.output
    return po


def test_a_file_that_is_there_is_replaced_only_when_it_is_said_so(menu: Path) -> None:
    po = exported(menu)
    po.write_text("a week's work", "utf-8")

    result = run(menu, "translations", "export", "sw", str(po))

    assert 5 == result.exit_code
    assert "--overwrite" in result.output
    assert "a week's work" == po.read_text("utf-8")


def translated(po: Path, source: str, translation: str) -> Path:
    """Writes a translation into a PO file, as a translator would."""
    text = po.read_text("utf-8")
    entry = f'msgid "{source}"\nmsgstr "'
    assert 1 == text.count(entry)
    po.write_text(re.sub(rf'({re.escape(entry)})[^"\n]*', rf"\g<1>{translation}", text), "utf-8")
    return po


def test_a_translator_sees_place_screen_placeholders_and_room(menu: Path) -> None:
    text = exported(menu).read_text("utf-8")

    (entry,) = [one for one in text.split("\n\n") if 'msgid "Permit {number} is ready."' in one]
    assert "#: permits.yaml:14" in entry
    assert "#. Screen permits.again" in entry
    assert "#. Keep {number}" in entry
    assert re.search(r"#\. Room: at most \d+ letters of GSM-7, or \d+ with", entry)
    assert 'msgctxt "permits.yaml:screens.again.text"' in entry
    assert 'msgstr "Kibali {number}."' in entry
    assert "Language: sw" in text


def test_the_room_that_is_told_is_the_room_there_is(menu: Path) -> None:
    text = exported(menu).read_text("utf-8")
    (entry,) = [one for one in text.split("\n\n") if 'msgid "Number of the permit?"' in one]
    (room,) = re.findall(r"at most (\d+) letters of GSM-7", entry)

    fits = translated(exported(menu), "Number of the permit?", "n" * int(room))
    assert 0 == run(menu, "translations", "import", str(fits), "--dry-run").exit_code

    exceeds = translated(exported(menu), "Number of the permit?", "n" * (int(room) + 1))
    assert 1 == run(menu, "translations", "import", str(exceeds), "--dry-run").exit_code


@pytest.mark.parametrize(
    ("context", "place"),
    [
        ("permits.yaml:title", "the home screen, the offer to continue, the SMS after a drop"),
        ("permits.yaml:closed", "the page while it is closed"),
        ("phrases.yaml:back_home", "screen permits.number, screen permits.again"),
        ("phrases.yaml:resume_go_on", "the offer to continue"),
    ],
)
def test_a_text_of_several_pages_is_told_with_its_places_and_room(
    context: str, place: str, menu: Path
) -> None:
    keys = "resume: 30m\nnudge: true\nclosed: {en: Closed now., sw: Imefungwa.}\nscreens:"
    (menu / "permits.yaml").write_text(SERVICE.replace("screens:", keys), "utf-8")
    home = (menu / "main.yaml").read_text("utf-8")
    (menu / "main.yaml").write_text(re.sub(r"(open: permits), label: .*", r"\1}", home), "utf-8")
    text = exported(menu).read_text("utf-8")
    (entry,) = [one for one in text.split("\n\n") if f'msgctxt "{context}"' in one]
    comments = " ".join(re.findall(r"^#\. (.*)$", entry, re.MULTILINE))
    (room,) = re.findall(r"at most (\d+) letters of GSM-7", comments)
    (names,) = [re.findall(r"\{\w+\}", re.findall(r'msgid "(.*)"', entry)[0])]

    outcomes = []
    for letters in (int(room), int(room) + 1):
        said = "".join(names) + "n" * letters
        changed = re.sub(r'msgstr ".*"', f'msgstr "{said}"', entry)
        (menu.parent / "sw.po").write_text(text.replace(entry, changed), "utf-8")
        outcomes.append(
            run(menu, "translations", "import", str(menu.parent / "sw.po"), "--dry-run")
        )

    assert f"Appears on {place}" in comments
    assert [0, 1] == [one.exit_code for one in outcomes], outcomes[0].output


def test_import_writes_texts_in_place_and_leaves_the_rest_as_it_is(menu: Path) -> None:
    po = translated(exported(menu), "Number of the permit?", "Namba ya kibali?")
    translated(po, "Goodbye.", "Kwaheri ya kuonana.")

    result = run(menu, "translations", "import", str(po))

    assert 0 == result.exit_code, result.output
    assert result.output.startswith("2 texts written in 1 file;")
    expected = SERVICE.replace(
        'en: "Number of the permit?"\n',
        'en: "Number of the permit?"\n      sw: "Namba ya kibali?"\n',
    ).replace('sw: "Kwaheri."', 'sw: "Kwaheri ya kuonana."')
    assert expected == (menu / "permits.yaml").read_text("utf-8")
    assert FILES["phrases.yaml"] == (menu / "phrases.yaml").read_text("utf-8")
    assert "No faults" in run(menu, "check").output


def test_an_import_takes_the_place_of_a_file_and_is_never_half_of_it(menu: Path) -> None:
    po = translated(exported(menu), "Number of the permit?", "Namba ya kibali?")

    with (menu / "permits.yaml").open(encoding="utf-8") as opened_before:
        result = run(menu, "translations", "import", str(po))

        assert SERVICE == opened_before.read()
    assert 0 == result.exit_code, result.output
    assert "Namba ya kibali?" in (menu / "permits.yaml").read_text("utf-8")


def test_an_export_comes_back_without_a_change(menu: Path) -> None:
    before = {file.name: file.read_bytes() for file in menu.iterdir()}

    result = run(menu, "translations", "import", str(exported(menu)))

    assert 0 == result.exit_code, result.output
    assert result.output.startswith("0 texts written in 0 files;")
    assert before == {file.name: file.read_bytes() for file in menu.iterdir()}


@pytest.mark.parametrize("language", ["sw", "fr", "am"])
def test_the_reference_catalogue_comes_back_without_a_change(language: str, tmp_path: Path) -> None:
    copy = tmp_path / "deployment"
    for part in ("menus", "datasets", "forms", "handlers", "config"):
        shutil.copytree(HOME / part, copy / part)
    before = {file.name: file.read_bytes() for file in (copy / "menus").glob("*.yaml")}

    result = run(copy / "menus", "translations", "import", str(exported(copy / "menus", language)))

    assert 0 == result.exit_code, result.output
    assert result.output.startswith("0 texts written in 0 files;")
    assert before == {file.name: file.read_bytes() for file in (copy / "menus").glob("*.yaml")}


@pytest.mark.parametrize(
    "said",
    ['msgstr "Kibali."', '#, fuzzy\nmsgstr "Hapana"', 'msgstr ""'],
    ids=["", "fuzzy", "open"],
)
def test_what_changes_nothing_passes_whatever_else_is_wrong_with_it(said: str, menu: Path) -> None:
    service = SERVICE.replace("Kibali {number}.", "Kibali.")
    (menu / "permits.yaml").write_text(service, "utf-8")
    text = exported(menu).read_text("utf-8")
    mark, _, msgstr = said.rpartition("\n")
    entry = 'msgctxt "permits.yaml:screens.again.text"'
    assert 'msgstr "Kibali."' in text
    text = text.replace(entry, f"{mark}\n{entry}".lstrip()).replace('msgstr "Kibali."', msgstr)
    (menu.parent / "sw.po").write_text(text, "utf-8")

    result = run(menu, "translations", "import", str(menu.parent / "sw.po"))

    assert 0 == result.exit_code, result.output
    assert service == (menu / "permits.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("source", "translation", "says"),
    [
        ("Number of the permit?", " ", "is blank"),
        ("Permit {number} is ready.", "Kibali tayari.", "lacks {number}."),
        (
            "Permit {number} is ready.",
            "Kibali {number}. {nani}",
            "Nothing gives a value for {nani}",
        ),
        ("Permit {number} is ready.", "Kibali {number", "is no placeholder"),
        ("Permit {number} is ready.", "{number} " + "kibali " * 40, "over a page of channel any"),
        ("Permit {number} is ready.", "{number|numbr}", "there is no filter"),
        ("Again", "Mwisho", "has the same label in language sw"),
    ],
)
def test_what_would_break_the_menu_is_refused_and_nothing_is_written(
    source: str, translation: str, says: str, menu: Path
) -> None:
    po = translated(exported(menu), source, translation)
    translated(po, "Goodbye.", "Kwaheri ya kuonana.")
    before = {file.name: file.read_bytes() for file in menu.iterdir()}

    result = run(menu, "translations", "import", str(po))

    assert result.exit_code != 0
    assert says in result.output
    assert before == {file.name: file.read_bytes() for file in menu.iterdir()}


def test_a_word_that_the_glossary_refuses_is_refused_in_a_translation_too(menu: Path) -> None:
    (menu / "glossary").mkdir()
    term = "terms: [{means: goodbye, say: kwaheri, not: [buriani], because: said of the dead}]\n"
    (menu / "glossary" / "sw.yaml").write_text(term, "utf-8")
    before = (menu / "permits.yaml").read_bytes()

    refused = run(
        menu, "translations", "import", str(translated(exported(menu), "Goodbye.", "Buriani."))
    )
    taken = run(
        menu, "translations", "import", str(translated(exported(menu), "Goodbye.", "Kwaheri!"))
    )

    assert 1 == refused.exit_code, refused.output
    assert "M123" in refused.output
    assert "said of the dead" in refused.output
    assert 0 == taken.exit_code, taken.output
    assert before != (menu / "permits.yaml").read_bytes()


def test_a_text_that_has_changed_since_is_refused(menu: Path) -> None:
    po = translated(exported(menu), "Goodbye.", "Kwaheri ya kuonana.")
    service = (menu / "permits.yaml").read_text("utf-8").replace("Goodbye.", "See you.")
    (menu / "permits.yaml").write_text(service, "utf-8")

    result = run(menu, "translations", "import", str(po))

    assert 1 == result.exit_code
    assert "permits.yaml:screens.bye.end reads otherwise now" in result.output


def test_a_text_marked_as_fuzzy_is_left_out(menu: Path) -> None:
    po = translated(exported(menu), "Goodbye.", "Kwaheri?")
    context = 'msgctxt "permits.yaml:screens.bye.end"'
    po.write_text(po.read_text("utf-8").replace(context, f"#, fuzzy\n{context}"), "utf-8")

    result = run(menu, "translations", "import", str(po))

    assert "1 fuzzy" in result.output
    assert '"Kwaheri."' in (menu / "permits.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "code"),
    [("this is no catalogue", 1), ('msgid ""\nmsgstr "Language: xx\\n"\n', 5), ("", 1)],
)
def test_another_file_is_refused(content: str, code: int, menu: Path) -> None:
    po = menu.parent / "other.po"
    po.write_text(content, "utf-8")

    assert code == run(menu, "translations", "import", str(po)).exit_code


def test_a_language_that_the_menu_does_not_have_is_proposed(menu: Path) -> None:
    result = run(menu, "translations", "export", "swa", str(menu.parent / "sw.po"))

    assert 5 == result.exit_code
    assert "Did you mean 'sw'?" in result.output


# ------------------------------------------------------------ how it fits


def test_the_tightest_screen_comes_first_with_its_variable(menu: Path) -> None:
    found = json.loads(run(menu, "fit", "--format", "json").output)

    shares = [one["share"] for one in found["screens"]]
    assert sorted(shares, reverse=True) == shares
    (again,) = [
        one
        for one in found["screens"]
        if (one["screen"], one["language"]) == ("permits.again", "en")
    ]
    assert ("number", 8) == (again["variable"], again["variable_units"])
    shown = "Permit WWWWWWWW is ready.\n1. Again\n2. End\nback home 0 00"
    assert (len(shown), 160) == (again["units"], again["limit"])


def test_each_language_tells_what_it_costs_in_either_alphabet(menu: Path) -> None:
    po = translated(exported(menu), "Goodbye.", "ደኅና ሁኑ " * 20)
    assert 0 == run(menu, "translations", "import", str(po)).exit_code

    found = json.loads(run(menu, "fit", "--format", "json").output)

    swahili = next(one for one in found["languages"] if one["language"] == "sw")
    assert swahili["pages"] > swahili["pages_transliterated"]


def test_the_report_is_for_people_unless_asked_otherwise(menu: Path) -> None:
    lines = run(menu, "fit", "--most", "2").output.splitlines()

    assert re.match(r" *\d+ %|\s*\d+%  \d+ of 160 septets  \S+  en|sw", lines[0])
    assert lines[3].startswith("en: 5 screens, 5 pages (5 in GSM-7)")


def test_an_overflow_names_language_excess_and_variable(menu: Path) -> None:
    service = SERVICE.replace("Permit {number} is ready.", "Permit {number} " + "is ready " * 16)
    (menu / "permits.yaml").write_text(service, "utf-8")

    result = run(menu, "check")

    fault = re.escape("in language en: ") + r"\d+ septets, \d+ over a page of channel any\."
    assert re.search(fault + re.escape(" Up to 8 of it are {number}."), result.output)
