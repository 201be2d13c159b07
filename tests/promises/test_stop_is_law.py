"""STOP is law: a consent is checked in the one place every MT passes.

The first test drives whatever the gateway does by itself, on the reference deployment as it is
wired. The others hold the code to one way out: whoever opens a second one fails them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.composition.gateway import Gateway
from gateway.domain.broadcast.audience import Audience, Source
from gateway.domain.broadcast.broadcast import NewBroadcast
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, OutboundSms, Purpose
from gateway.web.app import create_app
from gateway.web.handset_client import Handset, handset, within
from tests.clock import FixedClock

HOME = Path(__file__).parents[2]
CALLER = Msisdn("+999700000123")
#: Health, child vaccination, register a child: reminders for a year and more.
REGISTER = "1*2*1*Neema*{born:%d%m%Y}"
#: Birth or death: a service that tells by SMS how to go on after a drop. What was typed, each turn.
NOTIFY, DROPPED = "*384*2026*51#", ("", "1", "1*{born:%d%m%Y}")


@pytest.fixture
def handed_over(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> list[OutboundSms]:
    """The MTs that reach any provider, in order."""
    taken: list[OutboundSms] = []

    def send(sms: OutboundSms, delivery_url: str) -> Accepted:
        taken.append(sms)
        return Accepted(provider_ref=f"ref-{sms.id}")

    for provider in gateway.providers.values():  # of many, each is handed over by `send`
        monkeypatch.setattr(provider, "send", send, raising=True)
        monkeypatch.setattr(provider, "send_many", partial(OneByOne.send_many, provider))
    return taken


@pytest.fixture
def phone(gateway: Gateway) -> Handset:
    gateway.choose_language(CALLER, "en")
    return handset(gateway.deployment, "phone", within(create_app(gateway)))


def works(gateway: Gateway) -> None:
    """Does once all that runs beside the webhooks: the ticker's tasks, routing, sending."""
    for task in gateway.upkeep.tasks:
        task()
    gateway.inbound.work()
    for channel in gateway.channels:
        for lane in Lane:
            gateway.outbound.work(channel, lane)


def owe_much(gateway: Gateway, phone: Handset) -> None:
    """Makes the gateway owe the caller reminders, an SMS after a drop, and notices of all kinds."""
    born = gateway.clock.now() - timedelta(days=51)
    for typed in (REGISTER, f"{REGISTER}*1"):  # read back, and then written on Yes
        phone.turn(CALLER, "registered", typed.format(born=born))
    for typed in DROPPED:
        phone.turn(CALLER, "dropped", typed.format(born=born), service_code=NOTIFY)
    notices = [
        NewSms(
            channel="phone",
            subscriber=CALLER,
            text=f"Prices {lane}",
            lane=lane,
            purpose=Purpose.NOTICE,
            key=f"notice-{lane}",
            topic="prices",
        )
        for lane in Lane
    ]
    gateway.sql.outbox.add(notices, gateway.clock.now())


def test_without_stop_all_that_is_owed_goes_out(
    gateway: Gateway, phone: Handset, clock: FixedClock, handed_over: list[OutboundSms]
) -> None:
    owe_much(gateway, phone)
    for _ in range(30):
        works(gateway)
        clock.advance(days=1)

    texts = [sms.text for sms in handed_over if sms.purpose is Purpose.NOTICE]
    assert {"Prices urgent", "Prices reply", "Prices bulk"} <= set(texts)
    assert [text for text in texts if "Neema" in text]
    assert [text for text in texts if "*384*2026*" in text]


def test_after_stop_nothing_goes_out_but_its_confirmation(
    gateway: Gateway, phone: Handset, clock: FixedClock, handed_over: list[OutboundSms]
) -> None:
    owe_much(gateway, phone)
    phone.text(CALLER, "STOP")
    gateway.inbound.work()
    for _ in range(400):
        works(gateway)
        clock.advance(days=1)

    assert [] == [sms.topic for sms in handed_over if sms.purpose is Purpose.NOTICE]
    assert 1 == len([sms for sms in handed_over if sms.purpose is Purpose.CONSENT])


