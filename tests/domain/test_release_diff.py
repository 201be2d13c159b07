"""What changed between two releases, in the words that an operator reads."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from gateway.adapters.menu_files.load import load
from gateway.domain.menu.release import Release, Service
from gateway.domain.menu_views import release_diff, service_diff
from gateway.domain.menu_views.release_diff import describe
from gateway.domain.text.language_names import language_name
from tests.menus.sample import CHANNELS, FILES, HANDLERS, write


def release(folder: Path, *changes: tuple[str, str, str]) -> Release:
    """Returns the sample menu after changes: file, before, after."""
    files = dict(FILES)
    for name, before, after in changes:
        assert before in files[name]
        files[name] = files[name].replace(before, after, 1)
    folder.mkdir(parents=True, exist_ok=True)
    return load(write(folder, files), HANDLERS, CHANNELS)


YEARS = '      1: {label: "2024", value: "2024", next: birth}\n'
CLINICS, RESULTS = "Health › Find a clinic: ", "Education › Exam results: "

CASES = {
    "an option removed": (
        ("results.yaml", YEARS, ""),
        [RESULTS + "option 1 '2024' removed from 'year'"],
    ),
    "an option added": (
        ("results.yaml", YEARS, YEARS + YEARS.replace("1:", "3:").replace("2024", "2023")),
        [RESULTS + "option 3 '2023' added to 'year'"],
    ),
    "an option under another key": (
        ("results.yaml", "1: {label", "3: {label"),
        [RESULTS + "on 'year', '2024' moved from 1 to 3"],
    ),
    "an option that is worth something else": (
        ("results.yaml", 'value: "2024"', 'value: "2014"'),
        [RESULTS + "option 1 '2024' of 'year' means something else"],
    ),
    "an option that leads elsewhere": (
        ("clinics.yaml", "sw: Tena}, next: fetch", "sw: Tena}, open: results"),
        [CLINICS + "option 1 'Again' of 'nothing' leads to 'candidate' instead of 'fetch'"],
    ),
    "a text in one language": (
        ("clinics.yaml", "sw: Tena", "sw: Tena sasa"),
        [CLINICS + "1 screen reworded in Swahili"],
    ),
    "a text in two languages": (
        ("clinics.yaml", 'text: {en: "Clinics:", sw: "Vituo:"}', "text: Clinics"),
        [CLINICS + "1 screen reworded in English; 1 screen reworded in Swahili"],
    ),
    "a title": (
        ("clinics.yaml", "sw: Tafuta kituo", "sw: Tafuta"),
        [CLINICS + "title reworded in Swahili", "Home: 1 screen reworded in Swahili"],
    ),
    "a shortcut": (
        ("results.yaml", "shortcut: 31", "shortcut: 32"),
        [RESULTS + "shortcut 31 is now 32"],
    ),
    "a shortcut that goes": (
        ("results.yaml", "shortcut: 31\n", ""),
        [RESULTS + "shortcut 31 removed"],
    ),
    "a keyword": (
        ("results.yaml", "[RESULT, RESULTS]", "[RESULT, EXAM, MARKS]"),
        [RESULTS + "keywords 'EXAM', 'MARKS' added; keyword 'RESULTS' removed"],
    ),
    "what an input takes": (
        ("results.yaml", "length: 8", "length: 9"),
        [RESULTS + "'candidate' takes other answers"],
    ),
    "another kind of screen": (
        ("results.yaml", "    open: clinics", '    end: "Sorry"'),
        [RESULTS + "'sorry' is another kind of screen"],
    ),
    "an outcome": (
        ("results.yaml", "{found: shown, unknown: sorry}", "{found: sorry, unknown: shown}"),
        [RESULTS + "'fetch' leads elsewhere after some outcomes"],
    ),
    "an SMS less": (
        ("clinics.yaml", "    sms: true\n", ""),
        [CLINICS + "'shown' is not sent as an SMS any more"],
    ),
    "a phrase": (
        ("phrases.yaml", 'en: "try again"', 'en: "try it again"'),
        ["Phrases: try_again changed"],
    ),
    "a reserved word": (
        ("main.yaml", "[STOP]", "[STOP, QUIT]"),
        ["Reserved words: QUIT added to stop"],
    ),
    "an SMS more": (
        ("results.yaml", '{grade}"}\n', '{grade}"}\n    sms: true\n'),
        [RESULTS + "'shown' is sent as an SMS, too"],
    ),
    "an example": (
        ("results.yaml", "    length: 8\n", "    length: 8\n    example: '10231456'\n"),
        [RESULTS + "'candidate' has another example"],
    ),
    "a complaint": (
        ("results.yaml", "It has 8 digits", "It has eight digits"),
        [RESULTS + "'candidate' complains in other words in English"],
    ),
    "a secret": (
        ("results.yaml", "    secret: true\n", ""),
        [RESULTS + "'birth' is not secret any more"],
    ),
    "a form that is asked about": (
        ("clinics.yaml", "institution: health", "institution: health\nresume: 90m"),
        [CLINICS + "can be gone on with for 90 minutes after a drop"],
    ),
    "goals": (
        ("clinics.yaml", "institution: health", "institution: health\ngoals: [3]"),
        [CLINICS + "serves other development goals"],
    ),
    "the first screen": (
        ("clinics.yaml", "start: fetch", "start: nothing"),
        [
            CLINICS + "begins with 'nothing' instead of 'fetch'",
            RESULTS + "'sorry' leads to 'nothing' now",
            "Home: option 1 'Find a clinic' of 'home' leads to 'nothing' instead of 'fetch'",
        ],
    ),
    "a question before all": (
        ("main.yaml", "home:\n", "ask_language: true\nhome:\n"),
        ["Languages: new callers are asked for theirs"],
    ),
    "the clock of a language": (
        ("main.yaml", "home:\n", "clocks: {sw: from_six}\nhome:\n"),
        ["Times: hours count from six in Swahili"],
    ),
    "the letters of a language": (
        ("main.yaml", "home:\n", "charsets: {sw: transliterate}\nhome:\n"),
        ["Letters: Swahili is shown in those of GSM-7"],
    ),
    "the name of a language": (
        ("main.yaml", "sw: Kiswahili", "sw: Swahili"),
        [
            "Language title: 1 screen reworded in English; 1 screen reworded in Swahili",
            "Languages: English, Swahili (before: English, Kiswahili)",
        ],
    ),
}


@pytest.mark.parametrize("label", CASES)
def test_a_change_is_told_in_a_line(label: str, tmp_path: Path) -> None:
    change, expected = CASES[label]

    lines = describe(release(tmp_path / "a"), release(tmp_path / "b", change))

    told = [line.replace("language title", "Language title") for line in lines]
    assert expected == told


HOME_LINES = """\
    1: {open: clinics}
    2: {open: results, label: {en: Exam results, sw: Matokeo}}
    12: {open: language}
