"""What the phone's page shows of an MT, of a page of USSD, and of the menu to try."""

from __future__ import annotations

from typing import Any

from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.paging import measure
from gateway.domain.telecom.segments import (
    JOINED_SEPTETS,
    JOINED_UNITS,
    SINGLE_SEPTETS,
    SINGLE_UNITS,
)
from gateway.domain.telecom.segments import segment as segment_text
from gateway.domain.telecom.sms import OutboundSms
from gateway.domain.telecom.ussd import UssdReply
from gateway.domain.text.gsm7 import Encoding


def reply_view(channel: Channel, reply: UssdReply) -> dict[str, Any]:
    """Returns a USSD reply as JSON values, with what it takes of the page."""
    encoding, units = measure(reply.text)
    return {
        "text": reply.text,
        "ends": reply.ends,
        "encoding": encoding.value,
        "units": units,
        "limit": _page_limit(channel, encoding),
    }


def sms_view(sms: OutboundSms, status: DeliveryStatus, channel: Channel | None) -> dict[str, Any]:
    """Returns an MT as JSON values, with its segments; `channel` is None once it is gone."""
    cut = segment_text(sms.text)
    count = len(cut.parts)
    single, joined = (
        (SINGLE_SEPTETS, JOINED_SEPTETS)
        if cut.encoding is Encoding.GSM7
        else (SINGLE_UNITS, JOINED_UNITS)
    )
    own = (channel.sender_id or channel.address or channel.name) if channel else sms.channel
    return {
        "id": sms.id,
        "sender": sms.sender or own,
        "text": sms.text,
        "segments": count,
        "encoding": cut.encoding.value,
        "units": cut.units,
        "limit": single if count == 1 else joined * count,
        "status": status.value,
        "at": sms.created_at.isoformat(),
    }


def dialled_services(release: Release) -> list[tuple[str, str]]:
    """Returns title and shortcut of the services that can be dialled directly."""
    language = release.default_language
    return [
        (service.title[language].fill({}), service.shortcut)
        for service in release.by_shortcut()
        if service.shortcut
    ]


def first_keywords(release: Release) -> dict[str, list[str]]:
    """Returns the first keyword of each service, by language."""
    return {
        language: [
            service.keywords[language][0]
            for service in release.by_shortcut()
            if service.keywords.get(language)
        ]
        for language in release.languages
    }


def _page_limit(channel: Channel, encoding: Encoding) -> int:
    budget = channel.page
    limit = budget.septets if encoding is Encoding.GSM7 else budget.ucs2
    return limit - len("CON ") if budget.count_prefix else limit
