"""One process's numbers in a file of fixed size, mapped into its memory.

What is written there is in the kernel's hands at once: `kill -9` loses none of it, and every other
process can read it. The disk need not be waited for: after a power cut counting begins anew, which
is what Prometheus expects of counters.

The file is words of 64 bits. Behind the first, which names the layout, stand records: a word with
the length of the key and the number of values, the key in JSON, padded, and the values. A word of 0
ends them. That of a new record is written last, so that who reads meanwhile sees it whole or not.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import sys
from collections.abc import Iterator, Sequence

WORD = 8
#: Room for thousands of label sets. It is taken from the disk at once: a mapped file that finds the
#: disk full when it is written to would end the process.
SIZE = 512 * 1024

_LAYOUT = int.from_bytes(b"gateway1", "little")

#: A metric, its labels sorted by name, and the bounds of its buckets: none for a counter.
Key = tuple[str, tuple[tuple[str, str], ...], tuple[float, ...]]


class SlotFull(Exception):
    """No more label sets fit into the file."""


class SlotFile:
    """The mapped file, for the one process that holds it. Not for two threads at once."""

    def __init__(self, descriptor: int) -> None:
        """Maps an open file, or with -1 memory that no other process sees; raises OSError."""
        if descriptor >= 0:
            if sys.platform == "linux":
                os.posix_fallocate(descriptor, 0, SIZE)
            else:
                os.ftruncate(descriptor, SIZE)
        self._map = mmap.mmap(descriptor, SIZE)
        self._bytes = memoryview(self._map)
        #: The values of all records, by the places that `place` gives.
        self.words = self._bytes.cast("Q")
        self.places: dict[Key, int] = {}
        self._end = 1
        if not self._read():
            self._bytes[:] = bytes(SIZE)
            self.words[0] = _LAYOUT
            self.places, self._end = {}, 1

    def place(self, key: Key, values: int) -> int:
        """Returns where the values of a key begin, which are 0 when it is new; raises SlotFull."""
        found = self.places.get(key)
        if found is not None:
            return found
        written = json.dumps(key, separators=(",", ":")).encode()
        first = self._end + 1 + -(-len(written) // WORD)
        if first + values >= len(self.words):
            raise SlotFull
        at = (self._end + 1) * WORD
        self._bytes[at : first * WORD] = written.ljust((first - self._end - 1) * WORD)
        self.words[self._end] = len(written) << 32 | values
        self.places[key], self._end = first, first + values
        return first

    def close(self) -> None:
        """Lets the memory go."""
        with contextlib.suppress(BufferError, ValueError):
            self.words.release()
            self._bytes.release()
            self._map.close()

    def records(self) -> Iterator[tuple[Key, Sequence[int]]]:
        """Yields what was counted."""
        return records(self._bytes)

    def _read(self) -> bool:
        """Takes over what an earlier process has left; False when it cannot be made out."""
        if self.words[0] != _LAYOUT:
            return False
        try:
            for place, key, values in _walk(self._bytes, self.words):
                self.places[key], self._end = place, place + values
        except ValueError:
            return False
        return True


def records(content: bytes | memoryview) -> Iterator[tuple[Key, Sequence[int]]]:
    """Yields what stands in a slot's file; nothing of one that is no such file, or another's."""
    view = memoryview(content)
    words = view[: len(view) // WORD * WORD].cast("Q")
    if not len(words) or words[0] != _LAYOUT:
        return
    with contextlib.suppress(ValueError):  # what a power cut has left: as far as it can be read
        for place, key, values in _walk(view, words):
            yield key, tuple(words[place : place + values])


def _walk(view: memoryview, words: memoryview) -> Iterator[tuple[int, Key, int]]:
    """Yields where the values of each record begin, its key, and how many; raises ValueError."""
    at = 1
    while at < len(words) and words[at]:
        length, values = words[at] >> 32, words[at] & 0xFFFFFFFF
        first = at + 1 + -(-length // WORD)
        if first + values > len(words):
            raise ValueError("A record reaches beyond the file.")
        name, labels, bounds = json.loads(bytes(view[(at + 1) * WORD : (at + 1) * WORD + length]))
        yield first, (name, tuple((key, value) for key, value in labels), tuple(bounds)), values
        at = first + values
