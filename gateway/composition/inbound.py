"""SMS from subscribers: accepted, routed, answered."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.composition.sql import SqlStores
from gateway.composition.stores import FastStores
from gateway.deployment.load import Deployment
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.flows.tell_flow import TellFlow
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.inbound.releases_by_sms import ReleasesBySms
from gateway.use_cases.inbound.route_pending import RoutePending
from gateway.use_cases.inbound.route_sms import RouteSms
from gateway.use_cases.inbound.taking_in.accept_sms import AcceptSms
from gateway.use_cases.inbound.taking_in.limit_rate import LimitRate
from gateway.use_cases.inbound.taking_in.record_opt_out import RecordOptOut
from gateway.use_cases.ports import Clock, Jobs, Provider, Releases


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """The use cases of inbound SMS."""

    accept: AcceptSms
    route: RouteSms
    route_pending: RoutePending
    record_opt_out: RecordOptOut
    jobs: Jobs

    def work(self) -> None:
        """Routes the MOs that wait; what time does not allow is woken again."""
        if not self.route_pending():
            self.jobs.wake_inbound()


def inbound(
    deployment: Deployment,
    sql: SqlStores,
    stores: FastStores,
    *,
    settle_calls: SettleCalls,
    releases: Releases,
    channels: Mapping[str, Channel],
    providers: Mapping[str, Provider],
    clock: Clock,
) -> Inbound:
    """Returns them wired."""
    releases = ReleasesBySms(releases)
    keyring, sessions = deployment.keyring, stores.sessions

    def language_kept(subscriber: Identity) -> None:
        with contextlib.suppress(StoreUnavailable):  # it is looked up again within a week
            sessions.forget_language(keyring.index_of(subscriber))

    accept = AcceptSms(
        inbox=sql.inbox,
        outbox=sql.outbox,
        jobs=stores.jobs,
        clock=clock,
        keyring=deployment.keyring,
        limit_rate=LimitRate(arrivals=stores.arrivals, counters=stores.counters),
        releases=releases,
        subscribers=sql.subscribers,
        counters=stores.counters,
    )
    route = RouteSms(
        channels=channels,
        releases=releases,
        inbox=sql.inbox,
        consents=sql.consents,
        subscribers=sql.subscribers,
        jobs=stores.jobs,
        settle_calls=settle_calls,
        clock=clock,
        counters=stores.counters,
        language_kept=language_kept,
        tell_flow=TellFlow(flows=stores.flows, providers=providers, keyring=keyring, clock=clock),
    )
    return Inbound(
        accept=accept,
        route=route,
        route_pending=RoutePending(
            inbox=sql.inbox, route_sms=route, counters=stores.counters, clock=clock
        ),
        record_opt_out=RecordOptOut(consents=sql.consents, clock=clock),
        jobs=stores.jobs,
    )
