"""How records follow each other in the spool's file, so that a torn or spoiled one is seen.

A frame is a mark, the length and the checksum of what follows, the time in microseconds since 1970,
and the sealed record. A power cut can leave half a frame at the end; whatever else is spoiled costs
the one record, since the next mark is looked for.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

_MARK = b"\xf5SP1"
_HEAD = struct.Struct(">4sIIQ")
_CHECKED = struct.Struct(">Q")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def framed(payload: bytes, at: datetime) -> bytes:
    """Returns a record as it is appended."""
    time = (at - _EPOCH) // _MICROSECOND
    check = zlib.crc32(_CHECKED.pack(time) + payload)
    return _HEAD.pack(_MARK, len(payload), check, time) + payload


def records(stored: bytes) -> Iterator[tuple[datetime, bytes]]:
    """Yields time and payload of every whole record, in order; passes over what is spoiled."""
    place = stored.find(_MARK)
    while 0 <= place <= len(stored) - _HEAD.size:
        _, length, check, time = _HEAD.unpack_from(stored, place)
        begins = place + _HEAD.size
        payload = stored[begins : begins + length]
        if len(payload) == length and zlib.crc32(_CHECKED.pack(time) + payload) == check:
            yield _EPOCH + time * _MICROSECOND, payload
            place = begins + length
            if stored.startswith(_MARK, place):
                continue
        else:
            place += 1
        place = stored.find(_MARK, place)


def first_time(head: bytes) -> datetime | None:
    """Returns the time of the first record; None where there is none. `HEAD_BYTES` are enough."""
    if len(head) < _HEAD.size or not head.startswith(_MARK):
        return None
    time: int = _HEAD.unpack_from(head)[3]
    return _EPOCH + time * _MICROSECOND


HEAD_BYTES = _HEAD.size
