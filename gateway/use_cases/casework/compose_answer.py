"""What a person writes to a citizen: fitted, counted and priced before it is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.money.money import Money
from gateway.domain.money.tariff import Prices
from gateway.domain.telecom.channel import NO_CHANNEL_SENDS, SMS_PAGE, Channel, channel_to_send
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.paging import excess
from gateway.domain.telecom.segments import segment
from gateway.domain.text.gsm7 import downgraded


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """An answer as it goes out: on which channel, in how many segments, and what it costs.

    `cost` is None where nobody has said what a segment costs.
    """

    text: str = field(repr=False)
    subscriber: Identity
    channel: Channel
    segments: int
    cost: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComposeAnswer:
    """The use case, with what it needs of the deployment."""

    channels: Mapping[str, Channel]
    prices: Callable[[], Prices]

    def __call__(self, text: str, channel: str, subscriber: Identity, institution: str) -> Composed:
        """Returns the answer; `channel` is the one that is asked for, another where it sends none.

        Raises Refused for a text that is empty or longer than three segments, and when no channel
        sends.
        """
        fitted = downgraded(" ".join(text.split()))
        if not fitted:
            raise Refused(Sentence("An answer needs a text."))
        over = excess(fitted, SMS_PAGE)
        if over:
            raise Refused(
                Sentence(
                    "The answer is %(number)s characters over three segments. Shorten it.",
                    number=over,
                )
            )
        sends = channel_to_send(self.channels, channel, subscriber)
        if sends is None:
            raise Refused(NO_CHANNEL_SENDS)
        segments = len(segment(fitted).parts)
        price = self.prices().of_sms(sends.name, institution, "", 1, segments)
        return Composed(
            text=fitted, subscriber=subscriber, channel=sends, segments=segments, cost=price.money
        )
