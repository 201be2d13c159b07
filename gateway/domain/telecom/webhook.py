"""A webhook request and its answer, as plain values that providers read and write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from gateway.domain.faults_and_errors.errors import Malformed

FORM = "application/x-www-form-urlencoded"

#: No provider sends a tenth of this; a flood of names costs time to parse.
MOST_FIELDS = 200

_UNREADABLE = f"The fields are not URL-encoded UTF-8, or there are over {MOST_FIELDS}."


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """What arrived, unparsed: providers sign raw bytes, so nothing is decoded on the way.

    `path` and `query` are as sent; `headers` have lower-case names; `public_url` is the address of
    this gateway as providers see it, from the configuration and never from the Host header. What
    holds secrets or a citizen's words does not print.
    """

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    remote_address: str
    public_url: str

    @property
    def content_type(self) -> str:
        """Returns the media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def form_pairs(self) -> list[tuple[str, str]]:
        """Returns the names and values of a form body in the order sent, empty values kept.

        Raises Malformed when the body is no form or not UTF-8.
        """
        if self.content_type != FORM:
            raise Malformed(f"Expected a body of type {FORM}.")
        try:
            text = self.body.decode()
        except UnicodeDecodeError:
            raise Malformed(_UNREADABLE) from None
        return _pairs(text)

    def form(self) -> dict[str, str]:
        """Returns the form body by name; raises Malformed when a name is sent twice."""
        pairs = self.form_pairs()
        fields = dict(pairs)
        if len(fields) != len(pairs):
            raise Malformed("A field is sent more than once.")
        return fields

    def query_fields(self) -> dict[str, str]:
        """Returns the query string by name; of a repeated name, the first value."""
        fields: dict[str, str] = {}
        for name, value in _pairs(self.query):
            fields.setdefault(name, value)
        return fields


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
    except ValueError:  # UnicodeDecodeError is one of them; it holds the text, so it is not chained
        raise Malformed(_UNREADABLE) from None
    if "\0" in text or "%00" in text:
        # PostgreSQL stores no such text, and no phone can type it.
        raise Malformed("A field has a NUL character.")
    return pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReply:
    """The answer a provider wants to read. Its body may be a citizen's screen: not printed."""

    body: str = field(default="", repr=False)
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
