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

from gateway.domain.faults_and_errors.sentence import Sentence

#: Blanks that look like a space, or like nothing at all, and are neither.
ODD_BLANKS = re.compile("[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
_NO_WIDTH = "\u200b\u2060\ufeff"
#: Signs of other keyboards that stand for one of YAML's.
_LOOK_ALIKES = {"\uff1a": ": ", "\u2236": ": ", "\ua789": ": ", "\uff1b": ": "}
_SAME_SIGN = re.compile("|".join(_LOOK_ALIKES))
_KEY = r"[A-Za-z0-9_-]+"
_UNSPACED = re.compile(rf"^(\s*(?:- )?{_KEY})(:|\s*=\s*|;\s*)(?=[^\s:=])(.*)$")
_PLAIN_VALUE = re.compile(rf"^(\s*(?:- )?(?:{_KEY}: +|- ))([^\s\"'\[{{|>#].*?)\s*$")
#: The odd signs that people do write, by their names in Unicode.
_USUAL = {
    "\u00a0": Sentence("no-break space (U+00A0)"),
    "\u200b": Sentence("zero width space (U+200B)"),
    "\ufeff": Sentence("byte order mark (U+FEFF)"),
    "\uff1a": Sentence("fullwidth colon (U+FF1A)"),
    "\u201c": Sentence("left double quotation mark (U+201C)"),
    "\u201d": Sentence("right double quotation mark (U+201D)"),
    "\u2013": Sentence("en dash (U+2013)"),
    "\u2014": Sentence("em dash (U+2014)"),
}
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
    sentence: Sentence


def named(sign: str) -> str:
    """Returns what a sign is called, with its number.

    >>> named("\\u00a0")
    'no-break space (U+00A0)'
    """
    if sign in _USUAL:
        return _USUAL[sign]
    return f"{unicodedata.name(sign, 'sign').lower()} (U+{ord(sign):04X})"


def _a(sign: str) -> Sentence:
    name = named(sign)
    return (
        Sentence("An %(name)s", name=name)
        if name[0] in "aeiou"
        else Sentence("A %(name)s", name=name)
    )


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
        sign = _a(blank.group())
        if blank.group() in _NO_WIDTH:
            sentence = Sentence("%(sign)s stands here; take it out.", sign=sign)
        else:
            sentence = Sentence("%(sign)s stands here; write a common space.", sign=sign)
        yield mended, Slip(number + 1, blank.start() + 1, sentence)
    tab = re.match(r" *\t", line)
    if tab:
        sentence = Sentence("A tab stands here; indent with spaces.")
        for width in (2, 4, 6, 8):
            mended = line.replace("\t", " " * width)
            yield mended, Slip(number + 1, tab.end(), sentence)
    like = _SAME_SIGN.search(line)
    if like:
        sign = _a(like.group())
        sentence = Sentence("%(sign)s stands here; write ':' and a space.", sign=sign)
        mended = _SAME_SIGN.sub(": ", line)
        yield mended, Slip(number + 1, like.start() + 1, sentence)
    unspaced = _UNSPACED.match(line)
    if unspaced:
        mended = f"{unspaced[1]}: {unspaced[3]}"
        meant = mended.strip()[:60]
        if unspaced[2] == ":":
            sentence = Sentence("No space follows the colon; write `%(meant)s`.", meant=meant)
        else:
            sentence = Sentence("A key ends with a colon; write `%(meant)s`.", meant=meant)
        yield mended, Slip(number + 1, unspaced.end(1) + 1, sentence)


def _quotes(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    curly = _CURLY.search(line)
    if curly:
        sign = _a(curly.group())
        sentence = Sentence('%(sign)s stands here; write the straight quote (").', sign=sign)
        yield _CURLY.sub('"', line), Slip(number + 1, curly.start() + 1, sentence)
    for quote in ('"', "'"):
        places = [m.start() for m in re.finditer(rf"(?<!\\){quote}", line)]
        if len(places) % 2 == 0:
            continue
        ends = [m.start() for m in re.finditer(rf"[,}}\]](?=\s*{_KEY}:|\s*$|[}}\],])|\s*$", line)]
        for start in reversed(places):
            if line[:start].rstrip()[-1:] not in (":", "-", "[", ",", "{", ""):
                continue
            sentence = Sentence(
                "The text that begins here has no closing quote (%(quote)s); add it.", quote=quote
            )
            for end in ends:
                if end > start:
                    yield line[:end] + quote + line[end:], Slip(number + 1, start + 1, sentence)


def _values(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    plain = _PLAIN_VALUE.match(line)
    if not plain:
        return
    value = plain[2]
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if value[0] in _BEGINS:
        sentence = Sentence(
            "A text that begins with %(sign)s needs quotes: %(quoted)s.",
            sign=value[0],
            quoted=quoted[:60],
        )
    elif re.search(r":(\s|$)", value):
        sentence = Sentence(
            "A text with a colon and a space in it needs quotes: %(quoted)s.", quoted=quoted[:60]
        )
    else:
        return
    yield plain[1] + quoted, Slip(number + 1, plain.start(2) + 1, sentence)


def _brackets(line: str, number: int) -> Iterator[tuple[str, Slip]]:
    bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'", lambda one: "x" * len(one.group()), line)
    for opens, closes in ("{}", "[]"):
        if bare.count(opens) == bare.count(closes) + 1:
            place = bare.rindex(opens) + 1
            sentence = Sentence(
                "The %(opens)s here is not closed; add %(closes)s.", opens=opens, closes=closes
            )
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
        if width < own:
            sentence = Sentence(
                "This line is indented by %(own)s spaces, one space too many: its neighbours are "
                "indented by %(width)s.",
                own=own,
                width=width,
            )
        else:
            sentence = Sentence(
                "This line is indented by %(own)s spaces, one space too few: its neighbours are "
                "indented by %(width)s.",
                own=own,
                width=width,
            )
        yield " " * width + bare, Slip(number + 1, own + 1, sentence)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def slip_of_plain(value: str, behind: str, is_key: bool) -> Sentence | None:
    """Returns what is amiss with a text without quotes that can be read; None when nothing is.

    `behind` is what follows on its line: a comment, perhaps one that was meant as a part of it.
    """
    blank = ODD_BLANKS.search(value) if is_key else ODD_BLANKS.search(value[:1] + value[-1:])
    if blank:
        sign = _a(blank.group())
        if is_key:
            return Sentence("%(sign)s stands in this key; take it out.", sign=sign)
        return Sentence("%(sign)s stands at the edge of this text; take it out.", sign=sign)
    if is_key:
        return None
    if re.match("[\u201c\u201d\u201e\u201f\u2018\u2019]", value) and re.search(
        "[\u201c\u201d\u201f\u2018\u2019\"']$", value[1:]
    ):
        return Sentence(
            "The curly quotes %(first)s %(last)s would be a part of the text; write straight ones: "
            '"%(text)s".',
            first=value[0],
            last=value[-1],
            text=value[1:-1][:60],
        )
    if re.match("[\u2010-\u2015\u2212] ", value):
        return Sentence(
            "%(sign)s begins this text; an item of a list begins with '-'.", sign=_a(value[0])
        )
    if value.endswith('"') and value.count('"') == 1:
        return Sentence("This text ends with a quote and does not begin with one.")
    cut = re.match(r"\s+#(?=\w)\S*", behind)
    if cut:
        return Sentence(
            "From %(text)s on this is a comment. Put quotes around the whole text; if it is a "
            "comment, write a space behind the #.",
            text=cut.group().strip(),
        )
    return None


def not_utf8(source: bytes, error: UnicodeDecodeError) -> Slip:
    """Returns where a file is no UTF-8 text, and what it seems to be."""
    line = source.count(b"\n", 0, error.start) + 1
    column = error.start - (source.rfind(b"\n", 0, error.start) + 1) + 1
    if source[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in source[:200]:
        return Slip(1, 1, Sentence("This is UTF-16 text; save the file as UTF-8."))
    byte = source[error.start : error.start + 1]
    sign = byte.decode("cp1252", "replace")
    hexadecimal = byte.hex().upper()
    sentence = Sentence("This is not UTF-8 text: byte %(byte)s stands here.", byte=hexadecimal)
    if sign.isprintable() and sign != "\ufffd":
        sentence += Sentence(" In Windows-1252 it is '%(sign)s'.", sign=sign)
    return Slip(line, column, sentence + Sentence(" Save the file as UTF-8."))
