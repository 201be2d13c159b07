"""Texts of one subscriber to the help desk are one message until somebody has settled it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, select, update

from gateway.adapters.sql.help_desk_rows import add, help_desk_messages
from gateway.adapters.sql.sealed_columns import HELP_DESK
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.help_desk_message import HelpDeskStatus, NewHelpDeskMessage
from gateway.domain.telecom.sms import LONGEST_MO

#: A thread of more characters is followed by another, so that each text costs the same to add.
_LONGEST = 4 * LONGEST_MO

_row = help_desk_messages.c
_OPEN = (
    select(_row.id, _row.key_index, _row.text_sealed)
    .where(
        _row.msisdn_index == bindparam("of_index"),
        _row.status == HelpDeskStatus.OPEN.value,
        _row.channel == bindparam("of_channel"),
        _row.sender == bindparam("of_sender"),
        _row.in_reply_to.is_not(None),  # what a service has left has a reference of its own
    )
    .order_by(_row.opened_at.desc())
    .limit(1)
    .with_for_update()
)
_GO_ON = (
    update(help_desk_messages)
    .where(_row.id == bindparam("of_id"))
    .values(
        text_sealed=bindparam("text"),
        language=bindparam("spoken"),
        link_id=bindparam("link"),
        in_reply_to=bindparam("newest"),
        changed_at=bindparam("now"),
    )
)


def add_texts(
    connection: Connection, keyring: Keyring, new: Iterable[NewHelpDeskMessage], now: datetime
) -> None:
    """Stores texts within a transaction of the caller, each behind those that nobody settled yet.

    The answer goes to the newest of them. What they follow on stays whole, and keeps its id.
    """
    for message in new:
        place = {
            "of_index": keyring.index_of(message.subscriber),
            "of_channel": message.channel,
            "of_sender": message.sender,
        }
        thread = connection.execute(_OPEN, place).first()
        said = "" if thread is None else _text(keyring, thread._mapping)
        if f"\n{message.text}\n" in f"\n{said}\n":
            continue  # the same words again say no more
        text = f"{said}\n{message.text}"
        if thread is None or not said or len(text) > _LONGEST:
            add(connection, keyring, [message], now)
            continue
        values = {
            "of_id": thread.id,
            "text": HELP_DESK.seal(keyring, "text_sealed", {"key_index": thread.key_index}, text),
            "spoken": message.language,
            "link": message.link_id,
            "newest": message.in_reply_to,
            "now": now,
        }
        connection.execute(_GO_ON, values)


def _text(keyring: Keyring, thread: RowMapping) -> str:
    """Returns what a thread says so far; nothing where its key is gone, and none can be added."""
    try:
        return HELP_DESK.open_text(keyring, "text_sealed", thread)
    except Refused:
        return ""
