"""What providers share when they read a webhook: its fields, and the secret in its URL."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network
from typing import Protocol

from gateway.adapters.providers.shared.channel_settings import TokenSettings
from gateway.domain.faults_and_errors.errors import (
    InvalidAddress,
    Malformed,
    OriginUnproven,
    Unanswerable,
)
from gateway.domain.inbound.ip_addresses import address_of
from gateway.domain.inbound.senders import sender_of
from gateway.domain.telecom.identity import Identity, ProviderToken
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.webhook import WebhookRequest
from gateway.domain.text.secret_comparison import is_one_of

Network = IPv4Network | IPv6Network

#: A sender's name, such as MPESA, has as many characters at most (3GPP TS 23.040, 9.1.2.5).
_LONGEST_NAME = 11

#: A provider's status word. Anything else might carry a number, and details are kept and shown.
_WORD = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}", re.ASCII)


def required(fields: Mapping[str, str], name: str, *, longest: int = 128) -> str:
    """Returns a field that must not be empty; raises Malformed."""
    try:
        value = fields[name]
    except KeyError:
        raise _missing(name) from None
    if not value or len(value) > longest:
        raise Malformed(f"The field '{name}' must hold 1 to {longest} characters.")
    return value


class Worded(Protocol):
    """Fields of which some hold what a citizen wrote."""

    def words(self, name: str) -> str:
        """Returns a field as well as it can be read; raises KeyError and Malformed."""


def words(fields: Worded, name: str) -> str:
    """Returns what a citizen wrote, which must be there and may be empty; raises Malformed.

    It is read as well as can be: what a person wrote is no reason to refuse it.
    """
    try:
        return fields.words(name)
    except KeyError:
        raise _missing(name) from None


def typed(fields: Worded, name: str) -> str:
    """Returns what was typed in a USSD session; nothing where the field is left out.

    Some aggregators send it with the first answer only. Raises Malformed when it is sent twice.
    """
    try:
        return fields.words(name)
    except KeyError:
        return ""


def required_msisdn(fields: Mapping[str, str], name: str, country: str) -> Msisdn:
    """Returns the number in a field, as networks write it; raises Malformed, without the number.

    `country` is the channel's. Raises Unanswerable for a short code or a name.
    """
    return number_in(required(fields, name), name, country)


def required_subscriber(fields: Mapping[str, str], name: str, settings: TokenSettings) -> Identity:
    """Returns the number in a field, or the token where the channel has `tokens`.

    What looks like a number or the name of a sender is no token. Raises like `required_msisdn`.
    """
    text = required(fields, name)
    if settings.tokens and len(text) > _LONGEST_NAME:
        with suppress(InvalidAddress):
            return ProviderToken(settings.provider, settings.application, text)
    return number_in(text, name, settings.country)


def number_in(text: str, name: str, country: str) -> Msisdn:
    """Returns the number in a text; raises like `required_msisdn`. `name` is that of its field."""
    try:
        number = sender_of(text, country)
    except InvalidAddress:
        raise Malformed(f"The field '{name}' is no phone number.") from None
    if number is None:
        raise Unanswerable(f"The field '{name}' holds a short code or a name, and no number.")
    return number


def word(text: str) -> str:
    """Returns the text when it is one plain word, and nothing otherwise.

    >>> word("UserInBlackList"), word("+254 711 000001")
    ('UserInBlackList', '')
    """
    return text if _WORD.fullmatch(text) else ""


def _missing(name: str) -> Malformed:
    return Malformed(f"The field '{name}' is missing.")


def prove_key(request: WebhookRequest, webhook_keys: Sequence[str]) -> None:
    """Returns when `?key=` is one of the channel's secrets; raises OriginUnproven."""
    try:
        given = request.query_fields().get("key", "")
    except Malformed as error:
        raise OriginUnproven("The query string is not readable.") from error
    if not is_one_of(given, webhook_keys):
        raise OriginUnproven("The URL carries no ?key= or another one than the channel's.")


def prove_network(request: WebhookRequest, networks: Sequence[Network]) -> None:
    """Returns when the source address lies in one of the networks, or none are configured.

    Raises OriginUnproven.
    """
    if not networks:
        return
    source = address_of(request.remote_address)
    if source is None:
        raise OriginUnproven("The source address is not known.")
    if not any(source in network for network in networks):
        raise OriginUnproven("The source address is not in the channel's networks.")
