"""Send the MTs of a channel that are due: claim, commit, call the provider, store the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.domain.telecom.sms import Lane
from gateway.use_cases.outbound.sending.sending_job import SendingJob
from gateway.use_cases.outbound.sending.sending_ports import SendingPorts


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSms(SendingPorts):
    """The use case, with the ports it needs."""

    def __call__(self, channel_name: str, lane: Lane) -> bool:
        """Returns whether everything due was dealt with; when time ran out first, wakes the next.

        MTs are marked as being sent, and committed, before the provider is called; no transaction
        is open during the calls. What a crash leaves marked has an unknown outcome and is never
        sent again by itself; what was only leased is sent later.
        """
        return SendingJob(self, self.channels[channel_name], lane).run()
