"""The throughput of a channel, kept in Redis for all workers together."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gateway.adapters.redis.link import RedisLink, Script
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.sms.outbound import Slot

#: How long after its moment a call may still leave. One that is later takes another moment.
LATE_SECONDS = 0.012
#: The second in which no more may leave is this much longer: as late as one may leave, and what the
#: way to the provider takes for one longer than for another. It costs 2.6 % of the limit.
SPARE_SECONDS = 0.027

#: How far ahead moments are given away. Who may look further ahead takes what is left before the
#: others see it: that is how a lane goes first, and nobody waits long behind what is taken.
AHEAD_SECONDS = {Lane.URGENT: 0.4, Lane.REPLY: 0.25, Lane.BULK: 0.1}
#: Bulk is spread evenly. What could not leave while a worker was busy, or while one job followed
#: another, is made up for: so much of it, and no more, leaves at once. Others wait no longer.
CATCH_UP_SECONDS = 0.1
#: A call that missed its moment may leave at any time within so long where the channel has room: on
#: a busy machine, or far from Redis, it would miss the next moment, too. So may all calls of a job
#: of which many still wait for a thread at their moment, since the provider holds the others.
LEASE_SECONDS = 0.25
#: There is room while no more than this share of the limit is given away.
ROOM = 0.8
#: A lane gets one call in so many segments, whatever goes first: it is late, and never stands.
SHARE = 10

# A log of the moments that were given away, those to come included: a list of
# "<microseconds>:<segments>", oldest first, and the last moment of each lane beside it. Each next
# moment is the first at which no second would hold more than the limit. A token bucket would be
# smaller, but lets up to twice its rate through within one second.
#
# Of a log of thousands only what is asked for is read. What it holds stands beside the lanes, with
# the length that it is of: where that is another, as after a node of an earlier version, or after
# the lanes were forgotten, all of it is counted anew.
_TAKE = Script(
    """
limit, window, spaced, ahead = tonumber(limit), tonumber(window), tonumber(spaced), tonumber(ahead)
local caught = tonumber(behind)
local now = tonumber(given)
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
end
local function split(entry)
  local moment, segments = string.match(entry, '^(%d+):(%d+)$')
  return tonumber(moment), tonumber(segments)
end
local length, held = redis.call('LLEN', log), nil
local counted_of, sum = string.match(redis.call('HGET', lanes, 'held') or '', '^(%d+) (%d+)$')
if tonumber(counted_of) == length then
  held = tonumber(sum)
else
  held = 0
  for _, entry in ipairs(redis.call('LRANGE', log, 0, -1)) do
    local _, segments = split(entry)
    held = held + segments
  end
end
for number = 13, 12 + unused do
  if redis.call('LREM', log, -1, ARGV[number]) > 0 then
    local _, segments = split(ARGV[number])
    length, held = length - 1, held - segments
  end
end
local tail = 0
if length > 0 then tail = split(redis.call('LINDEX', log, -1)) end
-- The clock was set back: a little is waited out, a lot must not stop the channel for that time.
if tail > now + 30 * window then
  redis.call('DEL', log, lanes)
  length, held, tail = 0, 0, 0
