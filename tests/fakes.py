"""What tests put in the place of the world: stores that fail, a provider that is told its answers.

Everything else is the real thing: SQLite stores, sessions in memory, handlers in threads.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from gateway.adapters.memory.rate_counter import ProcessRateCounter
from gateway.adapters.memory.sessions import MemorySessions
from gateway.adapters.sql.sms.outbox import SqlOutbox
from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.faults_and_errors.errors import SendFailed, StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Accepted, Lane, OutboundSms
from gateway.use_cases.ports import LoadedTurn, Outcomes, ResumePlace, Slot, TurnRecord
from tests.clock import FixedClock
from tests.polling import PATIENCE_SECONDS


class Failing:
    """A store of which some methods raise StoreUnavailable; the others are those of `inner`."""

    def __init__(self, inner: object, *methods: str) -> None:
        self._inner = inner
        self._methods = methods

    def __getattr__(self, name: str) -> object:
        if name in self._methods:
            return _does_not_answer
        return getattr(self._inner, name)


def _does_not_answer(*arguments: object, **named: object) -> None:
    raise StoreUnavailable("The store does not answer.")


class WatchedSessions(MemorySessions):
    """Sessions in memory that can make turns race; `kept` is all that was stored."""

    def __init__(self, clock: FixedClock) -> None:
        super().__init__(clock, arrivals=ProcessRateCounter(clock))
        self.kept: list[StoredTurn] = []
        self._runners: Iterator[int] = iter(())
        self._together = threading.Barrier(1)

    def race(self, parties: int) -> None:
        """Lets none of the next `parties` turns go on until all of them have loaded."""
        self._runners = iter(range(parties))
        self._together = threading.Barrier(parties)

    def load(self, key: bytes, subscriber: bytes, channel: str) -> LoadedTurn:
        loaded = super().load(key, subscriber, channel)
        if next(self._runners, None) is not None:
            self._together.wait(PATIENCE_SECONDS)
        return loaded

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: StoredTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
        comeback: ResumePlace | None = None,
    ) -> bool:
        saved = super().save(key, token, kept, expires_in, record, language, comeback)
        if saved:
            self.kept.append(kept)
        return saved


class LosingSessions(MemorySessions):
    """Sessions in memory where another turn is always first."""

    saves = 0

    def save(
        self,
        key: bytes,
        token: bytes,
        kept: StoredTurn,
        expires_in: float,
        record: TurnRecord,
        language: tuple[bytes, str] | None = None,
        comeback: ResumePlace | None = None,
    ) -> bool:
        self.saves += 1
        return False


class RecordingJobs:
    """Fits the `Jobs` port; `wakes` is what was asked for, in order."""

    def __init__(self) -> None:
        self.wakes: list[str] = []

    def wake_inbound(self) -> None:
        self.wakes.append("inbound")

    def wake_outbound(self, channel: str, lane: Lane) -> None:
        self.wakes.append(f"{channel} {lane}")

    def wake_calls(self) -> None:
        self.wakes.append("calls")

    def check_broadcast(self, id: int, by: str) -> None:
        """Is asked to count whom a broadcast reaches."""

    def try_draft(self, id: str, anew_by: str = "") -> None:
        self.wakes.append(f"draft {id}")


class WindowThrottle:
    """Fits the `Throttle` port in this process: at most `per_second` sends in each second."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.grants: list[tuple[float, int]] = []

    def take(
        self,
        channel: Channel,
        lane: Lane,
        wanted: Sequence[int],
        unused: Sequence[Slot] = (),
        *,
        first: bool = False,
        at_any_time: bool = False,
    ) -> tuple[Sequence[Slot], float]:
        with self._lock:
            now = self._clock.monotonic()
            recent = [(at, count) for at, count in self.grants if at + 1.0 > now]
            left = int(channel.max_per_second) - sum(count for _, count in recent)
            slots = []
            for segments in wanted:
                if segments > left and not first:
                    break
                left -= segments
                slots.append(Slot(at=now, by=math.inf))
                self.grants.append((now, segments))
            return slots, recent[0][0] + 1.0 - now if recent else 0.0


class NoThrottle:
    """Fits the `Throttle` port where pacing is not what is looked at: every call may leave now."""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock

    def take(
        self,
        channel: Channel,
        lane: Lane,
        wanted: Sequence[int],
        unused: Sequence[Slot] = (),
        *,
        first: bool = False,
        at_any_time: bool = False,
    ) -> tuple[Sequence[Slot], float]:
        return [Slot(at=self._clock.monotonic(), by=math.inf) for _ in wanted], 0.0


class ScriptedProvider:
    """The sending side of a provider: `answers` maps a text to what sending it comes to.

    Any other text is accepted. An exception is raised; `sent` holds the texts in order.
    """

    def __init__(self, answers: Mapping[str, BaseException] | None = None) -> None:
        self.answers = dict(answers or {})
        self.sent: list[str] = []
        self.urls: set[str] = set()
        self.before: Callable[[OutboundSms], None] = lambda sms: None
        self.batch_size, self.mixes_texts = 1, False
        self.batches: list[list[str]] = []

    def send(self, sms: OutboundSms, delivery_url: str) -> Accepted:
        self.before(sms)
        self.sent.append(sms.text)
        self.urls.add(delivery_url)
        if sms.text in self.answers:
            raise self.answers[sms.text]
        return Accepted(provider_ref=f"ref-{sms.id}")

    def send_many(
        self, sms: Sequence[OutboundSms], delivery_url: str
    ) -> Sequence[Accepted | SendFailed]:
        """Each comes to what it says, in a call that is kept by its texts."""
        self.batches.append([each.text for each in sms])
        results: list[Accepted | SendFailed] = []
        for each in sms:
            try:
                results.append(self.send(each, delivery_url))
            except SendFailed as failure:
                results.append(failure)
        return results


class GrudgingOutbox(SqlOutbox):
    """An outbox in which another worker takes MTs between their lease and their start."""

    taken: frozenset[int] = frozenset()

    def start(
        self, ids: Sequence[int], outcomes: Outcomes, now: datetime, channel: str = "",
        price_at: datetime | None = None,
    ) -> Sequence[int]:  # fmt: skip
        left = [each for each in ids if each not in self.taken]
        return super().start(left, outcomes, now, channel, price_at)


class DyingOutbox(SqlOutbox):
    """An outbox whose worker dies after `lives` windows were marked as being sent."""

    lives = 1

    def start(
        self, ids: Sequence[int], outcomes: Outcomes, now: datetime, channel: str = "",
        price_at: datetime | None = None,
    ) -> Sequence[int]:  # fmt: skip
        if self.lives == 0:
            raise WorkerKilled
        self.lives -= 1
        return super().start(ids, outcomes, now, channel, price_at)


class WorkerKilled(BaseException):
    """What a kill of the process looks like from inside."""
