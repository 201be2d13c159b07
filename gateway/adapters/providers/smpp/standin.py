"""Plays an operator over SMPP, together with the process that would hold the binds to it.

So a channel can be tried with no line. What an SMS centre says in SMPP itself is played in tests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from flask import Blueprint, Response, jsonify, request

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.providers.shared.standin import Account, Exchange, Standin, TakenSms
from gateway.adapters.providers.shared.wire import WireRequest, json_request
from gateway.adapters.providers.smpp import statuses
from gateway.adapters.providers.smpp.settings import Settings
from gateway.adapters.providers.smpp.wire import EACH, FAILED, failure_as_told
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn

NAME = "smpp"

#: The statuses of what goes wrong on request: too fast, and no such number.
_THROTTLED, _NO_NUMBER = 0x58, 0x0B


class SmppStandin(Standin[Settings]):
    """An operator; it has one account for each channel, by the names of its webhooks."""

    def turn(self, settings: Settings, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn: what was dialled, or the newest answer."""
        begins = turn.alone is not None and turn.alone.begins
        return json_request(
            url,
            {
                "session": turn.session_id,
                "from": turn.subscriber.as_told.lstrip("+"),
                "reference": turn.alone.turn_id if turn.alone else "",
                "begins": begins,
                "dialled": turn.service_code,
                "text": "" if begins else turn.text,
            },
        )

    def sends_newest(self, settings: Settings) -> bool:
        """Returns whether a turn holds the newest answer alone: it does."""
        return True

    def acknowledged(self, body: str) -> None:
        """Returns when the answer takes the turn; raises Refused."""
        try:
            taken = json.loads(body)["taken"]
        except (ValueError, TypeError, LookupError):
            taken = False
        if taken is not True:
            raise Refused("The gateway has not taken the turn.")

    def sms(self, settings: Settings, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO."""
        return json_request(
            url,
            {
                "reference": sms.provider_ref,
                "from": sms.subscriber.as_told.lstrip("+"),
                "to": sms.to,
                "text": sms.text,
            },
        )

    def account_of(self, settings: Settings, delivery_url: str) -> tuple[str, Account]:
        """Returns the account, by the name of its channel, which its webhooks have."""
        channel = delivery_url.partition("?")[0].rpartition("/")[2]
        return channel, Account(secret="", delivery_url=delivery_url)

    def api(self, exchange: Exchange) -> Blueprint:
        """Returns the routes that take SMS and screens."""
        routes = Blueprint(NAME, __name__)

        @routes.post("/lines/<channel>/sms")
        def take_sms(channel: str) -> Response:
            return _take_sms(exchange, channel)

        @routes.post("/lines/<channel>/screens")
        def take_screen(channel: str) -> Response:
            return _take_screen(exchange)

        return routes


def _take_sms(exchange: Exchange, channel: str) -> Response:
    account, fault = exchange.account(NAME, channel), exchange.next_fault()
    if account is None:
        return Response("no such line", status=404)
    if fault is not None and fault.kind is FaultKind.ERROR:
        return Response("out of order", status=500)
    asked, refused = request.get_json(), _failure(fault)
    if EACH in asked:
        if refused is not None:
            return jsonify({EACH: [refused for _ in asked[EACH]]})
        told = [_taken(exchange, channel, account, each, fault) for each in asked[EACH]]
        return exchange.answered(jsonify({EACH: told}), fault)
    if refused is not None:
        return _failed(refused)
    return exchange.answered(jsonify(_taken(exchange, channel, account, asked, fault)), fault)


def _taken(
    exchange: Exchange, channel: str, account: Account, asked: Mapping[str, str],
    fault: Fault | None,
) -> Mapping[str, object]:  # fmt: skip
    """Takes one SMS; returns what is told of it."""
    sms = TakenSms(
        provider=NAME,
        account=channel,
        reference=f"{exchange.next_serial():08X}",
        sender=asked["from"],
        to=asked["to"],
        text=asked["text"],
    )
    exchange.take(sms)
    lost = fault is not None and fault.kind is FaultKind.UNDELIVERED
    url = account.delivery_url
    stages = [
        json_request(url, {"reference": sms.reference, "state": state, "error": error})
        for state, error in (("ENROUTE", "000"), ("UNDELIV", "027") if lost else ("DELIVRD", "000"))
    ]
    exchange.report(url, stages, fault)
    return {"reference": sms.reference, "segments": 1}


def _take_screen(exchange: Exchange) -> Response:
    fault = exchange.next_fault()
    if fault is not None and fault.kind is FaultKind.ERROR:
        return Response("out of order", status=500)
    refused = _failure(fault)
    if refused is not None:
        return _failed(refused)
    asked = request.get_json()
    screen = UssdReply(text=asked["text"], ends=asked["ends"])
    exchange.show(asked["session"], screen)
    return exchange.answered(jsonify(taken=True), fault)


def _failure(fault: Fault | None) -> Mapping[str, object] | None:
    """Returns what is told of a message that a fault lets nobody take."""
    if fault is None:
        return None
    status = {
        FaultKind.THROTTLE: _THROTTLED,
        FaultKind.REFUSE: fault.code or _NO_NUMBER,
    }.get(fault.kind)
    return None if status is None else failure_as_told(statuses.failure_for(status))


def _failed(told: Mapping[str, object]) -> Response:
    answer = jsonify(told)
    answer.status_code = FAILED
    return answer
