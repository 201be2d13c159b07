"""What calls of back ends need of Redis: answers kept for a while, and a bell for who waits."""

from __future__ import annotations

import logging

from gateway.adapters.handler_calls import slow_call_codec
from gateway.adapters.redis.link import RedisLink
from gateway.adapters.system.keyring import Keyring
from gateway.domain.faults_and_errors.errors import GatewayError, StoreUnavailable
from gateway.domain.retention.what_is_removed import SIGNAL_KEPT
from gateway.use_cases.ports.calls import KeptAnswer

logger = logging.getLogger(__name__)

#: The link gives up on a reply after 1.5 s, so a wait is made of shorter ones.
_SLICE_SECONDS = 1.0
#: The same turn can wait in several processes, when a provider repeats it.
_LISTENERS = 4


class RedisAnswers:
    """Fits the `KeptAnswers` port; Redis never sees an answer in the clear."""

    def __init__(self, link: RedisLink, keyring: Keyring) -> None:
        self._link = link
        self._keyring = keyring

    def find(self, key: bytes) -> KeptAnswer | None:
        """Returns what was kept under a key."""
        try:
            sealed = self._link.call(b"GET", b"answer:" + key)
            if sealed is None:
                return None
            return slow_call_codec.answer_from_json(self._keyring.open("kept answer", sealed))
        except (GatewayError, ValueError, TypeError) as error:
            logger.warning("A kept answer cannot be read: code=%s", type(error).__name__)
            return None

    def keep(self, key: bytes, answer: KeptAnswer, seconds: float) -> None:
        """Keeps an answer for so long."""
        sealed = self._keyring.seal("kept answer", slow_call_codec.answer_to_json(answer))
        try:
            self._link.call(b"SET", b"answer:" + key, sealed, b"PX", int(seconds * 1000))
        except StoreUnavailable as error:
            logger.warning("An answer was not kept: code=%s", error.code)


class RedisResultSignal:
    """Fits the `ResultSignal` port, on the link's connection of the thread that waits."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    def ring(self, call_id: int) -> None:
        """Wakes who waits; raises StoreUnavailable."""
        self._link.call(b"RPUSH", _bell(call_id), *["1"] * _LISTENERS)
        self._link.call(b"EXPIRE", _bell(call_id), int(SIGNAL_KEPT.total_seconds()))

    def wait(self, call_id: int, seconds: float) -> None:
        """Returns when it rings, or after `seconds`; raises StoreUnavailable."""
        left = seconds
        while left > 0:  # what Redis has waited is what has passed
            slice_seconds = max(0.01, min(left, _SLICE_SECONDS))  # 0 would mean for ever
            if self._link.call(b"BLPOP", _bell(call_id), f"{slice_seconds:.3f}") is not None:
                return
            left -= slice_seconds


class NoAnswers:
    """Fits the `KeptAnswers` port where nothing is kept."""

    def find(self, key: bytes) -> KeptAnswer | None:
        """Returns None."""
        return None

    def keep(self, key: bytes, answer: KeptAnswer, seconds: float) -> None:
        """Keeps nothing."""


def _bell(call_id: int) -> bytes:
    return b"bell:%d" % call_id
