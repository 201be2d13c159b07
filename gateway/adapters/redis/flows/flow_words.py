"""In Redis: what the flows of a neighbour say, for the turn that waits for it on whatever node."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from gateway.adapters.redis.link import RedisLink, Script
from gateway.adapters.system.keyring import Keyring
from gateway.domain.retention.what_is_removed import SIGNAL_KEPT
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.ports.ussd import Hearing

_PURPOSE = "flow words"
#: The link gives up on a reply after 1.5 s, so a wait is made of shorter ones.
_SLICE_SECONDS = 1.0
#: How long words that were heard are known when the neighbour tells them again.
_KNOWN = int(SIGNAL_KEPT.total_seconds())

_LISTEN = Script(
    "redis.call('DEL', said, bell)\nredis.call('SET', waits, '1', 'PX', milliseconds)",
    keys=["waits", "said", "bell"],
    arguments=["milliseconds"],
)
_LEAVE = Script(
    """
local late = redis.call('LRANGE', said, known, -1)
redis.call('DEL', waits, said, bell)
return late
""",
    keys=["waits", "said", "bell"],
    arguments=["known"],
)
_SAY = Script(
    """
if redis.call('EXISTS', told) == 1 then return 'heard' end
if redis.call('EXISTS', waits) == 0 then
  return redis.call('EXISTS', noted) == 1 and 'late' or 'unasked'
end
redis.call('SET', told, '1', 'EX', kept)
redis.call('RPUSH', said, words)
redis.call('RPUSH', bell, '1')
redis.call('EXPIRE', said, kept)
redis.call('EXPIRE', bell, kept)
return 'heard'
""",
    keys=["waits", "said", "bell", "noted", "told"],
    arguments=["words", "kept"],
)


class RedisFlows:
    """Fits the `Flows` port. Redis sees keyed hashes, and no words in the clear."""

    def __init__(self, link: RedisLink, keyring: Keyring) -> None:
        self._link, self._keyring = link, keyring

    def listen(self, who: bytes, seconds: float) -> None:
        """Lets words be heard."""
        self._link.run(_LISTEN, _keys(who), max(1, round(seconds * 1000)))

    def heard(self, who: bytes, known: int, seconds: float) -> Sequence[FlowWords]:
        """Returns what was said, as soon as something is."""
        _, said, bell = _keys(who)
        left = seconds
        while True:
            words = self._link.call(b"LRANGE", said, known, -1)
            if words or left <= 0:
                return self._opened(words)
            # What Redis has waited is what has passed; 0 would mean for ever.
            slice_seconds = max(0.01, min(left, _SLICE_SECONDS))
            self._link.call(b"BLPOP", bell, f"{slice_seconds:.3f}")
            left -= slice_seconds

    def leave(self, who: bytes, known: int) -> Sequence[FlowWords]:
        """Returns what was said, and hears no more."""
        return self._opened(self._link.run(_LEAVE, _keys(who), known))

    def note(self, who: bytes, at: datetime, seconds: float) -> None:
        """Notes who has told the flow something, and when."""
        expires = max(1, round(seconds * 1000))
        self._link.call(b"SET", b"flow:noted:" + who, at.isoformat().encode(), b"PX", expires)

    def noted(self, who: bytes) -> datetime | None:
        """Returns when somebody told the flow something last."""
        at = self._link.call(b"GET", b"flow:noted:" + who)
        return datetime.fromisoformat(at.decode()) if at else None

    def say(self, who: bytes, words: FlowWords) -> Hearing:
        """Hands words to who waits."""
        plain = [words.reference, words.subscriber.as_stored, words.text, words.waits]
        sealed = self._keyring.seal(_PURPOSE, json.dumps(plain).encode())
        keys = (*_keys(who), b"flow:noted:" + who, self._told(who, words))
        return Hearing(self._link.run(_SAY, keys, sealed, _KNOWN).decode())

    def _told(self, who: bytes, words: FlowWords) -> bytes:
        """Returns the key that says that words were heard; parts share their reference."""
        plain = json.dumps([who.hex(), words.reference, words.text])
        return b"flow:told:" + self._keyring.index("flow", plain)

    def _opened(self, words: Sequence[bytes]) -> Sequence[FlowWords]:
        told = [json.loads(self._keyring.open(_PURPOSE, sealed)) for sealed in words]
        return [
            FlowWords(reference, Msisdn(number), text, waits)
            for reference, number, text, waits in told
        ]


def _keys(who: bytes) -> tuple[bytes, bytes, bytes]:
    return b"flow:waits:" + who, b"flow:said:" + who, b"flow:bell:" + who
