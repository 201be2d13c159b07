"""Every provider with code of its own, end to end in one gateway, while its network makes trouble.

The presets are walked in test_every_preset.py; here are the kinds that need no preset.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from gateway.adapters.providers.registry import PROVIDERS
from gateway.cli.doctor.one_channel import one_channel
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.standin.inbound_faults import Trouble
from tests.polling import eventually
from tests.providers.test_every_preset import (
    ASKED,
    THANKS,
    TROUBLES,
    on_page,
    screens_of,
    troubled,
    worked,
)
from tests.providers.tried import Tried, tried

CODE = "*384*7#"
#: How a channel of each kind is configured, beside its code and its address.
KINDS: dict[str, dict[str, object]] = {
    "africastalking": {"username": "sandbox", "api_key": "$KIND_SECRET"},
    "android": {
        "username": "ABC123", "password": "$KIND_SECRET", "signing_key": "$KIND_SECRET",
    },
    "hsenid": {
        "operator": "mspace", "application_id": "APP_1", "password": "$KIND_SECRET",
    },
    "orange": {"authorization": "$KIND_BASIC"},
    "rapidpro": {"token": "$KIND_SECRET", "language": "eng"},
    "simulator": {},
    "smpp": {"host": "smsc.example", "system_id": "gateway", "password": "$KIND_SHORT"},
    "twilio": {
        "account_sid": "AC00000000000000000000000000000001", "auth_token": "$KIND_SECRET",
    },
}  # fmt: skip
ADDRESSES = {"twilio": "+15005550006", "orange": "+2250000", "android": "+254700000999"}
SECRETS = {
    "KIND_SECRET": "an-invented-secret",
    "KIND_BASIC": "Basic aW52ZW50ZWQ=",
    "KIND_SHORT": "secret",
}
DIALLED = [name for name in KINDS if "ussd" in PROVIDERS[name].routes]
TEXTED = [name for name in KINDS if "sms" in PROVIDERS[name].routes]
#: Its replies stand in the outbox, and go nowhere; RapidPro tells nobody what became of them.
UNREPORTED = ("rapidpro", "simulator")


def number_of(name: str, which: int) -> Msisdn:
    """Returns one of the numbers of a kind's citizens; each trouble has its own."""
    return Msisdn(f"+254712{list(KINDS).index(name):02}{which:04}")


def settings_of(name: str) -> str:
    written: dict[str, object] = {"provider": name, **KINDS[name]}
    written |= {"address": ADDRESSES.get(name, "22334"), "max_per_second": 100}
    if name in DIALLED:
        written["service_code"] = CODE
    if name != "simulator":
        written["api_url"] = "STANDIN"
    return json.dumps(written).replace('"STANDIN"', "STANDIN")


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, valkey_server: str) -> Iterator[Tried]:
    """A gateway with a channel of each kind."""
    first, *others = sorted(KINDS)
    table = json.loads(settings_of(first).replace("STANDIN", '""'))
    block = "\n".join(f"    {key}: {json.dumps(value)}" for key, value in table.items())
    beside = "\n".join(f"  {name}: {settings_of(name)}" for name in others)
    folder = tmp_path_factory.mktemp("kinds") / "home"
    with tried(
        f"channels:\n  {first}:\n{block}", folder, valkey_server, SECRETS, beside=beside
    ) as one:
        yield one


def test_each_kind_with_code_of_its_own_is_here() -> None:
    assert {*PROVIDERS} - {"http"} == {*KINDS}


@pytest.mark.parametrize("name", DIALLED)
def test_a_dialogue_comes_to_its_end_whatever_the_network_does(line: Tried, name: str) -> None:
    for which, trouble in enumerate(TROUBLES):
        session = f"{name}-{trouble}"
        phone, statuses = troubled(line, name, trouble, session)

        screens = screens_of(phone, number_of(name, which), session)

        assert (THANKS, True) == screens[-1], trouble
        assert screens[1][0].startswith(ASKED), trouble
        refused = [status for status in statuses if status != 200]
        assert ([400] * len(screens) if trouble is Trouble.TRUNCATE else []) == refused, trouble


@pytest.mark.parametrize("name", TEXTED)
def test_a_text_is_answered_once_whatever_the_network_does(line: Tried, name: str) -> None:
    for which, trouble in enumerate(TROUBLES, 10):
        phone, statuses = troubled(line, name, trouble, "")
        for text in ("WATER", "HELP"):
            phone.text(number_of(name, which), text)

        refused = {status for status in statuses if status // 100 != 2}
        # Half of what is signed is not signed, and half of what is not is malformed.
        wrong = 403 if PROVIDERS[name].signs else 400
        assert ({wrong} if trouble is Trouble.TRUNCATE else set()) == refused, trouble
    for which, trouble in enumerate(TROUBLES, 10):
        helped, asked = inbox_of(line, name, number_of(name, which), count=2)
        assert asked.startswith(ASKED), trouble
        assert helped.startswith("help"), trouble


def inbox_of(line: Tried, name: str, number: Msisdn, count: int) -> list[str]:
    """Returns what a phone was sent, once it is as much and all of it has arrived."""
    final = DeliveryStatus.SENT if name in UNREPORTED else DeliveryStatus.DELIVERED

    def there() -> bool:
        worked(line, name)
        statuses = on_page(line, "inbox", **{"from": number.e164})["statuses"].values()
        return [final] * count == list(statuses)

    eventually(there)
    return [each["text"] for each in on_page(line, "inbox", **{"from": number.e164})["messages"]]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_the_doctor_makes_a_test_turn_and_reads_a_test_text(line: Tried, name: str) -> None:
    found = {each.what: each for each in one_channel(line.gateway, name)}

    assert ("lines" in found) == (name == "smpp")  # nobody holds them here
    assert all(each.fix for each in found.values() if not each.ok)
    assert (name in DIALLED) == ("test turn" in found)
    assert (name in TEXTED) == ("test text" in found)
    assert [] == [each for each in found.values() if not each.ok and each.what.startswith("test")]
