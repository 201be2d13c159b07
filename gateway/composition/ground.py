"""The ground that every room of the gateway stands on: keys, stores, channels, providers, menus."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.parts import THE_OWN, Parts
from gateway.composition.room import room
from gateway.deployment.load import Deployment

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gateway.adapters.sql.shared_clock import SharedClock
    from gateway.adapters.system.keyring import Keyring
    from gateway.composition.menus import Menus
    from gateway.composition.office.institutions import Institutions
    from gateway.composition.sql import SqlStores
    from gateway.composition.stores import FastStores
    from gateway.composition.upkeep.keys import MasterKeys
    from gateway.deployment.live_forms import LiveForms
    from gateway.domain.telecom.channel import Channel
    from gateway.domain.telecom.identity import Identity
    from gateway.use_cases.ports import Clock, Counters, Provider, Releases


class Ground:
    """What rooms are built from. Nothing is connected until it is used."""

    def __init__(
        self, deployment: Deployment, *, clock: Clock | None = None, parts: Parts = THE_OWN
    ) -> None:
        from gateway.adapters.system.clock import SystemClock

        keyring = deployment.keyring.indexed_by(self._index_key)
        self.deployment = replace(deployment, keyring=keyring)
        self.clock: Clock = clock or SystemClock()
        self._clock_is_given = clock is not None and not isinstance(clock, SystemClock)
        self._shared_clock: SharedClock | None = None
        self.parts = parts

    @property
    def keyring(self) -> Keyring:
        """Returns the secrets of the deployment."""
        return self.deployment.keyring

    @property
    def counters(self) -> Counters:
        """Returns what counts in this process."""
        return self.stores.counters

    @property
    def public_url(self) -> str:
        """Returns the address of this gateway as providers see it."""
        return self.deployment.settings.public_url

    @property
    def node(self) -> str:
        """Returns what tells this node's disk from those of others."""
        return f"{os.uname().nodename}:{self.deployment.settings.data_folder}"

    def _index_key(self) -> bytes:
        from gateway.adapters.sql.keys import master_keys

        # In trials the reference data, with its hashes, may be that of another database.
        elsewhere = list((self.parts.datasets or {}).values())
        return master_keys.index_key(elsewhere[0] if elsewhere else self.engine, self.keyring)

    @room
    def keys(self) -> MasterKeys:
        """The master keys, as the database knows them."""
        from gateway.composition.upkeep.keys import MasterKeys

        return MasterKeys(
            engine=self.engine,
            keyring=self.keyring,
            tables=self.live_forms.tables,
            institutions=lambda: self.institutions,
            clock=self.clock,
        )

    @room
    def engine(self) -> Engine:
        """The database."""
        from gateway.adapters.sql import engine as database
        from gateway.adapters.sql.tables import owned_by

        settings = self.deployment.settings
        engine = self.parts.engine or database.create(settings.database_url)
        return owned_by(engine, settings.institution)

    @room
    def sql(self) -> SqlStores:
        """The stores on the database that several capabilities share."""
        from gateway.composition.sql import sql_stores

        return sql_stores(self.engine, self.keyring, self.live_forms.forms)

    @room
    def stores(self) -> FastStores:
        """What is in Redis, or in this process."""
        from gateway.composition.stores import in_redis

        url, folder = self.deployment.redis_url, self.deployment.metrics_folder
        return self.parts.stores or in_redis(
            url, self.engine, self.keyring, self.clock, folder,
            zone=self.deployment.settings.zone, clock_is_given=self._clock_is_given,
        )  # fmt: skip

    @room
    def channels(self) -> Mapping[str, Channel]:
        """The channels by name."""
        if self.parts.channels is not None:
            return self.parts.channels
        return {name: each.to_channel(name) for name, each in self.deployment.channels.items()}

    @room
    def providers(self) -> Mapping[str, Provider]:
        """What speaks to the provider of each channel."""
        if self.parts.providers is not None:
            return self.parts.providers
        from gateway.adapters.providers.registry import PROVIDERS

        region = self.deployment.settings.national_region
        return {
            name: PROVIDERS[each.provider].build(
                name, each.in_country(region), self.deployment.webhook_keys(name)
            )
            for name, each in self.deployment.channels.items()
        }

    @room
    def menus(self) -> Menus:
        """The published menus, and the use case that publishes."""
        from gateway.composition.menus import menus

        return menus(self.deployment, self.engine, self.clock, self.institutions)

    @room
    def releases(self) -> Releases:
        """The menus that citizens meet; raises MenuInvalid when there is none without faults."""
        from gateway.composition.menus import served

        return self.parts.releases or served(
            self.deployment, self.menus.store, self.clock, lambda id: self.live_forms.take_up(id)
        )

    @room
    def live_forms(self) -> LiveForms:
        """What answers are kept by: in the folder, and in what was published."""
        from gateway.adapters.sql.handler_toolkit.record_tables import make
        from gateway.deployment.live_forms import LiveForms

        store = self.menus.store
        in_a_trial = self.parts.releases is not None
        return LiveForms(
            self.deployment,
            current=(lambda: "") if in_a_trial else (lambda: self.releases.current().id),
            sources=store.sources,
            published=store.published_forms,
            make=lambda tables: make(self.engine, tables.values()),
            monotonic=self.clock.monotonic,
        )

    @room
    def institutions(self) -> Institutions:
        """Who may do what, and the record of what was done."""
        from gateway.composition.office.institutions import institutions

        settings = self.deployment.settings
        return institutions(
            self.engine,
            self.keyring,
            own=settings.institution,
            zone=settings.zone,
            channels=lambda: self.channels,
            release=lambda: self.releases.current(),
            clock=self.clock,
        )

    def _reaches(self, channel: str, subscriber: Identity) -> bool:
        from gateway.domain.telecom.channel import channel_to_send
        from gateway.domain.telecom.msisdn import Msisdn

        if isinstance(subscriber, Msisdn):  # a channel for it may be configured later
            return True
        return channel_to_send(self.channels, channel, subscriber) is not None
