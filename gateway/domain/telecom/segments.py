"""How many segments an SMS takes, and what each of them holds."""

from __future__ import annotations

from dataclasses import dataclass, field

from gateway.domain.text.gsm7 import EXTENSION, Encoding, offending, septets, utf16_units

#: 3GPP TS 23.040: 140 octets hold 160 septets or 70 units; the header that joins segments takes six
#: octets of each (9.2.3.24.1), which leaves 153 septets or 67 units.
SINGLE_SEPTETS, JOINED_SEPTETS = 160, 153
SINGLE_UNITS, JOINED_UNITS = 70, 67

_LAST_OF_BASIC_PLANE = "\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segmentation:
    """A text as it travels; `units` are septets or UTF-16 units, by `encoding`.

    `offending` are the characters that keep the text out of GSM-7, each once. The empty text is
    one empty segment: providers that take it bill it.
    """

    encoding: Encoding
    units: int
    parts: tuple[str, ...] = field(repr=False)
    offending: str = field(default="", repr=False)


def segment(text: str) -> Segmentation:
    """Returns how the text is cut into segments. It is taken as it is: downgrade it before.

    An escape stays with its character, and a surrogate with its other half: a phone that joins
    segments would mend the cut, one that shows them singly would show neither character.

    >>> segment("a" * 152 + "{" + "b" * 8).parts[1]
    '{bbbbbbbb'
    """
    cost = septets(text)
    if cost is not None:
        parts = (text,) if cost <= SINGLE_SEPTETS else _cut(text, JOINED_SEPTETS, Encoding.GSM7)
        return Segmentation(encoding=Encoding.GSM7, units=cost, parts=parts)
    cost = utf16_units(text)
    return Segmentation(
        encoding=Encoding.UCS2,
        units=cost,
        parts=(text,) if cost <= SINGLE_UNITS else _cut(text, JOINED_UNITS, Encoding.UCS2),
        offending=offending(text),
    )


def parts_for_unicode(text: str, cut: Segmentation) -> int | None:
    """Returns how many of its segments a text takes since it is not in GSM-7; None where it is.

    It is compared with as many characters of GSM-7 in the place of what keeps it out.

    >>> parts_for_unicode("ũ" * 71, segment("ũ" * 71))
    1
    """
    if cut.encoding is Encoding.GSM7:
        return None
    bare = "".join("x" if char in cut.offending else char for char in text)
    return len(cut.parts) - len(segment(bare).parts)


def _cut(text: str, limit: int, encoding: Encoding) -> tuple[str, ...]:
    parts: list[str] = []
    start = used = 0
    for index, char in enumerate(text):
        if encoding is Encoding.GSM7:
            cost = 2 if char in EXTENSION else 1
        else:
            cost = 2 if char > _LAST_OF_BASIC_PLANE else 1
        if used + cost > limit:
            parts.append(text[start:index])
            start, used = index, 0
        used += cost
    return (*parts, text[start:])
