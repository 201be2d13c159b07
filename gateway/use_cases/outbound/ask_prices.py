"""Ask providers for the prices that they did not tell when they took an SMS.

What an institution pays is what the provider says, not what the tariff of a channel says it may be.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.faults_and_errors.errors import SendFailed
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.sms.prices import Asked, Cost, LatePrices, Told, Unpriced

log = logging.getLogger(__name__)

#: Asked about in one step, so many at the same moment: the ticker has other things to do.
AT_ONCE = 400
SIDE_BY_SIDE = 16
ASKING_SECONDS = 2.0
#: Who has claimed MTs is done within this; after a crash others ask.
CLAIM = timedelta(minutes=2)
#: It is asked again after as long as it has taken so far, but no seldomer than this.
SELDOMEST = timedelta(hours=12)
#: After so long nobody is asked any more, and the tariff counts. A month stays open longer.
ASKED_FOR = timedelta(days=2)

#: What a provider has said; the failure where it could not say.
Said = Cost | SendFailed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPrices:
    """The use case, with the ports it needs. One ticker runs it every few seconds.

    `asked` are the providers that tell prices late, by channel; `pool` asks them side by side.
    """

    prices: LatePrices
    asked: Asked
    pool: Executor
    clock: Clock

    def __call__(self) -> None:
        """Asks about some; the rest has its turn in seconds. Raises StoreUnavailable."""
        if abs(self.clock.skew()) > MOST_SKEW:
            return
        now = self.clock.now()
        claimed = self.prices.claim(now, now + CLAIM, AT_ONCE)
        if claimed:
            self.prices.store(self._ask(claimed))

    def _ask(self, claimed: Sequence[Unpriced]) -> Told:
        told = Told()
        silent: set[str] = set()
        stop_at = self.clock.monotonic() + ASKING_SECONDS
        asked = []
        for mt in claimed:
            if mt.channel not in self.asked:  # the channel is gone, or another provider's
                told.over.append(mt.id)
            elif mt.ref is None:  # nobody knows yet whether it was taken
                self._again(mt, told)
            else:
                asked.append(mt)
        for first in range(0, len(asked), SIDE_BY_SIDE):
            some = asked[first : first + SIDE_BY_SIDE]
            if self.clock.monotonic() >= stop_at:
                told.ask_at.update((mt.id, self.clock.now()) for mt in some)
                continue
            willing = [mt for mt in some if mt.channel not in silent]
            told.ask_at.update((mt.id, self.clock.now()) for mt in some if mt.channel in silent)
            for mt, said in zip(willing, self.pool.map(self._said, willing), strict=True):
                if isinstance(said, Cost):
                    told.costs[mt.id] = said
                    continue
                if said is not None and mt.channel not in silent:
                    log.warning("Channel %s cannot say what SMS cost: %s", mt.channel, said)
                    silent.add(mt.channel)
                self._again(mt, told)
        return told

    def _said(self, mt: Unpriced) -> Said:
        try:
            return self.asked[mt.channel].cost_of(mt.ref or "")
        except SendFailed as failure:
            return failure
        except Exception as error:  # an SDK in trouble must not keep the others waiting
            log.error("Asking what MT %s cost raised %s", mt.id, type(error).__name__)
            return None

    def _again(self, mt: Unpriced, told: Told) -> None:
        now = self.clock.now()
        waited = now - mt.since
        if waited >= ASKED_FOR:
            told.over.append(mt.id)
            return
        after = self.asked[mt.channel].price_after
        told.ask_at[mt.id] = now + min(max(waited, after), SELDOMEST)
