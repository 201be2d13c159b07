"""A database that hangs, or is locked, makes no turn late: not the first dial, nor any other."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from itertools import count

import pytest

from gateway.composition.gateway import Gateway
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.web.app import create_app
from gateway.web.replay import replay_once
from gateway.web.webhooks import WEBHOOK_SECONDS
from tests.due_mos import due_mos
from tests.polling import eventually
from tests.promises.troubles import DEADLINE

#: As many turns at once as one process answers.
AT_ONCE = 24
_numbers = count(1)


def said(session: str, typed: str) -> UssdTurn:
    """Returns a turn of a phone that was never here before."""
    subscriber = Msisdn.from_e164(f"+2547000{next(_numbers):05}")
    return UssdTurn(
        session_id=session, subscriber=subscriber, service_code="*384*2026#", text=typed
    )


def answered(gateway: Gateway, turns: Sequence[UssdTurn]) -> list[tuple[float, UssdReply]]:
    """Returns how long each took that was begun at the same moment, and its reply."""

    def one(turn: UssdTurn) -> tuple[float, UssdReply]:
        began = time.monotonic()
        reply = gateway.ussd.answer(gateway.channels["at-ke"], turn)
        return time.monotonic() - began, reply

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(one, turns))


def test_every_turn_is_in_time_and_all_is_well_afterwards(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble

    with lasting:
        first_dials = [said(f"first-{number}", "") for number in range(AT_ONCE)]
        told = answered(gateway, first_dials)
        # A language is chosen, which is stored; a service is entered, which reads and writes.
        told += answered(gateway, [each._replace(text="1") for each in first_dials])
        told += answered(gateway, [each._replace(text="1*6*1*1") for each in first_dials])
        late = [round(took, 2) for took, _ in told if took > DEADLINE]

    assert [] == late
    assert all(reply.text for _, reply in told)

    def language_is_kept() -> bool:
        turn = said(f"after-{next(_numbers)}", "")
        answered(gateway, [turn])
        answered(gateway, [turn._replace(text="1")])
        return gateway.sql.subscribers.language(turn.subscriber) == "en"

    eventually(language_is_kept)


def test_an_sms_is_received_in_time_and_stored_afterwards(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble
    client = create_app(gateway).test_client()
    path = "/" + gateway.deployment.webhook_urls("at-ke")["sms"].split("/", 3)[3]
    form = {"from": "+254700000001", "to": "20880", "text": "CLINIC", "date": "now"}

    def posted(reference: str) -> tuple[int, float]:
        began = time.monotonic()
        status = client.post(path, data={**form, "id": reference}).status_code
        return status, time.monotonic() - began

    with lasting:
        answers = [posted(each) for each in "abc"]

    def is_stored() -> bool:
        replay_once(gateway)
        return len(due_mos(gateway.engine, gateway.clock.now())) == len("abc")

    assert [200, 200, 200] == [status for status, _ in answers]
    assert max(took for _, took in answers) < WEBHOOK_SECONDS
    eventually(is_stored)


@pytest.mark.soak
def test_through_twenty_seconds_of_it_no_turn_is_late(
    trouble: tuple[Gateway, AbstractContextManager[None]],
) -> None:
    gateway, lasting = trouble
    took: list[float] = []

    with lasting:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            dials = [said(f"long-{next(_numbers)}", "") for _ in range(AT_ONCE)]
            for typed in ("", "1", "1*6*1*1"):
                told = answered(gateway, [each._replace(text=typed) for each in dials])
                took += [seconds for seconds, _ in told]

    assert [] == [each for each in took if each > DEADLINE]
