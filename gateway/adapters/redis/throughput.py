"""The throughput of a channel, kept in Redis for all workers together."""

from __future__ import annotations

import math

from gateway.adapters.redis.link import RedisLink, Script
from gateway.use_cases.ports import Clock

# A log of what was granted within the window: a list of "<milliseconds>:<count>", oldest first.
# A token bucket would be smaller, but lets up to twice its rate through within one second; a spaced
# one (GCRA) does not, but grants singly what a batch wants. A channel's log has at most as many
# entries as its limit.
_TAKE = Script("""
local wanted, limit, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(ARGV[4])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
local granted_at = function(entry) return tonumber(string.match(entry, '^%d+')) end
local newest = redis.call('LINDEX', KEYS[1], -1)
if newest then
  local last = granted_at(newest)
  -- The clock was set back: a little is waited out, a lot must not stop the channel for that time.
  if last > now + window then redis.call('DEL', KEYS[1]) elseif last > now then now = last end
end
local used, oldest = 0, nil
for _, entry in ipairs(redis.call('LRANGE', KEYS[1], 0, -1)) do
  local at = granted_at(entry)
  if at + window <= now then
    redis.call('LPOP', KEYS[1])
  else
    oldest = oldest or at
    used = used + tonumber(string.match(entry, ':(%d+)$'))
  end
end
local granted = math.max(0, math.min(wanted, limit - used))
if granted > 0 then
  redis.call('RPUSH', KEYS[1], string.format('%.0f:%d', now, granted))
  redis.call('PEXPIRE', KEYS[1], window)
end
if used + granted < limit then return {granted, 0} end
return {granted, (oldest or now) + window - now}
""")


class RedisThrottle:
    """Fits the `Throttle` port: in no second does a channel send more than its limit.

    Time is Redis's own, so that the clocks of many machines need not agree; `clock` is for tests.
    """

    def __init__(self, link: RedisLink, clock: Clock | None = None) -> None:
        self._link = link
        self._clock = clock

    def take(self, channel: str, wanted: int, per_second: float) -> tuple[int, float]:
        """Returns how many sends are granted now, and the seconds until the next one may be.

        A broken limit such as 2.5 counts as 2 in each second; below 1, it is one send in each
        1/limit seconds. Raises StoreUnavailable, and ValueError for a limit that is not positive.
        """
        if per_second <= 0:
            raise ValueError("per_second must be above 0.")
        limit = max(1, int(per_second))
        # One more, because grants are noted in whole milliseconds, rounded down.
        window_milliseconds = math.ceil(1000 / min(1.0, per_second)) + 1
        now = "" if self._clock is None else int(self._clock.now().timestamp() * 1000)
        granted, wait_milliseconds = self._link.run(
            _TAKE, (b"throttle:" + channel.encode(),), wanted, limit, window_milliseconds, now
        )
        return granted, wait_milliseconds / 1000
