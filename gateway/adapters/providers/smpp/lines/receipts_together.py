"""Tells the gateway of receipts together: those that come while a call is out go in the next one.

A call for each would cost more than all else that is done for a receipt.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping

from gateway.adapters.providers.smpp.lines.incoming import Tell
from gateway.adapters.providers.smpp.wire import EACH
from gateway.adapters.system.scrubbed_traceback import trace

log = logging.getLogger(__name__)

#: So many calls are out at once, so that one that hangs holds up the rest no longer than itself;
#: and so many receipts are told in one, far below the longest body of a webhook.
_CALLS, _MOST = 2, 100


class ReceiptsTogether:
    """Tells of receipts in as few calls as they allow; each learns whether it was taken."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._waiting: deque[tuple[Mapping[str, object], asyncio.Future[bool]]] = deque()
        self._calls: set[asyncio.Task[None]] = set()
        self._out = 0

    def __call__(self, told: Mapping[str, object]) -> asyncio.Future[bool]:
        """Returns what will say whether a receipt was taken."""
        taken: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((told, taken))
        if self._out < _CALLS:
            self._out += 1
            call = asyncio.create_task(self._tell_of_all())
            self._calls.add(call)  # a task that nobody holds may be collected
            call.add_done_callback(self._calls.discard)
        return taken

    async def _tell_of_all(self) -> None:
        try:
            while self._waiting:
                await self._tell_of_some()
        finally:
            # At this very moment, not when the task is told to be done: a receipt between would
            # wait for the next one.
            self._out -= 1

    async def _tell_of_some(self) -> None:
        several = [self._waiting.popleft() for _ in range(min(_MOST, len(self._waiting)))]
        taken = False
        try:
            receipts = [told for told, _ in several]
            one = receipts[0] if len(receipts) == 1 else {EACH: receipts}
            taken = await self._tell("delivery", one)
        except Exception as error:  # those behind it have done nothing: they are told all the same
            log.error("Receipts cannot be told: %s", trace(error))
        finally:
            for _, waiting in several:
                if not waiting.done():
                    waiting.set_result(taken)
