"""USSD sessions in Redis, sealed, and the stream in which turns wait for the statistics."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from msgspec.structs import astuple

from gateway.adapters.redis import turn_codec
from gateway.adapters.redis.link import RedisLink, Script
from gateway.adapters.redis.rate_counter import ONE_MORE, arrival_keys
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.faults_and_errors.errors import GatewayError
from gateway.domain.record import Record
from gateway.domain.retention.what_is_removed import LANGUAGE_AT_HAND, MOST_TURNS
from gateway.use_cases.ports import ARRIVALS_SECONDS, LoadedTurn, ResumePlace, TurnRecord

logger = logging.getLogger(__name__)

#: What proves that a stored session is still the one that was loaded: the beginning of the sealed
#: value. It holds a nonce, so that two turns of the same content differ, too.
_TOKEN_BYTES = 16

_LANGUAGE_MILLISECONDS = int(LANGUAGE_AT_HAND.total_seconds() * 1000)

_TURNS = b"turns"

# A dial is counted where its session is looked for: a flood is seen without another round trip.
_LOAD = Script(
    ONE_MORE
    + """
local found = redis.call('MGET', session, language, place)
if found[1] then return {found[1], found[2], found[3], 0, 0} end
return {false, found[2], found[3], one_more(own_dials, within), one_more(all_dials, within)}
""",
    ("session", "language", "place", "own_dials", "all_dials"),
    ("within",),
)


class _SaveKeys(Record, frozen=True):
    """What is written to; `language`, `place` and `drops` only where the arguments say so."""

    session: bytes
    turns: bytes
    language: bytes = b""
    place: bytes = b""
    drops: bytes = b""


class _SaveArguments(Record, frozen=True):
    """What `_SAVE` is told; times in milliseconds.

    Without `chosen` the language at hand stays. `place_for` is how long the place to come back to
    is kept: 0 forgets it, and nothing leaves it as it is. Without `subscriber` neither it nor the
    drop is touched; without `drops_at` there is none to be told.
    """

    token: bytes
    sealed: bytes
    kept_for: int
    record: bytes
    most_turns: int
    chosen: str = ""
    is_chosen: str = ""
    chosen_for: int = _LANGUAGE_MILLISECONDS
    subscriber: bytes = b""
    place_for: int | str = ""
    drops_at: int | str = ""


_SAVE = Script(
    """
local stored = redis.call('GETRANGE', session, 0, 15)
if stored ~= token then
  -- Ours already: the first answer was lost on the way, and the command came again.
  if stored == string.sub(sealed, 1, 16) then return 1 end
  return 0
end
redis.call('SET', session, sealed, 'PX', kept_for)
redis.call('XADD', turns, 'MAXLEN', '~', most_turns, '*', 'turn', record)
if is_chosen ~= '' then redis.call('SET', language, chosen, 'PX', chosen_for) end
if subscriber == '' then return 1 end
if place_for == '0' then
  redis.call('DEL', place)
elseif place_for ~= '' then
  redis.call('SET', place, sealed, 'PX', place_for)
end
if drops_at == '' then
  redis.call('ZREM', drops, subscriber)
else
  redis.call('ZADD', drops, drops_at, subscriber)
