"""The gateway: a house of rooms, each built when it is first entered.

The only place that introduces adapters to use cases. Processes, commands, the stage of rehearsals
and the tests all enter the same house; what differs is which parts they bring.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING

from gateway.composition.offices import Offices
from gateway.composition.room import is_built, room

if TYPE_CHECKING:
    from gateway.adapters.spool.spool_file import SpoolFile
    from gateway.composition.datasets import Datasets
    from gateway.composition.handler_calls import HandlerCalls
    from gateway.composition.inbound import Inbound
    from gateway.composition.outbound import Outbound
    from gateway.composition.upkeep.tasks import Upkeep
    from gateway.composition.ussd import Ussd
    from gateway.domain.handler_contract.form import Form
    from gateway.domain.telecom.identity import Identity
    from gateway.use_cases.inbound.taking_in.replay_spool import ReplaySpool
    from gateway.use_cases.inbound.taking_in.take_words import TakeWords
    from gateway.use_cases.outbound.store_reports import StoreReports
    from gateway.use_cases.outbound.take_reports import TakeReports
    from gateway.use_cases.ports import Toolkit


class Gateway(Offices):
    """A deployment, wired. Nothing is connected until it is used.

    There is one clock for everything in it.
    """

    @room
    def toolkit(self) -> Toolkit:
        """What handlers work with."""
        if self.parts.toolkit is not None:
            return self.parts.toolkit
        from gateway.adapters.sql.handler_toolkit.pins import COST
        from gateway.adapters.sql.handler_toolkit.toolkit import toolkit

        return toolkit(
            engine=self.engine,
            datasets=self.deployment.datasets,
            datasets_elsewhere=self.parts.datasets or {},
            tables=self.live_forms.tables,
            forms=self.live_forms.forms,
            keyring=self.keyring,
            clock=self.clock,
            zone=self.deployment.settings.zone,
            releases=self.releases,
            choose_language=self.choose_language,
            forget=self._forget,
            reaches=self._reaches,
            next_serial=self.parts.next_serial,
            posted=_Posted(self.live_forms.forms),
            dormant=self.deployment.settings.dormant,
            pin_cost=self.parts.pin_cost or COST,
        )

    @room
    def handler_calls(self) -> HandlerCalls:
        """Handlers and back ends."""
        from gateway.composition.handler_calls import handler_calls

        return handler_calls(
            self.deployment,
            self.live_forms,
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
            providers=self.providers,
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
            institutions=self.institutions,
            clock=self.clock,
            senders=self.parts.senders,
        )

    @room
    def datasets(self) -> Datasets:
        """Reference data."""
        from gateway.composition.datasets import Datasets

        return Datasets(
            deployment=self.deployment,
            live_forms=self.live_forms,
            engine=self.engine,
            institutions=self.institutions,
            release=lambda: self.releases.current(),
            clock=self.clock,
        )

    @room
    def upkeep(self) -> Upkeep:
        """What the ticker does."""
        from gateway.composition.upkeep.tasks import upkeep

        return upkeep(
            self.deployment,
            self.live_forms,
            self.engine,
            self.sql,
            self.stores,
            settle_calls=self.handler_calls.settle,
            releases=self.releases,
            channels=self.channels,
            sweep=self.outbound.sweep,
            settle_unknown=self.outbound.settle,
            ask_prices=self.outbound.ask_prices,
            nudge_dropped=self.ussd.nudge_dropped,
            send_lost_words=self.ussd.send_lost_words,
            fill_broadcasts=self.fill_broadcasts,
            finish_alerts=self.alerts.take.finish_all,
            keep_reports=self.broadcast.keep_reports,
            let_go=lambda draft: self.drafts.let_go(draft),
            institutions=self.institutions,
            clock=self.clock,
        )

    def choose_language(self, subscriber: Identity, language: str) -> None:
        """Keeps the language a subscriber wants to read; raises StoreUnavailable."""
        self.sql.subscribers.choose_language(subscriber, language, self.clock.now())
        key = self.keyring.index_of(subscriber)
        self.stores.sessions.remember_language(key, language)

    def _forget(self, subscriber: Identity) -> None:
        self.stores.sessions.forget(self.keyring.index_of(subscriber))

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
            self.outbound.close()
        if is_built(self, "stores"):
            self.stores.close()
        if is_built(self, "engine"):
            self.engine.dispose()


class _Posted(Container[str]):
    """The names of the forms whose rows go on to another system, at the moment."""

    def __init__(self, forms: Mapping[str, Form]) -> None:
        self._forms = forms

    def __contains__(self, name: object) -> bool:
        form = self._forms.get(name) if isinstance(name, str) else None
        return form is not None and bool(form.post_to)
