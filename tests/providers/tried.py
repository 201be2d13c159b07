"""A gateway with one channel at a provider that the stand-in plays, dialled and texted for real."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, request
from flask.testing import FlaskClient

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane
from gateway.standin.app import EXTENSION, create_app
from gateway.standin.config import for_channels
from gateway.standin.exchange import Exchange
from gateway.standin.handset import Handset
from gateway.standin.of_deployment import told_at
from gateway.standin.server import running
from gateway.web.app import create_app as create_gateway_app
from gateway.web.handset_client import handset, within
from gateway.web.replay import replay_once
from tests import water_deployment
from tests.polling import PATIENCE_SECONDS, eventually

DOCS = Path(__file__).parents[2] / "docs"
ASHA = Msisdn.from_e164("+254711000001")

_HEAD = "name: Small\nnational_region: KE\n"


@dataclass
class Tried:
    """The gateway, the channel's phone, and what the provider's stand-in keeps.

    `environ` makes it the current deployment, and it is served at `url`.
    """

    gateway: Gateway
    client: FlaskClient
    exchange: Exchange
    channel: str
    handset: Handset
    environ: Mapping[str, str]
    url: str

    def send_replies(self) -> None:
        """Does the workers' part until there is one reply more, and waits for the reports."""
        before = len(self.sent())
        if self._worked() <= before:  # a busy machine: what was spooled meanwhile is stored first
            eventually(lambda: self._kept_up() and self._worked() > before)
        assert self.exchange.reports.wait(PATIENCE_SECONDS)

    def _kept_up(self) -> bool:
        replay_once(self.gateway)
        for task in self.gateway.upkeep.tasks:
            task()
        return True

    def _worked(self) -> int:
        self.gateway.inbound.route_pending()
        self.gateway.outbound.send(self.channel, Lane.REPLY)
        return len(self.sent())

    def sent(self, subscriber: Identity = ASHA) -> list[tuple[str, DeliveryStatus]]:
        """Returns the MTs to somebody, newest first."""
        newest = self.gateway.sql.outbox.to_subscriber(subscriber, 5)
        return [(sms.text, status) for sms, status in newest]


def channels_of(page: str) -> str:
    """Returns the channels that a page of the documentation configures, as it writes them."""
    blocks = re.findall(r"```yaml\n(channels:.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)
    assert blocks, page
    return str(blocks[0])


@contextlib.contextmanager
def tried(
    channels: str,
    folder: Path,
    valkey: str,
    secrets: Mapping[str, str],
    files: Mapping[str, str] | None = None,
    beside: str = "",
    **settings: str,
) -> Iterator[Tried]:
    """Yields a gateway whose one channel leads to a running stand-in.

    `channels` is the part of a configuration file; its `api_url` becomes the stand-in's, and no
    test waits for a line that is slow by nature. `files` are further ones of the deployment, and
    `settings` replace others of the channel's. Further channels stand in `beside`, with STANDIN for
    the stand-in's address.
    """
    front, clients = Flask("front"), list[FlaskClient]()

    @front.route("/<path:rest>", methods=["GET", "POST"])
    def to_gateway(rest: str) -> Response:
        # The gateway's address must be known before it is built, so another one stands before it.
        return clients[0].open(
            request.full_path,
            method=request.method,
            headers=dict(request.headers),
            data=request.get_data(),
        )

    environ = {
        **water_deployment.write(folder),
        "GATEWAY_DEVELOPMENT": "1",
        "GATEWAY_REDIS_URL": valkey,
        **secrets,
    }
    for path, text in (files or {}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    (name,) = re.findall(r"^  ([a-z][a-z0-9-]*):$", channels, re.MULTILINE)
    given = {"api_url": "", "max_per_second": "10", **settings}
    lines = [line for line in channels.splitlines() if line.strip().partition(":")[0] not in given]
    config = folder / "config" / "gateway.yaml"

    def write(url: str) -> None:
        more = [f"    {key}: {value}" for key, value in {**given, "api_url": f'"{url}"'}.items()]
        others = beside.replace("STANDIN", f'"{url}"')
        config.write_text(_HEAD + "\n".join([*lines, *more]) + f"\n{others}", "utf-8")

    with running(front) as front_url:
        environ["GATEWAY_PUBLIC_URL"] = front_url
        write("http://127.0.0.1:1")
        before = load(environ)
        urls = {each: told_at(before.webhook_urls(each)) for each in before.channels}
        standin = create_app(for_channels(before.channels, urls))
        with running(standin) as standin_url:
            write(standin_url)
            deployment = load(environ)
            engine = database.create(deployment.settings.database_url)
            metadata.create_all(engine)
            engine.dispose()
            gateway = Gateway(deployment)
            try:
                clients.append(create_gateway_app(gateway).test_client())
                phone = handset(deployment, name, within(clients[0].application))
                exchange = standin.extensions[EXTENSION]
                yield Tried(gateway, clients[0], exchange, name, phone, environ, front_url)
            finally:
                gateway.close()
