"""The phone and the stand-in answer to names that are ours: no other site's name leads to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.adapters.system.known_hosts import is_known_host
from gateway.composition.gateway import Gateway
from gateway.standin.app import create_app as create_standin
from gateway.standin.config import StandinConfig
from gateway.web.app import create_app

OURS = ["localhost", "localhost:8384", "LOCALHOST.", "127.0.0.1:8384", "127.9.9.9", "[::1]:8384"]
STRANGE = [
    "evil.example", "evil.example:8384", "localhost.evil.example", "127.0.0.1.evil.example",
    "evil.example@localhost.example", "0.0.0.0", "192.0.2.7", "[2001:db8::1]", "", "[", "a b",
]  # fmt: skip
#: What a page of another site would ask for: the page itself, its files, and what it calls.
PHONE = ["/phone/", "/phone/static/phone.js", "/phone/static/fonts/NotoSans-Regular.ttf"]


@pytest.mark.parametrize("asked", OURS)
def test_this_machine_is_known(asked: str) -> None:
    assert is_known_host(asked)


@pytest.mark.parametrize("asked", STRANGE)
def test_anybody_elses_name_is_not(asked: str) -> None:
    assert not is_known_host(asked, ["sms.example.org"])


def test_further_names_are_known_however_they_are_written() -> None:
    assert is_known_host("SMS.Example.org:443", ["sms.example.ORG"])


@pytest.mark.parametrize("path", PHONE)
def test_the_phone_answers_to_known_names_only(gateway: Gateway, path: str) -> None:
    client = create_app(_known_as(gateway, "workshop.lan")).test_client()

    def status(host: str) -> int:
        with client.get(path, headers={"Host": host}) as answer:  # a file is closed with it
            return answer.status_code

    assert [200] * 4 == [status(host) for host in ("localhost", "[::1]:8384", "workshop.lan:8384",
                                                   "sms.services.example")]  # fmt: skip
    assert [403] * 2 == [status(host) for host in ("evil.example", "evil.example:8384")]


def test_what_the_phone_does_is_not_done_for_another_name(gateway: Gateway) -> None:
    client = create_app(gateway).test_client()
    asked = {"channel": "phone", "from": "+999700100001", "code": "*384*2026#"}

    answer = client.post("/phone/turn", json=asked, headers={"Host": "evil.example"})

    assert 403 == answer.status_code
    assert "server.known_hosts" in answer.text


@pytest.mark.parametrize("path", ["/messages", "/", "/version1/messaging"])
def test_the_standin_answers_to_known_names_only(path: str) -> None:
    client = create_standin(StandinConfig(known_hosts=["standin"])).test_client()

    def refused(host: str) -> bool:
        return "known_hosts" in client.get(path, headers={"Host": host}).text

    assert [False] * 3 == [
        refused(host) for host in ("127.0.0.1:8385", "localhost", "standin:8385")
    ]
    assert refused("evil.example")


def test_webhooks_answer_to_any_name(gateway: Gateway) -> None:
    client = create_app(gateway).test_client()
    url = gateway.deployment.webhook_urls("at-ke")["ussd"].split("/", 3)[3]
    form = {
        "sessionId": "s1", "phoneNumber": "+254711000001", "serviceCode": "*384*2026#", "text": ""
    }  # fmt: skip

    answer = client.post(f"/{url}", data=form, headers={"Host": "sms.anywhere.example"})

    assert 200 == answer.status_code


def _known_as(gateway: Gateway, name: str) -> Gateway:
    settings = gateway.deployment.settings
    known = settings.model_copy(
        update={
            "server": settings.server.model_copy(update={"known_hosts": (name,)}),
            "public_url": "https://sms.services.example",
        }
    )
    return Gateway(replace(gateway.deployment, settings=known), clock=gateway.clock)
