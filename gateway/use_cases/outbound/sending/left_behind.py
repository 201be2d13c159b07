"""Calls that their job did not wait for: what they come to is stored as each of them ends."""

from __future__ import annotations

import logging
import threading
from collections import Counter

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.sms import Lane
from gateway.use_cases.outbound.sending.calls_in_flight import Call
from gateway.use_cases.outbound.sending.note_outcomes import NoteOutcomes
from gateway.use_cases.ports import Clock, Jobs, Outbox
from gateway.use_cases.ports.sms.courier import Results

log = logging.getLogger(__name__)


class LeftBehind:
    """How many such calls each channel has in this process. Any number of threads may use it.

    They count as in flight there: however slow a channel is, it keeps one worker no longer than
    another, and never has more calls out than it may.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._out = Counter[str]()

    def count(self, channel: str) -> int:
        """Returns how many calls of a channel are still out."""
        with self._changed:
            return self._out[channel]

    def add(self, channel: str, number: int) -> None:
        """Counts calls that are left, or with a negative number, that have ended."""
        with self._changed:
            self._out[channel] += number
            self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Waits until none is out any more; returns whether it came to that in time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._out.total(), seconds)


class StoreLate:
    """Stores what a call came to whose job has ended, in the thread that has made it."""

    def __init__(
        self,
        left: LeftBehind,
        notes: NoteOutcomes,
        outbox: Outbox,
        jobs: Jobs,
        clock: Clock,
        lane: Lane,
    ) -> None:
        self._left, self._notes, self._outbox = left, notes, outbox
        self._jobs, self._clock, self._lane = jobs, clock, lane
        self._one_at_a_time = threading.Lock()

    def __call__(self, call: Call, results: Results) -> None:
        """Stores it, and has the room that it leaves used; raises nothing."""
        channel = self._notes.channel.name
        try:
            with self._one_at_a_time:
                self._notes([(call, results)])
                self._outbox.start([], self._notes.known(), self._clock.now())
        except StoreUnavailable:
            # As after a crash: the sweeper finds them marked, and settling asks or waits.
            log.error("What a late call on %s came to was not stored.", channel)
        finally:
            self._left.add(channel, -1)
            self._jobs.wake_outbound(channel, self._lane)
