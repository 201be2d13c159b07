"""What plays a provider on this machine, for tests, demos and benches.

Each provider has its own, in its folder; `gateway/standin/` is the server around all of them.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.faults import Fault
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn

if TYPE_CHECKING:
    from flask import Blueprint, Response

SettingsT = TypeVar("SettingsT", bound=ChannelSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account at the provider; without a `delivery_url` of its own it may name one per SMS.

    `signing_key` signs its webhooks, where another secret than the account's does.
    """

    secret: str = field(repr=False)
    delivery_url: str = field(default="", repr=False)
    signing_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSms:
    """An SMS as it arrived. Numbers are invented here, so nothing is masked.

    `taken_at` is in the form of RFC 9110, where the provider tells it.
    """

    provider: str
    account: str
    reference: str
    sender: str
    to: str
    text: str
    link_id: str = ""
    status_callback: str = ""
    taken_at: str = ""


class Exchange(Protocol):
    """What the server keeps for all stand-ins: accounts, SMS and screens, faults, reports."""

    def account(self, provider: str, name: str) -> Account | None:
        """Returns an account of a provider, None when there is no such account."""

    def accounts_of(self, provider: str) -> Mapping[str, Account]:
        """Returns all accounts of a provider, by name."""

    def next_serial(self) -> int:
        """Returns the next number for a reference."""

    def next_fault(self) -> Fault | None:
        """Returns the fault of this send, None when it goes well."""

    def now(self) -> datetime:
        """Returns the time at the provider, aware, in UTC."""

    def take(self, sms: TakenSms) -> None:
        """Keeps an SMS that was accepted."""

    def newest_to(self, provider: str, account: str, number: str) -> Sequence[TakenSms]:
        """Returns the SMS of an account that were accepted for a number, the newest first."""

    def taken_as(self, provider: str, account: str, reference: str) -> TakenSms | None:
        """Returns the SMS of an account with a reference, None where there is none."""

    def show(self, session_id: str, screen: UssdReply) -> None:
        """Keeps a screen that was handed over, until the phone of its session takes it."""

    def report(self, url: str, stages: Sequence[WireRequest], fault: Fault | None) -> None:
        """Sends the reports of one SMS, its last stage being final, as the fault wants them."""

    def answered(self, answer: Response, fault: Fault | None) -> Response:
        """Returns the answer to an SMS that was taken, late or broken off if the fault says so."""


class Standin(Generic[SettingsT]):
    """Plays one provider: to a phone on its network, and to a gateway that sends through it.

    A provider's own says what it has; what it does not say, the provider does not have.
    `credential` is what the provider calls the secret of an account.
    """

    credential = "secret"

    def turn(self, settings: SettingsT, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn as the provider sends it to a webhook."""
        raise Refused("This provider has no USSD.")

    def page(self, body: str) -> UssdReply:
        """Returns what the phone shows of the gateway's answer to a turn."""
        raise Refused("This provider has no USSD.")

    def page_for(self, settings: SettingsT, body: str) -> UssdReply:
        """Returns what `page` does, of a channel whose settings say how its provider speaks."""
        return self.page(body)

    def sends_newest(self, settings: SettingsT) -> bool:
        """Returns whether a turn of the channel holds the newest answer alone."""
        return False

    def acknowledged(self, body: str) -> None:
        """Returns when an answer acknowledges a turn whose screen comes later; raises Refused."""
        raise Refused("This provider takes its screens in the answer to a turn.")

    def sms(self, settings: SettingsT, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO as the provider sends it to a webhook."""
        raise Refused("Nobody can text this provider.")

    def signed(self, settings: SettingsT, url: str, request: WireRequest) -> WireRequest:
        """Returns a request that was changed, signed as it stands; `url` is that of its webhook.

        Of a provider that signs nothing it is returned as it came.
        """
        return request

    def new_reference(self) -> str:
        """Returns a reference for an MO."""
        return secrets.token_hex(16)

    def account_of(self, settings: SettingsT, delivery_url: str) -> tuple[str, Account] | None:
        """Returns the account that a channel sends with, and its name; None where none is sent."""
        return None

    def api(self, exchange: Exchange) -> Blueprint | None:
        """Returns the API that takes MTs; None where nothing is sent to any network."""
        return None
