"""Sessions while Redis does not answer: kept in the database, and found again when it is back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.use_cases.ports import Clock
from gateway.use_cases.ports.ussd import SpareSessions
from gateway.use_cases.ussd.dialogue import TurnInHand


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareTurns:
    """The newest turn of a session that Redis has not seen. Without the database there is none."""

    spares: SpareSessions
    clock: Clock

    def keep(self, turn: TurnInHand, stored: StoredTurn) -> None:
        """Keeps a turn that Redis could not take."""
        expires_at = self.clock.now() + timedelta(seconds=turn.channel.session_seconds)
        with suppress(StoreUnavailable):
            self.spares.save(turn.key, stored, expires_at)

    def newer(self, turn: TurnInHand, stored: StoredTurn | None) -> StoredTurn | None:
        """Returns the turn that was kept when Redis did not answer, or the one that Redis has.

        It is looked for where Redis may have missed one: where it knows nothing of a session that
        has begun, and where more than one answer came since. Where each turn is the newest answer
        alone, Redis has missed one of those sessions only that the database had before.
        """
        if turn.said.alone is not None:
            return self._newer_of_both(turn, stored)
        missed = turn.said.text[stored.seen_length + 1 :] if stored else turn.said.text
        if not missed or (stored is not None and "*" not in missed):
            return stored
        kept = self.kept(turn)
        if kept is None or (stored is not None and kept.seen_length <= stored.seen_length):
            return stored
        return kept

    def _newer_of_both(self, turn: TurnInHand, stored: StoredTurn | None) -> StoredTurn | None:
        alone = turn.said.alone
        begins = alone is not None and alone.begins
        if (stored is None and begins) or (stored is not None and not stored.spared):
            return stored
        kept = self.kept(turn)
        if kept is None or (stored is not None and kept.seen_length <= stored.seen_length):
            return stored
        return kept

    def kept(self, turn: TurnInHand) -> StoredTurn | None:
        """Returns the turn that was kept last; None when there is none."""
        with suppress(StoreUnavailable):
            return self.spares.load(turn.key, self.clock.now())
        return None
