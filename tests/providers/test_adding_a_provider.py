"""The page on adding a provider is followed: the new one is dialled, texted and sent through."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient

from gateway.adapters.providers.shared.faults import Fault, FaultKind
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import WebhookRejected
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import for_channels
from gateway.standin.exchange import Exchange
from gateway.standin.server import running
from gateway.web.app import create_app as create_gateway_app
from gateway.web.handset_client import handset, within
from tests import water_deployment
from tests.providers.followed_docs import FOLDER, Followed, cases_of, pigeon_added, read_page
from tests.providers.test_webhook_cases import expected_record, parse, provider_of, request_of

ASHA = Msisdn.from_e164("+254711000001")
HOME = Path(__file__).parents[2]
CONFIG = "name: Small\nnational_region: KE\nchannels:\n"


@pytest.fixture
def pigeon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    with pigeon_added(tmp_path / "followed", monkeypatch) as followed:
        yield followed


class Tried:
    """A gateway with one channel at the new provider, which the stand-in plays."""

    def __init__(self, gateway: Gateway, client: FlaskClient, exchange: Exchange) -> None:
        self.gateway, self.exchange = gateway, exchange
        self.client = client
        self.handset = handset(gateway.deployment, "loft", within(client.application))

    def send_replies(self) -> None:
        """Does the workers' part, and waits for the reports."""
        self.gateway.inbound.route_pending()
        self.gateway.outbound.send("loft", Lane.REPLY)
        assert self.exchange.reports.wait(5)

    def sent(self) -> list[tuple[str, DeliveryStatus]]:
        newest = self.gateway.sql.outbox.to_subscriber(ASHA, 5)
        return [(sms.text, status) for sms, status in newest]


@pytest.fixture
def tried(pigeon: Followed, tmp_path: Path, valkey: str) -> Iterator[Tried]:
    front, clients = Flask("front"), list[FlaskClient]()

    @front.post("/<path:rest>")
    def to_gateway(rest: str) -> Response:
        # The gateway's address must be known before it is built, so another one stands before it.
        headers = {"Content-Type": request.content_type or ""}
        return clients[0].post(request.full_path, headers=headers, data=request.get_data())

    home = tmp_path / "home"
    environ = {
        **water_deployment.write(home),
        "GATEWAY_DEVELOPMENT": "1",
        "GATEWAY_REDIS_URL": valkey,
        "PIGEON_TOKEN": "a-token-of-ours",
    }
    config = home / "config" / "gateway.yaml"
    config.write_text(CONFIG + pigeon.channel, "utf-8")
    with running(front) as front_url:
        environ["GATEWAY_PUBLIC_URL"] = front_url
        standin = create_app(for_channels(load(environ).channels, {}))
        with running(standin) as standin_url:
            channel = pigeon.channel.replace("api_url: standin", f"api_url: {standin_url}")
            config.write_text(CONFIG + channel, "utf-8")
            deployment = load(environ)
            metadata.create_all(database.create(deployment.settings.database_url))
            gateway = Gateway(deployment)
            clients.append(create_gateway_app(gateway).test_client())
            yield Tried(gateway, clients[0], standin.extensions[EXTENSION])
            gateway.close()


def test_its_cases_hold(pigeon: Followed) -> None:
    table = cases_of(pigeon)

    for case in table["cases"]:
        provider, request = provider_of(table, case), request_of(table, case)
        if "expect" in case:
            assert expected_record(case) == parse(provider, case["route"], request), case["label"]
        else:
            with pytest.raises(WebhookRejected) as caught:
                parse(provider, case["route"], request)
            assert case["rejected"] == caught.value.code, case["label"]


def test_it_is_dialled(tried: Tried) -> None:
    first = tried.handset.turn(ASHA, "c1", "")
    second = tried.handset.turn(ASHA, "c1", "1")
    last = tried.handset.turn(ASHA, "c1", "1*1*Asha")

    assert first.text.startswith("Services\n1. Water")
    assert second.text.startswith("Which region?\n1. Amboro")
    assert ("Thank you, Asha.", True) == (last.text, last.ends)


def test_it_is_texted_and_the_reply_is_delivered(tried: Tried) -> None:
    tried.handset.text(ASHA, "WATER")

    tried.send_replies()

    ((text, status),) = tried.sent()
    assert text.startswith("Which region?")
    assert DeliveryStatus.DELIVERED is status
    assert [(text, "3847", ASHA.e164)] == [
        (sms["text"], sms["sender"], sms["to"]) for sms in tried.exchange.taken()
    ]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.UNDELIVERED, DeliveryStatus.UNDELIVERED),
        (FaultKind.REFUSE, DeliveryStatus.FAILED),
        (FaultKind.THROTTLE, DeliveryStatus.QUEUED),
        (FaultKind.ERROR, DeliveryStatus.UNKNOWN),
    ],
)
def test_what_goes_wrong_there_becomes_a_status(
    tried: Tried, kind: FaultKind, status: DeliveryStatus
) -> None:
    tried.exchange.faults.add(Fault(kind=kind))
    tried.handset.text(ASHA, "WATER")

    tried.send_replies()

    assert [status] == [status for _, status in tried.sent()]


@pytest.mark.parametrize("command", ["check", "format --check"])
def test_its_files_are_as_the_rest_of_the_house(command: str) -> None:
    followed, _, _ = read_page()
    modules = {name: text for name, text in followed.files.items() if name.endswith(".py")}
    assert {
        f"{FOLDER}/{one}.py" for one in ("settings", "webhooks", "sender", "standin", "kind")
    } == set(modules)

    for name, text in modules.items():
        tool = [sys.executable, "-m", "ruff", *command.split(), "--stdin-filename", name, "-"]
        tool += ["--config", "lint.isort.known-first-party = ['gateway']"]  # the file is not there
        run = subprocess.run(tool, cwd=HOME, input=text, capture_output=True, encoding="utf-8")
        assert 0 == run.returncode, f"{name}: {run.stdout}{run.stderr}"
