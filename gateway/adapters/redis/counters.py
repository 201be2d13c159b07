"""Counts of the whole deployment, in one hash in Redis; /metrics shows them."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

from gateway.adapters.redis.link import RedisLink
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import Count

logger = logging.getLogger(__name__)

_COUNTERS = b"counters"


class RedisCounters:
    """Fits the `Counters` port."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._lost = 0

    def add(self, name: str, **labels: str) -> None:
        """Adds one; never raises. What could not be counted is told once Redis is back."""
        field = json.dumps([name, sorted(labels.items())], separators=(",", ":"))
        try:
            self._link.call(b"HINCRBY", _COUNTERS, field, 1)
        except StoreUnavailable as error:
            self._lost += 1
            if self._lost == 1:
                logger.warning("Counts are being lost: code=%s", error.code)
            return
        if self._lost:
            logger.warning("Counting again; lost: %d", self._lost)
            self._lost = 0

    def snapshot(self) -> Mapping[Count, int]:
        """Returns all counts; raises StoreUnavailable."""
        flat = self._link.call(b"HGETALL", _COUNTERS)
        return {
            _count(field): int(value) for field, value in zip(flat[::2], flat[1::2], strict=True)
        }


def _count(field: bytes) -> Count:
    name, labels = json.loads(field)
    return Count(name, tuple((label, value) for label, value in labels))
