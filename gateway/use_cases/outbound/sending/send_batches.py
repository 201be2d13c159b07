"""Which MTs go to a provider in one call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import OutboundSms

#: Of what a channel may take in a second, so much goes in one call at most: nobody who is more
#: urgent waits longer behind it.
LARGEST_SHARE = 0.1


class TakesMany(Protocol):
    """What a provider says of the calls it takes."""

    batch_size: int
    mixes_texts: bool


def batches(
    leased: Iterable[OutboundSms], provider: TakesMany, per_second: float
) -> list[list[OutboundSms]]:
    """Returns the MTs in calls that the provider takes, in the order of the first of each.

    Those of a call have each another subscriber, and the same text and sender, unless the provider
    mixes texts. What answers an MO with its link id, and what was tried before, goes alone: one of
    a batch may be why it failed.
    """
    made: list[list[OutboundSms]] = []
    filling: dict[object, _Filling] = {}
    size, share = provider.batch_size, per_second * LARGEST_SHARE
    for sms in leased:
        if size < 2 or 2 * sms.parts > share or sms.link_id or sms.attempt > 1:
            made.append([sms])
            continue
        key = None if provider.mixes_texts else (sms.text, sms.sender)
        batch = filling.get(key)
        if batch is None or not batch.has_room(sms, size, share):
            batch = filling[key] = _Filling()
            made.append(batch.mts)
        batch.add(sms)
    return made


class _Filling:
    """A call that is being filled."""

    __slots__ = ("_parts", "_reached", "mts")

    def __init__(self) -> None:
        self.mts: list[OutboundSms] = []
        self._reached: set[Identity] = set()
        self._parts = 0

    def has_room(self, sms: OutboundSms, size: int, share: float) -> bool:
        """Returns whether one MT more fits, of somebody who is not in it."""
        return (
            len(self.mts) < size
            and self._parts + sms.parts <= share
            and sms.subscriber not in self._reached
        )

    def add(self, sms: OutboundSms) -> None:
        """Adds an MT."""
        self.mts.append(sms)
        self._reached.add(sms.subscriber)
        self._parts += sms.parts
