"""`kill -9` of the web server while delivery reports come: each that was answered is stored."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from sqlalchemy import select

from gateway.adapters.sql.tables import outbound_sms
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Accepted, Lane, NewSms, Purpose
from gateway.use_cases.ports import Outcomes
from tests.polling import eventually
from tests.promises.running import Running, running

REPORTS = 400


def test_every_report_that_was_answered_outlives_the_web_server(tmp_path: Path) -> None:
    with running(tmp_path) as gateway:
        refs = handed_over(gateway)
        address = urlsplit(gateway.inside.deployment.webhook_urls("at-ke")["delivery"])
        url = f"{gateway.url}{address.path}?{address.query}"

        def told(number: int) -> bool:
            if number == REPORTS // 2:
                for pid in gateway.pids("serve"):
                    os.kill(pid, signal.SIGKILL)
            try:
                answer = gateway.pool.request(
                    "POST", url, fields={"id": refs[number], "status": "Success"},
                    encode_multipart=False,
                )  # fmt: skip
            except urllib3.exceptions.HTTPError:
                return False
            return answer.status == 200

        with ThreadPoolExecutor(16) as providers:
            answered = dict(zip(refs, providers.map(told, range(REPORTS)), strict=True))

        taken = {ref for ref, was_taken in answered.items() if was_taken}
        assert len(taken) >= REPORTS // 4
        eventually(lambda: taken <= delivered(gateway))


def handed_over(gateway: Running) -> list[str]:
    """Returns the references of MTs that the provider has accepted."""
    outbox, now = gateway.inside.sql.outbox, gateway.inside.clock.now()
    refs = [f"told-{number}" for number in range(REPORTS)]
    new = [
        NewSms(channel="at-ke", subscriber=Msisdn("+254711300009"), text="Told", lane=Lane.BULK,
               purpose=Purpose.REPLY, key=ref)
        for ref in refs
    ]  # fmt: skip
    later = now + timedelta(hours=1)  # so no worker takes them
    ids = outbox.add(new, later)
    outbox.lease("at-ke", Lane.BULK, len(ids), later, later + timedelta(hours=1))
    outbox.start(ids, Outcomes(), later)
    accepted = {id_: Accepted(provider_ref=ref) for id_, ref in zip(ids, refs, strict=True)}
    outbox.start([], Outcomes(accepted=accepted), now)
    return refs


def delivered(gateway: Running) -> set[str]:
    query = select(outbound_sms.c.provider_ref).where(outbound_sms.c.status == "delivered")
    with gateway.inside.engine.connect() as connection:
        return set(connection.scalars(query))
