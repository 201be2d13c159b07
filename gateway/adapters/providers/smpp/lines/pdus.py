"""The PDUs of SMPP 3.4 as octets: whole messages by the library, and the few short ones here.

smpp34 reads and writes messages. Its own session is not used: it acknowledges what came in before
we have stored it.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

GENERIC_NACK = 0x80000000
BIND_TRANSCEIVER, UNBIND, ENQUIRE_LINK = 0x09, 0x06, 0x15
SUBMIT_SM, DELIVER_SM, ALERT_NOTIFICATION = 0x04, 0x05, 0x102
ANSWER = 0x80000000

#: Optional parameters (SMPP 3.4, 5.3.2).
RECEIPTED_MESSAGE_ID, MESSAGE_PAYLOAD, MESSAGE_STATE = 0x001E, 0x0424, 0x0427
SAR_REFERENCE, SAR_TOTAL, SAR_PLACE = 0x020C, 0x020E, 0x020F

#: Four numbers of four octets: length, command, status, sequence.
HEAD = struct.Struct(">IIII")
#: No message is as long: of a longer one the other side has lost count.
LONGEST = 65_536

VERSION = 0x34


class Head(NamedTuple):
    """The head of a PDU."""

    length: int
    command: int
    status: int
    sequence: int


def head_of(octets: bytes, begin: int = 0) -> Head:
    """Returns the head that begins there; raises ValueError for a length that no PDU has."""
    head = Head(*HEAD.unpack_from(octets, begin))
    if not HEAD.size <= head.length <= LONGEST:
        raise ValueError("no PDU has this length")
    return head


def pdu(command: int, sequence: int, body: bytes = b"", status: int = 0) -> bytes:
    """Returns a PDU of these parts."""
    return HEAD.pack(HEAD.size + len(body), command, status, sequence) + body


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """Returns the body of a bind: who we are, the version, and no range of addresses."""
    words = (system_id, password, system_type)
    return b"".join(word.encode("latin-1", "replace") + b"\0" for word in words) + bytes(
        [VERSION, 0, 0, 0]
    )


def message_id_in(body: bytes) -> str:
    """Returns the id in the answer to a message; empty where there is none."""
    told = body.partition(b"\0")[0].decode("ascii", "replace")
    return told if told.isprintable() and len(told) <= 64 else ""
