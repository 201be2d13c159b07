"""End drafts that nobody has touched for a year, with what came with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from gateway.domain.menu.draft import ON_ITS_WAY, Draft, DraftState
from gateway.domain.retention.what_is_removed import DRAFT_KEPT
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.common import MOST_SKEW
from gateway.use_cases.ports.releases import DraftStore


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireDrafts:
    """The use case, with the ports it needs. One ticker runs it every few seconds.

    `let_go` takes away what nobody else asks for, as when somebody discards the draft: the rows of
    its lists. What is discarded goes with the other rows that are of no use any more.
    """

    drafts: DraftStore
    let_go: Callable[[Draft], object]
    clock: Clock

    def __call__(self) -> bool:
        """Ends the one that was left longest; returns whether there may be more.

        Raises StoreUnavailable: then the draft is still there, and has its turn again.
        """
        if abs(self.clock.skew()) > MOST_SKEW:
            return False
        draft = self.drafts.left_since(ON_ITS_WAY, self.clock.now() - DRAFT_KEPT)
        if draft is None:
            return False
        self.let_go(draft)
        discarded = replace(draft, state=DraftState.DISCARDED)
        self.drafts.change(discarded, seen=draft.version, state=draft.state)
        return True
