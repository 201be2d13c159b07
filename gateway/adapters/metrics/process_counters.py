"""Counts of this process, without a round trip; and those of all processes on the data folder.

A process holds one slot: a file that is locked for as long as it lives. When it has ended, however
it ended, the next one takes the slot over and counts on from there. So there are never more files
than processes were at once, nothing is lost with a process, and nothing is counted twice.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import weakref
from bisect import bisect_left
from collections import Counter
from pathlib import Path

from gateway.adapters.metrics.slot_file import Key, SlotFile, SlotFull, records
from gateway.adapters.system.private_files import make_folder
from gateway.use_cases.ports.metrics import BOUNDS, Count, Counted, Timed

log = logging.getLogger(__name__)

#: More processes than these on one data folder count for themselves.
MOST_SLOTS = 512
#: Label sets of one metric; what comes later is counted under `other`.
MOST_SERIES = 2000
OTHER = "other"

_ENDING = ".counts"
_TIMED_VALUES = len(BOUNDS) + 2  # a bucket for each, one for beyond, and all microseconds
_ALL_OF_THEM = _TIMED_VALUES - 1


class ProcessCounters:
    """Fits the `KeptCounters` port. The slot is taken at the first count.

    Where the folder cannot be written to, this process counts in its memory alone.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begin_anew()
        me = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forked(me))

    def add(self, name: str, number: int = 1, /, **labels: str) -> None:
        """Adds one, or so many; never raises."""
        asked = (name, *labels, *labels.values())
        with self._lock:
            place = self._places.get(asked)
            if place is None:
                place = self._place(asked, name, labels, ())
            if place:
                self._words[place] += number

    def observe(self, name: str, seconds: float, **labels: str) -> None:
        """Notes how long something took; never raises."""
        asked = (name, *labels, *labels.values())
        with self._lock:
            place = self._places.get(asked)
            if place is None:
                place = self._place(asked, name, labels, BOUNDS)
            if place:
                words = self._words
                words[place + bisect_left(BOUNDS, seconds)] += 1
                if seconds > 0:
                    words[place + _ALL_OF_THEM] += int(seconds * 1e6)

    def counted(self) -> Counted:
        """Returns what all processes on the folder have counted, those that have ended included."""
        numbers, times = Counter[Count](), dict[Count, list[int]]()
        contents = [content for file in self._files() if (content := _content(file))]
        found = [record for content in contents for record in records(content)]
        with self._lock:
            if self._slot is not None and self._descriptor < 0:
                found += self._slot.records()
        for (name, labels, bounds), values in found:
            count = Count(name, labels)
            if not bounds and len(values) == 1:
                numbers[count] += values[0]
            elif bounds == BOUNDS and len(values) == _TIMED_VALUES:
                before = times.get(count, [0] * _TIMED_VALUES)
                times[count] = [a + b for a, b in zip(before, values, strict=True)]
        return Counted(
            numbers,
            {count: Timed(tuple(all_[:-1]), all_[-1] / 1e6) for count, all_ in times.items()},
        )

    def close(self) -> None:
        """Gives the slot back, with all that was counted in it."""
        with self._lock:
            if self._descriptor >= 0:
                fcntl.flock(self._descriptor, fcntl.LOCK_UN)  # though a child has its copy still
            self._let_go()

    def _begin_anew(self) -> None:
        self._lock = threading.Lock()
        self._slot: SlotFile | None = None
        self._descriptor = -1
        self._words = memoryview(b"").cast("Q")
        # By name, labels and values, in the order in which some place in the code gives them.
        self._places: dict[tuple[str, ...], int] = {}
        self._series: Counter[str] = Counter()
        self._full = False

    def _let_go(self) -> None:
        if self._slot is not None:
            self._slot.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._slot, self._descriptor = None, -1
        self._places.clear()
        self._series.clear()

    def _after_fork(self) -> None:
        """Leaves the slot to the parent; the lock goes on as long as either holds its file."""
        self._let_go()
        self._begin_anew()

    def _place(
        self,
        asked: tuple[str, ...],
        name: str,
        labels: dict[str, str],
        bounds: tuple[float, ...],
    ) -> int:
        """Returns where a label set is counted, from now on without asking; 0 for nowhere."""
        slot = self._slot or self._take_slot()
        key: Key = (name, tuple(sorted(labels.items())), bounds)
        known = key in slot.places
        if not known and self._series[name] >= MOST_SERIES:
            key = (name, tuple((label, OTHER) for label in sorted(labels)), bounds)
        try:
            place = slot.place(key, _TIMED_VALUES if bounds else 1)
        except SlotFull:
            if not self._full:
                log.error("No more is counted under new labels: the file of counts is full.")
            self._full = True
            return 0
        if known or self._series[name] < MOST_SERIES:
            self._series[name] += not known
            self._places[asked] = place
        return place

    def _take_slot(self) -> SlotFile:
        try:
            self._slot = self._free_slot()
        except OSError as error:
            log.warning(
                "Counts stay in this process: %s cannot be written to (%s).",
                self._folder,
                type(error).__name__,
            )
            self._slot = SlotFile(-1)
        self._words = self._slot.words
        self._series.update(name for name, _, _ in self._slot.places)
        return self._slot

    def _free_slot(self) -> SlotFile:
        """Returns the first file that no living process holds; raises OSError."""
        make_folder(self._folder)
        for number in range(MOST_SLOTS):
            file = self._folder / f"{number}{_ENDING}"
            try:
                descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
            except PermissionError:
                if file.exists():  # another account's
                    continue
                raise
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                slot = SlotFile(descriptor)
            except BlockingIOError:
                os.close(descriptor)
                continue
            except BaseException:
                os.close(descriptor)
                raise
            self._descriptor = descriptor
            return slot
        raise OSError(f"{MOST_SLOTS} processes count already.")

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"*{_ENDING}"))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # another account's, or gone
        return b""


def _forked(counters: weakref.ref[ProcessCounters]) -> None:
    here = counters()
    if here is not None:
        here._after_fork()
