"""Answer one USSD turn: load the session, see what is new, go on, store, reply."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from gateway.domain.dialogue.screen_rendering import last_words, sentence
from gateway.domain.dialogue.session import KeptTurn
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.menu.release import EndScreen
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.sms import Lane, NewSms, Purpose
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.use_cases.inbound.limit_rate import LimitFloods, Verdict
from gateway.use_cases.ports import (
    Clock,
    Counters,
    Jobs,
    Keyring,
    LoadedTurn,
    Outbox,
    Releases,
    Sessions,
    Subscribers,
    TurnRecord,
)
from gateway.use_cases.ussd.dialogue import Answered, TalkUssd, Turn, session_key
from gateway.use_cases.ussd.offer_resume import ComeBack
from gateway.use_cases.ussd.resume_place import comeback_of, to_come_back_to

#: Of turns at the same moment one is stored; the others start anew from what it left.
MOST_RACES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUssd:
    """The use case, with the ports it needs."""

    talk: TalkUssd
    come_back: ComeBack
    limit_floods: LimitFloods
    releases: Releases
    sessions: Sessions
    subscribers: Subscribers
    outbox: Outbox
    jobs: Jobs
    keyring: Keyring
    clock: Clock
    counters: Counters

    def __call__(self, channel: Channel, said: UssdTurn) -> UssdReply:
        """Returns the reply, always, and within the channel's deadline.

        The same turn again gets the stored reply. Without Redis the session is rebuilt from all
        that was typed since dialling, which the provider repeats on every turn.
        """
        turn = Turn(
            channel=channel,
            said=said,
            key=session_key(self.keyring, channel, said.session_id, said.msisdn, said.service_code),
            subscriber=self.keyring.index("msisdn", said.msisdn.e164),
            began=self.clock.monotonic(),
        )
        try:
            return self._answer(turn)
        except StoreUnavailable:
            self.counters.add("ussd_replayed", channel=channel.name)
            answered = self._replayed(replace(turn, replayed=True))
            self._follow_up(turn, None, answered)
            return UssdReply(text=answered.shown.text, ends=answered.shown.ends)

    def _answer(self, turn: Turn) -> UssdReply:
        for _ in range(MOST_RACES):
            loaded = self.sessions.load(turn.key, turn.subscriber, turn.channel.name)
            kept, known = loaded.kept, loaded.language
            if kept is None:
                verdict = self.limit_floods.judge(turn.channel, "ussd", loaded.dials)
                if verdict is not Verdict.TAKE:
                    return self._too_often(loaded.language or turn.said.language)
                known = self._chosen_language(turn) if known is None else known
                answered = self.come_back.first(turn, loaded.dropped, known or "") or self._begin(
                    turn, known
                )
            else:
                typed = self._unseen(kept, turn.said.text)
                if typed is None:
                    return UssdReply(text=kept.reply_text, ends=kept.reply_ends)
                answered = self.come_back.next(turn, kept, typed, known or "") or self.talk.go_on(
                    turn, kept, typed
                )
            known = answered.talk.language_chosen or known
            news = None if known in (None, loaded.language) else (turn.subscriber, known or "")
            if self._store(turn, answered, loaded, news):
                self._follow_up(turn, kept, answered)
                return UssdReply(text=answered.shown.text, ends=answered.shown.ends)
        self.counters.add("ussd_races_lost", channel=turn.channel.name)
        release = self.releases.current()
        return UssdReply(text=sentence(release, release.default_language, "try_again"), ends=True)

    def _replayed(self, turn: Turn) -> Answered:
        known = self._chosen_language(turn)
        with suppress(StoreUnavailable):
            answered = self.come_back.first(turn, None, known or "")
            if answered is not None:
                return answered
        return self._begin(turn, known)

    def _begin(self, turn: Turn, known: str | None) -> Answered:
        """Returns the session from its first screen on, with all that was typed since dialling.

        A language that is known may have been chosen in this very session: its first answer is
        that choice then, and not the home screen's.
        """
        asked = False
        if known and turn.said.text and self.releases.current().ask_language:
            with suppress(StoreUnavailable):
                asked = self.subscribers.asked_in(turn.said.msisdn) == turn.key
        language = known or turn.said.language
        return self.talk.begin(turn, language, turn.all_answers, asked=asked)

    def _too_often(self, language: str) -> UssdReply:
        """Returns the civil end for who dials without end; nothing is stored."""
        release = self.releases.current()
        spoken = language if language in release.languages else release.default_language
        return UssdReply(text=sentence(release, spoken, "too_often"), ends=True)

    def _unseen(self, kept: KeptTurn, text: str) -> str | None:
        """Returns what was typed beyond what has been answered; None when there is nothing.

        A text that does not continue the one seen is an older turn that comes late, or no turn of
        this session: neither may move it.
        """
        seen = kept.seen_length
        if kept.reply_ends or len(text) <= seen or (seen and text[seen] != "*"):
            return None
        if self._hash(text[:seen]) != kept.seen_hash:
            return None
        return text[seen + 1 :] if seen else text

    def _hash(self, text: str) -> str:
        return self.keyring.index("seen", text).hex()

    def _chosen_language(self, turn: Turn) -> str | None:
        try:
            return self.subscribers.language(turn.said.msisdn)
        except StoreUnavailable:
            return None

    def _store(
        self,
        turn: Turn,
        answered: Answered,
        loaded: LoadedTurn,
        language: tuple[bytes, str] | None,
    ) -> bool:
        now = self.clock.now()
        session = answered.shown.session
        service, _, screen = session.at.partition(".")
        kept = KeptTurn(
            session=session,
            reply_text=answered.shown.text,
            reply_ends=answered.shown.ends,
            seen_length=len(turn.said.text),
            seen_hash=self._hash(turn.said.text),
            offer=answered.offer,
            origin=answered.origin,
        )
        comeback = comeback_of(turn, answered, loaded.has_dropped, now)
        if comeback is not None:
            kept = to_come_back_to(turn, answered, kept)
        record = TurnRecord(
            at=now,
            channel=turn.channel.name,
            service=service,
            screen=screen,
            event=answered.talk.failure or answered.talk.step.event.value,
            language=session.language,
            milliseconds=int((self.clock.monotonic() - turn.began) * 1000),
            network_code=turn.said.network_code,
        )
        seconds, token = turn.channel.session_seconds, loaded.token
        return self.sessions.save(turn.key, token, kept, seconds, record, language, comeback)

    def _follow_up(self, turn: Turn, before: KeptTurn | None, answered: Answered) -> None:
        """Does what a turn brings with it: an offer noted, an SMS sent, a language kept."""
        chosen = answered.talk.language_chosen
        sms = _repeated_by_sms(turn, answered)
        now = self.clock.now()
        try:
            self.come_back.note(turn, before, answered)
            if sms is not None and self.outbox.add([sms], now):
                self.jobs.wake_outbound(turn.channel.name, Lane.REPLY)
            if chosen:
                asked_in = turn.key if answered.asked else b""
                self.subscribers.choose_language(turn.said.msisdn, chosen, now, asked_in)
        except StoreUnavailable:
            self.counters.add("ussd_follow_up_lost", channel=turn.channel.name)


def _repeated_by_sms(turn: Turn, answered: Answered) -> NewSms | None:
    """Returns the end screen as an SMS, where the menu asks for one: whole, however it was cut."""
    session = answered.talk.arrived
    screen = answered.release.screens.get(session.at) if session else None
    if session is None or not isinstance(screen, EndScreen) or not screen.sms:
        return None
    return NewSms(
        channel=turn.channel.name,
        msisdn=turn.said.msisdn,
        text=last_words(answered.release, session),
        lane=Lane.REPLY,
        purpose=Purpose.REPLY,
        key=f"ussd-{turn.key.hex()}-{session.taken}",
        topic=session.at.partition(".")[0],
    )
