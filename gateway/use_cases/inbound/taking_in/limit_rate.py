"""Decide whether somebody dials or texts more often than people do."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from gateway.domain.telecom.channel import Channel
from gateway.use_cases.ports import ARRIVALS_SECONDS, Counters, RateCounter


class Verdict(enum.StrEnum):
    """What to do with a dial or an MO."""

    TAKE = "take"
    TELL = "tell"  # the first beyond the subscriber's limit: say so, and do no more
    IGNORE = "ignore"
    CHANNEL_FULL = "channel_full"


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitRate:
    """The limits of a channel, for each subscriber and as a whole."""

    arrivals: RateCounter
    counters: Counters

    def __call__(self, channel: Channel, surface: str, subscriber: bytes) -> Verdict:
        """Returns the verdict on one more arrival; never raises.

        `surface` is ussd or sms; `subscriber` comes from the keyring.
        """
        counts = self.arrivals.count(channel.name, surface, subscriber, ARRIVALS_SECONDS)
        return self.judge(channel, surface, counts)

    def judge(self, channel: Channel, surface: str, counts: tuple[int, int]) -> Verdict:
        """Returns the verdict on an arrival that was counted already.

        `counts` are the subscriber's and the channel's within the last minute, this one included.
        """
        own, all_of_channel = counts
        verdict = _verdict(channel, own, all_of_channel)
        if verdict is not Verdict.TAKE:
            self.counters.add("floods", channel=channel.name, surface=surface, verdict=verdict)
        return verdict


def _verdict(channel: Channel, own: int, all_of_channel: int) -> Verdict:
    if channel.subscriber_per_minute and own > channel.subscriber_per_minute:
        return Verdict.TELL if own == channel.subscriber_per_minute + 1 else Verdict.IGNORE
    if channel.channel_per_minute and all_of_channel > channel.channel_per_minute:
        return Verdict.CHANNEL_FULL
    return Verdict.TAKE
