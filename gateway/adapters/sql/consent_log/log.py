"""Keeps what subscribers said, each time they said it, in the transaction that makes it count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Delete, delete

from gateway.adapters.sql.consent_log.tables import consent_changes
from gateway.adapters.sql.sealed_columns import CONSENT_CHANGES
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.consent import ConsentState, of_place
from gateway.use_cases.ports.consents import ConsentChange

#: The column by which a subscriber's rows are found, and that of their times.
HELD = (consent_changes, consent_changes.c.said_at)
#: A text of a citizen is kept so far: STOP and its topic stand in it, if anywhere.
LONGEST_WORDS = 160

_ADD = insert_new(consent_changes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was said, and whose it is: the index, and the number as it is stored.

    The number is empty where that of an MT could not be read: the index alone stops what is sent.
    All else is as in a `ConsentChange`.
    """

    msisdn_index: bytes
    number: str = field(repr=False)
    topic: str
    state: ConsentState
    source: str
    said_at: datetime
    institution: str = ""
    channel: str = ""
    words: str = field(default="", repr=False)
    by: str = ""
    place: str = ""

    @classmethod
    def of(cls, keyring: Keyring, change: ConsentChange, now: datetime) -> Said:
        """Returns what a change says."""
        return cls(
            msisdn_index=keyring.index_of(change.subscriber),
            number=change.subscriber.as_stored,
            topic=change.topic,
            state=change.state,
            source=change.source,
            said_at=change.said_at or now,
            institution=change.institution,
            channel=change.channel,
            words=change.words,
            by=change.by,
            place=change.place,
        )


def note(connection: Connection, keyring: Keyring, told: Sequence[Said], now: datetime) -> None:
    """Notes what was said; what was noted before stays as it is."""
    rows = [_row(keyring, each, now) for each in told]
    if rows:
        connection.execute(_ADD[connection.dialect.name], rows)


def without_agreements(msisdn_index: bytes) -> Delete:
    """Returns the statement that erases the proofs of what a subscriber agreed to.

    That of a refusal stays, since the refusal does.
    """
    agreed = consent_changes.c.state == ConsentState.OPTED_IN.value
    return delete(consent_changes).where(consent_changes.c.msisdn_index == msisdn_index, agreed)


def _row(keyring: Keyring, said: Said, now: datetime) -> dict[str, object]:
    at = said.said_at.astimezone(UTC).isoformat(timespec="microseconds")
    topic = of_place(said.topic, said.place)
    told = (said.msisdn_index.hex(), topic, said.state.value, said.source, said.by, at)
    key = {"key_index": keyring.index("consent change", "\0".join(told))}
    words = said.words[:LONGEST_WORDS]

    def sealed(column: str, text: str) -> bytes:
        return CONSENT_CHANGES.seal(keyring, column, key, text)

    return {
        **key,
        "msisdn_index": said.msisdn_index,
        "msisdn_sealed": sealed("msisdn_sealed", said.number) if said.number else b"",
        "topic": topic,
        "institution": said.institution,
        "state": said.state.value,
        "said_at": said.said_at,
        "source": said.source,
        "channel": said.channel,
        "words_sealed": sealed("words_sealed", words) if words else None,
        "by": said.by,
        "stored_at": now,
    }
