"""A kept turn and a turn's record as compact JSON, the form in which session stores hold them.

Both are tuples, stored in the order of their fields. What an older gateway wrote lacks the last
ones, which take their defaults; what a newer one has beside them is left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec
from msgspec.structs import astuple

from gateway.domain.dialogue.session import StoredTurn
from gateway.use_cases.ports import TurnRecord

# `dict` turns the read-only mappings a release may hand out into what JSON knows.
_encode = msgspec.json.Encoder(enc_hook=dict).encode

#: Returns a kept turn as JSON.
encode: Callable[[StoredTurn], bytes] = _encode
#: Returns the turn that `encode` wrote; raises ValueError for what is none of any version.
decode: Callable[[bytes], StoredTurn] = msgspec.json.Decoder(StoredTurn).decode


def encode_record(record: TurnRecord) -> bytes:
    """Returns a turn's record as JSON; of the citizen it holds a keyed index, if anything."""
    _, *others = astuple(record)
    return _encode((record.at.timestamp(), *others))


def decode_record(stored: bytes) -> TurnRecord:
    """Returns the record that `encode_record` wrote; raises ValueError or TypeError otherwise."""
    at, *others = json.loads(stored)[: len(TurnRecord.__struct_fields__)]
    return TurnRecord(datetime.fromtimestamp(at, UTC), *others)
