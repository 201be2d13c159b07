"""What routing MOs came to, stored in one transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Connection, bindparam, case, select, update

from gateway.adapters.sql.casework import help_desk_threads
from gateway.adapters.sql.many.among import Among
from gateway.adapters.sql.sealed_columns import INBOUND
from gateway.adapters.sql.sms import consents, conversations, inbound_leases, outbound_rows
from gateway.adapters.sql.sms.conversations import Move
from gateway.adapters.sql.sms.subscribers import keep_language, keep_used
from gateway.adapters.sql.tables import inbound_sms
from gateway.adapters.system.keyring import Keyring
from gateway.domain.telecom.identity import Identity
from gateway.use_cases.ports import Routed

_mo = inbound_sms.c

# In the order of their ids, as everybody takes them who writes several.
_WAITING = (
    select(_mo.id, _mo.channel, _mo.provider_ref, _mo.msisdn_index, _mo.msisdn_sealed)
    .where(Among(_mo.id, "ids"), _mo.due_at.is_not(None))
    .order_by(_mo.id)
    .with_for_update()
)
_FINISH = (
    update(inbound_sms)
    .where(_mo.id == bindparam("of_id"))
    .values(
        due_at=None,
        routed_at=bindparam("now"),
        outcome=bindparam("what"),
        institution=bindparam("whose"),
        error="",
        text_sealed=case((bindparam("forget", type_=Boolean), None), else_=_mo.text_sealed),
    )
)


def store(
    connection: Connection, keyring: Keyring, several: Sequence[Routed], now: datetime
) -> list[bool]:
    """Stores them in their order; returns of each whether it waited still: else nothing is stored.

    Raises MovedOn when a conversation has moved on since it was read: then all is to be taken back.
    """
    rows = {
        row.id: row
        for row in connection.execute(_WAITING, {"ids": [each.inbound_id for each in several]})
    }
    routed = [each for each in several if each.inbound_id in rows]
    if not routed:
        return [False] * len(several)
    connection.execute(
        _FINISH,
        [
            {
                "of_id": each.inbound_id,
                "now": now,
                "what": each.outcome,
                "whose": each.institution,
                "forget": each.forget_text,
            }
            for each in routed
        ],
    )
    conversations.move_on(
        connection,
        keyring,
        [
            Move(
                channel=rows[each.inbound_id].channel,
                msisdn_index=rows[each.inbound_id].msisdn_index,
                conversation=each.conversation,
                expires_at=each.conversation_expires_at or now,
                institution=each.institution,
            )
            for each in routed
            if each.conversation is not None
        ],
    )
    places = [(rows[each.inbound_id].msisdn_index, each.inbound_id) for each in routed]
    inbound_leases.bring_up(connection, places, now)
    outbound_rows.add(connection, keyring, [mt for each in routed for mt in each.replies], now)
    consents.keep(connection, keyring, [said for each in routed for said in each.consents], now)
    texts = [text for each in routed for text in each.help_desk]
    help_desk_threads.add_texts(connection, keyring, texts, now)
    used: list[tuple[Identity, str]] = []
    for each in routed:
        if each.language or each.language_used:
            subscriber = INBOUND.open_subscriber(keyring, rows[each.inbound_id]._mapping)
            if each.language:
                keep_language(connection, keyring, subscriber, each.language, now)
            if each.language_used:
                used.append((subscriber, each.language_used))
    keep_used(connection, keyring, used, now)
    return [each.inbound_id in rows for each in several]
