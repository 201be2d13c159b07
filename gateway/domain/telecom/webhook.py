"""A webhook request and its answer, as plain values that providers read and write."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl, unquote_to_bytes

from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.record import Record
from gateway.domain.telecom.charsets import declared_charset
from gateway.domain.telecom.form_fields import FormFields

FORM = "application/x-www-form-urlencoded"

#: No provider sends a tenth of this; a flood of names costs time to parse.
MOST_FIELDS = 200

#: A query string that is read again each time: those of providers are far shorter.
_LONGEST_KEPT = 1024

#: A name and its value, as the standard library parts a form.
_PAIR = re.compile(rb"(?=[^&])([^&=]*)=?([^&]*)")

_UNREADABLE = f"The fields are not URL-encoded UTF-8, or there are over {MOST_FIELDS}."


@dataclass(slots=True, kw_only=True)
class WebhookRequest:
    """What arrived, unparsed: providers sign raw bytes, so nothing is decoded on the way.

    The body is set once it has come; the head is proven before.
    `path` and `query` are as sent; `headers` have lower-case names; `public_url` is the address of
    this gateway as providers see it, from the configuration and never from the Host header. What
    holds secrets or a citizen's words does not print.
    """

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    remote_address: str
    public_url: str
    body: bytes = field(default=b"", repr=False)

    @property
    def content_type(self) -> str:
        """Returns the media type in lower case, without parameters."""
        return _declared(self.headers.get("content-type", ""))[0]

    def form_pairs(self) -> list[tuple[bytes, bytes]]:
        """Returns the names and values of a form body in the order sent, empty values kept.

        They are bytes: that is what providers sign, whether it can be read or not. Raises Malformed
        when the body is no form.
        """
        return _form_pairs(self.content_type, self.body)

    def form(self) -> FormFields:
        """Returns the form body by name; raises Malformed when it is no form."""
        media_type, charset = _declared(self.headers.get("content-type", ""))
        return FormFields(_form_pairs(media_type, self.body), charset)

    def query_fields(self) -> Mapping[str, str]:
        """Returns the query string by name; of a repeated name, the first value."""
        if len(self.query) > _LONGEST_KEPT:
            return _by_name(self.query)
        return _kept(self.query)


def _by_name(query: str) -> Mapping[str, str]:
    fields: dict[str, str] = {}
    for name, value in _pairs(query):
        fields.setdefault(name, value)
    return MappingProxyType(fields)


#: A provider calls each webhook with one query string, which is read twice in a turn.
_kept = lru_cache(maxsize=128)(_by_name)


@lru_cache(maxsize=128)
def _declared(content_type: str) -> tuple[str, str]:
    """Returns the media type and the charset of a Content-Type; a provider sends one of few."""
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type, declared_charset(content_type)


def _form_pairs(media_type: str, body: bytes) -> list[tuple[bytes, bytes]]:
    """Returns what `parse_qsl` would, for a quarter of the time: it is a tenth of a turn."""
    if media_type != FORM:
        raise Malformed(f"Expected a body of type {FORM}.")
    if body.count(b"&") >= MOST_FIELDS:
        raise Malformed(_UNREADABLE)
    pairs: list[tuple[bytes, bytes]] = _PAIR.findall(body.replace(b"+", b" "))
    if b"%" not in body:
        return pairs
    return [
        (
            unquote_to_bytes(name) if b"%" in name else name,
            unquote_to_bytes(value) if b"%" in value else value,
        )
        for name, value in pairs
    ]


def _pairs(text: str) -> list[tuple[str, str]]:
    pairs = _split(text)
    if "\0" in text or "%00" in text:
        # PostgreSQL stores no such text, and no phone can type it.
        raise Malformed("A field has a NUL character.")
    return pairs


def _split(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # UnicodeDecodeError is one of them; it holds the text, so it is not chained
        raise Malformed(_UNREADABLE) from None


class WebhookReply(Record, frozen=True):
    """The answer a provider wants to read. Its body may be a citizen's screen: not printed."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = {}  # of type Mapping, so that nobody writes to what all share

    def __repr__(self) -> str:
        """Returns the head of the answer."""
        return f"WebhookReply({self.content_type!r}, status={self.status})"
