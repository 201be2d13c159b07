"""What subscribers have stopped, as the consents in the database tell it."""

from __future__ import annotations

from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.msisdn import Msisdn


def stops_of(consents: SqlConsents, *subscribers: Msisdn) -> dict[Msisdn, frozenset[str]]:
    """Returns the topics of each subscriber that were stopped last, without those of none."""
    topics = {
        subscriber: frozenset(
            topic
            for topic, each in consents.of(subscriber).items()
            if each.state is ConsentState.OPTED_OUT
        )
        for subscriber in subscribers
    }
    return {subscriber: each for subscriber, each in topics.items() if each}
