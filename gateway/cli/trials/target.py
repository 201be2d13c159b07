"""A gateway to try things on: one that runs elsewhere, or one within this command."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import click

from gateway.adapters.golden_dialogues.call_recorder import HeardCalls
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.cli.shared.open_gateway import own_gateway
from gateway.composition.gateway import Gateway
from gateway.composition.menus import from_files
from gateway.composition.parts import Parts
from gateway.composition.stores import in_memory
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.identity import Identity
from gateway.standin.config import for_channels
from gateway.standin.handset import Handset
from gateway.standin.inbound_faults import Trouble, Troubled
from gateway.use_cases.ports import Clock, Outbox
from gateway.web.app import create_app
from gateway.web.handset_client import handset, over_http, within

#: How long `gateway text --url` waits for a reply from the workers.
REPLY_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A handset on one channel, and a way to read the SMS that come back.

    `route` does the workers' part where there are none; without it they are waited for.
    `choose_language` makes a language the subscriber's, in a gateway within this command, which
    also keeps what its declared calls came to: `heard`.
    """

    handset: Handset
    outbox: Outbox
    clock: Clock
    route: Callable[[], object] | None = None
    choose_language: Callable[[Identity, str], None] | None = None
    heard: HeardCalls = field(default_factory=HeardCalls)

    def troubled(self, trouble: Trouble, session: str) -> Tried:
        """Returns the same, with what a network does to each request."""
        phone = self.handset
        post = Troubled(phone.post, trouble, session, self.clock.sleep, phone.signed)
        return replace(self, handset=replace(self.handset, post=post))

    def speaks(self, subscriber: Identity, language: str) -> None:
        """Makes a language the subscriber's; an empty text leaves everything as it is."""
        if language and self.choose_language is not None:
            self.choose_language(subscriber, language)

    def replies(self, subscriber: Identity, before: int) -> Sequence[str]:
        """Returns the texts of the MTs to a number that are newer than the id `before`."""
        if self.route is not None:
            self.route()
            return self._newer(subscriber, before)
        give_up_at = self.clock.monotonic() + REPLY_SECONDS
        while not (texts := self._newer(subscriber, before)):
            if self.clock.monotonic() > give_up_at:
                break
            self.clock.sleep(0.1)
        return texts

    @property
    def silence(self) -> str:
        """Returns what is told of an MO that no SMS answers."""
        return "No SMS came." if self.route else f"No SMS came within {REPLY_SECONDS:g} s."

    def newest(self, subscriber: Identity) -> int:
        """Returns the id of the newest MT to a number, 0 when there is none."""
        return max((sms.id for sms, _ in self.outbox.to_subscriber(subscriber, 1)), default=0)

    def _newer(self, subscriber: Identity, before: int) -> list[str]:
        sent = self.outbox.to_subscriber(subscriber, 20)
        return [sms.text for sms, _ in sorted(sent, key=lambda each: each[0].id) if sms.id > before]


@contextmanager
def tried(deployment: Deployment, channel: str | None, url: str | None) -> Iterator[Tried]:
    """Yields the gateway at `url`, or without one a gateway that lives within this command.

    The latter reads the deployment's menus, handlers and datasets (the sample of a dataset that was
    never loaded), and keeps what is written to itself. Raises Refused for a channel that is not
    there.
    """
    name = channel_named(deployment, channel)
    with own_gateway(deployment) as gateway:
        if url:
            yield Tried(
                handset=handset(deployment, name, over_http(url)),
                outbox=gateway.sql.outbox,
                clock=gateway.clock,
            )
        else:
            with _own_standin(deployment, name) as trial, _within(gateway, trial, name) as here:
                yield here


@contextmanager
def _own_standin(deployment: Deployment, channel: str) -> Iterator[Deployment]:
    """Yields the deployment with a stand-in of its own for what a channel is dialled with.

    Screens that are calls of their own must not leave this command, wherever the channel sends.
    """
    settings = deployment.channels[channel]
    if not settings.pushes_screens:
        yield deployment
        return
    from gateway.standin.app import create_app as create_standin
    from gateway.standin.server import running

    with running(create_standin(for_channels({channel: settings}, {}))) as url:
        channels = {**deployment.channels, channel: settings.model_copy(update={"api_url": url})}
        whole = deployment.settings.model_copy(update={"channels": channels})
        yield replace(deployment, settings=whole)


@contextmanager
def _within(outside: Gateway, deployment: Deployment, channel: str) -> Iterator[Tried]:
    """Yields a gateway that writes to a folder of its own; `outside` has the reference data."""
    heard = HeardCalls()
    with tempfile.TemporaryDirectory(prefix="gateway-") as folder:
        scratch = database.create(f"sqlite:///{Path(folder) / 'scratch.db'}")
        metadata.create_all(scratch)
        lacking = outside.datasets.missing()
        parts = Parts(
            engine=scratch,
            datasets={name: outside.engine for name in deployment.datasets if name not in lacking},
            stores=in_memory(outside.clock),
            releases=from_files(deployment, outside.clock),
            heard=heard,
        )
        with own_gateway(deployment, parts) as gateway:
            # A wrong key is told here, and not by a request that fails.
            gateway.deployment.keyring.index("trial", "")
            if lacking:
                _tell_lacking(lacking, gateway.datasets.load_samples(lacking))
            yield Tried(
                handset=handset(deployment, channel, within(create_app(gateway))),
                outbox=gateway.sql.outbox,
                clock=gateway.clock,
                route=gateway.inbound.route_pending,
                choose_language=gateway.choose_language,
                heard=heard,
            )


def _tell_lacking(lacking: Sequence[str], sampled: Container[str]) -> None:
    """Says on standard error what is not the deployment's own data."""
    samples = [name for name in lacking if name in sampled]
    nothing = [name for name in lacking if name not in sampled]
    if samples:
        click.echo(f"Not loaded yet, so taken from samples: {', '.join(samples)}", err=True)
    if nothing:
        click.echo(
            f"Not loaded yet, and without a sample: {', '.join(nothing)}. What asks for it fails: "
            f"gateway migrate, then gateway data import {nothing[0]} FILE",
            err=True,
        )


def channel_named(deployment: Deployment, wanted: str | None) -> str:
    """Returns the channel of this name, without one the simulator's; raises Refused for another."""
    names = list(deployment.channels)
    if wanted is None:
        here = [n for n, each in deployment.channels.items() if PROVIDERS[each.provider].stays_here]
        return (here or names)[0]
    if wanted not in names:
        raise Refused(f"No channel '{wanted}'. There are: {', '.join(names)}.")
    return wanted
