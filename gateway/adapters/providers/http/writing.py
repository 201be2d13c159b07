"""Writes requests as a provider makes them: what reading.py reads, from the same file."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, quote, urlencode, urlsplit
from xml.sax.saxutils import escape

from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.fields import DOCUMENT
from gateway.adapters.providers.http.template.shapes import Incoming, Match, Ussd
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.domain.telecom.webhook import FORM, WebhookRequest


class Written:
    """The fields of a request that is being written."""

    def __init__(self, part: Incoming) -> None:
        self._part = part
        self.tree: dict[str, object] = {}
        for name, value in part.sample.items():
            self.tree[name] = value if isinstance(value, list | dict) else self.typed(str(value))
        if isinstance(self.tree, dict) and part.when is not None:
            self.match(part.when, True)

    def put(self, names: Sequence[str] | None, value: object) -> None:
        """Puts a value where the first of the names says; nothing where there is none."""
        if not names:
            return
        if self._part.reads[0] not in ("json", "xml"):
            self.tree[names[0]] = value
            return
        put_at(self.tree, names[0].split("."), value)

    def match(self, match: Match | None, holds: bool) -> None:
        """Puts what says that something holds, or what stands there otherwise."""
        if match is not None:
            said = match.is_[0] if holds else match.otherwise
            self.put(match.field, self.typed(said)) if said or holds else None

    def typed(self, said: str) -> object:
        """Returns a word as JSON has it: true and false, and whole numbers, are none."""
        if self._part.reads[0] != "json":
            return said
        if said in ("true", "false"):
            return said == "true"
        plain = said.isascii() and said.isdecimal() and (said == "0" or not said.startswith("0"))
        return int(said) if plain and len(said) < 10 else said


def put_at(tree: dict[str, object] | list[object], steps: Sequence[str], value: object) -> None:
    """Puts a value into a tree, and makes what is missing on the way."""
    step, *rest = steps
    if isinstance(tree, list):
        while len(tree) <= int(step):
            tree.append({})
        if rest:
            put_at(_inner(tree[int(step)], rest), rest, value)
        else:
            tree[int(step)] = value
        return
    if not rest:
        tree[step] = value
        return
    inner = tree.setdefault(step, [] if rest[0].isdecimal() else {})
    put_at(_inner(inner, rest), rest, value)


def _inner(value: object, rest: Sequence[str]) -> dict[str, object] | list[object]:
    if isinstance(value, dict | list):
        return value
    raise ValueError(f"A value stands where {'.'.join(rest)} goes on.")


def request_of(settings: Settings, url: str, part: Incoming, written: Written) -> WireRequest:
    """Returns the request, with what proves where it comes from."""
    tree: dict[str, object] = written.tree
    shape = settings.speaks.shape
    if shape.proof.field:
        written.put(shape.proof.field, settings.speaks.proof.made(settings.known))
    if part.each and part.each != DOCUMENT:
        outer: dict[str, object] = {}
        put_at(outer, part.each.split("."), [tree])
        tree = outer
    return signed(settings, url, _encoded_request(settings, url, part, dict(tree)))


def signed(settings: Settings, url: str, request: WireRequest) -> WireRequest:
    """Returns a request with the signature that it has as it stands; as it came if nobody signs."""
    proving, known = settings.speaks.proving, settings.known
    if proving is None or not proving.key.made(known):
        return request
    if proving.shape.nonce:
        nonce = {proving.shape.nonce: secrets.token_hex(10)}
        request = request._replace(headers={**request.headers, **nonce})
    signature = proving.made(_as_it_comes(url, request), known)
    if proving.shape.field:
        return _with_field(request, proving.shape.field, signature)
    header = (proving.shape.header or [""])[0]
    return request._replace(headers={**request.headers, header: signature})


def _with_field(request: WireRequest, name: str, value: str) -> WireRequest:
    """Returns a request with a field more, in the place of one that is called so."""
    if "json" in request.headers.get("Content-Type", ""):
        told = json.loads(request.body)
        kept = {each: said for each, said in told.items() if each.lower() != name.lower()}
        return request._replace(body=json.dumps({**kept, name: value}).encode("ascii"))
    path, _, query = request.target.partition("?")
    pairs = parse_qsl(request.body.decode("ascii") if request.body else query, True)
    pairs = [pair for pair in pairs if pair[0].lower() != name.lower()]
    encoded = urlencode([*pairs, (name, value)])
    if request.body:
        return request._replace(body=encoded.encode("ascii"))
    return request._replace(target=f"{path}?{encoded}")


def _encoded_request(
    settings: Settings, url: str, part: Incoming, tree: dict[str, object]
) -> WireRequest:
    target, headers, body = _target(url), dict[str, str](), b""
    if isinstance(part, Ussd) and part.path:
        names = [step[1:-1] for step in part.path.split("/") if step.startswith("{")]
        steps = {name: quote(str(tree.pop(name, "-")), safe="") for name in names}
        target += part.path.format(**steps)
    match part.reads[0]:
        case "query":
            target += ("&" if "?" in target else "?") + _encoded(tree)
        case "json":
            document = [tree] if part.each == DOCUMENT else tree
            headers["Content-Type"] = "application/json"
            body = json.dumps(document).encode("ascii")
        case "xml":
            headers["Content-Type"], body = "text/xml", _xml("request", tree).encode()
        case "form":
            headers["Content-Type"], body = FORM, _encoded(tree).encode("ascii")
    method = "GET" if part.reads[0] == "query" and "GET" in part.method else part.method[0]
    return WireRequest(target, {**headers, **_proof(settings)}, body, method)


def _as_it_comes(url: str, request: WireRequest) -> WebhookRequest:
    """Returns a request as the gateway sees it, whose public address is that of the URL."""
    place = urlsplit(url)
    path, _, query = request.target.partition("?")
    return WebhookRequest(
        method=request.method,
        path=path,
        query=query,
        headers={name.lower(): value for name, value in request.headers.items()},
        remote_address="",
        public_url=f"{place.scheme}://{place.netloc}",
        body=request.body,
    )


def _encoded(tree: Mapping[str, object]) -> str:
    # Half a character, which a terminal of another encoding lets through, no network carries.
    return urlencode(tree, errors="replace")


def _xml(name: str, value: object) -> str:
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(each, inner) for each, inner in value.items())}</{name}>"
    return f"<{name}>{escape(str(value))}</{name}>"


def _proof(settings: Settings) -> Mapping[str, str]:
    preset, headers = settings.speaks, dict[str, str]()
    proof = preset.shape.proof
    if proof.header:
        headers[proof.header] = preset.proof.made(settings.known)
    if settings.basic:
        pair = ":".join(settings.basic)
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    return headers


def _target(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
