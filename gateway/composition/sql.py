"""The stores on the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Engine

from gateway.adapters.sql.handler_toolkit.postings import SqlPostings
from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.adapters.sql.sms.settling.late_prices import SqlLatePrices
from gateway.adapters.sql.sms.settling.unknown import SqlSettling
from gateway.adapters.sql.sms.subscribers import SqlSubscribers
from gateway.adapters.sql.sms.switching.channel_states import SqlChannelStates
from gateway.adapters.sql.sms.switching.networks_seen import SqlNetworksSeen
from gateway.adapters.sql.ussd.kept_questions import SqlKeptQuestions
from gateway.adapters.sql.ussd.resume_points import SqlResumePoints
from gateway.adapters.sql.ussd.slow_calls import SqlSlowCalls
from gateway.adapters.sql.ussd.spare_sessions import SqlSpareSessions
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.form import Form


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlStores:
    """What several capabilities share; the rest is in the room that uses it."""

    inbox: SqlInbox
    outbox: SqlOutbox
    subscribers: SqlSubscribers
    consents: SqlConsents
    resume_points: SqlResumePoints
    spare_sessions: SqlSpareSessions
    slow_calls: SqlSlowCalls
    kept_questions: SqlKeptQuestions
    postings: SqlPostings
    settling: SqlSettling
    late_prices: SqlLatePrices
    channel_states: SqlChannelStates
    networks_seen: SqlNetworksSeen


def sql_stores(engine: Engine, keyring: Keyring, forms: Mapping[str, Form]) -> SqlStores:
    """Returns the stores; `forms` are the deployment's. Nothing is connected until it is used."""
    return SqlStores(
        inbox=SqlInbox(engine, keyring),
        outbox=SqlOutbox(engine, keyring),
        subscribers=SqlSubscribers(engine, keyring),
        consents=SqlConsents(engine, keyring),
        resume_points=SqlResumePoints(engine, keyring),
        spare_sessions=SqlSpareSessions(engine, keyring),
        slow_calls=SqlSlowCalls(engine, keyring),
        kept_questions=SqlKeptQuestions(engine, keyring),
        postings=SqlPostings(engine, keyring, forms),
        settling=SqlSettling(engine, keyring),
        late_prices=SqlLatePrices(engine),
        channel_states=SqlChannelStates(engine, keyring),
        networks_seen=SqlNetworksSeen(engine, keyring),
    )
