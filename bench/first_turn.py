"""Answers one USSD turn in a process of its own, as a web worker does after its start."""

from __future__ import annotations

import secrets
import sys

from gateway.adapters.providers.shared.joined_text.standin import joined_turn
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdTurn
from gateway.web.app import create_app

gateway = Gateway(load(strict=True))
turn = UssdTurn(
    session_id=secrets.token_hex(8),  # a session that is known is answered without the menu
    subscriber=Msisdn.from_e164("+254700000001"),
    service_code="*384*2026#",
    text="",
)
request = joined_turn(gateway.deployment.webhook_urls("ussd")["ussd"], turn)
client = create_app(gateway).test_client()
answer = client.post(request.target, headers=dict(request.headers), data=request.body)
sys.exit(0 if answer.get_data(as_text=True).startswith("CON Home en") else 1)
