"""Channel settings: what is refused, what is said of each field, and the channel they make."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.channel_settings import (
    ChannelSettings,
    KeySettings,
    PageSettings,
)
from gateway.adapters.providers.simulator.settings import Settings as SimulatorSettings
from gateway.domain.telecom.channel import Channel, Keys, PageBudget
from tests.providers.samples import africastalking_settings, twilio_settings

MODELS: list[type[BaseModel]] = [
    ChannelSettings,
    PageSettings,
    KeySettings,
    *(kind.settings for kind in PROVIDERS.values()),
]


def simulator_settings(**changes: Any) -> SimulatorSettings:
    return SimulatorSettings.model_validate(changes)


def test_settings_that_say_nothing_make_the_channel_of_the_domain() -> None:
    channel = simulator_settings().to_channel("phone")

    assert Channel(name="phone", provider="simulator") == channel


def test_all_settings_reach_the_channel() -> None:
    settings = africastalking_settings(
        service_code="*384*2026#",
        address="20880",
        sender_id="KENGOV",
        page={"septets": "182", "ucs2": 80, "count_prefix": "true"},
        keys={"back": "7", "home": "8", "more": "9"},
        deadline_seconds=8,
        session_seconds="120",
        conversation_seconds=600,
        max_per_second=50,
        in_flight=16,
    )

    channel = settings.to_channel("at-ke")

    expected = Channel(
        name="at-ke",
        provider="africastalking",
        service_code="*384*2026#",
        address="20880",
        sender_id="KENGOV",
        application="sandbox",
        page=PageBudget(septets=182, ucs2=80, count_prefix=True),
        keys=Keys(back="7", home="8", more="9"),
        deadline_seconds=8.0,
        session_seconds=120.0,
        conversation_seconds=600.0,
        max_per_second=50.0,
        in_flight=16,
    )
    assert expected == channel


def test_an_address_that_a_yaml_reader_took_for_a_number_is_an_address() -> None:
    assert simulator_settings(address=2026).address == "2026"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "phone"},
        {"pushes": True},
        {"turns": "some"},
        {"provider": "africastalking"},
        {"service_code": "384"},
        {"service_code": "*384"},
        {"service_code": "*384*#"},
        {"address": ""},
        {"address": "1" * 21},
        {"sender_id": "A" * 16},
        {"api_url": "127.0.0.1:8385"},
        {"api_url": "ftp://127.0.0.1"},
        {"api_url": "http://"},
        {"api_url": "http://name:word@127.0.0.1"},
        {"api_url": "http://127.0.0.1/?a=1"},
        {"api_url": "http://127.0.0.1/#a"},
        {"webhook_key": "fifteen-letters"},
        {"address": "MINEDU"},
        {"address": "*384*2026#"},
        {"address": "0712123456"},
        {"sender_id": "TWELVELETTER"},
        {"sender_id": "Ministère"},
        {"sender_id": "0712123456"},
        {"networks": ["192.0.2.1/24"]},
        {"networks": ["everywhere"]},
        {"page": {"septets": 183}},
        {"page": {"septets": 39}},
        {"page": {"ucs2": 81}},
        {"page": {"octets": 160}},
        {"keys": {"back": "0", "home": "0", "more": "98"}},
        {"keys": {"back": "*"}},
        {"keys": {"back": ""}},
        {"keys": {"back": "٠"}},
        {"deadline_seconds": 0.5},
        {"deadline_seconds": 31},
        {"session_seconds": "soon"},
        {"conversation_seconds": 59},
        {"max_per_second": 0},
        {"in_flight": 0},
        {"in_flight": 65},
    ],
    ids=str,
)
def test_a_channel_is_refused_for(changes: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        simulator_settings(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "Sandbox"},
        {"username": " sandbox"},
        {"username": "SANDBOX "},
        {"username": ""},
        {"api_key": ""},
        {"keyword": ""},
    ],
    ids=str,
)
def test_a_channel_at_africas_talking_is_refused_for(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        africastalking_settings(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"account_sid": "AC1"},
        {"account_sid": "SK" + "0" * 32},
        {"auth_token": ""},
        {"previous_auth_token": ""},
        {"messaging_service_sid": "gov"},
        {"shared_keys": "a-secret"},
    ],
    ids=str,
)
def test_a_channel_at_twilio_is_refused_for(changes: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        twilio_settings(**changes)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__module__.split(".")[-1])
def test_every_field_has_a_sentence(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        sentence = field.description or ""
        assert sentence[:1].isupper(), name
        assert sentence.endswith("."), name


@pytest.mark.parametrize("name", sorted(PROVIDERS))
def test_a_providers_name_in_the_table_is_the_one_in_its_settings(name: str) -> None:
    assert name == PROVIDERS[name].settings.model_fields["provider"].default


def test_secrets_do_not_print() -> None:
    settings = [
        africastalking_settings(api_key="a-secret-value", webhook_key="a-secret-value-too"),
        twilio_settings(
            auth_token="a-secret-value",
            previous_auth_token="a-secret-value",
            shared_keys={"key-1": "a-secret-value"},
        ),
    ]

    for each in settings:
        assert "a-secret-value" not in f"{each!r} {each} {each.model_dump()}"
