"""Tells RapidPro's flows what citizens dial and text on our lines, as an External channel does."""

from __future__ import annotations

from gateway.adapters.providers.rapidpro.settings import Settings
from gateway.adapters.providers.shared.http import Transport
from gateway.domain.faults_and_errors.errors import (
    ChannelMisconfigured,
    OutcomeUnknown,
    ProviderUnavailable,
)
from gateway.domain.telecom.msisdn import Msisdn


class RapidProFlows:
    """Speaks to one External channel; what its flows say comes to a webhook of ours."""

    def __init__(self, settings: Settings, transport: Transport) -> None:
        self._settings, self._transport = settings, transport
        self._url = f"{settings.api_url}/c/ex/{settings.external}/receive"

    def tell(self, subscriber: Msisdn, text: str, seconds: float, *, begins: bool) -> None:
        """Tells it within so many seconds; raises SendFailed."""
        if not self._settings.external:
            raise ChannelMisconfigured("external_missing")
        if begins:
            text = f"{self._settings.begins_with} {text}".strip()
        fields = {"from": subscriber.e164, "text": text}
        answer = self._transport.post_form(self._url, fields, {}, seconds)
        match answer.status:
            case 200 | 201 | 202:
                return
            case 502 | 503 as status:  # its front door: nothing behind it took the request
                raise ProviderUnavailable("provider_error", str(status))
            case status if 300 <= status < 500 and status != 408:
                raise ChannelMisconfigured("refused", str(status))
            case status:
                raise OutcomeUnknown("provider_error", str(status))
