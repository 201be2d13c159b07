"""Deal with a text that does not go on from those of its session before: count it, end civilly."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.dialogue.session import StoredTurn
from gateway.domain.inbound.typed_since import Way
from gateway.domain.telecom.ussd import UssdReply
from gateway.use_cases.ports import Clock, Counters, LoadedTurn, Releases, Sessions
from gateway.use_cases.ussd.count_turn import record_of
from gateway.use_cases.ussd.dialogue import TurnInHand

log = logging.getLogger(__name__)

#: So many texts in a row that nobody understands end a session: its page would stand for ever.
MOST_ODD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OddText:
    """What is done about it, with the ports it needs."""

    sessions: Sessions
    releases: Releases
    counters: Counters
    clock: Clock

    def count(self, turn: TurnInHand, way: Way) -> None:
        """Counts how a text was read; one that just goes on, or comes again, is not odd."""
        if way not in (Way.CONTINUED, Way.REPEATED):
            self.counters.add("ussd_odd_texts", channel=turn.channel.name, way=way.value)

    def answer(self, turn: TurnInHand, stored: StoredTurn, loaded: LoadedTurn) -> UssdReply:
        """Returns the page again, or the end after too many; raises StoreUnavailable.

        The log tells of it by lengths alone: a text may repeat a PIN.
        """
        odd, session = stored.seen.odd + 1, stored.session
        log.warning(
            "A text on channel %s does not go on from those before: %d characters after %d. "
            "Does its provider send all answers since dialling?",
            turn.channel.name,
            len(turn.said.text),
            stored.seen_length,
        )
        release = self.releases.find(session.release) or self.releases.current()
        reply = UssdReply(text=stored.reply_text, ends=False)
        if odd >= MOST_ODD:
            reply = UssdReply(text=sentence(release, session.language, "try_again"), ends=True)
        now = stored._replace(
            reply_text=reply.text,
            reply_ends=reply.ends,
            seen=stored.seen._replace(odd=odd),
        )
        at, took = self.clock.now(), self.clock.monotonic() - turn.began
        record = record_of(
            turn, release, session, "odd_text", at, took, before=stored, ends=reply.ends
        )
        self.sessions.save(turn.key, loaded.token, now, turn.channel.session_seconds, record)
        return reply
