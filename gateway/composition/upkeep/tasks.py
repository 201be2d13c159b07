"""Upkeep: what the ticker does, and the lock that lets one ticker do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from gateway.adapters.sql.analytics.breaker_minutes import SqlBreakerMinutes
from gateway.adapters.sql.analytics.sms_sums import SqlSmsSums
from gateway.adapters.sql.datasets.replacement import last_loaded
from gateway.adapters.sql.handler_toolkit.reminders import SqlReminders
from gateway.adapters.sql.leader_lock import SqlLeaderLock
from gateway.adapters.sql.releases.drafts import SqlDrafts
from gateway.adapters.sql.retention.expired_rows import SqlExpiredRows
from gateway.composition.office.institutions import Institutions
from gateway.composition.sql import SqlStores
from gateway.composition.stores import FastStores
from gateway.deployment.live_forms import LiveForms
from gateway.deployment.load import Deployment
from gateway.domain.handler_contract.service_call import HandlerContract
from gateway.domain.menu.draft import Draft
from gateway.domain.menu.release import Release
from gateway.domain.retention.policies import removals
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.analytics.count_sms import CountSms
from gateway.use_cases.analytics.note_breakers import NoteBreakers
from gateway.use_cases.broadcast.fill_broadcasts import FillBroadcasts
from gateway.use_cases.flows.send_lost_words import SendLostWords
from gateway.use_cases.handler_calls.ask_again import AskAgain
from gateway.use_cases.handler_calls.settle_calls import SettleCalls
from gateway.use_cases.institutions.shorten_audit import ShortenAudit
from gateway.use_cases.institutions.spend import CountSpending
from gateway.use_cases.outbound.ask_prices import AskPrices
from gateway.use_cases.outbound.send_reminders import SendReminders
from gateway.use_cases.outbound.settle_unknown import SettleUnknown
from gateway.use_cases.outbound.sweep import Sweep
from gateway.use_cases.ports import Clock, Handler, Releases
from gateway.use_cases.releases.drafts.expire_drafts import ExpireDrafts
from gateway.use_cases.retention.purge import Purge
from gateway.use_cases.ussd.nudge_dropped import NudgeDropped
from gateway.use_cases.ussd.store_turn_statistics import StoreTurnStatistics


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """The tasks of a ticker."""

    leader_lock: SqlLeaderLock
    sweep: Sweep
    settle_unknown: SettleUnknown
    ask_prices: AskPrices
    store_turn_statistics: StoreTurnStatistics
    send_reminders: SendReminders
    ask_again: AskAgain
    nudge_dropped: NudgeDropped
    send_lost_words: SendLostWords
    fill_broadcasts: FillBroadcasts
    finish_alerts: Callable[[], None]
    keep_reports: Callable[[], bool]
    expire_drafts: ExpireDrafts
    purge: Purge
    count_spending: CountSpending
    count_sms: CountSms
    note_breakers: NoteBreakers
    shorten_audit: ShortenAudit

    @property
    def tasks(self) -> Sequence[Callable[[], object]]:
        """Returns what is done every few seconds; what returns True has more to do."""
        return (
            self.sweep,
            self.settle_unknown,
            self.ask_prices,  # for two seconds at most: the rest has its turn in seconds
            self.store_turn_statistics,
            lambda: self.send_reminders() > 0,  # one batch, as long as there are more
            self.ask_again,  # one step: the rest has its turn in seconds
            self.nudge_dropped,
            self.send_lost_words,
            self.finish_alerts,
            self.fill_broadcasts,  # for two seconds at most: the rest has its turn in seconds
            self.keep_reports,
            self.expire_drafts,  # one: the rest has its turn in seconds
            self.purge,
            self.count_spending,
            self.count_sms,  # for two seconds at most
            self.note_breakers,
            self.shorten_audit,
        )


def upkeep(
    deployment: Deployment,
    live_forms: LiveForms,
    engine: Engine,
    sql: SqlStores,
    stores: FastStores,
    *,
    settle_calls: SettleCalls,
    releases: Releases,
    channels: Mapping[str, Channel],
    sweep: Sweep,
    settle_unknown: SettleUnknown,
    ask_prices: AskPrices,
    nudge_dropped: NudgeDropped,
    send_lost_words: SendLostWords,
    fill_broadcasts: FillBroadcasts,
    finish_alerts: Callable[[], None],
    keep_reports: Callable[[], bool],
    let_go: Callable[[Draft], object],
    institutions: Institutions,
    clock: Clock,
) -> Upkeep:
    """Returns the tasks wired."""
    return Upkeep(
        leader_lock=SqlLeaderLock(engine, clock),
        sweep=sweep,
        settle_unknown=settle_unknown,
        ask_prices=ask_prices,
        store_turn_statistics=StoreTurnStatistics(turn_log=stores.turn_log),
        send_reminders=SendReminders(
            reminders=SqlReminders(engine, deployment.keyring, releases),
            releases=releases,
            channels=channels,
            quiet=deployment.settings.quiet,
            jobs=stores.jobs,
            clock=clock,
            counters=stores.counters,
        ),
        ask_again=AskAgain(
            questions=sql.kept_questions,
            releases=releases,
            settle_calls=settle_calls,
            contract=_contracts(live_forms.handlers),
            loaded=_loaded(engine),
            consents=sql.consents,
            channels=channels,
            quiet=deployment.settings.quiet,
            jobs=stores.jobs,
            clock=clock,
            counters=stores.counters,
        ),
        nudge_dropped=nudge_dropped,
        send_lost_words=send_lost_words,
        fill_broadcasts=fill_broadcasts,
        finish_alerts=finish_alerts,
        keep_reports=keep_reports,
        expire_drafts=ExpireDrafts(drafts=SqlDrafts(engine), let_go=let_go, clock=clock),
        purge=Purge(
            rows=SqlExpiredRows(
                engine, live_forms.tables, removals(deployment.settings.retention.model_dump())
            ),
            clock=clock,
        ),
        count_spending=institutions.count_spending,
        count_sms=CountSms(sums=SqlSmsSums(engine, deployment.settings.zone), clock=clock),
        note_breakers=NoteBreakers(
            breakers=stores.breakers,
            minutes=SqlBreakerMinutes(engine),
            back_ends=lambda: [*live_forms.handlers, *releases.current().declared_contracts],
            clock=clock,
        ),
        shorten_audit=institutions.shorten_audit,
    )


def _contracts(handlers: Mapping[str, Handler]) -> Callable[[Release, str], HandlerContract | None]:
    """Returns what finds a contract by name: a handler's, or that of what a menu declares."""

    def contract(release: Release, name: str) -> HandlerContract | None:
        handler = handlers.get(name)
        return release.declared_contracts.get(name) if handler is None else handler.contract

    return contract


def _loaded(engine: Engine) -> Callable[[], Mapping[str, datetime]]:
    """Returns what tells when each dataset was loaded last."""
    return lambda: {name: loaded.at for name, loaded in last_loaded(engine).items()}
