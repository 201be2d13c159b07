"""Twilio: SMS in both directions.

Sending stands in sender.py, because it loads the SDK.
"""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.shared.form_fields import (
    prove_network,
    required,
    required_msisdn,
    words,
)
from gateway.adapters.providers.shared.no_webhooks import NoWebhooks
from gateway.adapters.providers.shared.one_by_one import OneByOne
from gateway.adapters.providers.twilio.settings import Settings
from gateway.adapters.providers.twilio.signature import SIGNATURE, prove_signature
from gateway.adapters.providers.twilio.statuses import report_of
from gateway.domain.faults_and_errors.errors import Malformed, OriginUnproven
from gateway.domain.telecom.delivery import DeliveryReport
from gateway.domain.telecom.sms import Accepted, InboundSms, OutboundSms
from gateway.domain.telecom.webhook import WebhookReply, WebhookRequest
from gateway.use_cases.ports.sms.courier import Courier
from gateway.use_cases.ports.sms.prices import Cost

if TYPE_CHECKING:
    from gateway.adapters.providers.twilio.asking import TwilioAsker
    from gateway.adapters.providers.twilio.sender import TwilioSender
    from gateway.adapters.providers.twilio.standin import TwilioStandin

#: What Advanced Opt-Out says it has recognised.
OPT_OUT_TYPES = frozenset({"STOP", "START", "HELP"})

#: A shorter body is never taken for base64: too many plain words would look like it.
_SHORTEST_BASE64 = 60
_BASE64 = re.compile("[A-Za-z0-9+/]+={0,2}", re.ASCII)


class Twilio(OneByOne, NoWebhooks):
    """One channel at Twilio: no USSD; opt-outs come with the MO or the delivery report."""

    routes: Mapping[str, Sequence[str]] = {"sms": ("POST",), "delivery": ("POST",)}
    #: A price is in no answer to a send, and in no report: the message has it some minutes later.
    price_after = timedelta(minutes=5)

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        self._settings = settings
        tokens = (settings.auth_token, settings.previous_auth_token)
        self._tokens = [token.get_secret_value() for token in tokens if token]
        self._shared_keys = {
            name: secret.get_secret_value() for name, secret in settings.shared_keys.items()
        }

    def prove_head(self, request: WebhookRequest) -> None:
        """Returns when there is a signature to look at; raises OriginUnproven."""
        prove_network(request, self._settings.networks)
        if not request.headers.get(SIGNATURE):
            raise OriginUnproven("The signature header is missing.")

    def prove_body(self, request: WebhookRequest) -> None:
        """Returns when the request is signed by Twilio; raises OriginUnproven."""
        prove_signature(request, self._tokens, self._shared_keys)

    def parse_sms(self, request: WebhookRequest) -> InboundSms:
        """Returns the MO; raises Malformed."""
        fields = request.form()
        opt_out = fields.get("OptOutType", "").upper()
        return InboundSms(
            provider_ref=required(fields, "MessageSid"),
            subscriber=required_msisdn(fields, "From", self._settings.country),
            to=required(fields, "To"),
            text=plain_text(words(fields, "Body")),
            opt_out=opt_out if opt_out in OPT_OUT_TYPES else "",
        )

    def parse_delivery(self, request: WebhookRequest) -> DeliveryReport:
        """Returns the report, its status None for a word not in the table; raises Malformed.

        `?id=` of the URL is our own id of the MT, put there by `send` and covered by the signature.
        """
        fields = request.form()
        return report_of(
            required(fields, "MessageSid"),
            required(fields, "MessageStatus"),
            fields.get("ErrorCode", ""),
            _message_id(request),
        )

    def acknowledge(self, route: str) -> WebhookReply:
        """Returns an empty TwiML document for an MO, and nothing for a report."""
        if route == "sms":
            return WebhookReply(body="<Response/>", content_type="text/xml; charset=utf-8")
        return WebhookReply()

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed."""
        return self._sender.send(sms, delivery_url)

    def courier(self) -> Courier:
        """Returns what hands over many at the same time, each in a call of its own."""
        from gateway.adapters.providers.shared.side_by_side import SideBySide

        return SideBySide(self._sender.transport, self._sender.call)

    def find_sent(
        self, sms: OutboundSms, since: datetime, is_another: Callable[[str], bool]
    ) -> DeliveryReport | None:
        """Returns what the list of messages says of an MT; raises SendFailed."""
        return self._asker.find_sent(sms, since, is_another)

    def cost_of(self, ref: str) -> Cost | None:
        """Returns what an MT has cost, once Twilio knows; raises SendFailed."""
        return self._asker.cost_of(ref)

    @cached_property
    def _sender(self) -> TwilioSender:
        from gateway.adapters.providers.shared.http import Transport
        from gateway.adapters.providers.twilio.sender import TwilioSender

        return TwilioSender(self._settings, Transport())

    @cached_property
    def _asker(self) -> TwilioAsker:
        from gateway.adapters.providers.shared.http import Transport
        from gateway.adapters.providers.twilio.asking import TwilioAsker

        # Nothing is lost when it is not told in time: it is asked again.
        return TwilioAsker(self._settings, Transport(connect_seconds=3.0, read_seconds=5.0))


def load_standin() -> TwilioStandin:
    """Returns what plays Twilio on this machine."""
    from gateway.adapters.providers.twilio.standin import TwilioStandin

    return TwilioStandin()


def _message_id(request: WebhookRequest) -> int | None:
    text = request.query_fields().get("id")
    if text is None:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise Malformed("The id in the URL is no number.")
    return int(text)


def plain_text(body: str) -> str:
    """Returns the body of an MO, decoded where Twilio delivered a long SMS in base64.

    Seen by courier, an older gateway: bodies of 60 characters and more, strictly base64. One that
    was cut may end within a letter, which is left out. What does not decode to readable text was
    meant as it stands: so many plain letters hardly ever do.
    """
    if len(body) < _SHORTEST_BASE64 or not _BASE64.fullmatch(body):
        return body
    bare = body.rstrip("=")
    whole = bare[: len(bare) - (len(bare) % 4 == 1)]  # a sign alone holds no byte
    coded = base64.b64decode(whole + "=" * (-len(whole) % 4))
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(coded)
    except UnicodeDecodeError:
        return body
    readable = all(char.isprintable() or char in "\r\n\t" for char in text)
    return text if readable else body
