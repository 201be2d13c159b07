"""A warning for their district reaches those who asked for it: each once, in their language.

Citizens subscribe by USSD on the reference deployment as it is wired; one person drafts, a second
approves; what the ticker and the workers do is done here.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.composition.gateway import Gateway
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import Broadcast, NewBroadcast
from gateway.domain.broadcast.states import State
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, OutboundSms
from gateway.web.app import create_app
from gateway.web.handset_client import Handset, handset, within
from tests.clock import FixedClock
from tests.promises.test_stop_is_law import handed_over, works

__all__ = ["handed_over"]

LANGUAGES = ("en", "sw", "fr", "am")
CITIZENS = {code: Msisdn(f"+99970000010{at}") for at, code in enumerate(LANGUAGES)}
ELSEWHERE = Msisdn("+999700000200")
#: Warnings, get them, the first district of the list, and the second.
MBALE, SORINDO = "*384*2026*81*1*1#", "*384*2026*81*1*2#"
TEXTS = {
    "en": "Flood warning for {district}: go to high ground now.",
    "sw": "Tahadhari ya mafuriko {district}: nenda mlimani sasa.",
    "fr": "Alerte crue à {district} : gagnez les hauteurs.",
    "am": "የጎርፍ ማስጠንቀቂያ {district}",
}


@pytest.fixture
def phone(gateway: Gateway) -> Handset:
    return handset(gateway.deployment, "phone", within(create_app(gateway)))


def subscribe(gateway: Gateway, phone: Handset) -> None:
    for language, citizen in CITIZENS.items():
        gateway.choose_language(citizen, language)
        assert "Mbale" in phone.turn(citizen, f"{language}", "", service_code=MBALE).text
    gateway.choose_language(ELSEWHERE, "en")
    assert "Sorindo" in phone.turn(ELSEWHERE, "x", "", service_code=SORINDO).text


def warning(gateway: Gateway, key: str) -> Broadcast:
    draft = NewBroadcast(
        key=key,
        institution="disaster_management",
        topic="warnings",
        title="Flood",
        audience=Audience(source=Source.TOPIC, topic="warnings", districts=("Mbale",)),
        texts=TEXTS,
        fallback="en",
        lane=Lane.URGENT,
        created_by="asha",
    )
    return gateway.broadcast.draft(draft)


def sent(handed_over: list[OutboundSms]) -> dict[Msisdn, str]:
    warned = [sms for sms in handed_over if sms.topic == "warnings"]
    assert {Lane.URGENT} == {sms.lane for sms in warned}
    assert len(warned) == len({sms.subscriber for sms in warned})
    return {sms.number: sms.text for sms in warned}


def test_a_warning_reaches_its_district_in_four_languages_and_nobody_after_stop(
    gateway: Gateway, phone: Handset, clock: FixedClock, handed_over: list[OutboundSms]
) -> None:
    subscribe(gateway, phone)
    broadcast, direct = gateway.broadcast, gateway.broadcast.direct
    draft = warning(gateway, "first")
    large = replace(broadcast.check, approval_above=3)

    assert State.WAITING is large(draft.id, "asha").state
    with pytest.raises(Refused):
        direct.start(draft.id, "asha")
    with pytest.raises(Refused):
        direct.approve(draft.id, "asha")
    direct.approve(draft.id, "juma")
    direct.start(draft.id, "asha")
    for _ in range(4):
        works(gateway)
        clock.advance(5)

    assert {
        citizen: TEXTS[language].replace("{district}", "Mbale")
        for language, citizen in CITIZENS.items()
    } == sent(handed_over)
    assert State.DONE is broadcast.read.one(draft.id, "asha").state

    handed_over.clear()
    phone.text(CITIZENS["sw"], "SITISHA")
    gateway.inbound.work()
    again = warning(gateway, "second")
    assert {"stopped": 1} == broadcast.check(again.id, "asha").estimate["left_out"]
    direct.start(again.id, "asha")
    for _ in range(4):
        works(gateway)
        clock.advance(5)

    assert set(CITIZENS.values()) - {CITIZENS["sw"]} == set(sent(handed_over))
    _, outcomes = broadcast.read.outcomes(again.id, "asha")
    assert {"am", "en", "fr"} == {part.language for part in outcomes.parts}
