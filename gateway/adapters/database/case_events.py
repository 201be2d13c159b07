"""What happens to a case after it was opened: the subscriber confirms it, or adds to it."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from gateway.adapters.database.desk_tables import case_events
from gateway.adapters.database.inserts import insert_new
from gateway.adapters.database.tables import cases
from gateway.adapters.keyring import Keyring
from gateway.domain.service_call import ServiceCall

CONFIRMED, NOT_MENDED, NOTE = "confirmed", "not_mended", "note"

_ADD = insert_new(case_events, returning=(case_events.c.id,))
_OWN = select(cases.c.id).where(
    cases.c.number == bindparam("of_number"), cases.c.msisdn_index == bindparam("of_index")
)
_CHANGE = update(cases).where(cases.c.number == bindparam("of_number"))


def add(
    connection: Connection,
    keyring: Keyring,
    call: ServiceCall,
    number: str,
    kind: str,
    *,
    text: str = "",
    status: str = "",
) -> bool:
    """Notes an event of the subscriber's own case, and its new status if it gets one.

    Returns whether it is a case of theirs; the same call again notes nothing twice. It runs within
    a transaction of the caller.
    """
    index = keyring.index("msisdn", call.subscriber.e164)
    if connection.scalar(_OWN, {"of_number": number, "of_index": index}) is None:
        return False
    event = {
        "call_index": keyring.index("case event", f"{call.key}\0{number}\0{kind}"),
        "number": number,
        "kind": kind,
        "text_sealed": keyring.seal("case event", text),
        "at": call.at,
    }
    new = connection.scalar(_ADD[connection.dialect.name], event) is not None
    if new:
        change = {"changed_at": call.at, **({"status": status} if status else {})}
        connection.execute(_CHANGE.values(**change), {"of_number": number})
    return True
