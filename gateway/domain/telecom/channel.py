"""A channel: one configured line to a provider, with its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from gateway.domain.faults_and_errors.sentence import Sentence
from gateway.domain.money.tariff import Tariff
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBudget:
    """How much one USSD page may hold.

    `septets` for GSM-7 text, `ucs2` in UTF-16 units for any other. The physical limit is 160
    octets: 182 septets or 80 units (3GPP TS 23.038, GSM 04.80); networks cut earlier, so the
    default is 160 and 70. With `count_prefix` the reply's `CON ` or `END ` counts too.
    """

    septets: int = 160
    ucs2: int = 70
    count_prefix: bool = False


#: Three concatenated segments: what an SMS reply may hold before it is cut into pages.
SMS_PAGE = PageBudget(septets=459, ucs2=201)


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys that mean the same on every screen."""

    back: str = "0"
    home: str = "00"
    more: str = "98"


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One line: a provider, its addresses, its limits. Times in seconds.

    At most so many dials, and so many MOs, are taken within a minute; 0 is without limit. With
    `chooses_sender` the provider has a sender of its own for what we send. `application` is the
    account at the provider; with `texts_tokens` it takes SMS to those whose number it keeps. With
    `pushes_screens` the provider takes each screen of USSD in a call of its own, after the turn's
    webhook was acknowledged. `tariff` says what the channel costs. `flows` names the channel of a
    neighbour whose flows answer what is dialled and texted on this one; without it our menus do.
    """

    name: str
    provider: str
    service_code: str | None = None
    address: str | None = None
    sender_id: str | None = None
    chooses_sender: bool = False
    application: str = ""
    texts_tokens: bool = False
    pushes_screens: bool = False
    page: PageBudget = field(default_factory=PageBudget)
    keys: Keys = field(default_factory=Keys)
    deadline_seconds: float = 6.0
    session_seconds: float = 180.0
    conversation_seconds: float = 3600.0
    max_per_second: float = 10.0
    in_flight: int = 8
    subscriber_per_minute: int = 30
    channel_per_minute: int = 0
    tariff: Tariff | None = None
    flows: str = ""

    @property
    def sends(self) -> bool:
        """Whether SMS can go out on it: it has a sender for them."""
        return bool(self.address or self.sender_id or self.chooses_sender)

    def can_text(self, subscriber: Identity) -> bool:
        """Returns whether what we send here can reach a subscriber, if the channel sends at all.

        A token means something to the application alone that gave it.
        """
        match subscriber:
            case Msisdn():
                return True
            case ProviderToken(provider, application):
                known_here = (provider, application) == (self.provider, self.application)
                return self.texts_tokens and known_here
            case _:
                assert_never(subscriber)


#: What whoever runs the gateway is told when `channel_to_send` finds none.
NO_CHANNEL_SENDS = Sentence(
    "No channel can send SMS there: it needs an `address` or a `sender_id`, and for a provider's "
    "token it has to be that provider's, and to take them (`texts_tokens`)."
)


def channel_to_send(
    channels: Mapping[str, Channel], asked: str, subscriber: Identity
) -> Channel | None:
    """Returns the channel for an SMS: that of the name asked for, or else the first that sends.

    The one asked for may be dialled only, or gone from the settings. None when none sends, or none
    can reach this subscriber.
    """
    sending = {
        name: each for name, each in channels.items() if each.sends and each.can_text(subscriber)
    }
    return sending.get(asked) or next(iter(sending.values()), None)
