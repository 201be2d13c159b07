"""A gateway to try things on: one that runs elsewhere, or one within this command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from gateway.adapters.database import engine as database
from gateway.adapters.database.tables import metadata
from gateway.bootstrap import Gateway, build
from gateway.cli import samples
from gateway.domain.errors import Refused
from gateway.domain.msisdn import Msisdn
from gateway.loaded import Deployment
from gateway.standin.handset import Handset
from gateway.web.app import create_app
from gateway.web.handsets import handset, over_http, within

#: How long `gateway text --url` waits for a reply from the workers.
REPLY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Tried:
    """A handset on one channel, and a way to read the SMS that come back."""

    handset: Handset
    gateway: Gateway
    remote: bool

    def replies(self, msisdn: Msisdn, before: int) -> Sequence[str]:
        """Returns the texts of the MTs to a number that are newer than the id `before`."""
        if not self.remote:
            self.gateway.drain_inbox()
            return self._newer(msisdn, before)
        give_up_at = self.gateway.clock.monotonic() + REPLY_SECONDS
        while not (texts := self._newer(msisdn, before)):
            if self.gateway.clock.monotonic() > give_up_at:
                break
            self.gateway.clock.sleep(0.1)
        return texts

    def newest(self, msisdn: Msisdn) -> int:
        """Returns the id of the newest MT to a number, 0 when there is none."""
        return max((sms.id for sms, _ in self.gateway.outbox.to_subscriber(msisdn, 1)), default=0)

    def _newer(self, msisdn: Msisdn, before: int) -> list[str]:
        sent = self.gateway.outbox.to_subscriber(msisdn, 20)
        return [sms.text for sms, _ in sorted(sent, key=lambda each: each[0].id) if sms.id > before]


@contextmanager
def tried(deployment: Deployment, channel: str | None, url: str | None) -> Iterator[Tried]:
    """Yields the gateway at `url`, or without one a gateway that lives within this command.

    The latter reads the deployment's menus, handlers and datasets (or the samples, where nothing is
    loaded), and keeps what is written to itself. Raises Refused for a channel that is not there.
    """
    name = _channel(deployment, channel)
    if url:
        gateway = build(deployment)
        yield Tried(handset(gateway, name, over_http(url)), gateway, remote=True)
        return
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
        scratch = database.create(f"sqlite:///{Path(folder) / 'scratch.db'}")
        metadata.create_all(scratch)
        datasets = database.create(deployment.settings.database_url)
        if lacking := samples.missing(deployment, datasets):
            click.echo(f"Not loaded yet, so taken from samples: {', '.join(lacking)}", err=True)
            datasets.dispose()
            datasets = scratch
            samples.load(deployment, scratch, list(deployment.datasets))
        gateway = build(deployment, scratch=scratch, datasets=datasets)
        try:
            yield Tried(handset(gateway, name, within(create_app(gateway))), gateway, remote=False)
        finally:
            gateway.close()
            datasets.dispose()


def _channel(deployment: Deployment, wanted: str | None) -> str:
    names = list(deployment.channels)
    if wanted is None:
        simulators = [n for n, each in deployment.channels.items() if each.provider == "simulator"]
        return (simulators or names)[0]
    if wanted not in names:
        raise Refused(f"No channel '{wanted}'. There are: {', '.join(names)}.")
    return wanted
