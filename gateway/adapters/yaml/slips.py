"""What a slip of the pen in a YAML file is, where it is, and what to write instead.

A parser says where it could not go on, often lines behind the slip and in words of its own. Here
the usual slips are mended on trial, one at a time, and the one whose mend lets the parser go on
furthest is told.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

#: Blanks that look like a space, or like nothing at all, and are neither.
ODD_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
_NO_WIDTH = "\u200b\u2060\ufeff"
#: Signs of other keyboards that stand for one of YAML's.
_LOOK_ALIKES = {"\uff1a": ": ", "\u2236": ": ", "\ua789": ": ", "\uff1b": ": "}
_SAME_SIGN = re.compile("|".join(_LOOK_ALIKES))
_KEY = r"[A-Za-z0-9_-]+"
_UNSPACED = re.compile(rf"^(\s*(?:- )?{_KEY})(:|\s*=\s*|;\s*)(?=[^\s:=])(.*)$")
_PLAIN_VALUE = re.compile(rf"^(\s*(?:- )?(?:{_KEY}: +|- ))([^\s\"'\[{{|>#].*?)\s*$")
_CURLY = re.compile("[\u201c\u201d\u201e\u201f\u2033]")
_BEGINS = "*&!@`%|>?,]}"
#: How many lines before the place of the parser are looked at.
_LINES_BEFORE = 15
#: In characters read on trial, over all trials.
_MOST_READ = 6_000_000


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip: its line and column, counted from 1, and a sentence with a proposal."""

    line: int
    column: int
    sentence: str


def named(sign: str) -> str:
    """Returns what a sign is called, with its number.

    >>> named("\\u00a0")
    'no-break space (U+00A0)'
    """
    if sign == "\ufeff":
        return "byte order mark (U+FEFF)"
    return f"{unicodedata.name(sign, 'sign').lower()} (U+{ord(sign):04X})"


def _a(sign: str) -> str:
    name = named(sign)
    return f"{'An' if name[0] in 'aeiou' else 'A'} {name}"


def slip_in(text: str, error: yaml.YAMLError) -> Slip | None:
    """Returns the slip that most likely kept a text from being read; None where none is known."""
    mark, context = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    if mark is None:
        return None
    lines = text.split("\n")
    stopped = min(mark.line, len(lines) - 1)
    near = list(range(stopped, max(stopped - _LINES_BEFORE, 0) - 1, -1))
    if context is not None and context.line < len(lines) and context.line not in near:
        near.append(context.line)
    best, reached, read = None, (stopped, mark.column), 0
    for number in near:
        for mended, slip in _mends(lines, number):
            read += len(text)
            if read > _MOST_READ:
                return best
            got = _reached([*lines[:number], mended, *lines[number + 1 :]])
            if got > reached and (best is None or got[0] > reached[0]):
                best, reached = slip, got
    return best


def _reached(lines: Sequence[str]) -> tuple[int, int]:
    """Returns the line and column up to which a text can be read; behind the last when all can."""
    try:
        for _ in yaml.parse("\n".join(lines), Loader=yaml.CSafeLoader):
            pass
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return (mark.line, mark.column) if mark else (0, 0)
    return len(lines) + 1, 0


def _mends(lines: Sequence[str], number: int) -> Iterator[tuple[str, Slip]]:
    """Yields a line with one slip mended, the surest first, and what to say of it."""
    line = lines[number]
    yield from _signs(line, number)
    yield from _quotes(line, number)
    yield from _values(line, number)
    yield from _brackets(line, number)
    yield from _indents(lines, number)


