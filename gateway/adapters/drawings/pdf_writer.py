"""Writes pages as a PDF whose text is text: it can be searched, copied and read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from fpdf import FPDF

from gateway.adapters.drawings.font_faces import FACES, runs
from gateway.adapters.drawings.page import Page, Rectangle, Words

_POINTS_IN_A_MILLIMETRE = 72 / 25.4

#: No date of a day: the same pages are the same bytes.
_DATED = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(pages: Sequence[Page]) -> bytes:
    """Returns pages of the same unit as one document, with the letters of our fonts in it."""
    first = pages[0]
    document = FPDF(unit=first.unit * _POINTS_IN_A_MILLIMETRE)
    document.set_creation_date(_DATED)
    document.set_title(first.title)
    document.set_lang(first.language)
    document.set_auto_page_break(False)
    document.c_margin = 0
    _add_fonts(document, pages)
    for page in pages:
        document.add_page(format=(page.width, page.height))
        for mark in page.marks:
            if isinstance(mark, Words):
                _write(document, mark)
            elif isinstance(mark, Rectangle):
                _draw_rectangle(document, mark)
            else:
                document.set_line_width(mark.line_width)
                document.set_draw_color(mark.ink)
                document.set_fill_color(mark.ink)
                document.bezier(mark.points)
                document.polygon(mark.head, style="F")
    return bytes(document.output())


def _add_fonts(document: FPDF, pages: Sequence[Page]) -> None:
    """Adds the faces that occur; the first is there for what no other has."""
    used = {face for page in pages for line in page.lines for face, _ in runs(line.text)}
    faces = [face for face in FACES if face is FACES[0] or face in used]
    for face in faces:
        document.add_font(face.family, "", face.path(bold=False))
        document.add_font(face.family, "B", face.path(bold=True))
    document.set_fallback_fonts([face.family for face in faces[1:]])


def _write(document: FPDF, words: Words) -> None:
    document.set_font(FACES[0].family, "B" if words.bold else "")
    document.set_font_size(words.size * document.k)
    document.set_text_color(words.ink)
    document.set_text_shaping(True, direction="rtl" if words.rtl else "ltr")
    # Else a font set for a line that began in another one is taken to be set for the next, too.
    document.current_font_is_set_on_page = False
    # A cell stands its letters this far below its upper edge.
    document.set_xy(words.x, words.y - 0.8 * words.size)
    document.cell(h=words.size, text=words.text)


def _draw_rectangle(document: FPDF, box: Rectangle) -> None:
    document.set_fill_color(box.fill)
    if box.edge:
        document.set_draw_color(box.edge)
        document.set_line_width(box.edge_width)
    if box.dashed:
        document.set_dash_pattern(6, 4)
    document.rect(
        box.x, box.y, box.width, box.height,
        style="DF" if box.edge else "F", round_corners=box.radius > 0, corner_radius=box.radius,
    )  # fmt: skip
    document.set_dash_pattern()
