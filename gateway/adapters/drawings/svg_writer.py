"""Writes a page as SVG, with the letters of our fonts that occur on it."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict

import drawsvg
import uharfbuzz

from gateway.adapters.drawings.font_faces import FACES, Face, loaded, runs
from gateway.adapters.drawings.page import Arrow, Page, Rectangle, Words

#: A machine that reads no embedded fonts may have the same ones installed.
_FAMILIES = ", ".join(f"'{face.family}'" for face in FACES) + ", sans-serif"


def svg(page: Page) -> str:
    """Returns the page as a document that needs no font of its reader's."""
    drawing = drawsvg.Drawing(
        page.width,
        page.height,
        lang=page.language,
        font_family=_FAMILIES,
        text_rendering="geometricPrecision",  # no letter is moved to a whole pixel
    )
    drawing.set_render_size(*(f"{each * page.unit:.6g}mm" for each in (page.width, page.height)))
    drawing.append_title(page.title)
    drawing.append_css(_font_faces(page))
    for mark in page.marks:
        for element in _elements(mark):
            drawing.append(element)
    return str(drawing.as_svg())


def _elements(mark: Words | Rectangle | Arrow) -> list[drawsvg.DrawingElement]:
    if isinstance(mark, Words):
        # The left edge is where a line that runs to the left ends.
        aligned = {"direction": "rtl", "text_anchor": "end"} if mark.rtl else {}
        weight = "700" if mark.bold else "400"
        size, x, y = (round(each, 3) for each in (mark.size, mark.x, mark.y))
        return [drawsvg.Text(mark.text, size, x, y, fill=mark.ink, font_weight=weight, **aligned)]
    if isinstance(mark, Rectangle):
        edge = {"stroke": mark.edge, "stroke_width": mark.edge_width} if mark.edge else {}
        if mark.dashed:
            edge["stroke_dasharray"] = "6 4"
        x, y, wide, high = (round(n, 3) for n in (mark.x, mark.y, mark.width, mark.height))
        radius = round(mark.radius, 3)
        return [drawsvg.Rectangle(x, y, wide, high, rx=radius, fill=mark.fill, **edge)]
    (x1, y1), bend, back, (x2, y2) = mark.points
    line = drawsvg.Path(stroke=mark.ink, stroke_width=mark.line_width, fill="none")
    line.M(x1, y1).C(*bend, *back, x2, y2)
    head = drawsvg.Lines(*(xy for point in mark.head for xy in point), fill=mark.ink)
    return [line, head]


def _font_faces(page: Page) -> str:
    """Returns the CSS that embeds each face in the weights, and with the characters, it draws."""
    used: dict[tuple[Face, bool], set[str]] = defaultdict(set)
    for words in page.lines:
        for face, piece in runs(words.text):
            if face is not None:
                used[face, words.bold and face.has_bold].update(piece)
    return "\n".join(
        f"@font-face {{font-family: '{face.family}'; font-weight: {_weights(face, bold)}; "
        f"src: url(data:font/ttf;base64,{_cut(face, bold, used[face, bold])})}}"
        for face, bold in sorted(used, key=lambda key: (FACES.index(key[0]), key[1]))
    )


def _weights(face: Face, bold: bool) -> str:
    if not face.has_bold:
        return "100 900"
    return "700" if bold else "400"


def _cut(face: Face, bold: bool, characters: set[str]) -> str:
    """Returns as base64 the part of a font that draws these characters."""
    wanted = uharfbuzz.SubsetInput()
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).update(map(ord, characters))
    font: bytes = uharfbuzz.subset(loaded(face, bold), wanted).blob.data
    return b64encode(font).decode("ascii")
