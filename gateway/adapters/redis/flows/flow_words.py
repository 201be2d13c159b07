"""In Redis: what the flows of a neighbour say, for the turn that waits for it on whatever node."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from gateway.adapters.redis.link import RedisLink, Script
from gateway.adapters.system.keyring import Keyring
from gateway.domain.retention.what_is_removed import (
    FLOW_TOLD_KEPT,
    FLOW_WORDS_KEPT,
    SIGNAL_KEPT,
)
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import FlowWords
from gateway.use_cases.ports.flows.words import Hearing, LostWords

_PURPOSE = "flow words"
#: The link gives up on a reply after 1.5 s, so a wait is made of shorter ones.
_SLICE_SECONDS = 1.0
#: How long words that were heard are known when the neighbour tells them again. RapidPro tries
#: again after 5 and after 10 minutes more, and then gives up.
_KEPT = int(FLOW_WORDS_KEPT.total_seconds())
_BELL_KEPT = int(SIGNAL_KEPT.total_seconds())
_TOLD = int(FLOW_TOLD_KEPT.total_seconds())
#: A turn that has heard words and has not shown them after so long has died with its process: the
#: longest deadline is half of it.
_LOST_AFTER = SIGNAL_KEPT

_SAID, _BELL, _UNSHOWN = b"flow:said:", b"flow:bell:", b"flow:unshown"

# A bell that rings for what was read already would end the next wait before its time.
_HEAR = Script(
    "redis.call('DEL', bell)\nreturn redis.call('LRANGE', said, known, -1)",
    keys=["said", "bell"],
    arguments=["known"],
)
_LEAVE = Script(
    """
if redis.call('GET', waits) == claim then redis.call('DEL', waits) end
redis.call('DEL', bell)
return redis.call('LRANGE', said, known, -1)
""",
    keys=["waits", "said", "bell"],
    arguments=["claim", "known"],
)
_SAY = Script(
    """
if redis.call('EXISTS', told) == 1 then return 'heard' end
local claim = redis.call('GET', waits)
if not claim then return redis.call('EXISTS', noted) == 1 and 'late' or 'unasked' end
redis.call('SET', told, '1', 'EX', kept)
redis.call('RPUSH', said .. claim, words)
redis.call('EXPIRE', said .. claim, kept)
redis.call('RPUSH', bell .. claim, '1')
redis.call('EXPIRE', bell .. claim, bell_kept)
redis.call('ZADD', unshown, lost_at, claim)
redis.call('EXPIRE', unshown, kept)
return 'heard'
""",
    keys=["waits", "noted", "told", "unshown"],
    arguments=["words", "kept", "bell_kept", "lost_at", "said", "bell"],
)
_SHOWN = Script(
    "redis.call('DEL', said)\nredis.call('ZREM', unshown, claim)",
    keys=["said", "unshown"],
    arguments=["claim"],
)


class RedisFlows:
    """Fits the `Flows` port. Redis sees keyed hashes, and no words in the clear."""

    def __init__(self, link: RedisLink, keyring: Keyring) -> None:
        self._link, self._keyring = link, keyring

    def listen(self, who: bytes, claim: bytes, seconds: float) -> None:
        """Lets words be heard by the newest turn."""
        expires = max(1, round(seconds * 1000))
        self._link.call(b"SET", b"flow:waits:" + who, claim, b"PX", expires)

    def heard(self, claim: bytes, known: int, seconds: float) -> Sequence[FlowWords]:
        """Returns what was said, as soon as something is."""
        left = seconds
        while True:
            words = self._link.run(_HEAR, (_SAID + claim, _BELL + claim), known)
            if words or left <= 0:
                return [each for _, each in map(self._opened, words)]
            # What Redis has waited is what has passed; 0 would mean for ever.
            slice_seconds = max(0.01, min(left, _SLICE_SECONDS))
            self._link.call(b"BLPOP", _BELL + claim, f"{slice_seconds:.3f}")
            left -= slice_seconds

    def leave(self, who: bytes, claim: bytes, known: int) -> Sequence[FlowWords]:
        """Returns what was said, and hears no more."""
        keys = (b"flow:waits:" + who, _SAID + claim, _BELL + claim)
        return [each for _, each in map(self._opened, self._link.run(_LEAVE, keys, claim, known))]

    def shown(self, claim: bytes) -> None:
        """Forgets what a turn has heard."""
        self._link.run(_SHOWN, (_SAID + claim, _UNSHOWN), claim)

    def lost(self, now: datetime, limit: int) -> Sequence[LostWords]:
        """Returns what was heard and not shown in time."""
        until = round(now.timestamp() * 1000)
        command = (b"ZRANGEBYSCORE", _UNSHOWN, b"-inf", until, b"LIMIT", 0, limit)
        lost = []
        for claim in self._link.call(*command):
            told = [self._opened(each) for each in self._link.call(b"LRANGE", _SAID + claim, 0, -1)]
            neighbour = told[0][0] if told else ""
            lost.append(LostWords(claim, neighbour, [each for _, each in told]))
        return lost

    def note(self, who: bytes, at: datetime, seconds: float) -> None:
        """Notes who has told the flow something, and when."""
        expires = max(1, round(seconds * 1000))
        self._link.call(b"SET", b"flow:noted:" + who, at.isoformat().encode(), b"PX", expires)

    def noted(self, who: bytes) -> datetime | None:
        """Returns when somebody told the flow something last."""
        at = self._link.call(b"GET", b"flow:noted:" + who)
        return datetime.fromisoformat(at.decode()) if at else None

    def say(self, who: bytes, neighbour: str, words: FlowWords, now: datetime) -> Hearing:
        """Hands words to who waits."""
        stored = words.subscriber.as_stored
        plain = [neighbour, words.reference, stored, words.text, words.waits]
        sealed = self._keyring.seal(_PURPOSE, json.dumps(plain).encode())
        keys = (b"flow:waits:" + who, b"flow:noted:" + who, self._told(who, words), _UNSHOWN)
        lost_at = round((now + _LOST_AFTER).timestamp() * 1000)
        arguments = (sealed, _KEPT, _BELL_KEPT, lost_at, _SAID, _BELL)
        return Hearing(self._link.run(_SAY, keys, *arguments).decode())

    def settled(self, who: bytes, words: FlowWords) -> None:
        """Notes that words are an SMS."""
        self._link.call(b"SET", self._told(who, words), b"1", b"EX", _KEPT)

    def was_told(self, sms: bytes) -> bool:
        """Returns whether a flow was told of an SMS."""
        return bool(self._link.call(b"EXISTS", b"flow:sms:" + sms))

    def note_told(self, sms: bytes) -> None:
        """Notes that a flow was told of an SMS."""
        self._link.call(b"SET", b"flow:sms:" + sms, b"1", b"EX", _TOLD)

    def _told(self, who: bytes, words: FlowWords) -> bytes:
        """Returns the key that says that words were heard; parts share their reference."""
        plain = json.dumps([who.hex(), words.reference, words.text])
        return b"flow:told:" + self._keyring.index("flow", plain)

    def _opened(self, sealed: bytes) -> tuple[str, FlowWords]:
        """Returns words, behind the channel whose flow said them."""
        told = json.loads(self._keyring.open(_PURPOSE, sealed))
        neighbour, reference, number, text, waits = told
        return neighbour, FlowWords(reference, Msisdn(number), text, waits)
