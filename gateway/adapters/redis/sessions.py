"""USSD sessions in Redis, sealed, and the stream in which turns wait for the statistics."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from gateway.adapters.redis import turn_codec
from gateway.adapters.redis.link import RedisLink, Script
from gateway.adapters.redis.rate_counter import ONE_MORE, arrival_keys
from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.faults_and_errors.errors import GatewayError
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
local found = redis.call('MGET', KEYS[1], KEYS[2], KEYS[3])
if found[1] then return {found[1], found[2], found[3], 0, 0} end
return {false, found[2], found[3], one_more(KEYS[4], ARGV[1]), one_more(KEYS[5], ARGV[1])}
"""
)

_SAVE = Script("""
local stored = redis.call('GETRANGE', KEYS[1], 0, 15)
if stored ~= ARGV[1] then
  -- Ours already: the first answer was lost on the way, and the command came again.
  if stored == string.sub(ARGV[2], 1, 16) then return 1 end
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', 'turn', ARGV[4])
local place = 3
if ARGV[6] ~= '' then
  redis.call('SET', KEYS[place], ARGV[7], 'PX', ARGV[8])
  place = place + 1
end
if KEYS[place] then
  if ARGV[9] == '0' then
    redis.call('DEL', KEYS[place])
  elseif ARGV[9] ~= '' then
    redis.call('SET', KEYS[place], ARGV[2], 'PX', ARGV[9])
  end
  if ARGV[10] == '' then
    redis.call('ZREM', KEYS[place + 1], ARGV[11])
  else
    redis.call('ZADD', KEYS[place + 1], ARGV[10], ARGV[11])
  end
end
return 1
""")

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
        keys: tuple[bytes, ...] = (b"ussd:" + key, _TURNS)
        chosen, place = "", tuple[bytes | str | int, ...]()
        if language is not None:
            keys, chosen = (*keys, b"lang:" + language[0]), language[1]
        if comeback is not None:
            keys = (*keys, COME_BACK + comeback.subscriber, DROPS)
            place = _place(comeback)
        saved = self._link.run(
            _SAVE,
            keys,
            token,
            self._keyring.seal("session", turn_codec.encode(kept)),
            max(1, int(expires_in * 1000)),
            turn_codec.encode_record(record),
            MOST_TURNS,
            "" if language is None else 1,
            chosen,
            _LANGUAGE_MILLISECONDS,
            *place,
        )
        return bool(saved)

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


def _place(comeback: ResumePlace) -> tuple[bytes | str | int, ...]:
    """Returns what the script is told of the place to come back to."""
    kept, at = comeback.keep_seconds, comeback.nudge_at
    return (
        "" if kept is None else int(kept * 1000),
        "" if at is None else int(at.timestamp() * 1000),
        comeback.subscriber,
    )


class RedisTurnLog:
    """Fits the `TurnLog` port; `store` commits before it returns.

    One process drains at a time: the ticker that leads, which renews its lock before each drain.
    """

    def __init__(self, link: RedisLink, store: Callable[[Sequence[TurnRecord]], None]) -> None:
        self._link = link
        self._store = store

    def drain(self, limit: int) -> int:
        """Moves up to `limit` records to the database; returns how many.

        They leave the stream after the commit: a crash in between counts a turn twice, never none.
        Raises StoreUnavailable.
        """
        entries = self._link.call(b"XRANGE", _TURNS, b"-", b"+", b"COUNT", limit)
        if not entries:
            return 0
        records = [record for _, fields in entries if (record := _read(fields)) is not None]
        if len(records) < len(entries):
            logger.warning("Turn records not readable and dropped: %d", len(entries) - len(records))
        self._store(records)
        self._link.call(b"XTRIM", _TURNS, b"MINID", _after(entries[-1][0]))
        return len(entries)


def _read(fields: Sequence[bytes]) -> TurnRecord | None:
    try:
        return turn_codec.decode_record(fields[1])
    except (ValueError, TypeError):
        return None


def _after(entry_id: bytes) -> bytes:
    milliseconds, _, sequence = entry_id.partition(b"-")
    return b"%b-%d" % (milliseconds, int(sequence) + 1)
