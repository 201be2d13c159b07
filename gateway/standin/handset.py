"""A citizen's handset: dials and texts a channel in the wire format of its provider."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway.adapters.providers.shared.channel_settings import ChannelSettings
from gateway.adapters.providers.shared.standin import Standin
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.domain.faults_and_errors.errors import Refused
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn

#: Posts a request to the gateway and returns the HTTP status and the body of its answer.
Post = Callable[[WireRequest], tuple[int, str]]

#: Waits for the next screen of a session, where it is a call of its own; raises Refused.
NextScreen = Callable[[str], UssdReply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handset:
    """One phone on one channel. `urls` are the channel's webhooks by route, secrets included.

    `standin` plays the channel's provider, and knows its words. `next_screen` is there where the
    provider takes screens in calls of their own.
    """

    standin: Standin[Any]
    settings: ChannelSettings
    urls: Mapping[str, str]
    post: Post
    next_screen: NextScreen | None = None

    @property
    def dials(self) -> bool:
        """Returns whether the channel can be dialled."""
        return "ussd" in self.urls and self.settings.service_code is not None

    @property
    def texts(self) -> bool:
        """Returns whether the channel can be texted."""
        return "sms" in self.urls and self.settings.address is not None

    def turn(
        self,
        subscriber: Identity,
        session_id: str,
        text: str,
        service_code: str | None = None,
        newest: str | None = None,
    ) -> UssdReply:
        """Returns the reply to a USSD turn; `text` is all that was typed since dialling.

        `newest` is what was typed in this turn, which `text` ends with; when it is left out, what
        stands behind the last `*`. Raises Refused when the channel has no USSD, when the code
        dialled is not its own, and when the gateway does not take the turn.
        """
        if not self.dials:
            raise Refused("This channel cannot be dialled. See `gateway channels`.")
        own = self.settings.service_code or ""
        dialled = service_code or own
        further = dialled.endswith("#") and dialled.startswith(own[:-1] + "*")
        if dialled != own and not further:
            raise Refused(f"Nothing answers there. Dial {own}.")
        alone = None
        if self.standin.sends_newest(self.settings):
            alone = AnswerAlone(not text and newest is None, secrets.token_hex(8))
            text = text.rpartition("*")[2] if newest is None else newest
        turn = UssdTurn(
            session_id=session_id,
            subscriber=subscriber,
            service_code=dialled,
            text=text,
            alone=alone,
        )
        body = self._posted(self.standin.turn(self.settings, self.urls["ussd"], turn))
        if self.next_screen is None:
            return self.standin.page_for(self.settings, body)
        self.standin.acknowledged(body)
        return self.next_screen(session_id)

    def text(self, subscriber: Identity, text: str, to: str | None = None) -> None:
        """Sends an SMS to the gateway; raises Refused like `turn`."""
        if not self.texts:
            raise Refused("This channel cannot be texted. See `gateway channels`.")
        sms = InboundSms(
            provider_ref=self.standin.new_reference(),
            subscriber=subscriber,
            to=to or self.settings.address or "",
            text=text,
        )
        self._posted(self.standin.sms(self.settings, self.urls["sms"], sms))

    def signed(self, request: WireRequest) -> WireRequest:
        """Returns a request that was changed on its way, signed as the provider would sign it."""
        url = next(iter(self.urls.values()))
        parts = urlsplit(url)
        return self.standin.signed(
            self.settings, f"{parts.scheme}://{parts.netloc}{request.target}", request
        )

    def _posted(self, request: WireRequest) -> str:
        status, body = self.post(request)
        if status // 100 != 2:
            raise Refused(f"The gateway answered {status}: {body.strip()}")
        return body
