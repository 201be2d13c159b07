"""What subscribers have stopped, as the consents in the database tell it."""

from __future__ import annotations

from gateway.adapters.sql.sms.consents import SqlConsents
from gateway.domain.telecom.consent import ConsentState
from gateway.domain.telecom.msisdn import Msisdn


def stops_of(consents: SqlConsents, *msisdns: Msisdn) -> dict[Msisdn, frozenset[str]]:
    """Returns the topics of each subscriber that were stopped last, without those of none."""
    topics = {
        msisdn: frozenset(
            topic
            for topic, each in consents.of(msisdn).items()
            if each.state is ConsentState.OPTED_OUT
        )
        for msisdn in msisdns
    }
    return {msisdn: each for msisdn, each in topics.items() if each}
