"""The body of a reply as JSON, or what it is instead, for whoever connects a system."""

from __future__ import annotations

import codecs
import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from email.message import Message
from html import unescape
from html.entities import html5
from typing import Any

from gateway.adapters.handler_calls.http_exchange import Reply

#: How compressed bodies begin, also those that no header tells of.
_COMPRESSED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
#: Without the semicolon it may be anything: `R&D`, `a&lt` in a query.
_CHARACTER_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]*);")
#: The decimal digits that a binary number keeps: 0.1 + 0.2 is 0.3 then.
_DIGITS = ".15g"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A body that is no JSON; `what` says what it is, to follow "a reply"."""

    what: str


class _NoNumber(ValueError):
    """NaN or an infinity, which some systems write and JSON does not know."""


def parsed(reply: Reply) -> Any:
    """Returns the body of a reply as JSON; Unreadable where a status alone may mean something.

    UTF-16 and UTF-32 are read as well (RFC 4627).
    """
    try:
        return json.loads(reply.body, parse_constant=_refuse)
    except _NoNumber as error:
        return Unreadable(f"with {error}, which is no JSON: null belongs there")
    except UnicodeDecodeError:
        return Unreadable(_compressed(reply) or f"that is not in UTF-8{_charset(reply)}")
    except (ValueError, RecursionError):  # no JSON, or brackets without end
        if not reply.body.strip():
            return Unreadable("that is empty")
        return Unreadable(_compressed(reply) or "that is no JSON")


def shown_text(text: str) -> str:
    """Returns a text as people read it: on one line, and `&amp;` as `&`.

    >>> shown_text("Water &amp; roads\\nMbale")
    'Water & roads Mbale'
    """
    plain = _CHARACTER_REFERENCE.sub(_meant, text)
    # Line breaks and control characters would upset a small screen.
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())


def shown_number(number: int | float | str) -> str:
    """Returns a number as people write it; a text that is none, and an infinity, as they are.

    >>> shown_number(1500.0), shown_number(1e6), shown_number("2.50"), shown_number(0.1 + 0.2)
    ('1500', '1000000', '2.50', '0.3')
    """
    if isinstance(number, int):
        return str(number)
    if isinstance(number, str):
        if not _NUMBER.fullmatch(number):
            return number
        decimal, is_short = Decimal(number), "e" not in number.lower()
        is_whole = decimal == decimal.to_integral_value()
        return number if is_short and not is_whole else _plain(decimal)
    if not math.isfinite(number):
        return str(number)
    return str(int(number)) if number.is_integer() else _plain(Decimal(format(number, _DIGITS)))


def _meant(reference: re.Match[str]) -> str:
    written = reference[0]
    return unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def _plain(number: Decimal) -> str:
    whole = number.to_integral_value()
    return str(int(whole)) if number == whole else format(number.normalize(), "f")


def _refuse(constant: str) -> Any:
    raise _NoNumber(constant)


def _compressed(reply: Reply) -> str:
    """Returns what to say of a body that is compressed; empty when it is not."""
    told = reply.content_encoding.strip().lower()
    begun = (name for start, name in _COMPRESSED.items() if reply.body.startswith(start))
    name = told if told in ("gzip", "x-gzip", "deflate", "br", "zstd") else next(begun, "")
    return f"that is compressed ({name}), and none was asked for" if name else ""


def _charset(reply: Reply) -> str:
    """Returns which charset the reply names; nothing for one that nobody knows."""
    header = Message()
    header["content-type"] = reply.content_type
    try:
        return f" (it says {codecs.lookup(header.get_content_charset() or '').name})"
    except LookupError:
        return ""
