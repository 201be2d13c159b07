"""SMS conversations as rows, moved on only by whoever read the present version."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from gateway.adapters.sql.sealed_columns import CONVERSATIONS
from gateway.adapters.sql.tables import conversations
from gateway.adapters.sql.upserts import insert_new
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.retention.what_is_removed import LAPSED_KEPT
from gateway.use_cases.ports import Conversation

log = logging.getLogger(__name__)

# `dict` turns the read-only mappings a release may hand out into what JSON knows.
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=dict).encode

_row = conversations.c
_OF_SUBSCRIBER = (
    _row.channel == bindparam("of_channel"),
    _row.msisdn_index == bindparam("of_index"),
)

#: What a dialogue is read from.
STORED = (_row.session_sealed, _row.version, _row.expires_at)
_READ = select(*STORED).where(*_OF_SUBSCRIBER)
_BEGIN = insert_new(conversations, returning=(_row.version,))
_MOVE_ON = (
    update(conversations)
    .where(*_OF_SUBSCRIBER, _row.version == bindparam("read_version"))
    .values(
        session_sealed=bindparam("session"),
        version=_row.version + 1,
        expires_at=bindparam("expires"),
        institution=bindparam("whose"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """The next state of a dialogue, `conversation.version` being that which was read."""

    channel: str
    msisdn_index: bytes
    conversation: Conversation
    expires_at: datetime
    institution: str


class MovedOn(Exception):
    """Another state was stored since the conversation was read; take the transaction back."""


def read(
    connection: Connection, keyring: Keyring, channel: str, msisdn_index: bytes, now: datetime
) -> Conversation:
    """Returns the dialogue; its session is None when it is closed or has expired.

    Of one that has expired the language is told, and for a day the session as `lapsed`. What was
    suggested stands in the place of a session, or beside it, and expires as one does.
    """
    place = {"of_channel": channel, "of_index": msisdn_index}
    row = connection.execute(_READ, place).first()
    if row is None:
        return Conversation(None, 0)
    return of_row(keyring, channel, msisdn_index, tuple(row), now)


def of_row(
    keyring: Keyring,
    channel: str,
    msisdn_index: bytes,
    row: tuple[bytes | None, int, datetime],
    now: datetime,
) -> Conversation:
    """Returns the dialogue of a row that holds `STORED`, as `read` does."""
    sealed, version, expires_at = row
    stored = {"channel": channel, "msisdn_index": msisdn_index, "session_sealed": sealed}
    if sealed is None:
        return Conversation(None, version)
    try:
        plain = json.loads(CONVERSATIONS.open(keyring, "session_sealed", stored))
        suggested = ""
        if isinstance(plain, dict):
            plain, suggested = plain["session"], plain["suggested"]
        if isinstance(plain, str):
            return Conversation(None, version, suggested=plain if now < expires_at else "")
        session = Session.from_plain(plain)
        if expires_at <= now:
            lapsed = session if now < expires_at + LAPSED_KEPT else None
            return Conversation(None, version, language=session.language, lapsed=lapsed)
        return Conversation(session, version, suggested=suggested, language=session.language)
    except (Refused, ValueError, TypeError, KeyError) as error:
        # Sealed with a key that is gone, or written by another version: it begins anew.
        log.warning("A stored conversation cannot be read: %s", type(error).__name__)
        return Conversation(None, version)


def move_on(connection: Connection, keyring: Keyring, moves: Sequence[Move]) -> None:
    """Stores the next states; raises MovedOn when another was stored since one of them was read.

    A closed conversation keeps its row: were it dropped, its version would begin anew, and a slow
    worker could take a later conversation for the one it has read.
    """
    begun, moved = list[dict[str, object]](), list[dict[str, object]]()
    for move in moves:
        key = {"channel": move.channel, "msisdn_index": move.msisdn_index}
        sealed = _sealed(keyring, key, move.conversation)
        if move.conversation.version == 0:
            begun.append(
                {
                    **key,
                    "session_sealed": sealed,
                    "version": 1,
                    "expires_at": move.expires_at,
                    "institution": move.institution,
                }
            )
        else:
            moved.append(
                {
                    "of_channel": move.channel,
                    "of_index": move.msisdn_index,
                    "read_version": move.conversation.version,
                    "session": sealed,
                    "expires": move.expires_at,
                    "whose": move.institution,
                }
            )
    if begun:
        stored = connection.scalars(_BEGIN[connection.dialect.name], begun).all()
        if len(stored) != len(begun):
            raise MovedOn
    if moved and connection.execute(_MOVE_ON, moved).rowcount != len(moved):
        raise MovedOn


def _sealed(
    keyring: Keyring, key: Mapping[str, object], conversation: Conversation
) -> bytes | None:
    # A session is a list, a text that was suggested a string, and both together a map.
    plain: object = None if conversation.session is None else conversation.session.to_plain()
    if conversation.suggested:
        both = {"session": plain, "suggested": conversation.suggested}
        plain = conversation.suggested if plain is None else both
    if plain is None:
        return None
    return CONVERSATIONS.seal(keyring, "session_sealed", key, _encode(plain))
