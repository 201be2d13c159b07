"""`kill -9` of the worker that runs a slow call: the answer comes all the same, and once."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from sqlalchemy import update

from gateway.adapters.sql.migrate import migrate
from gateway.adapters.sql.ussd.slow_call_tables import slow_calls
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.app import create_app
from gateway.web.handset_client import handset, within
from tests.ministry import ministry, says
from tests.polling import PATIENCE_SECONDS, eventually
from tests.small_deployment import small_deployment

CALLER = Msisdn("+999700000123")
PATH = "/v1/tanks/117"


@contextlib.contextmanager
def worker(environ: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Yields a worker of the queue `calls`, in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "work", "calls"],
        env={**os.environ, **environ},
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_worker_killed_in_the_middle_of_a_call(tmp_path: Path, valkey: str) -> None:
    with ministry() as water:
        environ = small_deployment(tmp_path, water, valkey, extra="slow: true", deadline=2.0)
        gateway = Gateway(load(environ))
        migrate(gateway.engine)
        keys: list[str] = []

        def asked(handler: BaseHTTPRequestHandler) -> None:
            keys.append(handler.path)
            water.released.wait(PATIENCE_SECONDS)
            says(b'HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{"tank": {"level": 80}}')(handler)

        water.answers[PATH] = asked
        phone = handset(gateway.deployment, "phone", within(create_app(gateway)))

        with worker(environ) as first:
            phone.turn(CALLER, "s-1", "")
            phone.turn(CALLER, "s-1", "1")
            reply = phone.turn(CALLER, "s-1", "1*117")
            eventually(lambda: keys)
            first.kill()
        water.released.set()
        with gateway.engine.begin() as connection:  # the lease of the dead has run out
            connection.execute(update(slow_calls).values(due_at=gateway.clock.now()))
        gateway.outbound.sweep()
        with worker(environ):
            eventually(lambda: gateway.sql.outbox.to_subscriber(CALLER, 9))
            again = phone.turn(CALLER, "s-1", "1*117")

        texts = [sms.text for sms, _ in gateway.sql.outbox.to_subscriber(CALLER, 9)]
        assert "answer by sms" == reply.text == again.text
        assert ["Tank 117 is 80% full."] == texts
        assert 2 == len(keys)
        gateway.close()
