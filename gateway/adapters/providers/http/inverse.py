"""The other way round: what a reply shows, and what a request for an SMS says, from the same file.

What is to be found is put in as marks, the template makes what it makes of them, and what came is
laid beside it: where a mark stands, what came there is what is meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from xml.sax.saxutils import unescape

from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.load import Preset
from gateway.adapters.providers.http.template.replies import ENDS, GOES_ON
from gateway.adapters.providers.http.template.sending import (
    NAMES,
    PLAIN,
    UNICODE,
    Call,
    SmsMaker,
)
from gateway.adapters.providers.http.template.signing import signed
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.ussd import UssdReply

#: Marks of what is looked for; no text holds these.
_BEGIN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_BEGIN}([a-z0-9_]+){_END}")

#: What a mark of echoes stands for.
_ANY = "any"


def page_in(preset: Preset, body: str) -> UssdReply:
    """Returns the page that a reply shows; raises Refused for what is no reply of the preset."""
    maker, shape = preset.page, preset.shape.ussd
    if maker is None or shape is None:
        raise Refused("This provider has no USSD.")
    known = {name: _mark(_ANY) for name in (f"in.{each}" for each in preset.echoed)}
    known |= {"text": _mark("text"), "session": _mark(_ANY), "number": _mark(_ANY)}
    for case in (ENDS, GOES_ON):
        found: dict[str, str] = {}
        if _agrees(shape.reply.writes, maker.body(known, case), body, found) and "text" in found:
            return UssdReply(text=_as_typed(found["text"], shape.reply.replace), ends=case == ENDS)
    raise Refused("The gateway's answer is none that the provider takes.")


def _as_typed(text: str, replace: Mapping[str, str]) -> str:
    stands = replace.get("\n", "")
    return text.replace(stands, "\n") if stands.strip(" ") else text


def _agrees(writes: str, expected: str, body: str, found: dict[str, str]) -> bool:
    if writes in ("json", "form"):
        try:
            trees = [
                json.loads(e) if writes == "json" else dict(parse_qsl(e, True))
                for e in (expected, body)
            ]
        except ValueError:
            return False
        return _lies_within(trees[0], trees[1], found)
    if not _fits(expected, body, found):
        return False
    if writes == "xml":
        found.update({name: unescape(said, {"&quot;": '"'}) for name, said in found.items()})
    return True


def _lies_within(expected: object, came: object, found: dict[str, str]) -> bool:
    """Returns whether everything that is expected has come; what came beside is left alone."""
    if isinstance(expected, dict):
        return isinstance(came, dict) and all(
            _lies_within(each, came.get(name), found) for name, each in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(came, list)
            and len(expected) == len(came)
            and all(_lies_within(a, b, found) for a, b in zip(expected, came, strict=True))
        )
    if isinstance(expected, str) and _MARK.search(expected):
        if came is None and _MARK.fullmatch(expected):  # it was left out, being empty
            return True
        return _fits(expected, came if isinstance(came, str) else json.dumps(came), found)
    return expected == came


def _fits(expected: str, came: str, found: dict[str, str]) -> bool:
    match = _pattern(expected).fullmatch(came)
    if match is not None:
        found.update(match.groupdict())
    return match is not None


@lru_cache(maxsize=512)
def _pattern(expected: str) -> re.Pattern[str]:
    met: set[str] = set()
    pattern, start = "", 0
    for mark in _MARK.finditer(expected):
        name = mark[1]
        pattern += re.escape(expected[start : mark.start()])
        first = name != _ANY and name not in met
        pattern += f"(?P<{name}>.*?)" if first else f"(?P={name})" if name != _ANY else ".*?"
        met.add(name)
        start = mark.end()
    return re.compile(pattern + re.escape(expected[start:]), re.DOTALL)


class Asked:
    """A request to the API, as it came. `path` is from where the API begins."""

    def __init__(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        self.method, self.path, self.query, self.body = method, path, query, body
        self.headers = headers  # by lower-case names
        self.signed = body

    def of_one(self, query: str, body: bytes) -> Asked:
        """Returns the part of a request for many that is about one number."""
        one = Asked(self.method, self.path, query, self.headers, body)
        one.signed = self.signed
        return one


def said_in(
    settings: Settings, maker: SmsMaker, asked: Asked, token: str
) -> Sequence[Mapping[str, str]] | None:
    """Returns what a request for SMS says of each; None when it is none of this channel's."""
    told = [_said_of_one(settings, maker, each, token) for each in _apart(maker, asked)]
    return [each for each in told if each is not None] if None not in told else None


def _apart(maker: SmsMaker, asked: Asked) -> Sequence[Asked]:
    if maker.many is None:
        return [asked]
    match maker.shape.writes:
        case "json":
            fields = _json(asked.body)
            if not isinstance(fields, dict):
                return [asked]
            each = maker.many.apart(fields)
            return [asked.of_one(asked.query, json.dumps(one).encode()) for one in each]
        case "form":
            each = maker.many.apart(_form(asked.body))
            return [asked.of_one(asked.query, urlencode(one).encode()) for one in each]
        case _:
            each = maker.many.apart(_query(asked.query))
            return [asked.of_one(urlencode(one), asked.body) for one in each]


def _said_of_one(
    settings: Settings, maker: SmsMaker, asked: Asked, token: str
) -> Mapping[str, str] | None:
    known = {**settings.known, **{name: _mark(name) for name in NAMES}}
    for case in (PLAIN, UNICODE):
        found: dict[str, str] = {}
        if _is_call(maker, maker.call(known, case, token), asked, settings, found):
            return found
    return None


def leads_to(settings: Settings, maker: SmsMaker, asked: Asked) -> bool:
    """Returns whether a request comes to where the SMS of a channel go, whatever it says there."""
    known = {**settings.known, **{name: _mark(name) for name in NAMES}}
    path = unquote(urlsplit(maker.call(known, PLAIN).path).path)
    return asked.method == maker.shape.method and _fits(path, unquote(asked.path), {})


def _is_call(
    maker: SmsMaker, expected: Call, asked: Asked, settings: Settings, found: dict[str, str]
) -> bool:
    parts = urlsplit(expected.path)
    if asked.method != expected.method or not _fits(
        unquote(parts.path), unquote(asked.path), found
    ):
        return False
    if not _lies_within(_query(parts.query), _query(asked.query), found):
        return False
    signature = maker.shape.auth.signature
    for name, value in expected.headers.items():
        if signature is not None and name == signature.header and maker.signature_key is not None:
            value = signed(signature, maker.signature_key.made(settings.known), asked.signed)
        if asked.headers.get(name.lower()) != value:
            return False
    match maker.shape.writes:
        case "json":
            return _lies_within(_json(expected.body), _json(asked.body), found)
        case "form":
            return _lies_within(_form(expected.body), _form(asked.body), found)
        case _:
            return True


def _query(query: str) -> Mapping[str, str]:
    return dict(parse_qsl(query, keep_blank_values=True))


def _form(body: bytes) -> Mapping[str, str]:
    return _query(body.decode("utf-8", "replace"))


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return None


def _mark(name: str) -> str:
    return f"{_BEGIN}{name}{_END}"
