"""The gateway: a house of rooms, each built when it is first entered.

The only place that introduces adapters to use cases. Processes, commands, the stage of rehearsals
and the tests all enter the same house; what differs is which parts they bring.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gateway.composition.parts import THE_OWN, Parts
from gateway.composition.room import is_built, room
from gateway.deployment.load import Deployment

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from gateway.adapters.spool.spool_file import SpoolFile
    from gateway.adapters.sql.shared_clock import SharedClock
    from gateway.adapters.system.keyring import Keyring
    from gateway.composition.broadcast import BroadcastRoom
    from gateway.composition.datasets import Datasets
    from gateway.composition.handler_calls import HandlerCalls
    from gateway.composition.inbound import Inbound
    from gateway.composition.keys import MasterKeys
    from gateway.composition.menus import Menus
    from gateway.composition.office.alerts import PublicAlerts
    from gateway.composition.office.casework import HelpDesk
    from gateway.composition.office.institutions import Institutions
    from gateway.composition.outbound import Outbound
    from gateway.composition.sql import SqlStores
    from gateway.composition.stores import FastStores
    from gateway.composition.upkeep import Upkeep
    from gateway.composition.ussd import Ussd
    from gateway.composition.vital_signs import VitalSigns
    from gateway.domain.telecom.channel import Channel
    from gateway.domain.telecom.identity import Identity
    from gateway.use_cases.broadcast.fill_broadcasts import FillBroadcasts
    from gateway.use_cases.casework.work_on_cases import WorkOnCases
    from gateway.use_cases.handler_calls.read_questions import ReadQuestions
    from gateway.use_cases.inbound.taking_in.replay_spool import ReplaySpool
    from gateway.use_cases.inbound.taking_in.take_words import TakeWords
    from gateway.use_cases.outbound.messages_by_hand import MessagesByHand
    from gateway.use_cases.outbound.store_reports import StoreReports
    from gateway.use_cases.outbound.take_reports import TakeReports
    from gateway.use_cases.ports import Clock, Counters, Provider, Releases, Toolkit


class Gateway:
    """A deployment, wired. Nothing is connected until it is used.

    There is one clock for everything in it.
    """

    def __init__(
        self, deployment: Deployment, *, clock: Clock | None = None, parts: Parts = THE_OWN
    ) -> None:
        from gateway.adapters.system.clock import SystemClock

        keyring = deployment.keyring.indexed_by(self._index_key)
        self.deployment = replace(deployment, keyring=keyring)
        self.clock: Clock = clock or SystemClock()
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
        from gateway.composition.keys import MasterKeys

        return MasterKeys(
            engine=self.engine,
            keyring=self.keyring,
            tables=self.deployment.tables,
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

        return sql_stores(self.engine, self.keyring, self.deployment.forms)

    @room
    def stores(self) -> FastStores:
        """What is in Redis, or in this process."""
        from gateway.composition.stores import in_redis

        url, folder = self.deployment.redis_url, self.deployment.metrics_folder
        return self.parts.stores or in_redis(url, self.engine, self.keyring, self.clock, folder)

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

        return self.parts.releases or served(self.deployment, self.menus.store, self.clock)

    @room
    def toolkit(self) -> Toolkit:
        """What handlers work with."""
        if self.parts.toolkit is not None:
            return self.parts.toolkit
        from gateway.adapters.sql.handler_toolkit.toolkit import toolkit

        return toolkit(
            engine=self.engine,
            datasets=self.deployment.datasets,
            datasets_elsewhere=self.parts.datasets or {},
            tables=self.deployment.tables,
            keyring=self.keyring,
            clock=self.clock,
            zone=self.deployment.settings.zone,
            releases=self.releases,
            choose_language=self.choose_language,
            forget=self._forget,
            reaches=self._reaches,
            next_serial=self.parts.next_serial,
            posted=self._posted(),
        )

    @room
    def handler_calls(self) -> HandlerCalls:
        """Handlers and back ends."""
        from gateway.composition.handler_calls import handler_calls

        return handler_calls(
            self.deployment,
            self.sql,
            self.stores,
            toolkit=self.toolkit,
            releases=self.releases,
            channels=self.channels,
            clock=self.clock,
            heard=self.parts.heard,
            spool=self.spool,
        )

    @room
    def ussd(self) -> Ussd:
        """The use cases of USSD."""
        from gateway.composition.ussd import ussd

        return ussd(
            self.deployment,
            self.sql,
            self.stores,
            settle_calls=self.handler_calls.settle,
            releases=self.releases,
            channels=self.channels,
            providers=self.providers,
            clock=self.clock,
        )

    @room
    def inbound(self) -> Inbound:
        """The use cases of inbound SMS."""
        from gateway.composition.inbound import inbound

        return inbound(
            self.deployment,
            self.sql,
            self.stores,
            settle_calls=self.handler_calls.settle,
            releases=self.releases,
            channels=self.channels,
            clock=self.clock,
        )

    @room
    def spool(self) -> SpoolFile:
        """What waits on this node's disk for the database."""
        return self._on_disk("spool")

    @room
    def reports(self) -> SpoolFile:
        """Delivery reports on this node's disk, for less than a second."""
        return self._on_disk("spool/reports")

    def _on_disk(self, folder: str) -> SpoolFile:
        from gateway.adapters.spool.spool_file import SpoolFile

        settings = self.deployment.settings
        most = settings.server.spool_mebibytes * 1024 * 1024
        return SpoolFile(settings.data_folder / folder, self.keyring, most)

    @room
    def take_words(self) -> TakeWords:
        """What providers tell us, taken whether the database is there or not."""
        from gateway.use_cases.inbound.taking_in.take_words import TakeWords

        return TakeWords(
            accept=self.inbound.accept,
            record_opt_out=self.inbound.record_opt_out,
            record_delivery=self.outbound.record_delivery,
            spool=self.spool,
            spools=self.stores.spools,
            node=self.node,
            counters=self.counters,
            clock=self.clock,
        )

    @room
    def take_reports(self) -> TakeReports:
        """Delivery reports, taken many at once."""
        from gateway.use_cases.outbound.take_reports import TakeReports

        return TakeReports(reports=self.reports, take=self.take_words, clock=self.clock)

    @room
    def store_reports(self) -> StoreReports:
        """What moves them to the database."""
        from gateway.use_cases.outbound.store_reports import StoreReports

        return StoreReports(
            reports=self.reports,
            record_delivery=self.outbound.record_delivery,
            channels=self.channels,
        )

    @room
    def replay_spool(self) -> ReplaySpool:
        """What stores the spool again."""
        from gateway.use_cases.inbound.taking_in.replay_spool import ReplaySpool

        return ReplaySpool(
            accept=self.inbound.accept,
            record_opt_out=self.inbound.record_opt_out,
            record_delivery=self.outbound.record_delivery,
            calls=self.sql.slow_calls,
            jobs=self.stores.jobs,
            spool=self.spool,
            spools=self.stores.spools,
            node=self.node,
            channels=self.channels,
            clock=self.clock,
        )

    @room
    def outbound(self) -> Outbound:
        """The use cases of outbound SMS."""
        from gateway.composition.outbound import outbound

        return outbound(
            self.deployment,
            self.sql,
            self.stores,
            providers=self.providers,
            channels=self.channels,
            clock=self.clock,
            senders=self.parts.senders,
        )

    @room
    def messages(self) -> MessagesByHand:
        """MTs one by one, and what people decide about them."""
        from gateway.composition.office.messages import messages

        return messages(
            self.engine,
            self.keyring,
            institutions=self.institutions,
            rules=self.deployment.settings.settling.rules,
            channels=self.channels,
            jobs=self.stores.jobs,
            counters=self.stores.counters,
            clock=self.clock,
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

    @room
    def cases(self) -> WorkOnCases:
        """Cases, as those see them who work on them."""
        from gateway.composition.office.casework import cases

        return cases(
            self.engine,
            self.keyring,
            self.clock,
            lambda: self.releases,
            self._reaches,
            self.institutions,
        )

    @room
    def help_desk(self) -> HelpDesk:
        """What no menu answers, and the answers people give."""
        from gateway.composition.office.casework import help_desk

        return help_desk(
            self.engine,
            self.keyring,
            jobs=self.stores.jobs,
            channels=self.channels,
            institutions=self.institutions,
            clock=self.clock,
        )

    @room
    def broadcast(self) -> BroadcastRoom:
        """Broadcasts, as those see them who send them."""
        from gateway.composition.broadcast import broadcast

        return broadcast(
            self.deployment,
            self.engine,
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            outbox=self.sql.outbox,
            jobs=self.stores.jobs,
            releases=lambda: self.releases,
            channels=self.channels,
            spend=self.institutions.spend,
            known=self.institutions.known,
            clock=self.clock,
        )

    @room
    def alerts(self) -> PublicAlerts:
        """Public warnings, from their sources to drafts of broadcasts."""
        from gateway.composition.office.alerts import public_alerts

        return public_alerts(
            self.deployment.settings.alerts,
            self.engine,
            broadcast=self.broadcast,
            institutions=self.institutions,
            releases=lambda: self.releases,
            counters=self.counters,
            clock=self.clock,
        )

    @room
    def fill_broadcasts(self) -> FillBroadcasts:
        """What moves broadcasts into the outbox."""
        from gateway.composition.broadcast import fill_broadcasts

        return fill_broadcasts(
            self.deployment,
            self.engine,
            jobs=self.stores.jobs,
            releases=self.releases,
            channels=self.channels,
            spend=self.institutions.spend,
            clock=self.clock,
        )

    @room
    def questions(self) -> ReadQuestions:
        """Look-ups that wait for their answer."""
        from gateway.use_cases.handler_calls.read_questions import ReadQuestions

        return ReadQuestions(
            questions=self.sql.kept_questions,
            authorise=self.institutions.authorise,
            trail=self.institutions.trail,
            releases=lambda: self.releases,
            clock=self.clock,
        )

    @room
    def datasets(self) -> Datasets:
        """Reference data."""
        from gateway.composition.datasets import Datasets

        return Datasets(
            deployment=self.deployment,
            engine=self.engine,
            institutions=self.institutions,
            release=lambda: self.releases.current(),
            clock=self.clock,
        )

    @room
    def upkeep(self) -> Upkeep:
        """What the ticker does."""
        from gateway.composition.upkeep import upkeep

        return upkeep(
            self.deployment,
            self.engine,
            self.sql,
            self.stores,
            settle_calls=self.handler_calls.settle,
            releases=self.releases,
            channels=self.channels,
            sweep=self.outbound.sweep,
            settle_unknown=self.outbound.settle,
            nudge_dropped=self.ussd.nudge_dropped,
            fill_broadcasts=self.fill_broadcasts,
            finish_alerts=self.alerts.take.finish_all,
            institutions=self.institutions,
            clock=self.clock,
        )

    @room
    def vital_signs(self) -> VitalSigns:
        """What health, metrics and the doctor ask."""
        from gateway.composition.vital_signs import VitalSigns

        return VitalSigns(
            deployment=self.deployment,
            engine=self.engine,
            stores=self.stores,
            keys=self.keys,
            release=lambda: self.releases.current(),
            spend=lambda: self.institutions.spend,
            clock=self.clock,
        )

    def choose_language(self, subscriber: Identity, language: str) -> None:
        """Keeps the language a subscriber wants to read; raises StoreUnavailable."""
        self.sql.subscribers.choose_language(subscriber, language, self.clock.now())
        key = self.keyring.index_of(subscriber)
        self.stores.sessions.remember_language(key, language)

    def _posted(self) -> frozenset[str]:
        return frozenset(each.name for each in self.deployment.forms.values() if each.post_to)

    def _forget(self, subscriber: Identity) -> None:
        self.stores.sessions.forget(self.keyring.index_of(subscriber))

    def _reaches(self, channel: str, subscriber: Identity) -> bool:
        from gateway.domain.telecom.channel import channel_to_send
        from gateway.domain.telecom.msisdn import Msisdn

        if isinstance(subscriber, Msisdn):  # a channel for it may be configured later
            return True
        return channel_to_send(self.channels, channel, subscriber) is not None

    def share_time(self, *, at_once: bool = True) -> Gateway:
        """Keeps the time that all nodes share, as processes that stay do; returns the gateway.

        `at_once` waits for it. It comes before any room, since rooms are given the clock.
        """
        from gateway.adapters.sql.shared_clock import SharedClock
        from gateway.adapters.system.clock import SystemClock

        if isinstance(self.clock, SystemClock):
            self.clock = self._shared_clock = SharedClock(self.clock, self.engine)
            self._shared_clock.begin(at_once=at_once)
        return self

    def close(self) -> None:
        """Lets go of connections and threads, in the rooms that were entered."""
        if self._shared_clock is not None:
            self._shared_clock.end()
        if is_built(self, "releases"):
            self.releases.close()
        if is_built(self, "ussd"):
            self.ussd.pushing.close()
        if is_built(self, "handler_calls"):
            self.handler_calls.close()
        if is_built(self, "outbound"):
            self.outbound.send.pool.shutdown(wait=False, cancel_futures=True)
        if is_built(self, "stores"):
            self.stores.counters.close()
        if is_built(self, "engine"):
            self.engine.dispose()
