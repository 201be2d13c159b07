"""SMS to subscribers: sent, reminded, reported, swept."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from gateway.composition.office.institutions import Institutions
from gateway.composition.sql import SqlStores
from gateway.composition.stores import FastStores
from gateway.deployment.load import Deployment
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.outbound.ask_prices import AskPrices
from gateway.use_cases.outbound.channel_health import ChannelHealth
from gateway.use_cases.outbound.record_delivery import RecordDelivery
from gateway.use_cases.outbound.sending.send_sms import SendSms
from gateway.use_cases.outbound.settle_unknown import SettleUnknown
from gateway.use_cases.outbound.sweep import Sweep
from gateway.use_cases.outbound.switch_channels import SwitchChannels
from gateway.use_cases.ports import Clock, Jobs, Provider
from gateway.use_cases.ports.sms.prices import TellsPricesLate
from gateway.use_cases.ports.sms.settling import KnowsWhatItTook

#: Sends of one worker side by side: no channel may have more in flight than a quarter of them. So
#: three that are slow at the same moment leave enough to the next.
SENDERS = 256
#: Longer than any call to a provider takes.
LAST_CALL_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """The use cases of outbound SMS."""

    send: SendSms
    record_delivery: RecordDelivery
    sweep: Sweep
    settle: SettleUnknown
    ask_prices: AskPrices
    jobs: Jobs

    def work(self, channel: str, lane: Lane) -> None:
        """Sends the MTs of a channel that are due; what time does not allow is woken again."""
        if channel in self.send.channels:
            self.send(channel, lane)

    def close(self) -> None:
        """Waits for the calls that are out, and lets go of the threads."""
        self.send.left.wait(LAST_CALL_SECONDS)
        self.send.pool.shutdown(wait=False, cancel_futures=True)


def outbound(
    deployment: Deployment,
    sql: SqlStores,
    stores: FastStores,
    *,
    providers: Mapping[str, Provider],
    channels: Mapping[str, Channel],
    institutions: Institutions,
    clock: Clock,
    senders: ThreadPoolExecutor | None,
) -> Outbound:
    """Returns them wired; without `senders` they are as many as may be in flight."""
    settings = deployment.settings
    switch = SwitchChannels(
        health=ChannelHealth(states=sql.channel_states, counters=stores.counters, clock=clock),
        outbox=sql.outbox,
        institutions=institutions.stored,
        networks=sql.networks_seen,
        channels=channels,
        routes=settings.routing.to_routes(settings.institution),
        jobs=stores.jobs,
        counters=stores.counters,
        clock=clock,
    )
    send = SendSms(
        outbox=sql.outbox,
        consents=sql.consents,
        spools=stores.spools,
        providers=providers,
        channels=channels,
        delivery_urls={
            name: deployment.webhook_urls(name).get("delivery", "")
            for name in channels
            if name in deployment.channels
        },
        throttle=stores.throttle,
        switch=switch,
        jobs=stores.jobs,
        counters=stores.counters,
        clock=clock,
        pool=senders or ThreadPoolExecutor(SENDERS, thread_name_prefix="send"),
    )
    record = RecordDelivery(outbox=sql.outbox, counters=stores.counters, clock=clock)
    return Outbound(
        send=send,
        record_delivery=record,
        settle=SettleUnknown(
            settling=sql.settling,
            rules=settings.settling.rules,
            channels=channels,
            asked={
                name: each for name, each in providers.items() if isinstance(each, KnowsWhatItTook)
            },
            record_delivery=record,
            jobs=stores.jobs,
            counters=stores.counters,
            clock=clock,
        ),
        ask_prices=AskPrices(
            prices=sql.late_prices,
            asked={
                name: each for name, each in providers.items() if isinstance(each, TellsPricesLate)
            },
            pool=send.pool,
            clock=clock,
        ),
        sweep=Sweep(
            outbox=sql.outbox,
            jobs=stores.jobs,
            counters=stores.counters,
            clock=clock,
            slow_calls=sql.slow_calls,
            postings=sql.postings,
        ),
        jobs=stores.jobs,
    )
