"""What a request is answered with: compiled once, every value escaped for the form it stands in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape as xml_escape

from gateway.adapters.providers.http.template.fields import as_json
from gateway.adapters.providers.http.template.shapes import Reply
from gateway.adapters.providers.http.template.values import Compiler, Known, Make, Text
from gateway.domain.faults_and_errors.source_location import Path
from gateway.domain.telecom.webhook import FORM, WebhookReply

#: The two cases of a page.
GOES_ON, ENDS = "goes_on", "ends"
#: What the whole request is called, where all of it is repeated.
WHOLE = "in"

TYPES = {
    "plain": "text/plain; charset=utf-8",
    "json": "application/json",
    "xml": "text/xml; charset=utf-8",
    "form": FORM,
}


@dataclass(frozen=True, slots=True)
class ReplyMaker:
    """Makes one kind of reply."""

    body: Callable[[Known, str], str]
    headers: tuple[tuple[str, Mapping[str, Text]], ...]
    replace: Mapping[int, str]
    replaces_all: bool  # in whatever is put into the answer, where a sign divides it
    status: int
    content_type: str

    def made(self, known: Known, case: str) -> WebhookReply:
        """Returns the reply in one of its cases."""
        headers = {name: _in_header(texts[case].made(known)) for name, texts in self.headers}
        return WebhookReply(
            body=self.body(known, case),
            content_type=self.content_type,
            status=self.status,
            headers=headers,
        )

    def shown(self, page: str) -> str:
        """Returns a page in the signs that the provider takes."""
        return page.translate(self.replace) if self.replace and not self.replaces_all else page


def reply_maker(reply: Reply, at: Path, compiler: Compiler) -> ReplyMaker:
    """Returns what makes a reply; what is wrong with it is noted with the compiler."""
    headers = tuple(
        (name, compiler.texts(written, (*at, "headers", name)))
        for name, written in reply.headers.items()
    )
    replace: dict[int, str] = {}
    for sign, stands in reply.replace.items():
        if len(sign) == 1:
            replace[ord(sign)] = stands
        else:
            compiler.wrong.append(((*at, "replace", sign), "Expected one sign here."))
    return ReplyMaker(
        _body(reply, at, compiler, replace),
        headers,
        replace,
        reply.writes == "plain",
        reply.status,
        reply.content_type or TYPES[reply.writes],
    )


def _body(
    reply: Reply, at: Path, compiler: Compiler, replace: Mapping[int, str]
) -> Callable[[Known, str], str]:
    stray = "text" if reply.writes in ("json", "form") else "fields"
    if getattr(reply, stray):
        other = "fields" if stray == "text" else "text"
        said = f"An answer in {reply.writes} has `{other}`, and no `{stray}`."
        compiler.wrong.append(((*at, stray), said))
    if reply.writes in ("plain", "xml"):
        texts = compiler.texts(reply.text, (*at, "text"))
        escape = _in_xml if reply.writes == "xml" else lambda value: value.translate(replace)
        return lambda known, case: texts[case].made(known, escape)
    fields = compiler.value(dict(reply.fields), (*at, "fields"))
    if reply.writes == "form":
        return lambda known, case: urlencode(_flat(fields, known, case))
    if reply.echo:
        return lambda known, case: json.dumps(_with_all(fields, known, case))
    return lambda known, case: json.dumps(fields(known, case))


def _flat(fields: Make, known: Known, case: str) -> Mapping[str, object]:
    made = fields(known, case)
    return made if isinstance(made, dict) else {}


def _with_all(fields: Make, known: Known, case: str) -> object:
    whole = as_json(known.get(WHOLE))
    return (whole if isinstance(whole, dict) else {}) | dict(_flat(fields, known, case))


def _in_xml(value: str) -> str:
    return xml_escape("".join(c for c in value if c >= " " or c in "\n\t\r"), {'"': "&quot;"})


def _in_header(value: str) -> str:
    return "".join(char for char in value if " " <= char <= "~")