end
return 1
""",
    _SaveKeys.__struct_fields__,
    _SaveArguments.__struct_fields__,
)

#: Before the index of a subscriber: the newest turn that can be gone on with, as it was sealed.
COME_BACK = b"back:"

#: Subscribers by when their session counts as dropped, in milliseconds since the epoch.
DROPS = b"drops"


class RedisSessions:
    """Fits the `Sessions` port. Redis never sees a screen, an answer or a number in the clear."""

    def __init__(self, link: RedisLink, keyring: Keyring) -> None:
        self._link = link
        self._keyring = keyring

    def load(self, key: bytes, subscriber: bytes, channel: str) -> LoadedTurn:
        """Returns the stored turn, the remembered language, and what a new session may go on with.

        Raises StoreUnavailable.
        """
        sealed, language, dropped, own, all_of_channel = self._link.run(
            _LOAD,
            (
                b"ussd:" + key,
                b"lang:" + subscriber,
                COME_BACK + subscriber,
                *arrival_keys(channel, "ussd", subscriber),
            ),
            int(ARRIVALS_SECONDS * 1000),
        )
        return LoadedTurn(
            kept=None if sealed is None else open_turn(self._keyring, sealed),
            token=b"" if sealed is None else sealed[:_TOKEN_BYTES],
            language=None if language is None else language.decode(),
            dropped=None if sealed or not dropped else open_turn(self._keyring, dropped),
            has_dropped=dropped is not None,
            dials=(own, all_of_channel),
        )

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: StoredTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
        comeback: ResumePlace | None = None,
    ) -> bool:
        """Stores the turn and appends its record; returns False when another turn was first.

        `expires_in` in seconds. Raises StoreUnavailable.
        """
        keys = _SaveKeys(b"ussd:" + key, _TURNS)
        told = _SaveArguments(
            token=token,
            sealed=self._keyring.seal("session", turn_codec.encode(kept)),
            kept_for=max(1, int(expires_in * 1000)),
            record=turn_codec.encode_record(record),
            most_turns=MOST_TURNS,
        )
        if language is not None:
            keys = keys._replace(language=b"lang:" + language[0])
            told = told._replace(chosen=language[1], is_chosen="1")
        if comeback is not None:
            keys = keys._replace(place=COME_BACK + comeback.subscriber, drops=DROPS)
            told = _with_place(told, comeback)
        return bool(self._link.run(_SAVE, astuple(keys), *astuple(told)))

    def remember_language(self, subscriber: bytes, language: str) -> None:
        """Keeps the language at hand for `load`; raises StoreUnavailable."""
        self._link.call(b"SET", b"lang:" + subscriber, language, b"PX", _LANGUAGE_MILLISECONDS)

    def forget_language(self, subscriber: bytes) -> None:
        """Lets the language be looked up again; raises StoreUnavailable."""
        self._link.call(b"DEL", b"lang:" + subscriber)

    def forget(self, subscriber: bytes) -> None:
        """Forgets the language, the place to come back to, and the drop; raises StoreUnavailable.

        A running session goes on, and expires by itself within minutes.
        """
        self._link.call(b"DEL", b"lang:" + subscriber, COME_BACK + subscriber)
        self._link.call(b"ZREM", DROPS, subscriber)

    def forget_place(self, subscriber: bytes, origin: str) -> None:
        """Forgets the place to come back to, and the drop, if it is in the dialogue `origin`.

        Raises StoreUnavailable.
        """
        sealed = self._link.call(b"GET", COME_BACK + subscriber)
        place = open_turn(self._keyring, sealed) if sealed else None
        if place is not None and place.origin == origin:
            self._link.call(b"DEL", COME_BACK + subscriber)
            self._link.call(b"ZREM", DROPS, subscriber)


def open_turn(keyring: Keyring, sealed: bytes) -> StoredTurn | None:
    """Returns a stored turn; None when this gateway cannot read it."""
    try:
        return turn_codec.decode(keyring.open("session", sealed))
    except (GatewayError, ValueError, TypeError) as error:
        # Sealed with a key that is gone, or written by another version: the caller begins anew.
        logger.warning("A stored session cannot be read: code=%s", type(error).__name__)
        return None


def _with_place(told: _SaveArguments, comeback: ResumePlace) -> _SaveArguments:
    """Returns what the script is told, with what becomes of the place to come back to."""
    kept, at = comeback.keep_seconds, comeback.nudge_at
    return told._replace(
        subscriber=comeback.subscriber,
        place_for="" if kept is None else int(kept * 1000),
        drops_at="" if at is None else int(at.timestamp() * 1000),
    )


class TurnStore(Protocol):
    """Where turns are stored, and from which entry of the stream to which they were last.

    `store` commits before it returns: the turns together with `entries`, their first and last one.
    It stores nothing, and returns False, unless `was` is still what was stored last.
    """

    def newest(self) -> tuple[str, str]:
        """Returns the first and the last entry that were stored last; raises StoreUnavailable."""

    def store(
        self, records: Sequence[TurnRecord], entries: tuple[str, str], was: tuple[str, str]
    ) -> bool:
        """Stores turns; raises StoreUnavailable."""


class RedisTurnLog:
    """Fits the `TurnLog` port.

    One process drains at a time: the ticker that leads, which renews its lock before each drain.
    """

    def __init__(self, link: RedisLink, turns: TurnStore) -> None:
        self._link = link
        self._turns = turns

    def drain(self, limit: int) -> int:
        """Moves up to `limit` records to the database; returns how many. Raises StoreUnavailable.

        They leave the stream after the commit. Where a process died in between, the database knows
        which of them it has: each turn counts once. What it knows is a stretch and no end, since a
        Redis that was set up anew may begin with an earlier time.
        """
        entries = self._link.call(b"XRANGE", _TURNS, b"-", b"+", b"COUNT", limit)
        if not entries:
            return 0
        was = self._turns.newest()
        first, last = map(_place, was)
        fresh = [fields for id_, fields in entries if not first <= _place(id_.decode()) <= last]
        records = [record for fields in fresh if (record := _read(fields)) is not None]
        if len(records) < len(fresh):
            logger.warning("Turn records not readable and dropped: %d", len(fresh) - len(records))
        stretch = entries[0][0].decode(), entries[-1][0].decode()
        if fresh and not self._turns.store(records, stretch, was):
            return len(entries)  # another has just stored some: what is left is looked at anew
        self._link.call(b"XTRIM", _TURNS, b"MINID", _after(entries[-1][0]))
        return len(entries)


def _read(fields: Sequence[bytes]) -> TurnRecord | None:
    try:
        return turn_codec.decode_record(fields[1])
    except (ValueError, TypeError):
        return None


def _place(entry_id: str) -> tuple[int, int]:
    """Returns where an entry stands in the stream: its milliseconds, and its number in them."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence)


def _after(entry_id: bytes) -> bytes:
    milliseconds, _, sequence = entry_id.partition(b"-")
    return b"%b-%d" % (milliseconds, int(sequence) + 1)
