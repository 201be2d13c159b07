"""A session, a record of a turn and a keyring, for the tests of session stores."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.adapters.system.keyring import Keyring
from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.use_cases.ports import TurnRecord

KEY = b"k" * 16
OTHER_KEY = b"o" * 16
SUBSCRIBER = b"s" * 16
KEYRING = Keyring(b"\x01" * 32)
RECORD = TurnRecord(
    at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
    channel="ussd",
    service="exam_results",
    screen="candidate",
    event="answered",
    language="sw",
    milliseconds=12,
    network_code="63902",
)


def turn(seen_length: int = 8, reply_text: str = "Namba ya mtahiniwa?") -> StoredTurn:
    session = Session(
        release="r1", language="sw", at="candidate", answers={"service": "31"}, taken=1
    )
    return StoredTurn(
        session=session,
        reply_text=reply_text,
        reply_ends=False,
        seen_length=seen_length,
        seen_hash="2f",
    )
