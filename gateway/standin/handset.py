"""A citizen's handset: dials and texts a channel in the wire format of its provider."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from gateway.adapters.providers.africastalking import settings as africastalking_settings
from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.simulator import webhooks as simulator
from gateway.adapters.providers.twilio import settings as twilio_settings
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply
from gateway.standin import wire

#: Posts a request to the gateway and returns the HTTP status and the body of its answer.
Post = Callable[[wire.WireRequest], tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handset:
    """One phone on one channel. `urls` are the channel's webhooks by route, secrets included."""

    settings: ChannelSettings
    urls: Mapping[str, str]
    post: Post

    @property
    def dials(self) -> bool:
        """Returns whether the channel can be dialled."""
        return "ussd" in self.urls and self.settings.service_code is not None

    @property
    def texts(self) -> bool:
        """Returns whether the channel can be texted."""
        return "sms" in self.urls and self.settings.address is not None

    def turn(
        self, msisdn: Msisdn, session_id: str, text: str, service_code: str | None = None
    ) -> UssdReply:
        """Returns the reply to a USSD turn; `text` is all that was typed since dialling.

        Raises Refused when the channel has no USSD, when the code dialled is not its own, and when
        the gateway does not take the turn.
        """
        if not self.dials:
            raise Refused("This channel cannot be dialled. See `gateway channels`.")
        own = self.settings.service_code or ""
        dialled = service_code or own
        further = dialled.endswith("#") and dialled.startswith(own[:-1] + "*")
        if dialled != own and not further:
            raise Refused(f"Nothing answers there. Dial {own}.")
        of_africas_talking = isinstance(self.settings, africastalking_settings.Settings)
        body = self._posted(
            (wire.at_ussd if of_africas_talking else wire.simulator_ussd)(
                self.urls["ussd"],
                session_id=session_id,
                phone=msisdn.e164,
                service_code=dialled,
                text=text,
            )
        )
        return UssdReply(text=body[4:], ends=body.startswith("END "))

    def text(self, msisdn: Msisdn, text: str, to: str | None = None) -> None:
        """Sends an SMS to the gateway; raises Refused like `turn`."""
        if not self.texts:
            raise Refused("This channel cannot be texted. See `gateway channels`.")
        self._posted(self._sms(msisdn.e164, text, to or self.settings.address or ""))

    def _sms(self, phone: str, text: str, to: str) -> wire.WireRequest:
        url = self.urls["sms"]
        match self.settings:
            case simulator.Settings():
                reference = f"sim-{secrets.token_hex(8)}"
                return wire.simulator_sms(url, reference=reference, phone=phone, to=to, text=text)
            case africastalking_settings.Settings():
                reference = f"ATXid_{secrets.token_hex(8)}"
                return wire.at_sms(url, reference=reference, phone=phone, to=to, text=text)
            case twilio_settings.Settings() as settings:
                return wire.twilio_sms(
                    url,
                    auth_token=settings.auth_token.get_secret_value(),
                    account_sid=settings.account_sid,
                    reference=f"SM{secrets.token_hex(16)}",
                    phone=phone,
                    to=to,
                    text=text,
                )
            case other:
                raise Refused(f"No handset speaks like {other.provider}.")

    def _posted(self, request: wire.WireRequest) -> str:
        status, body = self.post(request)
        if status // 100 != 2:
            raise Refused(f"The gateway answered {status}: {body.strip()}")
        return body
