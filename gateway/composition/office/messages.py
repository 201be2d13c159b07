"""Messages on their way, as those see them who decide what no report has settled."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine

from gateway.adapters.sql.sms.settling.messages import SqlMessages
from gateway.adapters.system.keyring import Keyring
from gateway.composition.office.institutions import Institutions
from gateway.domain.outbound.settling import SettlingRules
from gateway.domain.telecom.channel import Channel
from gateway.use_cases.outbound.messages_by_hand import MessagesByHand
from gateway.use_cases.ports import Clock, Counters, Jobs


def messages(
    engine: Engine,
    keyring: Keyring,
    *,
    institutions: Institutions,
    rules: SettlingRules,
    channels: Mapping[str, Channel],
    jobs: Jobs,
    counters: Counters,
    clock: Clock,
) -> MessagesByHand:
    """Returns them wired."""
    return MessagesByHand(
        messages=SqlMessages(engine, keyring),
        rules=rules,
        channels=channels,
        authorise=institutions.authorise,
        trail=institutions.trail,
        jobs=jobs,
        counters=counters,
        clock=clock,
    )
