"""How often subscribers and channels were heard of late, in Redis for all processes together."""

from __future__ import annotations

from gateway.adapters.redis_link import RedisLink, Script
from gateway.domain.errors import StoreUnavailable

# A window begins with its first arrival. Twice the limit can come within one window's length, half
# of it on each side of a seam: a flood is stopped all the same.
_COUNT = Script("""
local counts = {}
for index, key in ipairs(KEYS) do
  counts[index] = redis.call('INCR', key)
  if counts[index] == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
end
return counts
""")


class RedisArrivals:
    """Fits the `Arrivals` port. One round trip."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    def count(
        self, channel: str, surface: str, subscriber: bytes, seconds: float
    ) -> tuple[int, int]:
        """Returns the subscriber's and the channel's count in the present window, this one in it.

        Without Redis nothing is counted: a limit must not stop a service.
        """
        of_channel = f"arrivals:{surface}:{channel}".encode()
        keys = (of_channel + b":" + subscriber, of_channel)
        try:
            own, all_of_channel = self._link.run(_COUNT, keys, int(seconds * 1000))
        except StoreUnavailable:
            return 0, 0
        return own, all_of_channel