end
-- The entries from the first on, as far as they were read: `past` are over, `cut` of these out.
local at, parts, past, cut = {}, {}, 0, 0
local function reads(place)
  if place > past + length then return false end
  if not at[place] then
    local from = #at - cut
    for _, entry in ipairs(redis.call('LRANGE', log, from, from + 31)) do
      at[#at + 1], parts[#parts + 1] = split(entry)
    end
  end
  return true
end
local first = 1
while reads(first) and at[first] + window <= now do
  length, held, past, first = length - 1, held - parts[first], past + 1, first + 1
end
if past > 0 then redis.call('LTRIM', log, past, -1) end
cut = past
local used = held
-- What may leave at any time until it ends here is counted in every second until then.
local late, over = 0, 0
for _, entry in ipairs(redis.call('LRANGE', leased, 0, -1)) do
  local ends, segments = string.match(entry, '^(%d+):(%d+)$')
  if tonumber(ends) <= now then redis.call('LPOP', leased)
  else late, over = late + tonumber(segments), math.max(over, tonumber(ends)) end
end
lease, room = tonumber(lease), tonumber(room)
-- Those that end at about the same moment are one entry, at the last of them: so they are few.
local ends = math.ceil((now + lease + window) / 20000) * 20000
-- Whether there is room from now on is judged by all that is given away around now, though `used`
-- is of a later second once a moment in it was given away.
local leasing, around = 0, used
-- Of this lane: its last moment, the segments of it, and since when its own share has waited.
local last, gone, since = now - spaced, 1, now
local told = redis.call('HGET', lanes, lane)
if told then
  local a, b, c = string.match(told, '^(%d+) (%d+) (%d+)$')
  if tonumber(a) <= now + 30 * window then
    last, gone, since = tonumber(a), tonumber(b), tonumber(c)
  end
end
-- When its next would leave if all were spread evenly: behind `now` after a time in which nothing
-- was asked for, and never further behind what leaves than is caught up. Rest is not made up for.
local due = tonumber(redis.call('HGET', lanes, lane .. ' due') or '')
local early = last + gone * spaced
if now - last > window then due = math.max(now, early) else due = math.min(due or early, early) end
local granted, wait = {}, 0
tail = math.max(now, tail)
for number = 13 + unused, #ARGV do
  local segments = tonumber(ARGV[number])
  local counted = math.min(segments, limit)
  if lease > 0 and around + late + segments <= room * limit then
    leasing = leasing + segments
    late, over = late + segments, math.max(over, ends)
    granted[#granted + 1] = '0'
    granted[#granted + 1] = ''
  else
  local moment = tail
  if even == '1' then moment = math.max(moment, due) end
  while reads(first) and (at[first] + window <= moment or used + counted > limit - late) do
    moment = math.max(moment, at[first] + window)
    used, first = used - parts[first], first + 1
  end
  if used + counted > limit - late then moment = math.max(moment, over) end
  moment = math.ceil(moment)
  local own = share * spaced * counted
  if moment <= now + ahead then
    since = moment
  elseif tail > last and moment - since >= own then
    since = math.max(since + own, moment - window)
  else
    wait = moment - now - ahead
    -- Its share comes once others have gone on so far, which no asking again hastens.
    if tail > last then wait = math.min(wait, math.max(since + own - tail, spaced)) end
    break
  end
  -- What does not fit into one second keeps the channel for as long as it should have taken.
  local kept = math.ceil(moment + window * (segments - counted) / limit)
  local entry = string.format('%.0f:%d', kept, counted)
  redis.call('RPUSH', log, entry)
  length, held = length + 1, held + counted
  used, around = used + counted, around + counted
  tail, last, gone = kept, moment, segments
  due = math.max(due, moment - caught) + segments * spaced
  granted[#granted + 1] = string.format('%.0f', moment - now)
  granted[#granted + 1] = entry
  end
end
if leasing > 0 then
  local theirs, more = string.match(redis.call('LINDEX', leased, -1) or '', '^(%d+):(%d+)$')
  if tonumber(theirs) == ends then
    redis.call('RPOP', leased)
    leasing = leasing + tonumber(more)
  end
  redis.call('RPUSH', leased, string.format('%.0f:%d', ends, leasing))
  redis.call('PEXPIRE', leased, math.ceil((ends - now) / 1000))
end
-- Who asks for the first time begins to wait now.
redis.call('HSET', lanes, lane, string.format('%.0f %d %.0f', last, gone, since))
redis.call('HSET', lanes, 'held', string.format('%d %d', length, held))
if even == '1' then redis.call('HSET', lanes, lane .. ' due', string.format('%.0f', due)) end
redis.call('PEXPIRE', lanes, math.ceil(share * window / 1000))
redis.call('PEXPIRE', log, math.ceil((tail - now + window) / 1000))
return {string.format('%.0f', math.max(wait, 1000)), granted}
""",
    keys=("log", "lanes", "leased"),
    arguments=(
        "limit",
        "window",
        "spaced",
        "ahead",
        "behind",
        "share",
        "lane",
        "even",
        "given",
        "lease",
        "room",
        "unused",
    ),
)


class RedisThrottle:
    """Fits the `Throttle` port: in no second do more segments leave on a channel than its limit.

    Time is Redis's own, so that the clocks of many machines need not agree; `clock` is the worker's
    own, on which it waits for its moments. With `shares_time` it is Redis's, too, as in tests.
    """

    def __init__(self, link: RedisLink, clock: Clock, *, shares_time: bool = False) -> None:
        self._link = link
        self._clock = clock
        self._shares_time = shares_time

    def take(
        self,
        channel: Channel,
        lane: Lane,
        wanted: Sequence[int],
        unused: Sequence[Slot] = (),
        *,
        first: bool = False,
        at_any_time: bool = False,
    ) -> tuple[Sequence[Slot], float]:
        """Returns the moments of calls with so many segments each, and when to ask for more.

        A broken limit such as 2.5 counts as 2 in each second; below 1, it is one segment in each
        1/limit seconds. Raises StoreUnavailable.
        """
        limit = max(1, int(channel.max_per_second))
        window = (1.0 + SPARE_SECONDS) / min(1.0, channel.max_per_second)
        name = channel.name.encode()
        asked = self._clock.monotonic()
        wait, told = self._link.run(
            _TAKE,
            (b"throttle:" + name, b"throttle:lanes:" + name, b"throttle:leased:" + name),
            limit,
            math.ceil(window * 1e6),
            math.ceil(window * 1e6 / limit),
            10**12 if first else int(AHEAD_SECONDS[lane] * 1e6),
            int(CATCH_UP_SECONDS * 1e6),
            SHARE,
            lane.value,
            # One that was late leaves beside another, in the room that it gave back.
            "1" if lane is Lane.BULK and not first else "0",
            int(self._clock.now().timestamp() * 1e6) if self._shares_time else "",
            int(LEASE_SECONDS * 1e6) if first or at_any_time else 0,
            ROOM,
            len(unused),
            *(slot.name for slot in unused),
            *wanted,
        )
        answered = self._clock.monotonic()
        slots = [
            # Somewhere between question and answer was Redis's now: neither too early nor too late.
            Slot(
                at=answered + int(offset) / 1e6,
                by=asked + int(offset) / 1e6 + (LATE_SECONDS if given else LEASE_SECONDS),
                name=given,
            )
            for offset, given in zip(told[::2], told[1::2], strict=True)
        ]
        return slots, int(wait) / 1e6
