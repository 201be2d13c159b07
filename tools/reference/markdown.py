"""Pieces of a page in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SIGN = re.compile(r"([\\*_<\[\]#])")
_NAME = re.compile(r"(?<![\w-])--[a-z][a-z-]*|\b[A-Z]+(?:_[A-Z]+)+\b")
_IN_CODE = re.compile(r"(`+)[^`].*?\1")


def page(title: str, made_from: str, parts: Iterable[str]) -> str:
    """Returns a whole page; it says where its words are, since it is no place to edit them."""
    head = f"# {title}\n\n<!-- Written by `make reference` from {made_from}. Do not edit. -->"
    return "\n\n".join([head, *(part.strip("\n") for part in parts if part.strip())]) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a table; nothing when it has no row."""
    lines = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join([f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *lines])


def code(text: str) -> str:
    """Returns a text as code within a line."""
    return f"`{text}`" if text else ""


def block(language: str, text: str) -> str:
    """Returns a block of code."""
    return f"```{language}\n{text.rstrip()}\n```"


def plain(text: str) -> str:
    """Returns words of the code as Markdown shows them: signs that have a meaning are escaped."""
    parts, end = [], 0
    for found in _IN_CODE.finditer(text):
        parts += [_escaped(text[end : found.start()]), found[0]]
        end = found.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    """Returns prose; an option or a variable in it is shown as code, which nobody changes."""
    parts, end = [], 0
    for found in _NAME.finditer(text):
        parts += [_SIGN.sub(r"\\\1", text[end : found.start()]), f"`{found[0]}`"]
        end = found.end()
    return "".join([*parts, _SIGN.sub(r"\\\1", text[end:])])
