"""`kill -9` of the web server while the database is away: what it had taken is dealt with once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import select

from gateway.adapters.sql.tables import cases
from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.input_kinds.case_number import grouped
from tests.polling import eventually
from tests.promises.running import Running, running
from tests.promises.troubles import locked


def test_what_was_told_while_the_database_was_locked_outlives_the_web_server(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as gateway:
        tell_and_kill(gateway)


def tell_and_kill(gateway: Running) -> None:
    """Has a form kept and a text taken, and kills every web process, which starts anew."""
    phone, texter = "+254711300001", "+254711300002"
    typed = ["1", "6", "1", "1", "1"]
    for length in range(len(typed) + 1):
        assert not gateway.turn(phone, "kept", "*".join(typed[:length])).ends

    with locked(gateway.inside.deployment.settings.database_url):
        reply = gateway.turn(phone, "kept", "*".join([*typed, "The pump at the school is broken"]))
        gateway.text("at-ke", texter, "HELP")
        for pid in gateway.pids("serve"):
            os.kill(pid, signal.SIGKILL)

    def answered(to: str) -> list[str]:
        return [sms["text"] for sms in gateway.at_provider() if sms["to"] == to]

    eventually(lambda: answered(phone) and answered(texter))
    owner = cases.c.msisdn_index == gateway.inside.keyring.index("msisdn", phone)
    with gateway.inside.engine.connect() as connection:
        (number,) = connection.scalars(select(cases.c.number).where(owner))
    assert sentence(gateway.inside.releases.current(), "en", "kept") == reply.text
    (told,) = answered(phone)
    assert grouped(number) in told
    assert 1 == len(answered(texter))
