"""Answer a USSD turn of a channel whose dialogues are led by the flows of a neighbour.

A flow is told what was typed, and says what to show in a call of its own, on whatever node. The
turn waits for it within its deadline; what comes later goes out as an SMS (`TakeFlowWords`).
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Semaphore
from typing import NamedTuple

from gateway.domain.dialogue.screen_rendering import more_line, sentence
from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.domain.dialogue.transition import Event
from gateway.domain.faults_and_errors.errors import (
    OutcomeUnknown,
    SendFailed,
    StoreUnavailable,
    Unanswerable,
)
from gateway.domain.inbound.typed_since import begins_anew, seen_now, typed_now
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.paging import excess, page
from gateway.domain.telecom.ussd import FlowWords, UssdReply
from gateway.use_cases.flows.tell_flow import ANSWER_SECONDS, who_talks
from gateway.use_cases.inbound.taking_in.limit_rate import LimitRate, Verdict
from gateway.use_cases.ports import (
    Clock,
    Counters,
    Keyring,
    LoadedTurn,
    Provider,
    Releases,
    Sessions,
    TurnRecord,
)
from gateway.use_cases.ports.flows.words import Flows
from gateway.use_cases.ports.ussd import After, Entry, Screens
from gateway.use_cases.ussd.count_turn import NO_SERVICE, count_turn
from gateway.use_cases.ussd.dialogue import TurnInHand, reserve_seconds

log = logging.getLogger(__name__)

#: Where a session stands of which we know no more than what was shown last.
AT = "flow"
#: A flow may say several things in a row, each in its own call: the next is waited for so long.
GATHER_SECONDS = 0.4
#: How long a turn waits before it looks again whether the same turn was answered elsewhere.
PAUSE_SECONDS = 0.05


class _Said(NamedTuple):
    """What a turn is to show: all of it, however many pages it takes."""

    text: str
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerByFlow:
    """The use case, with the ports it needs.

    `by_sms` sends what the flow of a channel said, where it cannot be shown. `waiting` has room for
    so many turns as may wait at once in this process.
    """

    flows: Flows
    screens: Screens
    sessions: Sessions
    providers: Mapping[str, Provider]
    releases: Releases
    limit_rate: LimitRate
    keyring: Keyring
    clock: Clock
    counters: Counters
    by_sms: Callable[[str, FlowWords], None]
    waiting: Semaphore

    def __call__(self, turn: TurnInHand) -> UssdReply:
        """Returns the reply, always, and within the channel's deadline.

        The same turn again gets the stored reply, and the flow is told of it once. Without Redis
        the session ends civilly.
        """
        try:
            return self._answer(turn)
        except StoreUnavailable:
            return self._over(turn, "", "try_again", "lost")

    def _answer(self, turn: TurnInHand) -> UssdReply:
        claim, key = secrets.token_bytes(8), self.keyring.index("flow turn", turn.key.hex())
        # The session is read once its turn is ours: before, another may still go on with it.
        entry = self._entered(turn, key, claim)
        if entry is Entry.LOST:
            return self._over(turn, turn.said.language, "try_again", "lost")
        if entry is not Entry.OURS:
            return self._answered_elsewhere(turn)
        after = After.SHOWN
        try:
            reply = self._in_hand(turn, claim)
            after = After.OVER if reply.ends else After.SHOWN
        finally:
            with suppress(StoreUnavailable):
                self.screens.settle(key, claim, after)
        return reply

    def _in_hand(self, turn: TurnInHand, claim: bytes) -> UssdReply:
        """Returns the reply to a turn that nobody else answers meanwhile."""
        loaded = self.sessions.load(turn.key, turn.subscriber, turn.channel.name)
        stored, said = loaded.kept, turn.said
        known = loaded.language or said.language
        if stored is None or begins_anew(stored, said, self._hash):
            verdict = self.limit_rate.judge(turn.channel, "ussd", loaded.dials)
            if verdict is not Verdict.TAKE:
                return self._over(turn, known, "too_often")
            if said.goes_on or not isinstance(said.subscriber, Msisdn):
                return self._over(turn, known, "try_again", "lost")
            turn = turn.as_begun()
            return self._led_on(turn, claim, loaded, None, " ".join(turn.all_answers))
        answer, way = typed_now(stored, said, self._hash)
        if answer is None:
            return self._shown_again(turn, stored)
        return self._led_on(turn._replace(way=way), claim, loaded, stored, answer)

    def _entered(self, turn: TurnInHand, key: bytes, claim: bytes) -> Entry:
        name = turn.said.name
        hashed = self.keyring.index("seen", name) if name else b""
        keep = turn.channel.session_seconds + turn.channel.deadline_seconds
        begins = not turn.said.goes_on
        until = turn.channel.deadline_seconds
        return self.screens.enter(key, hashed, claim, begins=begins, until=until, keep=keep)

    def _answered_elsewhere(self, turn: TurnInHand) -> UssdReply:
        """Returns the reply to a turn that is in hand elsewhere, or was: delivered twice."""
        known = turn.said.language
        while self._left(turn) > PAUSE_SECONDS:
            loaded = self.sessions.load(turn.key, turn.subscriber, turn.channel.name)
            stored, known = loaded.kept, loaded.language or known
            if stored is not None and typed_now(stored, turn.said, self._hash)[0] is None:
                return self._shown_again(turn, stored)
            self.clock.sleep(PAUSE_SECONDS)
        return self._over(turn, known, "try_again", "overtaken")

    def _led_on(
        self,
        turn: TurnInHand,
        claim: bytes,
        loaded: LoadedTurn,
        stored: StoredTurn | None,
        typed: str,
    ) -> UssdReply:
        """Returns the next page: of what was said before, or of what the flow says now."""
        known = loaded.language or turn.said.language
        session = stored.session if stored is not None else None
        if session is not None and session.more and typed.strip() == turn.channel.keys.more:
            whole = _Said(str(session.values[0]["text"]), bool(session.values[0]["ends"]))
            return self._page(turn, loaded, stored, whole, session.page + 1, known)
        if not self.waiting.acquire(blocking=False):
            # The flow's words come through threads of this very server: some must be left for them.
            return self._over(turn, known, "try_again", "crowded")
        try:
            words = self._said_to(turn, claim, typed, begins=stored is None)
        finally:
            self.waiting.release()
        if not words:
            return self._over(turn, known, "too_slow")
        whole = _Said("\n".join(each.text for each in words), not words[-1].waits)
        try:
            reply = self._page(turn, loaded, stored, whole, 0, known)
        except StoreUnavailable:
            self._sent_instead(turn.channel, claim, words)
            raise
        with suppress(StoreUnavailable):  # then they are sent as well: better twice than never
            self.flows.shown(claim)
        return reply

    def _sent_instead(self, channel: Channel, claim: bytes, words: Sequence[FlowWords]) -> None:
        """Sends what was heard and cannot be stored: the flow believes that it was shown."""
        try:
            for each in words:
                self.by_sms(channel.flows, each)
        except (StoreUnavailable, Unanswerable) as error:  # the ticker finds them in Redis
            log.error("What a flow of channel %s said cannot be sent now: %s", channel.flows, error)
            return
        with suppress(StoreUnavailable):
            self.flows.shown(claim)

    def _said_to(
        self, turn: TurnInHand, claim: bytes, typed: str, *, begins: bool
    ) -> Sequence[FlowWords]:
        """Returns what the flow says to what was typed; nothing where it says nothing in time."""
        channel, subscriber = turn.channel, turn.said.subscriber
        who = who_talks(self.keyring, channel, subscriber)
        self.flows.note(who, self.clock.now(), ANSWER_SECONDS)
        self.flows.listen(who, claim, self._left(turn))
        words: list[FlowWords] = []
        try:
            if self._told(channel, subscriber, typed, self._left(turn), begins=begins):
                words += self.flows.heard(claim, 0, self._left(turn))
                while words and len(words) < _MOST_WORDS:
                    left = min(GATHER_SECONDS, self._left(turn))
                    news = self.flows.heard(claim, len(words), left) if left > 0 else ()
                    if not news:
                        break
                    words += news
            # What came in this very moment is shown: nobody else will hear it.
            words += self.flows.leave(who, claim, len(words))
        except StoreUnavailable:
            self._sent_instead(channel, claim, words)
            raise
        return words

    def _told(
        self, channel: Channel, subscriber: Identity, text: str, seconds: float, *, begins: bool
    ) -> bool:
        """Returns whether the flow may have been told; whether it was, its words will say."""
        if not isinstance(subscriber, Msisdn) or seconds <= 0:
            return False
        try:
            self.providers[channel.flows].tell_flow(subscriber, text, seconds, begins=begins)
        except OutcomeUnknown:
            return True
        except SendFailed as failure:
            log.error("The flows of channel %s cannot be told: %s", channel.flows, failure)
            return False
        return True

    def _page(
        self,
        turn: TurnInHand,
        loaded: LoadedTurn,
        stored: StoredTurn | None,
        whole: _Said,
        number: int,
        known: str,
    ) -> UssdReply:
        channel, release = turn.channel, self.releases.current()
        language = known if known in release.languages else release.default_language
        lines = whole.text.splitlines()
        # A line stays whole on its page; where one alone is longer, all of it is cut as it comes.
        in_lines = all(not excess(each, channel.page) for each in lines)
        cut = page(
            complaint="",
            text="" if in_lines else whole.text,
            lines=lines if in_lines else (),
            foot="",
            more=more_line(release, language, channel.keys),
            budget=channel.page,
            number=number,
        )
        reply = UssdReply(cut.text, whole.ends and cut.last)
        session = Session(
            release=release.id,
            language=language,
            at=AT,
            page=cut.number,
            more=not cut.last,
            values=({"text": whole.text, "ends": "yes" if whole.ends else ""},),
            ended=reply.ends,
        )
        length, index, seen = seen_now(stored, turn.said, turn.way, self._hash)
        after = StoredTurn(
            session=session,
            reply_text=reply.text,
            reply_ends=reply.ends,
            seen_length=length,
            seen_hash=index,
            seen=seen,
        )
        event = Event.ENDED if reply.ends else Event.SHOWN
        took = self.clock.monotonic() - turn.began
        record = TurnRecord(
            at=self.clock.now(),
            channel=channel.name,
            service=NO_SERVICE,
            screen=AT,
            event=event,
            language=language,
            milliseconds=int(took * 1000),
            network_code=turn.said.network_code,
            came_from="" if stored is None else f"{NO_SERVICE}.{AT}",
            came_from_language=language,
            ends=reply.ends,
        )
        self.sessions.save(turn.key, loaded.token, after, channel.session_seconds, record)
        self._count(turn, event, begins=stored is None, ends=reply.ends)
        return reply

    def _shown_again(self, turn: TurnInHand, stored: StoredTurn) -> UssdReply:
        self._count(turn, "repeated")
        return UssdReply(stored.reply_text, stored.reply_ends)

    def _over(self, turn: TurnInHand, known: str, phrase: str, outcome: str = "") -> UssdReply:
        """Returns a civil end; nothing is stored. The outcome is the phrase unless it is told."""
        release = self.releases.current()
        language = known if known in release.languages else release.default_language
        self._count(turn, outcome or phrase)
        return UssdReply(sentence(release, language, phrase), ends=True)

    def _count(
        self, turn: TurnInHand, outcome: str, *, begins: bool = False, ends: bool = False
    ) -> None:
        seconds = self.clock.monotonic() - turn.began
        count_turn(self.counters, turn.channel, outcome, seconds, "", begins=begins, ends=ends)

    def _left(self, turn: TurnInHand) -> float:
        """Returns the seconds that are left, what storing and the way home take not among them."""
        return turn.seconds_left(self.clock.monotonic()) - reserve_seconds(turn.channel)

    def _hash(self, text: str) -> str:
        return self.keyring.index("seen", text).hex()


#: A flow that says more in a row is a loop of machines.
_MOST_WORDS = 10
