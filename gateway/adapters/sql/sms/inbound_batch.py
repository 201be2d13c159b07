"""MOs that are routed together: what each needs is read for all of them at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, and_, select

from gateway.adapters.sql.engine import statements
from gateway.adapters.sql.many.among import Among
from gateway.adapters.sql.sealed_columns import INBOUND
from gateway.adapters.sql.sms import conversations
from gateway.adapters.sql.tables import conversations as dialogues
from gateway.adapters.sql.tables import inbound_sms, subscribers
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import InboundSms
from gateway.use_cases.ports import Conversation, Inbox, StoredInbound

_mo = inbound_sms.c
_before = inbound_sms.alias("before")
_came_before = (
    select(_before.c.received_at)
    .where(_before.c.msisdn_index == _mo.msisdn_index, _before.c.id < _mo.id)
    .order_by(_before.c.id.desc())
    .limit(1)
    .correlate(inbound_sms)
    .scalar_subquery()
    .label("came_before")
)
_READ = (
    select(
        inbound_sms,
        *conversations.STORED,
        subscribers.c.language,
        subscribers.c.language_used,
        _came_before,
    )
    .outerjoin(
        dialogues,
        and_(dialogues.c.channel == _mo.channel, dialogues.c.msisdn_index == _mo.msisdn_index),
    )
    .outerjoin(subscribers, subscribers.c.msisdn_index == _mo.msisdn_index)
    .where(Among(_mo.id, "ids"), _mo.due_at.is_not(None))
    .order_by(_mo.id)
)


def to_stored(keyring: Keyring, row: Row[*tuple[Any, ...]]) -> StoredInbound:
    """Returns the MO of a row; raises Refused when its key is gone."""
    sms = InboundSms(
        provider_ref=row.provider_ref,
        subscriber=INBOUND.open_subscriber(keyring, row._mapping),
        to=row.to_address,
        text=INBOUND.open_text(keyring, "text_sealed", row._mapping),
        link_id=row.link_id,
        opt_out=row.opt_out,
    )
    return StoredInbound(id=row.id, channel=row.channel, sms=sms, received_at=row.received_at)


class SqlInboundBatch:
    """Fits the `InboundBatch` port: as things were when it was read."""

    def __init__(self, engine: Engine, keyring: Keyring, inbox: Inbox, ids: Sequence[int]) -> None:
        self._keyring, self._inbox = keyring, inbox
        with statements(engine) as connection:
            rows = connection.execute(_READ, {"ids": ids}).all()
        self._rows = {row.id: row for row in rows}
        self._of_subscriber = {row.msisdn_index: row for row in rows}

    def subscriber_of(self, inbound_id: int) -> bytes | None:
        """Returns who sent an MO, as an index; None for one that waits no more."""
        row = self._rows.get(inbound_id)
        return None if row is None else row.msisdn_index

    def read(self, inbound_id: int) -> StoredInbound | None:
        """Returns an MO that still waited to be routed, or None; raises Refused."""
        row = self._rows.get(inbound_id)
        return None if row is None else to_stored(self._keyring, row)

    def conversation(self, channel: str, subscriber: Identity, now: datetime) -> Conversation:
        """Returns the open dialogue of the subscriber."""
        index = self._keyring.index_of(subscriber)
        row = self._of_subscriber.get(index)
        if row is None or row.channel != channel:
            return self._inbox.conversation(channel, subscriber, now)
        if row.version is None:
            return Conversation(None, 0)
        stored = (row.session_sealed, row.version, row.expires_at)
        return conversations.of_row(self._keyring, channel, index, stored, now)

    def language(self, subscriber: Identity) -> str:
        """Returns the chosen language, else the one last used, or an empty text."""
        row = self._of_subscriber[self._keyring.index_of(subscriber)]
        return row.language or row.language_used or ""

    def outcomes(self, stored: StoredInbound, since: datetime) -> Mapping[str, int]:
        """Returns how often each outcome came of the subscriber's earlier MOs since then."""
        return self._inbox.outcomes(stored, since) if self._texted_since(stored, since) else {}

    def repeats(
        self,
        stored: StoredInbound,
        since: datetime,
        *,
        in_a_row: bool = False,
        on_its_channel: bool = False,
    ) -> int:
        """Returns how many of the subscriber's newest MOs since then say the same words."""
        if not self._texted_since(stored, since):
            return 0
        return self._inbox.repeats(stored, since, in_a_row=in_a_row, on_its_channel=on_its_channel)

    def latest_outcomes(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns what came of the subscriber's newest MOs since then, the newest first."""
        if not self._texted_since(stored, since):
            return ()
        return self._inbox.latest_outcomes(stored, since, most)

    def latest_replies(self, stored: StoredInbound, since: datetime, most: int) -> Sequence[str]:
        """Returns the newest answers to MOs of the subscriber since then, the newest first."""
        return self._inbox.latest_replies(stored, since, most)

    def _texted_since(self, stored: StoredInbound, since: datetime) -> bool:
        """Returns whether anything came of the subscriber before: mostly nothing did."""
        came_before: datetime | None = self._rows[stored.id].came_before
        return came_before is not None and came_before >= since