def test_an_emergency_is_the_one_exception_and_people_declare_it(
    gateway: Gateway, phone: Handset, clock: FixedClock, handed_over: list[OutboundSms]
) -> None:
    """Two people stand behind it. The same broadcast without that is the notice it was."""
    phone.turn(CALLER, "subscribed", "", service_code="*384*2026*81*1*1#")
    phone.text(CALLER, "STOP")
    gateway.inbound.work()
    new = NewBroadcast(
        key="flood",
        institution="disaster_management",
        topic="warnings",
        title="Flood",
        audience=Audience(source=Source.TOPIC, topic="warnings", districts=("Mbale",)),
        texts={"en": "The dam breaks. Go up now."},
        fallback="en",
        valid_until=clock.now() + timedelta(hours=6),
        created_by="asha",
    )
    broadcast, direct = gateway.broadcast, gateway.broadcast.direct
    draft = broadcast.draft(new)
    with pytest.raises(Refused, match="1 said STOP"):
        broadcast.check(draft.id, "asha")

    direct.declare_emergency(draft.id, "ruth", "Dam failure")
    broadcast.check(draft.id, "asha")
    with pytest.raises(Refused, match="waiting"):
        direct.start(draft.id, "asha")
    direct.approve(draft.id, "ruth")
    direct.start(draft.id, "asha")
    for _ in range(4):
        works(gateway)
        clock.advance(5)

    assert ["The dam breaks. Go up now."] == [
        sms.text for sms in handed_over if sms.purpose is Purpose.EMERGENCY
    ]
    assert [] == [sms for sms in handed_over if sms.purpose is Purpose.NOTICE]


def test_broadcasts_alone_make_an_emergency() -> None:
    making = [
        str(path.relative_to(HOME))
        for path in sorted(HOME.glob("gateway/**/*.py"))
        if "Purpose.EMERGENCY if" in path.read_text("utf-8")
        or "purpose=Purpose.EMERGENCY" in path.read_text("utf-8")
    ]

    assert ["gateway/use_cases/broadcast/fill_broadcasts.py"] == making


def calls(attribute: str, but_of: str = "") -> Iterator[tuple[str, str]]:
    """Yields each call of a method of this name in the gateway: the file, and on what.

    Those are left out whose first argument is written as `but_of`.
    """
    for path, tree in parsed(naming=attribute):
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Attribute(attr=name, value=whose)) if name == attribute:
                    if not but_of or [but_of] != [ast.unparse(each) for each in node.args[:1]]:
                        yield path, ast.unparse(whose)


def parsed(naming: str) -> Iterator[tuple[str, ast.Module]]:
    """Yields what stands in each file of the gateway where a name stands; in no other can it be."""
    for path in sorted(HOME.glob("gateway/**/*.py")):
        if naming in (text := path.read_text("utf-8")):
            yield str(path.relative_to(HOME)), ast.parse(text)


#: Calls of `send` that hand no MT to a provider: a request to a back end, the use case itself, and
#: steps of coroutines.
NO_MT = {
    ("gateway/adapters/handler_calls/declared_calls.py", "self"),
    ("gateway/composition/outbound.py", "self"),
    ("gateway/adapters/sql/waiting/postgresql.py", "connecting"),  # a generator of the driver
    ("gateway/web/front/front.py", "given[0]"),
    ("gateway/web/front/request.py", "coroutine"),
}


def test_one_use_case_alone_hands_mts_to_a_provider() -> None:
    senders = [
        call
        for call in (*calls("send"), *calls("send_many"))
        if not call[0].startswith("gateway/adapters/providers/") and call not in NO_MT
    ]

    assert [("gateway/use_cases/outbound/sending/make_call.py", "provider")] * 2 == senders


def test_what_is_marked_as_being_sent_was_asked_about_before() -> None:
    calling = [
        path for path in HOME.glob("gateway/**/*.py") if "MakeCall(" in path.read_text("utf-8")
    ]
    assert ["sending_job.py"] == [path.name for path in calling]
    marked = {place for place in calls("start", but_of="[]") if place[1].endswith("outbox")}
    asked = [place for place, whose in calls("allowed") if whose.endswith(".consents")]

    assert {("gateway/use_cases/outbound/sending/sending_job.py", "self._case.outbox")} == marked
    assert "gateway/use_cases/outbound/sending/sending_job.py" in asked


def test_only_its_own_module_touches_the_table_of_consents() -> None:
    touching = [
        path
        for path, tree in parsed(naming="consents")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "gateway.adapters.sql.tables"
        if "consents" in [each.name for each in node.names]
    ]

    assert ["gateway/adapters/sql/sms/consents.py"] == touching
