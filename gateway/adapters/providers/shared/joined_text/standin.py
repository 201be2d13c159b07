"""A stand-in's side of the shape of Africa's Talking: writes what ussd.py reads."""

from __future__ import annotations

from gateway.adapters.providers.shared.standin import SettingsT, Standin
from gateway.adapters.providers.shared.wire import WireRequest, form_request
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn


def joined_turn(url: str, turn: UssdTurn, **others: str) -> WireRequest:
    """Returns a USSD turn; `others` are further fields."""
    fields = {
        "sessionId": turn.session_id,
        "phoneNumber": turn.subscriber.as_told,
        "serviceCode": turn.service_code,
        "text": turn.text,
    }
    if turn.network_code:
        fields["networkCode"] = turn.network_code
    return form_request(url, fields | others)


def joined_sms(url: str, sms: InboundSms, **others: str) -> WireRequest:
    """Returns an MO; a link id makes it on-demand; `others` are further fields."""
    fields = {
        "id": sms.provider_ref,
        "from": sms.subscriber.as_told,
        "to": sms.to,
        "text": sms.text,
    }
    if sms.link_id:
        fields["linkId"] = sms.link_id
    return form_request(url, fields | others)


class JoinedTextStandin(Standin[SettingsT]):
    """What such providers have in common."""

    def turn(self, settings: SettingsT, url: str, turn: UssdTurn) -> WireRequest:
        """Returns a USSD turn."""
        return joined_turn(url, turn)

    def page(self, body: str) -> UssdReply:
        """Returns the page behind `CON ` or `END `."""
        return UssdReply(text=body[4:], ends=body.startswith("END "))

    def sms(self, settings: SettingsT, url: str, sms: InboundSms) -> WireRequest:
        """Returns an MO."""
        return joined_sms(url, sms)
