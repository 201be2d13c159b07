"""Cards and menus as PDF: text that can be copied, in fonts of its own, where the page says."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from gateway.adapters.drawings.card_layout import SHEETS, card_page
from gateway.adapters.drawings.menu_layout import menu_page, menu_pages
from gateway.adapters.drawings.page import Arrow, Page, Rectangle, Words
from gateway.adapters.drawings.pdf_writer import pdf
from gateway.adapters.menu_files.load import parsed
from gateway.cli.main import main
from gateway.domain.menu_views.cards import Card
from gateway.domain.menu_views.drawing import Room, drawing
from tests import water_deployment
from tests.gateways import HOME
from tests.menus.scripts import SAMPLES

LANGUAGES = ("en", "sw", "fr", "am")
CARD = Card(
    language="ar",
    issuer="الخدمات العامة",
    institution="وزارة التعليم",
    title="نتائج",
    shortcut="31",
    dial_label="اطلب",
    dial="*384*2026*31#",
    sms_label="أو أرسل رسالة إلى 20880:",
    sms_example="نتيجة 12345678",
    cost_label="",
    cost="",
)


def run(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["menus", *arguments], env={"GATEWAY_HOME": str(home)})


def read(document: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(document), strict=True)


def fonts(reader: PdfReader) -> dict[str, bool]:
    """Returns the fonts of a document, and whether each is in it."""
    found: Mapping[Any, Any]
    names: dict[str, bool] = {}
    for sheet in reader.pages:
        found = sheet["/Resources"]["/Font"]  # type: ignore[index]
        for font in (each.get_object() for each in found.values()):
            (inner,) = font["/DescendantFonts"]
            held = inner.get_object()["/FontDescriptor"].get_object()
            names[font["/BaseFont"].partition("+")[2]] = "/FontFile2" in held
    return names


def rooms(language: str) -> list[Room]:
    menu, _ = parsed(HOME / "menus")
    assert menu is not None
    return list(drawing(menu.release, language))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_a_card_can_be_copied_and_its_fonts_are_in_it(
    tmp_path: Path, language: str
) -> None:
    done = run(
        HOME, "cards", "--service", "exam_results", "--language", language, "--format", "pdf",
        "--out", str(tmp_path),
    )  # fmt: skip

    names = [f"exam_results.{language}.{each}.pdf" for each in ("card", "poster")]
    assert (0, "") == (done.exit_code, done.stderr)
    assert names == sorted(path.name for path in tmp_path.iterdir())
    title = {"en": "Exam results", "sw": "Matokeo ya mtihani", "fr": "Résultats d'examen",
             "am": "የፈተና ውጤት"}[language]  # fmt: skip
    for name in names:
        reader = read((tmp_path / name).read_bytes())
        text = squeezed(reader.pages[0].extract_text())
        assert squeezed(title) in text
        assert "*384*2026*31#" in text
        assert {True} == set(fonts(reader).values())
        assert ("NotoSansEthiopicBold" in fonts(reader)) == (language == "am")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_document_has_the_size_of_its_paper_and_says_what_it_is(sheet: Any) -> None:
    page = card_page(CARD, sheet)

    reader = read(pdf([page]))

    box = reader.pages[0].mediabox
    millimetres = [float(each) / 72 * 25.4 for each in (box.width, box.height)]
    assert [sheet.width, sheet.height] == pytest.approx(millimetres, abs=0.01)
    assert reader.metadata is not None
    assert page.title == reader.metadata.title
    assert "ar" == reader.trailer["/Root"]["/Lang"]  # type: ignore[index]


def test_the_same_pages_are_the_same_bytes_on_any_day() -> None:
    pages = [card_page(CARD, SHEETS[0])]

    document = pdf(pages)

    assert pdf(pages) == document
    assert re.findall(rb"/CreationDate (\S+)", document) == [b"(D:20000101000000Z)"]
    assert b"ModDate" not in document


@pytest.mark.parametrize("bold", [False, True], ids=["regular", "bold"])
@pytest.mark.parametrize("script", SAMPLES)
def test_a_line_of_every_script_stands_where_the_page_says(script: str, bold: bool) -> None:
    lines = [
        Words(text=SAMPLES[script], size=10, x=20, y=at, ink="#000000", bold=bold,
              rtl=script == "Arabic")
        for at in (30, 60)
    ]  # fmt: skip
    starts: list[tuple[float, float]] = []

    def note(text: str, _: Any, matrix: Any, font: Any, __: Any) -> None:
        if font is not None and text.strip():
            starts.append((matrix[4] / 72 * 25.4, 100 - matrix[5] / 72 * 25.4))

    page = Page(width=400, height=100, unit=1, title="x", language="en", marks=lines)
    read(pdf([page])).pages[0].extract_text(visitor_text=note)

    assert {30.0, 60.0} == {round(y, 1) for _, y in starts}
    assert 20 == pytest.approx(min(x for x, _ in starts), abs=0.1)


def test_every_page_sets_its_own_font() -> None:
    # A line that begins in a fallback font once left the next one without any.
    lines = [Words(text=text, size=10, x=0, y=20, ink="#000000") for text in ("ውጤት a", "→ b")]
    page = Page(width=100, height=50, unit=1, title="x", language="en", marks=lines)

    for sheet in read(pdf([page, page])).pages:
        content = sheet.get_contents()
        assert content is not None
        open_text = [piece for piece in content.get_data().split(b"BT")[1:] if b"Tj" in piece]
        assert 2 == len(open_text)
        assert "ውጤትa→b" == squeezed(sheet.extract_text()).replace("\u200b", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_menu_is_pages_of_a4_with_every_service_on_one(language: str) -> None:
    own = rooms(language)
    pages = menu_pages(own, language)

    reader = read(pdf(pages))

    sizes = {tuple(round(float(each) / 72 * 25.4) for each in (p.mediabox.width, p.mediabox.height))
             for p in reader.pages}  # fmt: skip
    assert {(297, 210)} == sizes
    text = squeezed("".join(sheet.extract_text() for sheet in reader.pages))
    assert [] == [room.title for room in own if squeezed(room.title) not in text]


def test_the_command_draws_a_menu_as_pages(tmp_path: Path) -> None:
    water_deployment.write(tmp_path / "home")
    file = tmp_path / "menu.pdf"

    done = run(tmp_path / "home", "show", "water", "--format", "pdf", "--output", str(file))

    assert (0, "") == (done.exit_code, done.output)
    assert "Whichregion?" in squeezed(read(file.read_bytes()).pages[0].extract_text())


def test_a_pdf_does_not_go_out_with_boxes_for_letters(tmp_path: Path) -> None:
    home, out = tmp_path / "home", tmp_path / "cards"
    water_deployment.write(home)
    water_deployment.edit(home, "water.yaml", "title: {en: Water", "title: {en: Water 水")

    done = run(home, "cards", "--format", "pdf", "--out", str(out))

    assert 5 == done.exit_code
    assert "No font of the gateway has '水' (U+6C34 CJK UNIFIED IDEOGRAPH-6C34)" in done.stderr
    assert "--format svg" in done.stderr
    assert not out.exists()


# ------------------------------------------------------------------ how a menu is laid out


def boxes(page: Page) -> list[Rectangle]:
    return [mark for mark in page.marks if isinstance(mark, Rectangle)][1:]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_menu_has_about_the_shape_of_a_sheet(language: str) -> None:
    page = menu_page(rooms(language), language)

    assert 1.1 < page.width / page.height < 1.8


@pytest.mark.parametrize("paged", [False, True])
def test_boxes_neither_overlap_nor_leave_the_page(paged: bool) -> None:
    own = rooms("en")
    pages = menu_pages(own, "en") if paged else [menu_page(own, "en")]

    assert sum(len(room.boxes) for room in own) == sum(len(boxes(page)) for page in pages)
    for page in pages:
        placed = sorted(boxes(page), key=lambda box: (box.x, box.y))
        assert all(0 < b.x and b.x + b.width < page.width for b in placed)
        assert all(0 < b.y and b.y + b.height < page.height for b in placed)
        assert [] == [
            (a, b)
            for a in placed
            for b in placed
            if a is not b and abs(a.x - b.x) < a.width and abs(a.y - b.y) < a.height
        ]
        bends = [p for mark in page.marks if isinstance(mark, Arrow) for p in mark.points]
        assert all(0 < x < page.width and 0 < y < page.height for x, y in bends)


def test_services_stand_in_the_order_of_the_menu() -> None:
    own = rooms("en")
    page = menu_page(own, "en")

    titles = [line for line in page.lines if line.bold]
    assert [room.title for room in own] == [line.text for line in titles]
    assert titles == sorted(titles, key=lambda line: (line.x, line.y))


def test_a_service_too_large_for_a_page_makes_all_pages_smaller() -> None:
    (large,) = [room for room in rooms("en") if room.id == "my_data"]
    usual = menu_pages([large], "en")[0]
    # the same boxes under each other: none leads to the next
    long = Room(
        id=large.id, title=large.title, start=large.start, entrances="",
        boxes=[type(box)(id=box.id, kind=box.kind, says=box.says, arrows=[], reached=True)
               for box in large.boxes],
    )  # fmt: skip

    page = menu_pages([long], "en")[0]

    assert page.unit < usual.unit
    assert page.width * page.unit == pytest.approx(297)
    assert all(box.y + box.height < page.height for box in boxes(page))
