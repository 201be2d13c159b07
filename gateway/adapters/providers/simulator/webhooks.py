"""The development phone: speaks to the gateway like an aggregator, and keeps what it is sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from gateway.adapters.providers.shared.form_fields import required
from gateway.adapters.providers.shared.joined_text.ussd import AfricasTalkingShaped
from gateway.adapters.providers.simulator.settings import Settings
from gateway.domain.faults_and_errors.errors import Malformed, OutcomeUnknown, SendRejected
from gateway.domain.telecom.sms import Accepted, OutboundSms
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdReply, UssdTurn
from gateway.domain.telecom.webhook import WebhookRequest

if TYPE_CHECKING:
    from gateway.adapters.providers.shared.http import Transport
    from gateway.adapters.providers.simulator.standin import SimulatorStandin


class Simulator(AfricasTalkingShaped):
    """The phone in the browser and on the command line.

    It has no reports and no opt-outs: it reads its SMS from the outbox, and texts STOP. It can be
    as any kind of provider is: `turns` and `pushes` of its settings say which.
    """

    routes: Mapping[str, Sequence[str]] = {
        "ussd": ("POST",),
        "ussd-end": ("POST",),
        "sms": ("POST",),
    }

    batch_size = 100
    mixes_texts = False

    def __init__(self, channel_name: str, settings: Settings, webhook_keys: Sequence[str]) -> None:
        super().__init__(channel_name, settings, webhook_keys)
        self._phone = settings

    def parse_ussd(self, request: WebhookRequest) -> UssdTurn:
        """Returns the turn; its `language` may be chosen on the phone. Raises Malformed.

        Where each turn is the newest answer alone, it says whether it `begins` and has a name.
        """
        turn, fields = super().parse_ussd(request), request.form()
        alone = None
        if self._phone.turns == "newest":
            begins = required(fields, "begins")
            if begins not in ("yes", "no"):
                raise Malformed("The field 'begins' must be yes or no.")
            alone = AnswerAlone(begins == "yes", fields.get("turnId", ""))
        return turn._replace(language=fields.get("language", ""), alone=alone)

    def parse_ussd_end(self, request: WebhookRequest) -> UssdEnd:
        """Returns the notice that a session is over; raises Malformed."""
        alone = self._phone.turns == "newest"
        return replace(super().parse_ussd_end(request), alone=alone)

    def push_ussd(self, turn: UssdTurn, reply: UssdReply, seconds: float) -> None:
        """Hands a screen to the stand-in, which keeps it for the phone; raises SendFailed."""
        answer = self._transport.post_json(
            f"{self._phone.api_url}/phone/screens",
            {"session": turn.session_id, "text": reply.text, "ends": reply.ends},
            {},
            seconds,
        )
        match answer.status:
            case 200:
                return
            case 400 | 403 | 404:
                raise SendRejected("screen_refused", str(answer.status))
            case _:
                raise OutcomeUnknown("provider_error", str(answer.status))

    @cached_property
    def _transport(self) -> Transport:
        from gateway.adapters.providers.shared.http import Transport

        return Transport()

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Returns at once: the phone shows what stands in the outbox."""
        return Accepted(provider_ref=f"sim-{sms.id}")

    def send_many(self, sms: Sequence[OutboundSms], delivery_url: str) -> Sequence[Accepted]:
        """Returns at once, as for one."""
        return [self.send(each, delivery_url) for each in sms]


def load_standin() -> SimulatorStandin:
    """Returns what plays the phone's network on this machine."""
    from gateway.adapters.providers.simulator.standin import SimulatorStandin

    return SimulatorStandin()
