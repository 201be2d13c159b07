"""Texts as SMPP carries them: alphabets, and the parts of a long text."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.telecom.segments import segment
from gateway.domain.text.gsm7 import BASIC, Encoding

DEFAULT, ASCII, LATIN1, UCS2 = 0, 1, 3, 8
_ESCAPE = 0x1B

#: 3GPP TS 23.038, 6.2.1.1: the codes behind an escape.
_EXTENSION: Mapping[str, int] = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F,
    "[": 0x3C, "~": 0x3D, "]": 0x3E, "|": 0x40, "€": 0x65,
}  # fmt: skip
_CODES: Mapping[str, bytes] = {
    **{char: bytes([code + (code >= _ESCAPE)]) for code, char in enumerate(BASIC)},
    **{char: bytes([_ESCAPE, code]) for char, code in _EXTENSION.items()},
}
_LETTERS = {code[0]: char for char, code in _CODES.items() if len(code) == 1}
#: The same for `str.translate`: codes as Latin-1 has them, and back, where nothing is escaped.
_TO_CODES = {ord(char): code.decode("latin-1") for char, code in _CODES.items()}
_FROM_CODES = {code: _LETTERS.get(code, "\N{REPLACEMENT CHARACTER}") for code in range(256)}
_BEHIND_ESCAPE = {code: char for char, code in _EXTENSION.items()}

#: What `data_coding` says beside the default (SMPP 3.4, 5.2.19).
_CHARSETS: Mapping[int, str] = {
    ASCII: "ascii", LATIN1: "latin-1", 5: "shift-jis", 6: "iso8859-5", 7: "iso8859-8",
}  # fmt: skip

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")

#: Of the elements of a user data header: parts of a text, with a reference of 8 or 16 bits.
_JOINED_8, _JOINED_16 = 0x00, 0x08


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A text in the letters of the wire, one entry for each segment."""

    data_coding: int
    parts: Sequence[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which part of a long text it is: a reference of the sender's, and its place of so many."""

    reference: int
    total: int
    place: int


def coded(text: str, alphabet: str) -> Coded:
    """Returns a text as it is sent, cut into segments."""
    cut = segment(text)
    if cut.encoding is Encoding.GSM7:
        if alphabet == "gsm7":
            return Coded(data_coding=DEFAULT, parts=[_gsm7(part) for part in cut.parts])
        try:
            return Coded(data_coding=DEFAULT, parts=[part.encode("latin-1") for part in cut.parts])
        except UnicodeEncodeError:  # a letter of GSM-7 that Latin-1 has not, such as €
            pass
    parts = cut.parts if cut.encoding is Encoding.UCS2 else _cut_in_units(text)
    # Half a character, which no network carries, is stood in for.
    return Coded(data_coding=UCS2, parts=[_utf16(part) for part in parts])


def read(octets: bytes, data_coding: int, alphabet: str) -> str:
    """Returns a text as it came, as well as can be."""
    if data_coding & 0xEC == UCS2:  # with a class of message, too (3GPP TS 23.038, 4)
        return octets.decode("utf-16-be", "replace")
    charset = _CHARSETS.get(data_coding)
    # Some say ASCII and mean GSM-7: there what ASCII has for control codes are letters.
    if charset is not None and not (data_coding == ASCII and _CONTROL.search(octets)):
        return octets.decode(charset, "replace")
    return octets.decode("latin-1") if alphabet == "latin1" else _from_gsm7(octets)


def header_of(part: Part) -> bytes:
    """Returns the user data header of a part (3GPP TS 23.040, 9.2.3.24.1)."""
    return struct.pack("BBBBBB", 5, _JOINED_8, 3, part.reference & 0xFF, part.total, part.place)


def without_header(octets: bytes) -> tuple[bytes, Part | None]:
    """Returns what stands behind a user data header, and which part it says this is."""
    length = octets[0] + 1 if octets else 0
    head, rest = octets[1:length], octets[length:]
    while len(head) >= 2:
        kind, size = head[0], head[1]
        body, head = head[2 : 2 + size], head[2 + size :]
        if kind == _JOINED_8 and len(body) == 3:
            return rest, _part(*body)
        if kind == _JOINED_16 and len(body) == 4:
            return rest, _part(*struct.unpack(">HBB", body))
    return rest, None


def _part(reference: int, total: int, place: int) -> Part | None:
    return Part(reference=reference, total=total, place=place) if 1 <= place <= total else None


def _gsm7(text: str) -> bytes:
    return text.translate(_TO_CODES).encode("latin-1")


def _from_gsm7(octets: bytes) -> str:
    if _ESCAPE not in octets:
        return octets.decode("latin-1").translate(_FROM_CODES)
    letters, codes = [], iter(octets)
    for code in codes:
        if code == _ESCAPE:
            code = next(codes, _ESCAPE)
            letters.append(_BEHIND_ESCAPE.get(code) or _LETTERS.get(code, " "))
        else:
            letters.append(_LETTERS.get(code, "\N{REPLACEMENT CHARACTER}"))
    return "".join(letters)


def _utf16(text: str) -> bytes:
    return (
        text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace").encode("utf-16-be")
    )


def _cut_in_units(text: str) -> Sequence[str]:
    """Cuts a text as if it were not GSM-7; all of its letters take one unit."""
    return [text] if len(text) <= 70 else [text[at : at + 67] for at in range(0, len(text), 67)]