"""
#: The first screens of these two services have the same name.
NAMED_ALIKE = (
    ("clinics.yaml", "start: fetch\nscreens:\n  fetch:", "start: menu\nscreens:\n  menu:"),
    ("clinics.yaml", "sw: Tena}, next: fetch", "sw: Tena}, next: menu"),
    ("results.yaml", "  candidate:\n", "  menu:\n"),
    (
        "results.yaml",
        "outcomes: {found: shown",
        "with: {candidate: menu}\n    outcomes: {found: shown",
    ),
    ("results.yaml", '"{candidate}: {grade}", sw: "{candidate}', '"{menu}: {grade}", sw: "{menu}'),
)
ELSEWHERE = (
    "Home: option 1 'Find a clinic' of 'home' leads to 'results.menu' instead of 'clinics.menu'"
)
MOVES = {
    "two lines that changed places": (
        """\
    1: {open: results, label: {en: Exam results, sw: Matokeo}}
    2: {open: clinics}
    12: {open: language}
""",
        ["On the home screen, 1 and 2 changed places: Find a clinic is now 2, Exam results 1."],
    ),
    "one line to a free key": (
        """\
    2: {open: results, label: {en: Exam results, sw: Matokeo}}
    3: {open: clinics}
    12: {open: language}
""",
        ["On the home screen, 'Find a clinic' moved from 1 to 3."],
    ),
    "all lines down": (
        """\
    2: {open: clinics}
    3: {open: results, label: {en: Exam results, sw: Matokeo}}
    12: {open: language}
""",
        ["On the home screen, 2 lines moved: Find a clinic from 1 to 2, Exam results from 2 to 3."],
    ),
    "a swap and a rewording": (
        """\
    1: {open: results, label: {en: Exam results, sw: Majibu}}
    2: {open: clinics}
    12: {open: language}
""",
        [
            "On the home screen, 1 and 2 changed places: Find a clinic is now 2, Exam results 1.",
            "Home: 1 screen reworded in Swahili",
        ],
    ),
    "lines in another order under the same keys": (
        """\
    2: {open: results, label: {en: Exam results, sw: Matokeo}}
    1: {open: clinics}
    12: {open: language}
""",
        [],
    ),
    "a line that leads elsewhere": (
        """\
    1: {open: results, label: {en: Find a clinic, sw: Tafuta kituo}}
    2: {open: results, label: {en: Exam results, sw: Matokeo}}
    12: {open: language}
