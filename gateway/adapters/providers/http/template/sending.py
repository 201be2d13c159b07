"""How an SMS is handed over: the request, compiled once, and what its answer means."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlencode

from gateway.adapters.providers.http.template.many import ManyMaker, many_maker
from gateway.adapters.providers.http.template.shapes import Outcome, SmsOut, Token
from gateway.adapters.providers.http.template.signing import signed
from gateway.adapters.providers.http.template.values import Compiler, Known, Make, Text
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.telecom.webhook import FORM

#: The two cases of a text, by its alphabet.
PLAIN, UNICODE = "plain", "unicode"
#: What has a meaning in the request for an SMS.
NAMES = ("to", "text", "text_gsm7", "text_ucs2", "sender", "id", "reports_url")

_JSON = "application/json"


class Call(NamedTuple):
    """A request to an API."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class TokenMaker:
    """Asks for a token."""

    shape: Token
    path: Text
    fields: Make
    basic: tuple[Text, ...]

    def call(self, known: Known) -> Call:
        """Returns the request for a token."""
        fields = _fields(self.fields, known, PLAIN)
        headers = {"Accept": _JSON}
        if self.basic:
            headers["Authorization"] = _basic(self.basic, known)
        if self.shape.writes == "json":
            return Call(
                "POST", self.path.made(known), headers | {"Content-Type": _JSON}, _json(fields)
            )
        body = urlencode(fields, doseq=True).encode("ascii")
        return Call("POST", self.path.made(known), headers | {"Content-Type": FORM}, body)


@dataclass(frozen=True, slots=True)
class SmsMaker:
    """Makes the request for an SMS."""

    shape: SmsOut
    path: Text
    fields: Make
    query: Make
    headers: tuple[tuple[str, Text], ...]
    basic: tuple[Text, ...]
    bearer: Text
    token: TokenMaker | None
    signature_key: Text | None
    outcomes: Mapping[str, Outcome]
    statuses: Mapping[str, Outcome]
    id_pattern: re.Pattern[str] | None
    names_sender: bool
    names_octets: bool
    many: ManyMaker | None

    def call(self, known: Known, case: str, token: str = "") -> Call:
        """Returns the request for an SMS of which everything is known; raises ValueError.

        What cannot stand in a header is no credential.
        """
        return self._call(_fields(self.fields, known, case), known, case, token)

    def call_for_many(
        self, many: ManyMaker, knowns: Sequence[Known], case: str, token: str = ""
    ) -> Call:
        """Returns the request for SMS of one text and sender to many, as `call` does."""
        known = many.known(knowns)
        fields = _fields(self.fields, known, case)
        many.put(fields, knowns, case)
        return self._call(fields, known, case, token)

    def _call(self, fields: dict[str, object], known: Known, case: str, token: str) -> Call:
        shape, query = self.shape, _fields(self.query, known, case)
        headers = {name: text.made(known) for name, text in self.headers}
        body = b""
        if shape.writes == "query":
            query = {**query, **fields}
        elif shape.writes == "json":
            body, headers["Content-Type"] = _json(fields), _JSON
        else:
            body, headers["Content-Type"] = urlencode(fields, doseq=True).encode("ascii"), FORM
        if self.basic:
            headers["Authorization"] = _basic(self.basic, known)
        elif token or self.bearer.parts:
            headers["Authorization"] = f"Bearer {token or self.bearer.made(known)}"
        if shape.auth.signature is not None and self.signature_key is not None:
            key = self.signature_key.made(known)
            headers[shape.auth.signature.header] = signed(shape.auth.signature, key, body)
        path = self.path.made(known, lambda value: quote(value, safe=""))
        target = path + (f"?{urlencode(query, doseq=True)}" if query else "")
        return Call(shape.method, target, headers, body)


def sms_maker(shape: SmsOut, given: Sequence[str], wrong: list[tuple[Path, str]]) -> SmsMaker:
    """Returns what makes the request; `given` are secrets and options. What is wrong is noted."""
    at: Path = ("sms_out",)
    compiler = Compiler((*NAMES, *given), (PLAIN, UNICODE), wrong=wrong)
    accounts = Compiler(given, wrong=wrong)
    auth = shape.auth
    ways = [name for name in ("basic", "bearer", "token") if getattr(auth, name)]
    if len(ways) > 1:
        wrong.append(
            ((*at, "auth", ways[1]), f"There is `{ways[0]}` already: one says who we are.")
        )
    token = None
    if auth.token is not None:
        there = (*at, "auth", "token")
        token = TokenMaker(
            auth.token,
            accounts.text(auth.token.path, (*there, "path")),
            accounts.value(dict(auth.token.fields), (*there, "fields")),
            _texts(accounts, auth.token.basic, (*there, "basic")),
        )
    key = None
    if auth.signature is not None:
        key = accounts.text(auth.signature.key, (*at, "auth", "signature", "key"))
    answer = shape.answer
    written = json.dumps([shape.fields, shape.query, shape.path])
    if answer.codes and not answer.code:
        wrong.append(
            ((*at, "answer", "codes"), "`code` says where the code stands: it is missing.")
        )
    return SmsMaker(
        shape=shape,
        path=compiler.text(shape.path, (*at, "path")),
        fields=compiler.value(dict(shape.fields), (*at, "fields")),
        query=compiler.value(dict(shape.query), (*at, "query")),
        headers=tuple(
            (name, accounts.text(each, (*at, "headers", name)))
            for name, each in shape.headers.items()
        ),
        basic=_texts(accounts, auth.basic, (*at, "auth", "basic")),
        bearer=accounts.text(auth.bearer, (*at, "auth", "bearer")),
        token=token,
        signature_key=key,
        outcomes=_by_word(answer.codes, (*at, "answer", "codes"), wrong),
        statuses=_by_word(answer.statuses, (*at, "answer", "statuses"), wrong),
        id_pattern=_pattern(answer.id_pattern, (*at, "answer", "id_pattern"), wrong),
        names_sender="{sender}" in written,
        names_octets="{text_" in written,
        many=many_maker(shape, compiler, at, wrong),
    )


def _by_word(
    codes: Mapping[Outcome, list[str]], at: Path, wrong: list[tuple[Path, str]]
) -> Mapping[str, Outcome]:
    found: dict[str, Outcome] = {}
    for outcome, words in codes.items():
        for word in words:
            if word.lower() in found:
                said = f"'{word}' means `{found[word.lower()]}` already."
                wrong.append(((*at, outcome), said))
            found[word.lower()] = outcome
    return found


def _pattern(written: str, at: Path, wrong: list[tuple[Path, str]]) -> re.Pattern[str] | None:
    if not written:
        return None
    before, star, after = written.partition("*")
    if not star or "*" in after:
        wrong.append((at, "Expected one * where the id stands."))
    return re.compile(
        rf"\s*{re.escape(before)}([^\s\"',~]{{1,128}}){re.escape(after)}.*", re.DOTALL
    )


def _texts(compiler: Compiler, written: Sequence[str], at: Path) -> tuple[Text, ...]:
    return tuple(compiler.text(each, (*at, str(i))) for i, each in enumerate(written))


def _fields(fields: Make, known: Known, case: str) -> dict[str, object]:
    made = fields(known, case)
    return (
        {name: value for name, value in made.items() if value != ""}
        if isinstance(made, dict)
        else {}
    )


def _json(fields: Mapping[str, object]) -> bytes:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def _basic(texts: Sequence[Text], known: Known) -> str:
    pair = ":".join(text.made(known) for text in texts)
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
