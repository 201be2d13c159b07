"""The keys of a file's rows, and in which line each was first: little memory for a million."""

from __future__ import annotations

from hashlib import blake2b

#: Two bytes of a digest say where the rest is kept; of a million keys two are taken for one once
#: in ten million million files.
_DIGEST = 10
_PLACES = 1 << 16
_KEPT, _LINE = 8, 4
_ENTRY = _KEPT + _LINE


class SeenKeys:
    """Which keys were seen, by their digests: 12 bytes a row, where a map has two hundred."""

    def __init__(self) -> None:
        self._places: list[bytearray | None] = [None] * _PLACES

    def first_line(self, key: str, line: int) -> int:
        """Returns the line in which a key was seen first, which is this one for a new key."""
        digest = blake2b(key.encode(), digest_size=_DIGEST).digest()
        number, rest = int.from_bytes(digest[:2]), digest[2:]
        seen = self._places[number]
        if seen is None:
            seen = self._places[number] = bytearray()
        at = seen.find(rest)
        while at >= 0 and at % _ENTRY:  # it lies across two entries
            at = seen.find(rest, at + 1)
        if at < 0:
            seen += rest + line.to_bytes(_LINE)
            return line
        return int.from_bytes(seen[at + _KEPT : at + _ENTRY])
