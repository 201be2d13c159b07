"""Circuit breakers in Redis: which back ends are down, for all processes together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence

from gateway.adapters.redis.link import RedisLink, Script
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.handler_contract.service_call import Breaker
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.calls import BreakerState

logger = logging.getLogger(__name__)

#: How long a back end that is well is not asked about in Redis: a call then costs no round trip,
#: and a breaker that opens is seen by every process within this time.
FRESH_SECONDS = 0.5
#: How long the one call that finds out may take; then another is let in.
PROBE_MILLISECONDS = 60_000

_NOW = """
local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
"""

# KEYS: the breaker, its failures. A breaker that is shut has no hash at all.
# Returns 0 well, 1 admitted with failures on record, 2 admitted to find out, 3 refused.
_ADMIT = Script(
    _NOW
    + """
local stored = redis.call('HMGET', KEYS[1], 'open_until', 'probe_until', 'probe')
if not stored[1] then
  return redis.call('EXISTS', KEYS[2])
end
if now < tonumber(stored[1]) then return 3 end
if stored[2] and now < tonumber(stored[2]) and stored[3] ~= ARGV[2] then return 3 end
redis.call('HSET', KEYS[1], 'probe_until', now + tonumber(ARGV[3]), 'probe', ARGV[2])
return 2
"""
)

# KEYS: breakers. Returns 1 when one of them is open and rests.
_RESTS = Script(
    _NOW
    + """
for _, breaker in ipairs(KEYS) do
  local open_until = redis.call('HGET', breaker, 'open_until')
  if open_until and now < tonumber(open_until) then return 1 end
end
return 0
"""
)

# KEYS: breakers. Returns until when each is open, and nothing for one that is shut.
_OPEN_UNTIL = Script(
    """
local found = {}
for number, breaker in ipairs(KEYS) do
  found[number] = redis.call('HGET', breaker, 'open_until')
end
return found
"""
)

_WELL = Script(
    _NOW
    + """
local open_until = redis.call('HGET', KEYS[1], 'open_until')
if not open_until then
  redis.call('LPOP', KEYS[2])
elseif now >= tonumber(open_until) then
  redis.call('DEL', KEYS[1], KEYS[2])
end
return 0
"""
)

# The place of the call that finds out is free again. Was it another's, one call more is let in.
_UNTOLD = Script("return redis.call('HDEL', KEYS[1], 'probe_until', 'probe')")

# ARGV: now, failures, window, rest. The list holds the times of failures, oldest first.
_FAILED = Script(
    _NOW
    + """
local most, window, rest = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local open_until = redis.call('HGET', KEYS[1], 'open_until')
if open_until then
  if now >= tonumber(open_until) then
    redis.call('HSET', KEYS[1], 'open_until', now + rest)
    redis.call('HDEL', KEYS[1], 'probe_until', 'probe')
  end
  return 0
end
redis.call('RPUSH', KEYS[2], string.format('%.0f', now))
redis.call('PEXPIRE', KEYS[2], window)
while tonumber(redis.call('LINDEX', KEYS[2], 0)) + window <= now do
  redis.call('LPOP', KEYS[2])
end
if redis.call('LLEN', KEYS[2]) < most then return 0 end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1], 'open_until', now + rest)
return 1
"""
)


class RedisBreakers:
    """Fits the `Breakers` port. Time is Redis's own; `clock` is for tests."""

    def __init__(
        self, link: RedisLink, monotonic: Callable[[], float], clock: Clock | None = None
    ) -> None:
        self._link = link
        self._monotonic = monotonic
        self._clock = clock
        self._well_until: dict[str, float] = {}
        self._shut_until: dict[str, float] = {}

    def admits(self, back_end: str, breaker: Breaker) -> bool:
        """Returns whether a call may be made now."""
        if self._monotonic() < self._well_until.get(back_end, 0.0):
            return True
        token = secrets.token_hex(8)  # the command may be sent twice, and must be let in twice
        try:
            told = self._link.run(_ADMIT, _keys(back_end), self._now(), token, PROBE_MILLISECONDS)
        except StoreUnavailable:
            return True
        if told == 0:
            self._well_until[back_end] = self._monotonic() + FRESH_SECONDS
        return bool(told != 3)

    def refuses(self, back_ends: Sequence[str]) -> bool:
        """Returns whether a call to one of them would be refused: its breaker is open and rests."""
        began = self._monotonic()
        asked = [each for each in back_ends if self._shut_until.get(each, 0.0) <= began]
        if not asked:
            return False
        try:
            rests = self._link.run(_RESTS, [_keys(each)[0] for each in asked], self._now())
        except StoreUnavailable:
            return False
        if not rests:
            self._shut_until.update(dict.fromkeys(asked, began + FRESH_SECONDS))
        return bool(rests)

    def note(self, back_end: str, breaker: Breaker, *, well: bool | None) -> None:
        """Notes how a call went. Of a back end that is well nothing needs to be noted."""
        if well is not False and self._monotonic() < self._well_until.get(back_end, 0.0):
            return
        self._well_until.pop(back_end, None)
        self._shut_until.pop(back_end, None)
        try:
            if well is not False:
                script = _UNTOLD if well is None else _WELL
                self._link.run(script, _keys(back_end), self._now())
                return
            opened = self._link.run(
                _FAILED,
                _keys(back_end),
                self._now(),
                breaker.failures,
                int(breaker.window_seconds * 1000),
                int(breaker.rest_seconds * 1000),
            )
        except StoreUnavailable:
            return
        if opened:
            logger.error("Back end '%s' failed too often and is left alone for a while", back_end)

    def states(self, back_ends: Sequence[str]) -> Mapping[str, BreakerState]:
        """Returns the state of each; raises StoreUnavailable."""
        if not back_ends:
            return {}
        now = self._now() or _milliseconds(self._link.call(b"TIME"))
        found = self._link.run(_OPEN_UNTIL, [_keys(each)[0] for each in back_ends])
        states = {}
        for back_end, stored in zip(back_ends, found, strict=True):
            if stored is None:
                states[back_end] = BreakerState.CLOSED
            elif float(now) < float(stored):
                states[back_end] = BreakerState.OPEN
            else:
                states[back_end] = BreakerState.HALF_OPEN
        return states

    def _now(self) -> int | str:
        return "" if self._clock is None else int(self._clock.now().timestamp() * 1000)


class NoBreakers:
    """Fits the `Breakers` port for a gateway within one command: every call is made."""

    def admits(self, back_end: str, breaker: Breaker) -> bool:
        """Returns true."""
        return True

    def refuses(self, back_ends: Sequence[str]) -> bool:
        """Returns false."""
        return False

    def note(self, back_end: str, breaker: Breaker, *, well: bool | None) -> None:
        """Notes nothing."""

    def states(self, back_ends: Sequence[str]) -> Mapping[str, BreakerState]:
        """Returns every back end as being asked."""
        return dict.fromkeys(back_ends, BreakerState.CLOSED)


def _keys(back_end: str) -> tuple[bytes, bytes]:
    name = b"breaker:" + back_end.encode()
    return name, name + b":failures"


def _milliseconds(time: Sequence[bytes]) -> int:
    return int(time[0]) * 1000 + int(time[1]) // 1000
