"""Plays any provider that a preset tells of: its phones, and the API that takes SMS."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from gateway.adapters.providers.http.inverse import Asked, leads_to, page_in, said_in
from gateway.adapters.providers.http.settings import Settings
from gateway.adapters.providers.http.template.fields import Path
from gateway.adapters.providers.http.template.octets import text_in
from gateway.adapters.providers.http.template.sending import SmsMaker
from gateway.adapters.providers.http.template.shapes import Answer
from gateway.adapters.providers.http.writing import Written, put_at, request_of, signed
from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.domain.text.secret_comparison import same_secret

NAME = "http"

#: How long a token holds, in seconds.
TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAccount(Account):
    """An account, with the channel's settings: they say how its provider speaks."""

    settings: Settings = field(repr=False)

    @property
    def maker(self) -> SmsMaker | None:
        """How its SMS are asked for."""
        return self.settings.speaks.sms


class HttpStandin(Standin[Settings]):
    """Any provider of a preset; its accounts are the channels, each with its delivery URL."""

    def turn(self, settings: Settings, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn."""
        part = settings.speaks.shape.ussd
        if part is None:
            raise Refused("This provider has no USSD.")
        written = Written(part)
        begins = turn.alone.begins if turn.alone else not turn.text
        text = turn.text
        if begins and turn.alone is not None:
            text = turn.service_code if part.first == "dialled" else ""
        written.put(part.session, turn.session_id)
        written.put(part.number, _digits(turn.subscriber))
        written.put(part.code, turn.service_code)
        written.put(part.text, text)
        written.match(part.begins, bool(begins))
        written.put(part.turn, turn.alone.turn_id if turn.alone else "")
        written.put(part.language, turn.language)
        if turn.network_code:
            written.put(part.network_code, turn.network_code)
        return request_of(settings, url, part, written)

    def page_for(self, settings: Settings, body: str) -> UssdReply:
        """Returns what the phone shows of the answer to a turn."""
        return page_in(settings.speaks, body)

    def sends_newest(self, settings: Settings) -> bool:
        """Returns whether a turn holds the newest answer alone."""
        part = settings.speaks.shape.ussd
        return part is not None and part.holds == "newest"

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO."""
        part = settings.speaks.shape.sms_in
        if part is None:
            raise Refused("Nobody can text this provider.")
        written = Written(part)
        written.put(part.id, sms.provider_ref)
        written.put(part.number, _digits(sms.subscriber))
        written.put(part.to, sms.to)
        written.put(part.text, sms.text)
        if sms.link_id:
            written.put(part.link_id, sms.link_id)
        return request_of(settings, url, part, written)

    def signed(self, settings: Settings, url: str, request: WireRequest) -> WireRequest:
        """Returns a request, signed as it stands where the provider signs."""
        return signed(settings, url, request)

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return secrets.token_hex(12)

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account] | None:
        """Returns the account of a channel: its preset, and what it is known by there."""
        if settings.speaks.sms is None:
            return None
        return account_name(settings), ChannelAccount(
            secret=json.dumps(settings.known), delivery_url=delivery_url, settings=settings
        )

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes of all presets: whichever no other provider has."""
        routes = Blueprint(NAME, __name__)

        @routes.route("/<path:rest>", methods=["GET", "POST"])
        def asked(rest: str) -> Response:
            return _answered(exchange, rest)

        return routes


def account_name(settings: Settings) -> str:
    """Returns what tells the account of a channel from the others."""
    known = json.dumps(sorted(settings.known.items()))
    return f"{settings.preset} {hashlib.sha256(known.encode()).hexdigest()[:12]}"


def _digits(subscriber: Identity) -> str:
    return subscriber.as_told.removeprefix("+")


def _answered(exchange: Exchange, rest: str) -> Response:
    asked = Asked(
        request.method,
        f"/{rest}" + ("/" if request.path.endswith("/") and not rest.endswith("/") else ""),
        request.query_string.decode("ascii", "replace"),
        {name.lower(): value for name, value in request.headers.items()},
        request.get_data(),
    )
    accounts = [
        (name, account)
        for name, account in exchange.accounts_of(NAME).items()
        if isinstance(account, ChannelAccount) and account.maker is not None
    ]
    for _, account in accounts:
        token = account.maker.token if account.maker else None
        if token is not None and asked.path == token.path.made(account.settings.known):
            return _token(account, asked)
    came_here = False
    for name, account in accounts:
        maker = account.maker
        if maker is None or not leads_to(account.settings, maker, asked):
            continue
        came_here = True
        said = said_in(account.settings, maker, asked, token_of(account.settings, maker))
        if said is not None:
            return _taken(exchange, name, account, maker, said)
    if not came_here:
        raise NotFound
    return Response("No account is called so, or the request lacks a field.", status=401)


def token_of(settings: Settings, maker: SmsMaker) -> str:
    """Returns the token that is good for a channel; empty where it needs none."""
    return f"token-{account_name(settings)[-12:]}" if maker.token is not None else ""


def _token(account: ChannelAccount, asked: Asked) -> Response:
    maker = account.maker
    if maker is None or maker.token is None:
        return Response(status=404)
    expected = maker.token.call(account.settings.known)
    headers_agree = all(
        name == "Accept" or same_secret(asked.headers.get(name.lower(), ""), value)
        for name, value in expected.headers.items()
    )
    if not headers_agree or not same_secret(
        asked.body.decode("utf-8", "replace"), expected.body.decode()
    ):
        return Response("no such account", status=401)
    tree: dict[str, object] = {}
    put_at(tree, maker.token.shape.token[0].split("."), token_of(account.settings, maker))
    put_at(tree, maker.token.shape.seconds[0].split("."), TOKEN_SECONDS)
    return Response(json.dumps(tree), mimetype="application/json")


def _taken(
    exchange: Exchange,
    name: str,
    account: ChannelAccount,
    maker: SmsMaker,
    told: Sequence[Mapping[str, str]],
) -> Response:
    fault = exchange.next_fault()
    answer = maker.shape.answer
    if fault and fault.kind is FaultKind.THROTTLE:
        headers = {"Retry-After": str(fault.retry_after)}
        return Response("too fast", status=429, headers=headers)
    if fault and fault.kind is FaultKind.ERROR:
        return Response("upstream error", status=500)
    if fault and fault.kind is FaultKind.REFUSE:
        return _refused(maker, fault.code, told)
    trees = list[dict[str, object]]()
    for said in told:
        serial = exchange.next_serial()
        reference = f"{serial:012d}"
        sms = TakenSms(
            provider=NAME,
            account=name,
            reference=reference if answer.id or answer.id_pattern else said.get("id", ""),
            sender=said.get("sender", ""),
            to=f"+{said.get('to', '').removeprefix('+')}",
            text=said.get("text") or text_in(said.get("text_gsm7", ""), said.get("text_ucs2", "")),
            status_callback=said.get("reports_url", "").removesuffix("?"),
        )
        exchange.take(sms)
        _report(exchange, account, sms, said.get("id", ""), fault)
        trees.append(_yes(answer, reference))
    if answer.id_pattern:
        plain = Response(answer.id_pattern.replace("*", reference), mimetype="text/plain")
        return exchange.answered(plain, fault)
    return exchange.answered(_written(answer, _together(maker, told, trees)), fault)


def _yes(answer: Answer, reference: str) -> dict[str, object]:
    """Returns the fields of the answer that says yes."""
    tree: dict[str, object] = dict(answer.sample)
    if answer.taken is not None:
        put_at(tree, answer.taken.field[0].split("."), answer.taken.is_[0])
    if answer.id:
        put_at(tree, answer.id[0].split("."), reference)
    return tree


def _refused(maker: SmsMaker, code: int, told: Sequence[Mapping[str, str]]) -> Response:
    answer = maker.shape.answer
    words = answer.codes.get("number") or answer.codes.get("refused")
    if not answer.code or (not words and not code):
        return Response("refused", status=400)
    trees = list[dict[str, object]]()
    for _ in told:
        tree: dict[str, object] = {}
        if answer.taken is not None and answer.taken.otherwise:
            put_at(tree, answer.taken.field[0].split("."), answer.taken.otherwise)
        put_at(tree, answer.code[0].split("."), str(code) if code else (words or [""])[0])
        trees.append(tree)
    return _written(answer, _together(maker, told, trees))


def _together(
    maker: SmsMaker, told: Sequence[Mapping[str, str]], trees: Sequence[dict[str, object]]
) -> Mapping[str, object]:
    """Returns the answers to each number as one; what is said of the whole is said by all."""
    whole, many = trees[0], maker.many
    if many is None:
        return whole
    first = [*Path.of(many.shape.each).steps, "0"]
    if first[0] not in whole:  # it is refused as a whole
        return whole
    entries = list[object]()
    for said, tree in zip(told, trees, strict=True):
        put_at(tree, [*first, *many.shape.number.split(".")], said.get("to", ""))
        value: Any = tree
        for step in first:
            value = value[int(step) if isinstance(value, list) else step]
        entries.append(value)
    if first == ["0"]:
        return {str(place): entry for place, entry in enumerate(entries)}
    put_at(whole, first[:-1], entries)
    return whole


def _written(answer: Answer, tree: Mapping[str, object]) -> Response:
    match answer.reads:
        case "json":
            is_list = bool(tree) and all(name.isdecimal() for name in tree)
            document = list(tree.values()) if is_list else tree
            return Response(json.dumps(document), mimetype="application/json")
        case "form":
            return Response(urlencode(tree), mimetype="text/plain")
        case "xml":
            inner = "".join(f"<{name}>{value}</{name}>" for name, value in tree.items())
            return Response(f"<answer>{inner}</answer>", mimetype="text/xml")
        case _:
            return Response(str(tree.get("line") or tree.get("word", "")), mimetype="text/plain")


def _report(
    exchange: Exchange, account: ChannelAccount, sms: TakenSms, own_id: str, fault: Fault | None
) -> None:
    part = account.settings.speaks.shape.reports
    url = sms.status_callback or account.delivery_url
    if part is None or not url:
        return
    lost = fault is not None and fault.kind is FaultKind.UNDELIVERED
    states = ("sent", "undelivered" if lost else "delivered")
    stages = []
    for state in states:
        words = part.words.get(state)  # type: ignore[call-overload]
        if words:
            written = Written(part)
            written.put(part.id, sms.reference)
            if own_id:
                written.put(part.own_id, own_id)
            written.put(part.status, written.typed(words[0]))
            stages.append(request_of(account.settings, url, part, written))
    exchange.report(url, stages, fault)
