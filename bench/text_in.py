"""Stores MOs as webhooks do, each from a number that has not texted before.

`python -m bench.text_in CHANNEL COUNT ROUND` prints the CPU seconds of it.
"""

from __future__ import annotations

import json
import sys
import time

from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms

#: A keyword, the ways through the menu and the number that is asked for; a handler answers.
TEXT = "PERMIT 1 {digits:08}"


def text_in(channel: str, count: int, number: int) -> dict[str, float]:
    """Returns what storing so many MOs and waking a worker took."""
    gateway = Gateway(load())
    gateway.vital_signs.unavailable()  # connects, so that only the work itself is counted
    address = gateway.channels[channel].address or ""
    cpu = time.process_time()
    for each in range(count):
        sms = InboundSms(
            provider_ref=f"{number}-{each}",
            subscriber=Msisdn(f"+25472{number:02}{each:05}"),
            to=address,
            text=TEXT.format(digits=each),
        )
        gateway.sql.inbox.accept(channel, sms, gateway.clock.now())
    spent = time.process_time() - cpu
    gateway.stores.jobs.wake_inbound()
    return {"cpu": spent}


if __name__ == "__main__":
    json.dump(text_in(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), sys.stdout)
