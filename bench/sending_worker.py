"""A worker of the gateway's own, whose provider is in its process and notes when each call leaves.

`python -m bench.sending_worker QUEUE FILE LATENCY_MS` works until it is told to stop. Each line of
the file is the second (since 1970) at which an MT was handed over, and what it said.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from gateway.cli.processes.log_format import log_to_stderr
from gateway.cli.processes.serve_and_work import work_on
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.domain.telecom.sms import Accepted, OutboundSms


class NotingProvider:
    """The sending side of a provider that answers after so long, without any network."""

    batch_size = 1
    mixes_texts = False

    def __init__(self, file: Path, seconds: float) -> None:
        self._file = file.open("a", encoding="utf-8", buffering=1)
        self._seconds = seconds
        self._lock = threading.Lock()

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        """Notes when it is called; every MT is taken."""
        left = time.time()
        if self._seconds:
            time.sleep(self._seconds)
        with self._lock:
            self._file.write(f"{left:.4f} {sms.text}\n")
        return Accepted(provider_ref=f"bench-{sms.id}")

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Takes each by itself."""
        return [self.send(each, delivery_url) for each in sms]


def main(queue: str, file: Path, milliseconds: float) -> None:
    """Works on a queue until told to stop."""
    deployment = load()
    log_to_stderr(deployment.settings.log_level)
    provider = NotingProvider(file, milliseconds / 1000)
    parts = Parts(providers=dict.fromkeys(deployment.channels, provider))  # type: ignore[arg-type] # it only sends
    work_on(queue, Gateway(deployment, parts=parts).share_time())


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), float(sys.argv[3]))
