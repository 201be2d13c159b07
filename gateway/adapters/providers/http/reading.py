"""Reads what a provider sends, by what its preset says of each part."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import unquote

from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.fields import (
    Fields,
    FormTable,
    JsonTree,
    NameTable,
    OneOfBoth,
    Path,
    json_tree,
    xml_tree,
)
from gateway.adapters.providers.http.template.replies import WHOLE
from gateway.adapters.providers.http.template.shapes import (
    Form,
    Incoming,
    Match,
    Reports,
    SmsIn,
    Ussd,
)
from gateway.adapters.providers.http.template.values import ECHO
from gateway.adapters.providers.shared.form_fields import number_in, word
from gateway.domain.faults_and_errors.errors import Malformed
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.domain.text.secret_comparison import same_secret

_LONGEST = 128
#: What is dialled, with answers behind the code or not.
_DIALLED = re.compile(r"\*?[0-9]+(\*[^*#]+)*#?", re.ASCII)
#: E.164 without its plus; what is shorter may be a short code.
_INTERNATIONAL = re.compile(r"[1-9][0-9]{8,14}", re.ASCII)
_WHOLE = Path(WHOLE, ())

_READERS: Mapping[Form, Callable[[WebhookRequest], Fields]] = {
    "json": lambda request: json_tree(request.body),
    "xml": lambda request: xml_tree(request.body),
    "form": lambda request: FormTable(request.form()),
    "query": lambda request: NameTable(request.query_fields()),
}


class Matcher(NamedTuple):
    """A compiled match."""

    paths: tuple[Path, ...]
    words: frozenset[str]

    def holds(self, fields: Fields) -> bool:
        """Returns whether the field is one of the words."""
        said = _first(fields, self.paths)
        return said is not None and said.strip().lower() in self.words


def matcher_of(match: Match) -> Matcher:
    """Returns a match, ready to be asked."""
    return Matcher(_paths(match.field), frozenset(each.strip().lower() for each in match.is_))


class Request:
    """Reads one part's requests."""

    def __init__(self, part: Incoming) -> None:
        self._readers = [_READERS[form] for form in part.reads]
        self._forms = part.reads
        self._each = Path.of(part.each) if part.each else None
        self._when = matcher_of(part.when) if part.when else None
        self._international = part.numbers == "international"

    def fields(self, request: WebhookRequest) -> Fields:
        """Returns the fields of a request; raises Malformed."""
        if len(self._readers) == 1:
            return self._readers[0](request)
        found = []
        for form, reader in zip(self._forms, self._readers, strict=True):
            if form == "query" or request.body:
                try:
                    found.append(reader(request))
                except Malformed:
                    if form == self._forms[-1] and not found:
                        raise
        return found[0] if len(found) == 1 else OneOfBoth(*found)

    def each(self, fields: Fields) -> Sequence[Fields]:
        """Returns the entries of a request that brings many; raises Malformed."""
        if self._each is None:
            return [fields]
        if not isinstance(fields, JsonTree):
            raise Malformed(f"The field '{self._each.name}' holds no list.")
        return fields.each(self._each)

    def subscriber(self, fields: Fields, paths: Sequence[Path], country: str) -> Msisdn:
        """Returns whose number a field holds; raises Malformed, and Unanswerable."""
        told = _required(fields, paths)
        if self._international and _INTERNATIONAL.fullmatch(told):
            return Msisdn(f"+{told}")
        return number_in(told, paths[0].name, country)

    def means(self, fields: Fields) -> bool:
        """Returns whether the request is of this part, where several come to one address."""
        return self._when is None or self._when.holds(fields)