def _signs(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    blank = ODD_BLANKS.search(line)
    if blank:
        mended = ODD_BLANKS.sub(lambda one: "" if one.group() in _NO_WIDTH else " ", line)
        instead = "take it out" if blank.group() in _NO_WIDTH else "write a common space"
        sentence = f"{_a(blank.group())} stands here; {instead}."
        yield mended, Slip(number + 1, blank.start() + 1, sentence)
    tab = re.match(r" *\t", line)
    if tab:
        sentence = "A tab stands here; indent with spaces."
        for width in (2, 4, 6, 8):
            mended = line.replace("\t", " " * width)
            yield mended, Slip(number + 1, tab.end(), sentence)
    like = _SAME_SIGN.search(line)
    if like:
        sentence = f"{_a(like.group())} stands here; write ':' and a space."
        mended = _SAME_SIGN.sub(": ", line)
        yield mended, Slip(number + 1, like.start() + 1, sentence)
    unspaced = _UNSPACED.match(line)
    if unspaced:
        mended = f"{unspaced[1]}: {unspaced[3]}"
        said = "No space follows the colon" if unspaced[2] == ":" else "A key ends with a colon"
        sentence = f"{said}; write `{mended.strip()[:60]}`."
        yield mended, Slip(number + 1, unspaced.end(1) + 1, sentence)


def _quotes(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    curly = _CURLY.search(line)
    if curly:
        sentence = f'{_a(curly.group())} stands here; write the straight quote (").'
        yield _CURLY.sub('"', line), Slip(number + 1, curly.start() + 1, sentence)
    for quote in ('"', "'"):
        places = [m.start() for m in re.finditer(rf"(?<!\\){quote}", line)]
        if len(places) % 2 == 0:
            continue
        ends = [m.start() for m in re.finditer(rf"[,}}\]](?=\s*{_KEY}:|\s*$|[}}\],])|\s*$", line)]
        for start in reversed(places):
            if line[:start].rstrip()[-1:] not in (":", "-", "[", ",", "{", ""):
                continue
            sentence = f"The text that begins here has no closing quote ({quote}); add it."
            for end in ends:
                if end > start:
                    yield line[:end] + quote + line[end:], Slip(number + 1, start + 1, sentence)


def _values(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    plain = _PLAIN_VALUE.match(line)
    if not plain:
        return
    value = plain[2]
    said = ""
    if value[0] in _BEGINS:
        said = f"A text that begins with {value[0]} needs quotes"
    elif re.search(r":(\s|$)", value):
        said = "A text with a colon and a space in it needs quotes"
    if said:
        quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        sentence = f"{said}: {quoted[:60]}"
        yield plain[1] + quoted, Slip(number + 1, plain.start(2) + 1, sentence + ".")


def _brackets(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda one: "x" * len(one.group()), line)
    for opens, closes in ("{}", "[]"):
        if bare.count(opens) == bare.count(closes) + 1:
            place = bare.rindex(opens) + 1
            sentence = f"The {opens} here is not closed; add {closes}."
            yield line.rstrip() + closes, Slip(number + 1, place, sentence)


def _indents(lines: Sequence[str], number: int) -> Iterator[tuple[str, Slip]]:
    line = lines[number]
    own, bare = _indent(line), line.lstrip(" ")
    if not bare or bare.startswith("#"):
        return
    before = [_indent(each) for each in lines[max(0, number - 4) : number] if each.strip()]
    behind = [_indent(each) for each in lines[number + 1 : number + 4] if each.strip()]
    for width in dict.fromkeys([*reversed(before), *behind]):  # the line before is nearest
        if abs(width - own) != 1:  # further off it is a matter of what is meant
            continue
        few = "one space too many" if width < own else "one space too few"
        sentence = (
            f"This line is indented by {own} spaces, {few}: its neighbours are indented by {width}."
        )
        yield " " * width + bare, Slip(number + 1, own + 1, sentence)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def slip_of_plain(value: str, behind: str, is_key: bool) -> str:
    """Returns what is amiss with a text without quotes that can be read; empty when nothing is.

    `behind` is what follows on its line: a comment, perhaps one that was meant as a part of it.
    """
    blank = ODD_BLANKS.search(value) if is_key else ODD_BLANKS.search(value[:1] + value[-1:])
    if blank:
        where = "in this key" if is_key else "at the edge of this text"
        return f"{_a(blank.group())} stands {where}; take it out."
    if is_key:
        return ""
    if re.match("[\u201c\u201d\u201e\u201f\u2018\u2019]", value) and re.search(
        "[\u201c\u201d\u201f\u2018\u2019\"']$", value[1:]
    ):
        return (
            f"The curly quotes {value[0]} {value[-1]} would be a part of the text; write straight "
            f'ones: "{value[1:-1][:60]}".'
        )
    if re.match("[\u2010-\u2015\u2212] ", value):
        return f"{_a(value[0])} begins this text; an item of a list begins with '-'."
    if value.endswith('"') and value.count('"') == 1:
        return "This text ends with a quote and does not begin with one."
    cut = re.match(r"\s+#(?=\w)\S*", behind)
    if cut:
        return (
            f"From {cut.group().strip()} on this is a comment. Put quotes around the whole text; "
            "if it is a comment, write a space behind the #."
        )
    return ""


def not_utf8(source: bytes, error: UnicodeDecodeError) -> Slip:
    """Returns where a file is no UTF-8 text, and what it seems to be."""
    line = source.count(b"\n", 0, error.start) + 1
    column = error.start - (source.rfind(b"\n", 0, error.start) + 1) + 1
    if source[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in source[:200]:
        return Slip(1, 1, "This is UTF-16 text; save the file as UTF-8.")
    byte = source[error.start : error.start + 1]
    sign = byte.decode("cp1252", "replace")
    seems = f" In Windows-1252 it is '{sign}'." if sign.isprintable() and sign != "\ufffd" else ""
    sentence = f"This is not UTF-8 text: byte {byte.hex().upper()} stands here.{seems}"
    return Slip(line, column, f"{sentence} Save the file as UTF-8.")
