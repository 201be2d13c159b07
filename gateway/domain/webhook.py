"""A webhook request and its answer, as plain values that providers read and write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from gateway.domain.errors import Malformed

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """What arrived, unparsed: providers sign raw bytes, so nothing is decoded on the way.

    `path` and `query` are as sent; `headers` have lower-case names; `public_url` is the address of
    this gateway as providers see it, from the configuration and never from the Host header.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
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
        return _pairs(self.body.decode("latin-1"))

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
        return parse_qsl(
            text, keep_blank_values=True, encoding="utf-8", errors="strict", max_num_fields=200
        )
    except ValueError as error:  # UnicodeDecodeError is one of them
        raise Malformed("The fields are not URL-encoded UTF-8, or there are over 200.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookReply:
    """The answer a provider wants to read."""

    body: str = ""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
