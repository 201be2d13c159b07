"""Which nodes have something in their spool, in Redis for all that send."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.adapters.redis.link import RedisLink, Script
from gateway.domain.retention.what_is_removed import SPOOL_NOTED
from gateway.use_cases.ports import Clock

#: When each node's word ends, by Redis's own time; and since when this Redis has been asked.
_KEYS = (b"spooled:nodes", b"spooled:since")
#: After a Redis has lost everything, so long every node has to say again that something waits. They
#: say it each second; a node that starts together with it says it when it is up.
SAID_AGAIN_SECONDS = 10

_NOW = "local now = tonumber(ARGV[1]) or tonumber(redis.call('TIME')[1])\n"
_NOTE = Script(_NOW + "return redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[2])")
_CLEAR = Script("return redis.call('ZREM', KEYS[1], ARGV[1])")
_NODES = Script(_NOW + "return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')")
_ASK = Script(
    _NOW
    + """
local since = tonumber(redis.call('GET', KEYS[2]))
if not since then
  since = now
  redis.call('SET', KEYS[2], now)
end
if now - since < tonumber(ARGV[2]) then return 1 end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
return redis.call('ZCARD', KEYS[1])
"""
)


class RedisWaitingSpools:
    """Fits the `WaitingSpools` port. Time is Redis's own; `clock` is for tests."""

    def __init__(self, link: RedisLink, clock: Clock | None = None) -> None:
        self._link = link
        self._clock = clock

    def note(self, node: str) -> None:
        """Says that something waits on a node."""
        self._link.run(_NOTE, _KEYS, self._now(), node, int(SPOOL_NOTED.total_seconds()))

    def clear(self, node: str) -> None:
        """Says that nothing waits there any more."""
        self._link.run(_CLEAR, _KEYS, node)

    def nodes(self) -> Sequence[str]:
        """Returns where something waits."""
        return sorted(each.decode() for each in self._link.run(_NODES, _KEYS, self._now()))

    def may_hide_a_stop(self) -> bool:
        """Returns whether something waits anywhere, or may without our knowing."""
        return bool(self._link.run(_ASK, _KEYS, self._now(), SAID_AGAIN_SECONDS))

    def _now(self) -> int | str:
        return "" if self._clock is None else int(self._clock.now().timestamp())
