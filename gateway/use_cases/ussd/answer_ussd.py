"""Answer one USSD turn: load the session, see what is new, go on, store, reply."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.dialogue.session import Lasting, StoredTurn
from gateway.domain.dialogue.transition import Event
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.inbound.typed_since import (
    Way,
    begins_anew,
    seen_now,
    typed_now,
    without_code,
)
from gateway.domain.menu.release import HOME
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.domain.text.secret_comparison import same_secret
from gateway.use_cases.inbound.taking_in.limit_rate import LimitRate, Verdict
from gateway.use_cases.ports import (
    Clock,
    Counters,
    Keyring,
    LoadedTurn,
    Releases,
    ResumePlace,
    Sessions,
    Subscribers,
)
from gateway.use_cases.ports.time_left import within
from gateway.use_cases.ussd.count_turn import count_turn, record_of
from gateway.use_cases.ussd.dialogue import (
    TurnInHand,
    TurnResult,
    UssdDialogue,
    dialogue_begun,
    session_key,
)
from gateway.use_cases.ussd.follow_up import FollowUp
from gateway.use_cases.ussd.odd_text import OddText
from gateway.use_cases.ussd.offer_resume import OfferResume
from gateway.use_cases.ussd.resume_place import kept_for_resume, resume_place_of
from gateway.use_cases.ussd.spare_turns import SpareTurns

#: Of turns at the same moment one is stored; the others start anew from what it left.
MOST_RACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUssd:
    """The use case, with the ports it needs.

    With `keeps_networks` it is kept on which network each caller was last, with `keeps_sessions`
    how each session went. `by_flow` answers on channels whose dialogues are led by a neighbour's
    flows.
    """

    dialogue: UssdDialogue
    offer_resume: OfferResume
    spare_turns: SpareTurns
    odd_text: OddText
    limit_rate: LimitRate
    releases: Releases
    sessions: Sessions
    subscribers: Subscribers
    follow_up: FollowUp
    keyring: Keyring
    clock: Clock
    counters: Counters
    keeps_networks: bool = False
    keeps_sessions: bool = False
    by_flow: Callable[[TurnInHand], UssdReply] | None = None

    def __call__(self, channel: Channel, said: UssdTurn, began: float | None = None) -> UssdReply:
        """Returns the reply, always, and within the channel's deadline.

        The deadline counts from when the turn `began` to be dealt with, on the monotonic clock.

        The same turn again gets the stored reply. Without Redis the session is kept in the
        database. One that was begun before is rebuilt from all that was typed since dialling, which
        the provider repeats on every turn; where it sends the newest answer alone, the session is
        over, and the caller is asked to dial again.
        """
        began = self.clock.monotonic() if began is None else began
        typed = without_code(said.text, said.service_code, channel.service_code or "")
        if typed != said.text:
            said = said._replace(text=typed)
        key = session_key(self.keyring, channel, said)
        origin = dialogue_begun(self.keyring, key, said) if said.alone else ""
        turn = TurnInHand(channel, said, key, self.keyring.index_of(said.subscriber), began, origin)
        try:
            with within(lambda: turn.seconds_left(self.clock.monotonic())):
                if channel.flows and self.by_flow is not None:
                    return self.by_flow(turn)
                try:
                    return self._answer(turn)
                except StoreUnavailable:
                    return self._without_redis(turn)
        except Exception:  # nobody has been answered: whoever watches must see it
            self._count(turn, "failed")
            raise

    def _answer(self, turn: TurnInHand) -> UssdReply:
        for races in range(MOST_RACES):
            loaded = self.sessions.load(turn.key, turn.subscriber, turn.channel.name)
            stored, known = self.spare_turns.newer(turn, loaded.kept), loaded.language
            begins = stored is None or (not races and begins_anew(stored, turn.said, self._hash))
            if stored is None or begins:
                verdict = self.limit_rate.judge(turn.channel, "ussd", loaded.dials)
                if verdict is not Verdict.TAKE:
                    return self._over(turn, known or turn.said.language, "too_often")
                if turn.said.goes_on:
                    return self._lost(turn, known or turn.said.language)
                turn = turn.as_begun()
                known = self._chosen_language(turn) if known is None else known
                result = self.offer_resume.first(turn, loaded.dropped, known or "") or self._begin(
                    turn, known
                )
            else:
                typed, way = typed_now(stored, turn.said, self._hash)
                if races and turn.said.alone is not None:
                    typed = None  # it was no answer to the page that another turn has led to
                if typed is None and (races or way is Way.REPEATED):
                    return self._repeated(turn, stored)  # or another of this moment was first
                if way is not turn.way:
                    self.odd_text.count(turn, way)
                    if typed is None:
                        return self._odd(turn, stored, loaded)
                    turn = turn._replace(way=way)
                result = self._gone_on(turn, stored, typed or "", known or "")
            known = result.progress.language_chosen or known
            news = None if known in (None, loaded.language) else (turn.subscriber, known or "")
            now = self.clock.now()
            lasting = _lasting(None if begins else stored, now)
            try:
                is_first = self._store(turn, stored, result, loaded, news, lasting, now)
            except StoreUnavailable:
                return self._kept_aside(turn, stored, result)
            if is_first:
                if stored is not None and stored.spared:
                    self.spare_turns.keep(turn, self._stored(turn, stored, result, lasting))
                return self._answered(turn, stored, result, begins=begins)
        self.counters.add("ussd_races_lost", channel=turn.channel.name)
        return self._over(turn, "", "try_again", "overtaken")

    def _gone_on(self, turn: TurnInHand, stored: StoredTurn, typed: str, known: str) -> TurnResult:
        result = None
        if stored.offer is not None or stored.session.at == HOME:
            result = self.offer_resume.next(turn, stored, typed, known)
        return result or self.dialogue.go_on(turn, stored, typed)

    def _answered(
        self, turn: TurnInHand, before: StoredTurn | None, result: TurnResult, *, begins: bool
    ) -> UssdReply:
        """Returns the reply of a turn that was played and kept, and does what else it brings."""
        self.follow_up(turn, before, result)
        shown = result.shown
        self._count(turn, result.outcome, shown.session.at, begins=begins, ends=shown.ends)
        return UssdReply(shown.text, shown.ends)

    def _repeated(self, turn: TurnInHand, stored: StoredTurn) -> UssdReply:
        """Returns the stored reply again. It ends nothing: its session was counted before."""
        self._count(turn, "repeated", stored.session.at)
        return UssdReply(stored.reply_text, stored.reply_ends)

    def _odd(self, turn: TurnInHand, stored: StoredTurn, loaded: LoadedTurn) -> UssdReply:
        reply = self.odd_text.answer(turn, stored, loaded)
        self._count(turn, "odd_text", stored.session.at, ends=reply.ends)
        return reply

    def _count(
        self,
        turn: TurnInHand,
        outcome: str,
        at: str = "",
        *,
        begins: bool = False,
        ends: bool = False,
    ) -> None:
        seconds = self.clock.monotonic() - turn.began
        count_turn(self.counters, turn.channel, outcome, seconds, at, begins=begins, ends=ends)

    def _without_redis(self, turn: TurnInHand) -> UssdReply:
        stored = self.spare_turns.kept(turn)
        if stored is None and turn.said.goes_on:
            return self._lost(turn, turn.said.language)
        if stored is None or begins_anew(stored, turn.said, self._hash):
            turn = turn.as_begun()
            result = self._replayed(turn._replace(replayed=turn.said.alone is None))
        else:
            typed, way = typed_now(stored, turn.said, self._hash)
            self.odd_text.count(turn, way)
            if typed is None:
                return self._repeated(turn, stored)
            result = self._gone_on(turn._replace(way=way), stored, typed, stored.session.language)
        return self._kept_aside(turn, stored, result)

    def _kept_aside(
        self, turn: TurnInHand, before: StoredTurn | None, result: TurnResult
    ) -> UssdReply:
        """Keeps in the database what Redis could not take.

        Where each turn is the newest answer alone, and Redis has an older turn of the session,
        nobody could tell later which of the two is the newest: the session is over then.
        """
        self.counters.add("ussd_replayed", channel=turn.channel.name)
        said = turn.said
        newest = said.alone is not None and not said.alone.begins
        forks = newest and before is not None and not before.spared
        if forks and not result.shown.ends:
            self.follow_up(turn, before, result)
            return self._lost(turn, result.shown.session.language)
        lasting = _lasting(before, self.clock.now())
        self.spare_turns.keep(turn, self._stored(turn, before, result, lasting))
        return self._answered(turn, before, result, begins=not said.text and not said.goes_on)

    def _replayed(self, turn: TurnInHand) -> TurnResult:
        known = self._chosen_language(turn)
        with suppress(StoreUnavailable):
            result = self.offer_resume.first(turn, None, known or "")
            if result is not None:
                return result
        return self._begin(turn, known)

    def _begin(self, turn: TurnInHand, known: str | None) -> TurnResult:
        """Returns the session from its first screen on, with all that was typed since dialling.

        A language that is known may have been chosen in this very session: its first answer is
        that choice then, and not the home screen's.
        """
        asked = False
        if known and turn.said.text and self.releases.current().ask_language:
            with suppress(StoreUnavailable):
                asked = same_secret(self.subscribers.asked_in(turn.said.subscriber), turn.key)
        language = known or turn.said.language
        return self.dialogue.begin(turn, language, turn.all_answers, asked=asked)

    def _lost(self, turn: TurnInHand, language: str) -> UssdReply:
        """Returns the civil end of a session of which nobody knows any more where it stood."""
        return self._over(turn, language, "try_again", "lost")

    def _over(self, turn: TurnInHand, language: str, phrase: str, outcome: str = "") -> UssdReply:
        """Returns a civil end; nothing is stored. The outcome is the phrase unless it is told."""
        release = self.releases.current()
        spoken = language if language in release.languages else release.default_language
        self._count(turn, outcome or phrase)
        return UssdReply(sentence(release, spoken, phrase), ends=True)

    def _hash(self, text: str) -> str:
        return self.keyring.index("seen", text).hex()

    def _chosen_language(self, turn: TurnInHand) -> str | None:
        try:
            return self.subscribers.language(turn.said.subscriber)
        except StoreUnavailable:
            return None

    def _store(
        self,
        turn: TurnInHand,
        before: StoredTurn | None,
        result: TurnResult,
        loaded: LoadedTurn,
        language: tuple[bytes, str] | None,
        lasting: Lasting | None,
        now: datetime,
    ) -> bool:
        took = self.clock.monotonic() - turn.began
        place = resume_place_of(turn, result, loaded.has_dropped, now)
        spared = before is not None and before.spared
        stored = self._stored(turn, before, result, lasting, place, spared=spared)
        begins = lasting is not None and lasting.before is None
        outcome, complaint = result.outcome, result.progress.step.complaint
        caller = turn.subscriber.hex()
        record = record_of(
            turn, result.release, stored.session, outcome, now, took,
            before=None if begins else before,
            ends=stored.reply_ends,
            refused_as=complaint.phrase if complaint and outcome == Event.REFUSED else "",
            caller=caller if before is None and self.keeps_networks else "",
            lasted=lasting.seconds if lasting else None,
            lasted_before=lasting.before if lasting else None,
            session=turn.key.hex() if self.keeps_sessions else "",
            dialled_by=caller if begins and self.keeps_sessions else "",
        )  # fmt: skip
        seconds, token = turn.channel.session_seconds, loaded.token
        return self.sessions.save(turn.key, token, stored, seconds, record, language, place)

    def _stored(
        self,
        turn: TurnInHand,
        before: StoredTurn | None,
        result: TurnResult,
        lasting: Lasting | None,
        place: ResumePlace | None = None,
        *,
        spared: bool = True,
    ) -> StoredTurn:
        length, index, seen = seen_now(before, turn.said, turn.way, self._hash)
        origin, caller, channel = result.origin, "", ""
        if place is not None:
            origin, caller, channel = kept_for_resume(turn, result)
        shown = result.shown
        return StoredTurn(
            session=shown.session,
            reply_text=shown.text,
            reply_ends=shown.ends,
            seen_length=length,
            seen_hash=index,
            origin=origin,
            caller=caller,
            channel=channel,
            offer=result.offer,
            spared=spared,
            seen=seen,
            lasting=lasting,
        )


def _lasting(before: StoredTurn | None, now: datetime) -> Lasting | None:
    """Returns how long the session has lasted; None where an older gateway has begun it."""
    if before is None:
        return Lasting(now.timestamp())
    return before.lasting.at(now.timestamp()) if before.lasting else None
