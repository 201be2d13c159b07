"""In Redis: which turns were taken whose screens are handed over in calls of their own."""

from __future__ import annotations

from gateway.adapters.redis.link import RedisLink, Script
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.ussd import After, Entry

#: So many turns no dialogue has; a session beyond them is a loop of machines, and ends.
MOST_TURNS = 200

# The names of turns are fields of the same hash, behind a colon, which no other field has.
_ENTER = Script("""
local name, claim, begins, now, ends, keep, most = unpack(ARGV)
local found = redis.call('HMGET', KEYS[1], 'claim', 'phase', 'ends', ':' .. name)
local phase = found[2]
-- Ours already: the first answer was lost on the way, and the command came again.
if found[1] == claim then return phase == 'over' and 'lost' or 'ours' end
local known = name ~= '' and found[4]
if phase == 'answering' or phase == 'handing' then
  if tonumber(now) > tonumber(found[3]) then phase = 'lost'
  elseif known or phase == 'answering' then return 'given'
  else return 'busy' end
elseif known then return 'given'
end
if phase == 'over' and begins == '0' then return 'given' end
if phase == 'over' then redis.call('DEL', KEYS[1]) end
local lost = phase == 'lost' or redis.call('HLEN', KEYS[1]) >= tonumber(most) + 3
redis.call('HSET', KEYS[1], 'claim', claim, 'phase', lost and 'over' or 'answering', 'ends', ends)
if name ~= '' then redis.call('HSET', KEYS[1], ':' .. name, '') end
redis.call('PEXPIRE', KEYS[1], keep)
return lost and 'lost' or 'ours'
""")

_MOVE = Script("""
if redis.call('HGET', KEYS[1], 'claim') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'phase', ARGV[2])
return 1
""")


class RedisScreens:
    """Fits the `Screens` port. Redis sees keyed hashes, and nothing of a screen."""

    def __init__(self, link: RedisLink, clock: Clock) -> None:
        self._link, self._clock = link, clock

    def enter(
        self, key: bytes, name: bytes, claim: bytes, *, begins: bool, until: float, keep: float
    ) -> Entry:
        """Takes a turn, unless another is in hand; raises StoreUnavailable."""
        now = round(self._clock.now().timestamp() * 1000)
        found = self._link.run(
            _ENTER,
            (b"screens:" + key,),
            name,
            claim,
            int(begins),
            now,
            now + round(until * 1000),
            max(1, round(keep * 1000)),
            MOST_TURNS,
        )
        return Entry(found.decode())

    def hand_over(self, key: bytes, claim: bytes) -> bool:
        """Notes that the screen is about to be handed over; raises StoreUnavailable."""
        return bool(self._link.run(_MOVE, (b"screens:" + key,), claim, "handing"))

    def settle(self, key: bytes, claim: bytes, after: After) -> None:
        """Lets the next turn in; raises StoreUnavailable."""
        self._link.run(_MOVE, (b"screens:" + key,), claim, after.value)
