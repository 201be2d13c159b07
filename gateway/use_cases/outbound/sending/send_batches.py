"""Which MTs go to a provider in one call."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.domain.telecom.sms import OutboundSms

#: Of what a channel may take in a second, so much goes in one call at most: nobody who is more
#: urgent waits longer behind it.
LARGEST_SHARE = 0.1


def batches(leased: Iterable[OutboundSms], size: int, per_second: float) -> list[list[OutboundSms]]:
    """Returns the MTs in calls of at most `size`, in the order of the first of each.

    Those of a call have the same text and sender, and each another subscriber. What answers an MO
    with its link id, and what was tried before, goes alone: one of a batch may be why it failed.
    """
    made: list[list[OutboundSms]] = []
    filling: dict[tuple[str, str], tuple[list[OutboundSms], set[object], int]] = {}
    for sms in leased:
        room = min(size, int(per_second * LARGEST_SHARE / sms.parts))
        if room < 2 or sms.link_id or sms.attempt > 1:
            made.append([sms])
            continue
        key = (sms.text, sms.sender)
        batch, reached, most = filling.get(key) or ([], set[object](), 0)
        if len(batch) >= most or sms.subscriber in reached:
            batch, reached, most = filling[key] = ([], set(), room)
            made.append(batch)
        batch.append(sms)
        reached.add(sms.subscriber)
    return made
