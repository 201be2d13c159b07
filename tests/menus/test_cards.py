"""Cards and posters: they say what to dial, to text and to pay, and nothing leaves the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.adapters.drawings.card_layout import SHEETS, Sheet, card_page
from gateway.adapters.drawings.page import Page, Words
from gateway.adapters.drawings.svg_writer import svg
from gateway.adapters.drawings.text_width import width, wrapped
from gateway.adapters.menu_files.load import load
from gateway.cli.main import main
from gateway.domain.dialogue.screen_rendering import phrase
from gateway.domain.input_kinds.base import Accepts, Complaint
from gateway.domain.input_kinds.kinds import check
from gateway.domain.menu.release import Release
from gateway.domain.menu.screens import EndScreen, InputScreen
from gateway.domain.menu_views.cards import Card, card, sample_answer
from gateway.domain.text.localised_text import LocalisedText, Template
from tests.gateways import HOME
from tests.menus.sample import FILES, HANDLERS, write

SVG = "{http://www.w3.org/2000/svg}"
CARD = Card(
    language="en",
    issuer="Public services of Zamani",
    institution="Ministry of Education",
    title="Exam results",
    shortcut="31",
    dial_label="Dial",
    dial="*384*2026*31#",
    sms_label="Or send an SMS to 20880:",
    sms_example="RESULT 12345678 2024",
    cost_label="Cost:",
    cost="Free",
)


@pytest.fixture(params=SHEETS, ids=lambda sheet: sheet.name)
def sheet(request: pytest.FixtureRequest) -> Sheet:
    return request.param


def lines(page: Page) -> list[str]:
    return [line.text for line in page.lines]


def said(page: Page) -> str:
    return " ".join(lines(page))


def outside(written: Sequence[Words], sheet: Sheet) -> list[str]:
    """Returns the lines that leave the page."""
    return [
        line.text
        for line in written
        if line.x < 0
        or line.x + width(line.text, line.size, line.bold) > sheet.width
        or not line.size * 0.7 < line.y < sheet.height - line.size * 0.2
    ]


def written_in(drawing: str) -> list[Words]:
    """Returns the lines of text of an SVG."""
    root = ElementTree.fromstring(drawing)  # noqa: S314 - our own drawing
    return [
        Words(
            text=line.text or "",
            size=float(line.attrib["font-size"]),
            x=float(line.attrib["x"]),
            y=float(line.attrib["y"]),
            ink=line.attrib["fill"],
            bold=line.attrib["font-weight"] == "700",
        )
        for line in root.iter(f"{SVG}text")
    ]


def release(folder: Path, **more: str) -> Release:
    """Returns the sample menu with more keys in the file of the exam results."""
    keys = "".join(f"{key}: {value}\n" for key, value in more.items())
    files = {**FILES, "results.yaml": FILES["results.yaml"] + keys}
    return load(write(folder, files), HANDLERS, ())


def test_a_card_says_what_to_dial_to_text_and_to_pay(sheet: Sheet) -> None:
    text = said(card_page(CARD, sheet))

    for words in (
        CARD.institution, CARD.title, CARD.dial_label, CARD.dial, CARD.sms_label, CARD.sms_example,
        "Cost: Free", CARD.issuer,
    ):  # fmt: skip
        assert words in text


def test_a_drawing_has_the_size_of_its_paper(sheet: Sheet) -> None:
    root = ElementTree.fromstring(svg(card_page(CARD, sheet)))  # noqa: S314 - our own drawing

    assert (f"{sheet.width}mm", f"{sheet.height}mm") == (root.get("width"), root.get("height"))
    assert f"0 0 {sheet.width} {sheet.height}" == root.get("viewBox")


@pytest.mark.parametrize("missing", ["institution", "sms_label", "cost_label", "dial_label"])
def test_what_a_service_does_not_have_leaves_no_gap(sheet: Sheet, missing: str) -> None:
    also = {"sms_label": "sms_example", "cost_label": "cost", "dial_label": "dial"}
    changes = {missing: "", also.get(missing, missing): ""}

    page = card_page(replace(CARD, **changes), sheet)

    assert getattr(CARD, missing) not in said(page)
    assert all(lines(page))


def test_what_is_dialled_is_one_line_however_long(sheet: Sheet) -> None:
    dial = "*384*2026*123456*7654321#"

    page = card_page(replace(CARD, dial=dial), sheet)

    assert dial in lines(page)
    assert [] == outside(page.lines, sheet)


@pytest.mark.parametrize("unsafe", ["<b>", "&", '"', "]]>", "<script>"])
def test_signs_of_markup_are_letters_like_any_other(sheet: Sheet, unsafe: str) -> None:
    drawn = svg(card_page(replace(CARD, title=unsafe), sheet))

    assert unsafe in [line.text for line in written_in(drawn)]


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
)
prose = st.lists(words, min_size=1, max_size=40).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(title=prose, example=prose, cost=prose, issuer=prose, number=st.integers(0, 1))
def test_nothing_leaves_the_page_whatever_is_written(
    title: str, example: str, cost: str, issuer: str, number: int
) -> None:
    long = replace(CARD, title=title, sms_example=example, cost=cost, issuer=issuer)

    page = card_page(long, SHEETS[number])

    assert [] == outside(page.lines, SHEETS[number])


@given(text=prose, size=st.floats(1, 30), room=st.floats(35, 200))
def test_wrapping_loses_nothing_and_exceeds_no_line(text: str, size: float, room: float) -> None:
    found = wrapped(text, size, room)

    assert text.replace(" ", "") == "".join(found).replace(" ", "")
    assert all(width(line, size) <= room or len(line) == 1 for line in found)


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("", 50, []),
        ("  ", 50, []),
        ("one two", 500, ["one two"]),
        ("one two", 30, ["one", "two"]),
        ("four", 13, ["fo", "ur"]),
    ],
)
def test_a_text_is_broken_at_spaces_first(text: str, room: float, expected: list[str]) -> None:
    assert expected == wrapped(text, 10, room)


@pytest.mark.parametrize(
    ("accepts", "expected"),
    [
        (Accepts(kind="digits", minimum=8, maximum=8), "12345678"),
        (Accepts(kind="digits", minimum=4, maximum=6), "123456"),
        (Accepts(kind="integer", minimum=1, maximum=50), "25"),
        (Accepts(kind="integer", minimum=7, maximum=8), ""),
        (Accepts(kind="name", minimum=2, maximum=40), "Asha Musa"),
        (Accepts(kind="text", minimum=1, maximum=160), ""),
        (Accepts(kind="date"), "15042007"),
    ],
)
def test_an_example_is_one_that_the_input_takes(accepts: Accepts, expected: str) -> None:
    found = sample_answer(accepts, "en")

    assert expected == found
    assert not found or not isinstance(check(accepts, found, "en"), Complaint)


def test_the_example_of_a_date_is_of_the_calendar_of_the_language() -> None:
    accepts = Accepts(kind="date", ethiopic=frozenset({"am"}))

    assert ("15042007", "07081999") == tuple(sample_answer(accepts, each) for each in ("en", "am"))


def test_a_card_of_a_service_is_in_its_language(tmp_path: Path) -> None:
    menu = release(tmp_path, cost='{en: "1 shilling", sw: "Shilingi 1"}')

    swahili = card(
        menu, menu.services["results"], "sw", issuer="Z", service_code="*1#", address="20880"
    )

    assert ("Matokeo", "*1*31#", "MATOKEO 12345678 2024", "Shilingi 1") == (
        swahili.title, swahili.dial, swahili.sms_example, swahili.cost,
    )  # fmt: skip


def test_the_example_of_the_menu_goes_before_one_made_up(tmp_path: Path) -> None:
    menu = release(tmp_path)
    asks = menu.screens["results.candidate"]
    assert isinstance(asks, InputScreen)
    asks = replace(asks, example=LocalisedText({"en": Template.parse("10231456")}))
    menu = replace(menu, screens={**menu.screens, asks.id: asks})

    shown = card(
        menu, menu.services["results"], "en", issuer="Z", service_code="*1#", address="20880"
    )

    assert "RESULT 10231456 2024" == shown.sms_example


def test_figures_to_text_are_called_an_example_and_a_keyword_alone_is_not(tmp_path: Path) -> None:
    menu = release(tmp_path)
    end = EndScreen(id="results.bye", text=LocalisedText({"en": Template.parse("Bye")}))
    alone = replace(menu.services["results"], start=end.id)
    menu = replace(menu, screens={**menu.screens, end.id: end})

    cards = [
        card(menu, service, "en", issuer="Z", service_code="*1#", address="20880")
        for service in (menu.services["results"], alone)
    ]

    assert ["RESULT 12345678 2024", "RESULT"] == [each.sms_example for each in cards]
    assert [
        phrase(menu, "en", name, {"address": "20880"})
        for name in ("card_text_example", "card_text")
    ] == [each.sms_label for each in cards]


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "for example:"), ("sw", "kwa mfano:"), ("fr", "par exemple :"), ("am", "ለምሳሌ፦")],
)
def test_every_language_says_that_the_figures_are_an_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))

    CliRunner().invoke(main, ["menus", "cards", "--language", language, "--out", str(tmp_path)])

    lines = written_in((tmp_path / f"exam_results.{language}.card.svg").read_text("utf-8"))
    (told,) = [line.text for line in lines if line.text.endswith(says)]
    assert "20880" in told


def test_what_is_texted_is_one_line_while_it_can_be_read(sheet: Sheet) -> None:
    example = "RESULT 12345678 2024 31121999"

    assert example in lines(card_page(replace(CARD, sms_example=example), sheet))
    assert example * 3 not in lines(card_page(replace(CARD, sms_example=example * 3), sheet))


@pytest.mark.parametrize(
    ("example", "expected"), [(None, "RESULT Asha Musa"), ("Juma", "RESULT Juma")]
)
def test_nothing_follows_a_name_which_takes_all_that_is_left(
    tmp_path: Path, example: str | None, expected: str
) -> None:
    menu = release(tmp_path)
    asks = menu.screens["results.candidate"]
    assert isinstance(asks, InputScreen)
    shown = LocalisedText({"en": Template.parse(example)}) if example else None
    name = Accepts(kind="name", minimum=2, maximum=20)
    menu = replace(
        menu, screens={**menu.screens, asks.id: replace(asks, accepts=name, example=shown)}
    )

    found = card(
        menu, menu.services["results"], "en", issuer="Z", service_code="*1#", address="20880"
    )

    assert expected == found.sms_example


def test_a_channel_without_a_number_is_not_texted(tmp_path: Path) -> None:
    menu = release(tmp_path)

    dialled = card(menu, menu.services["results"], "en", issuer="Z", service_code="*1#", address="")
    texted = card(
        menu, menu.services["results"], "en", issuer="Z", service_code="", address="20880"
    )

    assert ("", "") == (dialled.sms_label, dialled.sms_example)
    assert ("", "") == (texted.dial_label, texted.dial)


# ------------------------------------------------------------------ the command


def test_the_command_writes_a_card_and_a_poster_for_each_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))

    done = CliRunner().invoke(
        main, ["menus", "cards", "--service", "exam_results", "--out", str(tmp_path)]
    )

    languages = ("en", "sw", "fr", "am")
    names = {f"exam_results.{each}.{kind}.svg" for each in languages for kind in ("card", "poster")}
    assert 0 == done.exit_code
    assert (
        names
        == {path.name for path in tmp_path.iterdir()}
        == {Path(line).name for line in done.output.splitlines() if not line.startswith("Note:")}
    )
    amharic = (tmp_path / "exam_results.am.card.svg").read_text("utf-8")
    for shown in ("የፈተና ውጤት", "*384*2026*31#", "20880"):
        assert shown in amharic


def test_every_card_of_the_reference_menu_keeps_to_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))

    CliRunner().invoke(main, ["menus", "cards", "--out", str(tmp_path)])

    files = sorted(tmp_path.iterdir())
    for path in files:
        sheet = next(each for each in SHEETS if f".{each.name}." in path.name)
        assert [] == outside(written_in(path.read_text("utf-8")), sheet), path.name
    assert 4 * 2 * 4 <= len(files)


def test_a_page_for_the_browser_has_the_size_of_the_paper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))

    CliRunner().invoke(
        main,
        ["menus", "cards", "--service", "exam_results", "--language", "sw", "--format", "html",
         "--out", str(tmp_path)],
    )  # fmt: skip

    page = (tmp_path / "exam_results.sw.card.html").read_text("utf-8")
    assert '<html lang="sw">' in page
    assert "@page {size: 148mm 105mm; margin: 0}" in page
    assert 1 == len(re.findall("<svg ", page))
    assert "<?xml" not in page


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--service", "exam", "No service 'exam' with a shortcut or keyword."),
        ("--language", "de", "The menu does not speak 'de'. It speaks: en, sw, fr, am."),
    ],
)
def test_what_there_is_not_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, option: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv("GATEWAY_HOME", str(HOME))

    done = CliRunner().invoke(main, ["menus", "cards", option, value, "--out", str(tmp_path)])

    assert done.exit_code != 0
    assert sentence in done.output + done.stderr
