"""What happens to a case after it was opened: its subscriber confirms, corrects or adds to it."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, bindparam, select, update

from gateway.adapters.sql import idempotency
from gateway.adapters.sql.handler_tables import case_events
from gateway.adapters.sql.sealed_columns import CASE_EVENTS
from gateway.adapters.sql.tables import cases
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.handler_contract.service_call import ServiceCall

CONFIRMED, NOT_MENDED, NOTE, AMENDED = "confirmed", "not_mended", "note", "amended"

_ADD = insert_new(case_events, returning=(case_events.c.id,))
_OWN = select(cases.c.id).where(
    cases.c.number == bindparam("of_number"), cases.c.msisdn_index == bindparam("of_index")
)
_CHANGE = update(cases).where(cases.c.number == bindparam("of_number"))


def note(
    connection: Connection, keyring: Keyring, call: ServiceCall, number: str, index: bytes
) -> bool:
    """Notes that the subscriber has corrected a case; returns False when this call did already."""
    key = {"call_index": index}
    event = {
        **key,
        "number": number,
        "kind": AMENDED,
        "text_sealed": CASE_EVENTS.seal(keyring, "text_sealed", key, ""),
        "at": call.at,
    }
    return connection.scalar(_ADD[connection.dialect.name], event) is not None


def add(
    engine: Engine,
    keyring: Keyring,
    call: ServiceCall,
    number: str,
    kind: str,
    *,
    text: str = "",
    status: str = "",
) -> bool:
    """Notes an event of the subscriber's own case, and its new status if it gets one.

    Returns whether it is a case of theirs; the same call again notes nothing twice. Raises
    StoreUnavailable.
    """
    own = {"of_number": number, "of_index": keyring.index_of(call.subscriber)}
    words = ("case event", number, kind, text)
    with idempotency.one_write(engine, keyring, call, *words) as (connection, index):
        if connection.scalar(_OWN, own) is None:
            return False
        key = {"call_index": index}
        event = {
            **key,
            "number": number,
            "kind": kind,
            "text_sealed": CASE_EVENTS.seal(keyring, "text_sealed", key, text),
            "at": call.at,
        }
        if connection.scalar(_ADD[connection.dialect.name], event) is not None:
            change = {"changed_at": call.at, **({"status": status} if status else {})}
            connection.execute(_CHANGE.values(**change), {"of_number": number})
        return True