""",
        [ELSEWHERE],
    ),
}


@pytest.mark.parametrize("label", MOVES)
def test_lines_that_moved_are_told_as_moves_and_nothing_as_reworded(
    label: str, tmp_path: Path
) -> None:
    lines, expected = MOVES[label]
    old = release(tmp_path / "a", *NAMED_ALIKE)
    new = release(tmp_path / "b", *NAMED_ALIKE, ("main.yaml", HOME_LINES, lines))

    assert expected == describe(old, new)


#: A menu with amounts and days, which main.yaml says how to show.
SHOWN = (
    ("main.yaml", "home:\n", "currency: KES\nhome:\n"),
    ("results.yaml", 'en: "{candidate}: {grade}"', 'en: "{candidate|money}: {grade|date}"'),
    ("results.yaml", 'sw: "{candidate}: {grade}"', 'sw: "{candidate|money}: {grade|date}"'),
    ("results.yaml", "input: digits\n    length: 8", "input: money\n    min: 1\n    max: 900"),
)


def test_another_currency_is_told_once(tmp_path: Path) -> None:
    old = release(tmp_path / "a", *SHOWN)
    new = release(tmp_path / "b", *SHOWN, ("main.yaml", "currency: KES", "currency: TZS"))

    assert ["Amounts: in TZS (before: KES)"] == describe(old, new)


def test_another_calendar_is_told_once(tmp_path: Path) -> None:
    ethiopic = ("main.yaml", "home:\n", "calendars: {en: ethiopic}\nhome:\n")
    old, new = release(tmp_path / "a", *SHOWN), release(tmp_path / "b", *SHOWN, ethiopic)

    assert ["Dates: Ethiopian calendar in English"] == describe(old, new)
    assert ["Dates: Gregorian calendar in English"] == describe(new, old)


def test_other_words_for_yes_and_no_are_told_once(tmp_path: Path) -> None:
    asked = ("results.yaml", "input: digits\n    length: 8\n", "input: yes_no\n")
    unworded = (
        "results.yaml",
        '    complaint: {en: "It has 8 digits.", sw: "Ina tarakimu 8."}\n',
        "",
    )
    words = (
        "main.yaml",
        "help: {en: [HELP]}",
        """help: {en: [HELP]}
  yes: {en: ["YES", Y, OK, YEAH, YEP, AYE]}
  no: {en: ["NO", N, NOPE, NAY]}""",
    )
    old = release(tmp_path / "a", asked, unworded)
    new = release(tmp_path / "b", asked, unworded, words)

    assert ["Reserved words: AYE added to yes; NAY added to no"] == describe(old, new)


def test_an_input_of_another_calendar_than_the_others_is_told(tmp_path: Path) -> None:
    change = ("results.yaml", "input: date\n", "input: date\n    calendar: ethiopic\n")

    lines = describe(release(tmp_path / "a"), release(tmp_path / "b", change))

    assert [RESULTS + "'birth' takes other answers"] == lines


def test_every_part_of_a_release_and_of_a_service_can_be_told() -> None:
    by_service = {"id", "services", "screens", "shortcuts", "keywords", "labels", "sms_only"}
    of_main = {"languages", "ask_language", "currency", "ethiopic", "from_six"}
    of_main |= {"transliterated", "reserved"}
    of_stages = {"entry_cost"}  # the same in every menu
    of_header = {"id", "shortcut", "keywords", "back_ends", "rest_minutes"}

    parts = set(release_diff.PARTS)
    assert by_service | of_main | of_stages | parts == {one.name for one in fields(Release)}
    assert of_header | {*service_diff.TEXTS, *service_diff.FACTS} == {
        one.name for one in fields(Service)
    }


def test_screens_that_stop_who_gets_no_sms_are_told(tmp_path: Path) -> None:
    one = HANDLERS["list_clinics"]
    promising = replace(one, contract=replace(one.contract, promises_sms=True))
    as_ever = release(tmp_path / "a")
    by_sms = load(write(tmp_path / "a", FILES), {**HANDLERS, "list_clinics": promising}, CHANNELS)

    told = [CLINICS + "'fetch' ", RESULTS + "'sorry' "]  # the apology leads to the clinics alone

    assert [each + "for those whom SMS reach" for each in told] == describe(as_ever, by_sms)
    assert [each + "for everybody now" for each in told] == describe(by_sms, as_ever)


def test_equal_releases_have_nothing_to_tell(tmp_path: Path) -> None:
    assert [] == describe(release(tmp_path / "a"), release(tmp_path / "b"))


def test_a_service_that_comes_or_goes_is_told_once(tmp_path: Path) -> None:
    old = release(tmp_path / "a")
    files = {**FILES, "roads.yaml": 'service: roads\nshortcut: 51\ntitle: "Roads"\n'}
    files["roads.yaml"] += "screens:\n  only: {end: Later}\n"
    (tmp_path / "b").mkdir()
    new = load(write(tmp_path / "b", files), HANDLERS, CHANNELS)

    assert ["Roads: added"] == describe(old, new)
    assert ["Roads: removed"] == describe(new, old)


def test_a_screen_that_comes_is_told_by_its_name(tmp_path: Path) -> None:
    again = "      2: {label: {en: Exam results, sw: Matokeo}, open: results}\n"
    more = '      3: {label: {en: Call, sw: Piga}, next: call}\n  call: {end: "Dial 112"}\n'

    lines = describe(
        release(tmp_path / "a"), release(tmp_path / "b", ("clinics.yaml", again, again + more))
    )

    expected = "screen 'call' added; option 3 'Call' added to 'nothing'"
    assert [CLINICS + expected] == lines


@pytest.mark.parametrize(
    ("code", "name"), [("sw", "Swahili"), ("am", "Amharic"), ("pt-BR", "Portuguese (Brazil)"),
                       ("xx", "xx"), ("tlh", "tlh")]
)  # fmt: skip
def test_a_language_is_named_in_english(code: str, name: str) -> None:
    assert name == language_name(code)