class TurnReader(Request):
    """Reads turns of USSD."""

    def __init__(self, part: Ussd, settings: Settings, echoed: Sequence[str]) -> None:
        super().__init__(part)
        self._settings = settings
        self._behind = behind(part.path)
        self._own = settings.service_code or ""
        self._own_digits = self._own.strip("*#")
        self._session, self._number, self._text = map(
            _paths, (part.session, part.number, part.text)
        )
        self._code, self._turn = _paths(part.code), _paths(part.turn)
        self._network, self._language = _paths(part.network_code), _paths(part.language)
        self._begins = matcher_of(part.begins) if part.begins else None
        self._over = matcher_of(part.over) if part.over else None
        self._holds_all = part.holds == "all"
        self._echoed = [(ECHO + name, Path.of(name)) for name in echoed]
        self._echoes_all = part.reply.echo

    def fields(self, request: WebhookRequest) -> Fields:
        """Returns the fields of a request, those of its path first; raises Malformed."""
        if self._behind is None:
            return super().fields(request)
        rest = beyond_key(request.path)[1]
        if rest == "/":  # a sample that somebody has pasted: all of it stands in the body
            return super().fields(request)
        found = self._behind.fullmatch(rest)
        if found is None:
            raise Malformed("The path is none that the preset tells of.")
        of_path = NameTable({name: unquote(told) for name, told in found.groupdict().items()})
        return OneOfBoth(of_path, super().fields(request)) if request.body else of_path

    def turn(self, fields: Fields) -> UssdTurn | UssdEnd:
        """Returns the turn, or the end; raises Malformed."""
        session = _required(fields, self._session)
        if self._over is not None and self._over.holds(fields):
            said = _first(fields, self._over.paths) or ""
            return UssdEnd(
                session_id=session,
                subscriber=self._of_end(fields, session),
                service_code=self._own,
                status=word(said).lower(),
                alone=not self._holds_all,
            )
        subscriber = self.subscriber(fields, self._number, self._settings.country)
        text = _first_words(fields, self._text) or ""
        code = self._dialled(_first(fields, self._code) or "") or self._own
        alone = None
        if not self._holds_all:
            begins = None if self._begins is None else self._begins.holds(fields)
            dialled = "" if begins is False else self._dialled(text)
            if begins or dialled:
                begins, text, code = True, "", dialled or code
            turn_id = _first(fields, self._turn) or ""
            alone = AnswerAlone(begins, turn_id[:_LONGEST])
        return UssdTurn(
            session_id=session,
            subscriber=subscriber,
            service_code=code,
            text=text,
            network_code=_network_code(_first(fields, self._network)),
            language=_first(fields, self._language) or "",
            alone=alone,
            echo=self._echo(fields),
        )

    def _of_end(self, fields: Fields, session: str) -> Identity:
        """Returns whose session is over; of a notice without a number nobody, found by nobody."""
        if self._behind is not None and _first(fields, self._number) is None:
            name = hashlib.sha256(session.encode("utf-8", "replace")).hexdigest()[:32]
            return ProviderToken("http", "ended", f"session-{name}")
        return self.subscriber(fields, self._number, self._settings.country)

    def _dialled(self, text: str) -> str:
        """Returns what was dialled, as our service code is written; nothing where a text is not it.

        Providers leave out the signs before and behind it.
        """
        said = text.strip()
        if not said or not self._own_digits or not _DIALLED.fullmatch(said):
            return ""
        digits = said.strip("*#")
        if digits != self._own_digits and not digits.startswith(f"{self._own_digits}*"):
            return ""
        return f"*{digits}#"

    def _echo(self, fields: Fields) -> Mapping[str, object] | None:
        if not self._echoed and not self._echoes_all:
            return None
        echo = {name: fields.raw(path) for name, path in self._echoed}
        if self._echoes_all:
            echo[WHOLE] = fields.raw(_WHOLE)
        return echo


class SmsReader(Request):
    """Reads SMS of citizens."""

    def __init__(self, part: SmsIn, settings: Settings, keys: Sequence[str]) -> None:
        super().__init__(part)
        self._settings, self._key = settings, keys[0].encode()
        self._id, self._id_of = _paths(part.id), _paths(part.id_of)
        self._number, self._text = _paths(part.number), _paths(part.text)
        self._to, self._link = _paths(part.to), _paths(part.link_id)

    def sms(self, fields: Fields) -> InboundSms:
        """Returns the MO; raises Malformed, and Unanswerable."""
        text = _first_words(fields, self._text)
        if text is None:
            raise _missing(self._text)
        return InboundSms(
            provider_ref=self._reference(fields),
            subscriber=self.subscriber(fields, self._number, self._settings.country),
            to=self._address(_first(fields, self._to) or ""),
            text=text,
            link_id=_first(fields, self._link) or "",
        )

    def _address(self, told: str) -> str:
        """Returns what was texted; the channel's own address as the settings write it."""
        own = self._settings.address or ""
        return own if told.strip().removeprefix("+") in ("", own.removeprefix("+")) else told

    def _reference(self, fields: Fields) -> str:
        """Returns the provider's id; where it gives none, one that a repeat has, too.

        Where nothing tells one SMS from another, each is another: of a conversation by SMS the same
        answer twice is two answers.
        """
        if self._id:
            return _required(fields, self._id)
        if not self._id_of:
            return secrets.token_hex(16)
        told = "\n".join(f"{_first_words(fields, (path,)) or ''}" for path in self._id_of)
        return hmac.new(self._key, told.encode("utf-8", "replace"), "sha256").hexdigest()[:32]


