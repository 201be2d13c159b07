"""A request to a provider's API and its answer, apart from how they travel.

A call that is written as a coroutine asks by `answer_to`. Whoever runs it makes the request: for it
alone, or beside others.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import coroutine
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode

from gateway.domain.telecom.webhook import FORM


class HttpRequest(NamedTuple):
    """A request, ready to be written."""

    method: str
    url: str
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A complete answer; `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Returns the body as text, with U+FFFD for what is not UTF-8."""
        return self.body.decode("utf-8", "replace")


@coroutine
def answer_to(request: HttpRequest) -> Generator[HttpRequest, HttpAnswer, HttpAnswer]:
    """Returns the answer, whatever its status but 429; raises SendFailed."""
    return (yield request)


def form_request(url: str, fields: Mapping[str, object], headers: Mapping[str, str]) -> HttpRequest:
    """Returns what posts a form."""
    return HttpRequest("POST", url, _form(fields).encode("ascii"), {**headers, **_IS_FORM})


_IS_FORM = {"Content-Type": FORM}


def _form(fields: Mapping[str, object]) -> str:
    """Returns what `urlencode(fields, doseq=True)` does, in half the time for plain words."""
    return "&".join(
        f"{_quoted(name)}={quote_plus(value)}"
        if isinstance(value, str)
        else urlencode({name: value}, doseq=True)
        for name, value in fields.items()
    )


#: Names of fields are few, and the same with each request.
_quoted = lru_cache(maxsize=256)(quote_plus)
