"""Calls to a provider, side by side in one thread, where its courier can make them so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from operator import attrgetter

from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.outbound.sending.calls_in_flight import Call, CallsInFlight
from gateway.use_cases.outbound.sending.make_call import MakeCall
from gateway.use_cases.ports.sms.courier import Courier, Results

#: How long the thread waits at most, when nothing is to be looked at before.
LONGEST_WAIT = 1.0


class CallsByCourier(CallsInFlight):
    """The calls of one job, as `CallsInFlight`.

    One thread of the pool begins them at their moments and waits for all of them at once. A call
    whose connection must be made first has a thread of its own, for that once.
    """

    def __init__(
        self, pool: Executor, most: int, make: MakeCall, courier: Callable[[], Courier]
    ) -> None:
        super().__init__(pool, most, make)
        self._call, self._new_courier = make, courier
        self._courier: Courier | None = None  # while the thread is at work
        self._alone = 0  # calls that have threads of their own
        self._is_asleep = False

    def begin(self, call: Call) -> None:
        """Makes a call as soon as it may be made; raises RuntimeError for a closed pool."""
        with self._lock:
            if self._courier is None:
                courier = self._new_courier()
                self._pool.submit(self._work, courier)
                self._courier = courier
            self._wait_with([call])
            self._wake()
        self.count += 1

    def _wait_with(self, calls: Sequence[Call]) -> None:
        """Adds calls to those that wait, which stand in the order of their moments."""
        waiting = self._waiting
        in_order = not waiting or waiting[-1].slot.at <= calls[0].slot.at
        waiting.extend(calls)
        if not in_order:
            self._waiting = deque(sorted(waiting, key=_MOMENT))

    def _wake(self) -> None:
        if self._is_asleep and self._courier is not None:
            self._is_asleep = False
            self._courier.wake()

    def _work(self, courier: Courier) -> None:
        """Makes calls for as long as there are any."""
        out: dict[int, tuple[Call, float]] = {}
        number = 0
        while True:
            ready, seconds, for_moment = self._next(len(out))
            if seconds < 0:
                courier.close()
                return
            if for_moment and not out:
                self._call.clock.sleep(seconds)
                continue
            over: list[tuple[int, Results | Exception]] = []
            for call in self._in_time(ready):
                number += 1
                out[number] = (call, self._call.clock.monotonic())
                try:
                    if not courier.begin(number, call.mts, self._call.delivery_url):
                        del out[number]
                        self._by_itself(call)
                except Exception as error:
                    over.append((number, error))
            try:
                over += courier.ended(0.0 if over else seconds)
            except Exception as error:  # a fault of ours: none may stay out for good
                over += [(each, error) for each in out]
            self._is_asleep = False
            ended = [self._judged(*out.pop(each), came_to) for each, came_to in over if each in out]
            if ended:
                self._told(ended)

    def _next(self, out: int) -> tuple[Sequence[Call], float, bool]:
        """Returns the calls whose moment has come, how long to wait, and whether for a moment.

        Below 0 there is nothing more to do: the courier is given up by then.
        """
        with self._lock:
            ready: list[Call] = []
            waiting = self._waiting
            if not waiting and not out:
                self._courier = None
                return ready, -1.0, False
            now = self._call.clock.monotonic()
            room = self._most - out - self._alone
            while waiting and len(ready) < room and waiting[0].slot.at <= now:
                ready.append(waiting.popleft())
            if ready:
                return ready, 0.0, False
            for_moment = bool(waiting) and room > 0
            self._is_asleep = (room > 0 or self._alone > 0) and (out > 0 or not for_moment)
            wait = waiting[0].slot.at - now if for_moment else LONGEST_WAIT
            return ready, min(wait, LONGEST_WAIT), for_moment

    def _in_time(self, ready: Sequence[Call]) -> Sequence[Call]:
        """Returns those that may still leave; the others wait for moments that they are given."""
        late = [call for call in ready if self._call.is_late(call)]
        if not late:
            return ready
        try:
            anew = self._call.anew(late)
        except StoreUnavailable:
            self._told([(call, self._call.unpaced(call)) for call in late])
        else:
            with self._lock:
                self._wait_with(sorted(anew, key=_MOMENT))
        return [call for call in ready if not any(call is each for each in late)]

    def _judged(
        self, call: Call, began: float, came_to: Results | Exception
    ) -> tuple[Call, Results]:
        return call, self._call.judged(call, began, came_to)

    def _by_itself(self, call: Call) -> None:
        """Has a thread make a call whose connection is to be made."""

        def make() -> None:
            results = self._make(call)
            with self._lock:
                self._alone -= 1
                self._wake()
            self._told([(call, results)])

        with self._lock:
            self._alone += 1
        self._pool.submit(make)


_MOMENT = attrgetter("slot.at")