class ReportReader(Request):
    """Reads delivery reports."""

    def __init__(self, part: Reports) -> None:
        super().__init__(part)
        self._id, self._own_id = _paths(part.id), _paths(part.own_id)
        self._status, self._detail = _paths(part.status), _paths(part.detail)
        self._statuses = part.statuses()
        self._opted_out = matcher_of(part.opted_out) if part.opted_out else None

    def report(self, fields: Fields) -> DeliveryReport:
        """Returns the report, its status None for a word not in the table; raises Malformed."""
        status = _required(fields, self._status)
        own = _first(fields, self._own_id) or ""
        message_id = int(own) if own.isascii() and own.isdecimal() and len(own) <= 18 else None
        told = _first(fields, self._id) or ""
        if len(told) > _LONGEST or (not told and message_id is None):
            raise _missing(self._id or self._own_id)
        detail = _first(fields, self._detail) or ""
        return DeliveryReport(
            provider_ref=told,
            status=self._statuses.get(status.strip().lower()),
            detail=_short(detail) or _short(status),
            message_id=message_id,
            opted_out=self._opted_out is not None and self._opted_out.holds(fields),
        )


def behind(path: str) -> re.Pattern[str] | None:
    """Returns what reads the part of a path that a provider writes behind a URL."""
    if not path:
        return None
    steps = [
        f"(?P<{step[1:-1]}>[^/]+)" if step.startswith("{") else re.escape(step)
        for step in path[1:].split("/")
    ]
    return re.compile("/" + "/".join(steps) + "/?")


def beyond_key(path: str) -> tuple[str, str]:
    """Returns the secret in the path of a webhook, and what stands behind it.

    >>> beyond_key("/ussd/infobip/a-secret/session/1/start")
    ('a-secret', '/session/1/start')
    """
    *_, key, rest = (*path.split("/", 4), "", "")[:5]
    return unquote(key), f"/{rest}"


def proves_basic(request: WebhookRequest, user: str, password: str) -> bool:
    """Returns whether a request names user and password, by HTTP basic."""
    given = request.headers.get("authorization", "")
    right = base64.b64encode(f"{user}:{password}".encode()).decode()
    return same_secret(given, f"Basic {right}")


def _paths(names: Sequence[str] | None) -> tuple[Path, ...]:
    return tuple(Path.of(name) for name in names or ())


def _first(fields: Fields, paths: Sequence[Path]) -> str | None:
    for path in paths:
        value = fields.text(path)
        if value is not None:
            return value
    return None


def _first_words(fields: Fields, paths: Sequence[Path]) -> str | None:
    for path in paths:
        value = fields.words(path)
        if value is not None:
            return value
    return None


def _required(fields: Fields, paths: Sequence[Path]) -> str:
    value = _first(fields, paths)
    if value is None:
        raise _missing(paths)
    if not value or len(value) > _LONGEST:
        raise Malformed(f"The field '{paths[0].name}' must hold 1 to {_LONGEST} characters.")
    return value


def _missing(paths: Sequence[Path]) -> Malformed:
    return Malformed(f"The field '{paths[0].name}' is missing.")


def _network_code(code: str | None) -> str:
    """Returns the network's MCC and MNC, and nothing when they are none: statistics count it."""
    return code if code and len(code) in (5, 6) and code.isascii() and code.isdigit() else ""


def _short(said: str) -> str:
    """Returns a code or a plain word, and nothing of what might hold a number."""
    return said if said.isascii() and said.isdecimal() and len(said) <= 5 else word(said)
