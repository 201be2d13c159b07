"""Accepts MTs into the outbox as a broadcast would: a process of its own, whose CPU is counted.

`python -m bench.accept CHANNEL COUNT SALT [alike]` prints the CPU and wall seconds of it.
"""

from __future__ import annotations

import json
import sys
import time

from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.broadcast.pacing import STEP
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, Purpose

#: MTs in one transaction; those that say all alike are a broadcast's, stored as many at a step.
BATCH = 100
TEXT = "Your permit is ready. Collect it at the Huduma Centre, 08:00-17:00, with your ID card."


def accept(channel: str, count: int, salt: str, alike: bool) -> dict[str, float]:
    """Returns what storing so many MTs and waking a worker took.

    Those that say all `alike` may go in one call; otherwise each has words of its own.
    """
    gateway = Gateway(load())
    gateway.vital_signs.unavailable()  # connects, so that only the work itself is counted
    began, cpu = time.perf_counter(), time.process_time()
    batch = STEP if alike else BATCH
    for first in range(0, count, batch):
        numbers = range(first, min(count, first + batch))
        new = [
            NewSms(
                channel=channel,
                subscriber=Msisdn(f"+25471{number:07d}"),
                text=TEXT if alike else f"{number} {TEXT}",
                lane=Lane.BULK,
                purpose=Purpose.NOTICE,
                key=f"{salt}-{number}",
            )
            for number in numbers
        ]
        gateway.sql.outbox.add(new, gateway.clock.now())
    gateway.stores.jobs.wake_outbound(channel, Lane.BULK)
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - began}


if __name__ == "__main__":
    json.dump(
        accept(sys.argv[1], int(sys.argv[2]), sys.argv[3], "alike" in sys.argv[4:]), sys.stdout
    )
