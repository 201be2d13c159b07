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
_SENTENCE_END = re.compile(r"(?<=[.!?።।؟])\s+|\n+")
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


def parted(texts: Mapping[str, str], most: int) -> list[dict[str, str]]:
    """Returns a text in parts of so many letters at most, each in all languages that it has.

    A part ends with a sentence where it can.

    >>> parted({"en": "One two. Three four.", "fr": "Un deux trois"}, 12)
    [{'en': 'One two.', 'fr': 'Un deux'}, {'en': 'Three four.', 'fr': 'trois'}]
    """
    packed = {code: _packed(text, most) for code, text in texts.items()}
    count = max(map(len, packed.values()), default=0)
    for pieces in packed.values():
        while len(pieces) < count and any(" " in piece for piece in pieces):
            at = max(range(len(pieces)), key=lambda each: len(pieces[each]))
            words = pieces[at].split(" ")
            half = (len(words) + 1) // 2
            pieces[at : at + 1] = [" ".join(words[:half]), " ".join(words[half:])]
    return [
        {code: pieces[at] for code, pieces in packed.items() if at < len(pieces)}
        for at in range(count)
    ]


def _packed(text: str, most: int) -> list[str]:
    """Returns a text in the fewest parts that hold whole sentences, or words of a longer one."""
    pieces: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        units = [sentence] if len(sentence) <= most else sentence.split(" ")
        for unit in units:
            if pieces and len(pieces[-1]) + 1 + len(unit) <= most:
                pieces[-1] = f"{pieces[-1]} {unit}"
            else:
                pieces.append(unit)
    return pieces


def menu_texts(written: Mapping[str, str], shown: Callable[[str], str]) -> dict[str, str]:
    """Returns the texts of all languages; what shows nothing is left out."""
    found = {code: menu_text(text, shown) for code, text in written.items()}
    return {code: text for code, text in found.items() if text}
