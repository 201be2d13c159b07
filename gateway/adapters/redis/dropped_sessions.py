"""Dropped USSD sessions in Redis: a list that the turns of nudging services keep up to date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from gateway.adapters.redis.link import RedisLink, Script
from gateway.adapters.redis.sessions import COME_BACK, DROPS, open_turn
from gateway.adapters.system.keyring import Keyring
from gateway.use_cases.ports import DroppedSession

_SETTLE = Script("""
if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then
  redis.call('ZREM', KEYS[1], ARGV[1])
end
return 1
""")

# The two values begin alike only when both are the same turn, so the notice is about that turn.
_HASTEN = Script("""
if redis.call('GETRANGE', KEYS[2], 0, 15) == redis.call('GETRANGE', KEYS[3], 0, 15) then
  redis.call('ZADD', KEYS[1], 'XX', 'LT', ARGV[2], ARGV[1])
end
return 1
""")


class RedisDroppedSessions:
    """Fits the `DroppedSessions` port; all methods raise StoreUnavailable."""

    def __init__(self, link: RedisLink, keyring: Keyring) -> None:
        self._link = link
        self._keyring = keyring

    def due(self, now: datetime, limit: int) -> Sequence[DroppedSession]:
        """Returns the drops up to now, oldest first, with what can still be gone on with."""
        found = self._link.call(
            b"ZRANGE", DROPS, b"-inf", _milliseconds(now), b"BYSCORE", b"LIMIT", 0, limit,
            b"WITHSCORES",
        )  # fmt: skip
        if not found:
            return ()
        subscribers = found[::2]
        turns = self._link.call(b"MGET", *(COME_BACK + subscriber for subscriber in subscribers))
        return [
            DroppedSession(
                subscriber=subscriber,
                at=datetime.fromtimestamp(int(score) / 1000, UTC),
                kept=None if sealed is None else open_turn(self._keyring, sealed),
            )
            for subscriber, score, sealed in zip(subscribers, found[1::2], turns, strict=True)
        ]

    def settle(self, drop: DroppedSession) -> None:
        """Takes a drop off the list, unless the subscriber has gone on meanwhile."""
        self._link.run(_SETTLE, (DROPS,), drop.subscriber, _milliseconds(drop.at))

    def hasten(self, key: bytes, subscriber: bytes, at: datetime) -> None:
        """Lets a session count as dropped at `at`, if it is the newest and waits to be."""
        keys = (DROPS, b"ussd:" + key, COME_BACK + subscriber)
        self._link.run(_HASTEN, keys, subscriber, _milliseconds(at))


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
