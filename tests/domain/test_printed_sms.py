"""What an MT prints in a log or a traceback."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import Lane, NewSms, OutboundSms, Purpose

TO = Msisdn("+999700000123")


def test_an_mt_prints_neither_its_words_nor_its_key_nor_the_number() -> None:
    new = NewSms(
        channel="ke", subscriber=TO, text="Your code is 4711", lane=Lane.REPLY,
        purpose=Purpose.REPLY, key="code of +999700000123", member=b"who",
    )  # fmt: skip
    leased = OutboundSms(
        id=7, channel="ke", subscriber=TO, text="Your code is 4711", lane=Lane.REPLY,
        purpose=Purpose.REPLY, topic="codes", sender="", link_id="", attempt=1,
        created_at=datetime(2026, 12, 1, tzinfo=UTC),
    )  # fmt: skip

    for each in (new, leased):
        for shown in (repr(each), str(each), f"{each}", f"{[each]}"):
            assert "'ke'" in shown
            assert not any(secret in shown for secret in ("4711", "999700000123", "who"))
