"""What a provider starts from that has no call for many recipients."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.telecom.sms import Accepted, OutboundSms


class OneByOne:
    """A provider whose calls take one MT each."""

    batch_size = 1
    mixes_texts = False

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Hands one MT over; raises SendFailed."""
        raise NotImplementedError

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Returns what each came to, each in a call of its own."""
        return one_by_one(lambda each: self.send(each, delivery_url), sms)


def one_by_one(
    send: Callable[[OutboundSms], Accepted], sms: Sequence[OutboundSms]
) -> Sequence[Accepted | SendFailed]:
    """Returns what each MT came to, handed over by itself."""
    results: list[Accepted | SendFailed] = []
    for each in sms:
        try:
            results.append(send(each))
        except SendFailed as failure:
            results.append(failure)
    return results
