"""How often subscribers and channels were heard of late, in Redis for all processes together."""

from __future__ import annotations

from gateway.adapters.redis.link import RedisLink, Script
from gateway.domain.faults_and_errors.errors import StoreUnavailable

#: What scripts count one more arrival with; a session store does where it looks for a session.
#: A window begins with its first arrival. Twice the limit can come within one window's length, half
#: of it on each side of a seam: a flood is stopped all the same.
ONE_MORE = """
local function one_more(key, milliseconds)
  local count = redis.call('INCR', key)
  if count == 1 then redis.call('PEXPIRE', key, milliseconds) end
  return count
end
"""

_COUNT = Script(ONE_MORE + "return {one_more(KEYS[1], ARGV[1]), one_more(KEYS[2], ARGV[1])}")


def arrival_keys(channel: str, surface: str, subscriber: bytes) -> tuple[bytes, bytes]:
    """Returns the keys under which the subscriber's and the channel's arrivals are counted."""
    of_channel = f"arrivals:{surface}:{channel}".encode()
    return of_channel + b":" + subscriber, of_channel


class RedisRateCounter:
    """Fits the `RateCounter` port. One round trip."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    def count(
        self, channel: str, surface: str, subscriber: bytes, seconds: float
    ) -> tuple[int, int]:
        """Returns the subscriber's and the channel's count in the present window, this one in it.

        Without Redis nothing is counted: a limit must not stop a service.
        """
        keys = arrival_keys(channel, surface, subscriber)
        try:
            own, all_of_channel = self._link.run(_COUNT, keys, int(seconds * 1000))
        except StoreUnavailable:
            return 0, 0
        return own, all_of_channel
