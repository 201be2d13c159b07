"""Texts of a form as texts of a menu: without mark-up, with the placeholders of a menu."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_REFERENCE = re.compile(r"\$\{\s*([^{}\s]+)\s*\}")
#: Mark-up that forms may have: tags, headings, and stars or lines around words.
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_HEADING = re.compile(r"(?m)^\s{0,3}#{1,6}\s+")
_EMPHASIS = re.compile(
    r"(\*\*|__)(?=\S)(.{1,400}?)(?<=\S)\1|(?<![\w*])\*(?=[^\s*])([^*]{1,200})\*(?!\w)"
)
_LINK = re.compile(r"\[([^\[\]]{1,200})\]\([^()\s]{1,300}\)")


def menu_text(written: str, shown: Callable[[str], str]) -> str:
    """Returns a label as a menu writes it; `shown` gives how an answer is shown in it, or ''.

    >>> menu_text("**Dear** ${name}, {now}", lambda name: "name")
    'Dear {name}, {{now}}'
    """
    plain = _LINK.sub(r"\1", _HEADING.sub("", _TAG.sub(" ", written)))
    plain = _EMPHASIS.sub(lambda found: found[2] or found[3], plain)
    parts = _REFERENCE.split(plain)
    pieces = []
    for place, part in enumerate(parts):
        if place % 2:
            name = shown(part)
            pieces.append(f"{{{name}}}" if name else "")
        else:
            pieces.append(part.replace("{", "{{").replace("}", "}}"))
    lines = [" ".join(line.split()) for line in "".join(pieces).splitlines()]
    return "\n".join(line for line in lines if line)


def menu_texts(written: Mapping[str, str], shown: Callable[[str], str]) -> dict[str, str]:
    """Returns the texts of all languages; what shows nothing is left out."""
    found = {code: menu_text(text, shown) for code, text in written.items()}
    return {code: text for code, text in found.items() if text}
