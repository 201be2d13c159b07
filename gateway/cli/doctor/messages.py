"""Part of `gateway doctor`: SMS of unknown outcome, and SMS that are stuck or have no channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from gateway.cli.shared.finding import Finding
from gateway.cli.shared.formatting import local
from gateway.composition.gateway import Gateway
from gateway.domain.outbound.settling import FLOWS_FOR
from gateway.domain.telecom.delivery import DeliveryStatus

#: What is being sent for longer was left by a worker that is gone: the ticker ends it in two.
STUCK = timedelta(minutes=5)


def unsettled(gateway: Gateway) -> Iterator[Finding]:
    """Tells of each channel what nobody knows, and whether it will be settled by itself.

    Tells of SMS that are stuck, too, and of those whose channel is gone.
    """
    from gateway.domain.faults_and_errors.errors import GatewayError

    try:
        outbound = gateway.vital_signs.gauges().outbound
        flows = gateway.sql.settling.flows()
        stuck = gateway.sql.settling.sent_for_longer(gateway.clock.now() - STUCK)
    except GatewayError:
        return  # the database is told of already
    unknown = {
        channel: number
        for (channel, status), number in sorted(outbound.items())
        if status == DeliveryStatus.UNKNOWN.value
    }
    for channel, number in unknown.items():
        flow = flows.get(channel)
        last = "none ever came" if flow is None else local(gateway.deployment, flow.at)
        flowing = flow is not None and gateway.clock.now() - flow.at <= FLOWS_FOR
        ok = flowing or channel in gateway.outbound.settle.asked
        sentence = f"{number} of unknown outcome; its last delivery report: {last}."
        fix = (
            "Nothing shows what the provider has. Does it post reports to the URL that gateway "
            f"channels prints? Then: gateway sms list --status unknown --channel {channel}"
        )
        yield Finding(f"SMS {channel}", ok, sentence, fix)
    if not unknown:
        yield Finding("SMS unknown", True, "None is of unknown outcome.")
    waiting = [each for each, status in outbound if status == DeliveryStatus.QUEUED.value]
    for channel in sorted(set(waiting) - gateway.channels.keys()):
        number = outbound[channel, DeliveryStatus.QUEUED.value]
        sentence = f"{number} wait for channel '{channel}', which is not configured any more."
        fix = (
            "Put it back under this name, or they expire. With gateway channels pause "
            f"{channel} it then sends nothing, and what may go by another channel does. Who waits "
            f"for what: gateway sms list --status queued --channel {channel}"
        )
        yield Finding(f"SMS {channel}", False, sentence, fix)
    sentence = f"{stuck} being sent for more than {STUCK.seconds // 60} minutes."
    yield Finding("SMS stuck", not stuck, sentence, "Run: gateway work ticker")
