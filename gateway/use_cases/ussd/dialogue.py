"""Lead a USSD dialogue from a stored session, or from nothing, through the answers of one turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.dialogue.answer_splitting import in_doubt, split_typed
from gateway.domain.dialogue.engine import advance, begin, refuse
from gateway.domain.dialogue.option_matching import reads_back
from gateway.domain.dialogue.screen_rendering import Shown, closing, show
from gateway.domain.dialogue.session import Offer, Session, StoredTurn
from gateway.domain.dialogue.transition import Event, Step
from gateway.domain.inbound.typed_since import Way
from gateway.domain.input_kinds.base import Complaint
from gateway.domain.menu.release import LANGUAGE_SERVICE, Release
from gateway.domain.menu.screens import ChoiceScreen
from gateway.domain.record import Record
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import UssdEnd, UssdTurn, dialled_answers
from gateway.use_cases.handler_calls.settle_calls import DialogueProgress, Party, SettleCalls
from gateway.use_cases.ports import Clock, Keyring, Releases

#: Kept back of the deadline for storing the session and for the way home.
RESERVE_SECONDS = 0.5
#: The same where the way home is a call of ours, though never more than half of the deadline.
CALL_SECONDS = 2.0


def reserve_seconds(channel: Channel) -> float:
    """Returns what is kept back of a turn's deadline once its dialogue is played."""
    if channel.pushes_screens:
        return min(CALL_SECONDS, channel.deadline_seconds / 2)
    return RESERVE_SECONDS


def session_key(keyring: Keyring, channel: Channel, said: UssdTurn | UssdEnd) -> bytes:
    """Returns the key of a session; nobody else's session can be found by a number of one's own.

    Who sends the newest answer alone may tell what was dialled on the first turn only.
    """
    code = channel.service_code if said.alone else said.service_code
    bound_to = f"{channel.name}|{said.session_id}|{said.subscriber.as_stored}|{code}"
    return keyring.index("session", bound_to)


def dialogue_begun(keyring: Keyring, session: bytes, said: UssdTurn) -> str:
    """Returns what tells the dialogue that a turn begins from an earlier one of the same session.

    Where sessions can be called alike, the same answers in another of them are another report.
    Empty where the session's key is enough, or nothing names the turn.
    """
    alone = said.alone
    if alone is None or not alone.begins or not alone.turn_id:
        return ""
    return keyring.index("dialogue", f"{session.hex()}|{alone.turn_id}").hex()


class TurnInHand(Record, frozen=True):
    """One turn being answered: what came in, and the keys it is stored under; name its fields.

    `origin` names the dialogue where the key does not: an earlier one that this one goes on with,
    or one of several that are called alike. `replayed` says that the answers were given in several
    turns, which nobody remembers. `way` is how the text goes on from those before.
    """

    channel: Channel
    said: UssdTurn
    key: bytes
    subscriber: bytes
    began: float
    origin: str = ""
    replayed: bool = False
    way: Way = Way.CONTINUED

    def as_begun(self) -> TurnInHand:
        """Returns the turn as the one that its session begins with."""
        said = self.said.as_begun
        return self if said is self.said else self._replace(said=said)

    def seconds_left(self, now: float) -> float:
        """Returns what is left of the deadline; `now` is on the monotonic clock."""
        return self.began + self.channel.deadline_seconds - now

    @property
    def all_answers(self) -> list[str]:
        """Returns every answer since dialling, those dialled behind the service code included."""
        code = self.channel.service_code
        dialled = dialled_answers(code, self.said.service_code) if code else []
        return dialled + (self.said.text.split("*") if self.said.text else [])


def asks_language(release: Release, turn: TurnInHand, answers: Sequence[str]) -> bool:
    """Returns whether a caller without a language is asked for one first.

    Who dials a service at once comes there; and answers that begin otherwise were given to the home
    screen.
    """
    if not release.ask_language:
        return False
    screen = release.screens[release.services[LANGUAGE_SERVICE].start]
    keys = screen.options if isinstance(screen, ChoiceScreen) else {}
    code = turn.channel.service_code
    dialled = dialled_answers(code, turn.said.service_code) if code else []
    return not dialled and (not answers or answers[0] in keys)


def _asks_first(release: Release, session: Session) -> bool:
    """Returns whether a session without a way back began with the question for the language."""
    return session.at == release.services[LANGUAGE_SERVICE].start


class TurnResult(Record, frozen=True):
    """What a turn came to, before it is stored.

    `offer` is set while an earlier dialogue is offered; `asked` says that the session began with
    the question for the language, and that this turn was about it.
    """

    release: Release
    progress: DialogueProgress
    shown: Shown
    origin: str = ""
    offer: Offer | None = None
    asked: bool = False

    @property
    def outcome(self) -> str:
        """Returns what the turn came to, in a word."""
        return self.progress.failure or self.progress.step.event


@dataclass(frozen=True, slots=True, kw_only=True)
class UssdDialogue:
    """The dialogue; nothing is loaded or stored here."""

    releases: Releases
    settle_calls: SettleCalls
    clock: Clock

    def begin(
        self, turn: TurnInHand, language: str, answers: Sequence[str], *, asked: bool = False
    ) -> TurnResult:
        """Returns a new session after these answers, taken as if typed one after the other.

        `asked` says that the first of them is known to be the choice of the language.
        """
        release = self.releases.current()
        ask = asked or (not language and asks_language(release, turn, answers))
        at = self.settle_calls.local_time()
        step = begin(release, language, ask=ask)
        return self._take(turn, release, step, answers, at, asked=ask)

    def go_on(self, turn: TurnInHand, stored: StoredTurn, typed: str) -> TurnResult:
        """Returns the session after what was typed in this turn."""
        if stored.origin:
            turn = turn._replace(origin=stored.origin)
        release = self.releases.find(stored.session.release)
        if release is None:  # it went with a restart; what was typed on it means nothing on another
            return self.begin(turn, stored.session.language, ())
        first, *further = split_typed(release, stored.session, typed)
        at = self.settle_calls.local_time()
        step = advance(release, stored.session, first, turn.channel.keys, at.date())
        asked = not stored.session.trail and _asks_first(release, stored.session)
        return self._take(turn, release, step, further, at, asked=asked)

    def refuse(self, turn: TurnInHand, stored: StoredTurn, complaint: Complaint) -> TurnResult:
        """Returns the screen of a session again, with a complaint."""
        release = self.releases.find(stored.session.release)
        if release is None:
            return self.begin(turn, stored.session.language, ())
        at = self.settle_calls.local_time()
        return self._settle(turn, release, DialogueProgress(refuse(stored.session, complaint)), at)

    def go_on_from(
        self, turn: TurnInHand, release: Release, session: Session, answers: Sequence[str]
    ) -> TurnResult:
        """Returns an earlier session as it was left, after these answers."""
        step = Step(session=session._replace(wrong=0), event=Event.SHOWN)
        return self._take(turn, release, step, answers, self.settle_calls.local_time())

    def _take(
        self,
        turn: TurnInHand,
        release: Release,
        step: Step,
        answers: Sequence[str],
        at: datetime,
        *,
        asked: bool = False,
    ) -> TurnResult:
        """Feeds the answers. What follows one that is refused was meant for another screen.

        Not so where each was given to the screen it found: the one after it mended it then. But a
        text that had a `*` of its own looks like two answers: in doubt its question comes again.

        No page was shown between them: none is a yes to what is read back before it is written.
        """
        result = self._settle(turn, release, DialogueProgress(step), at, asked=asked)
        keys = turn.channel.keys
        for number, answer in enumerate(answers):
            session = result.shown.session
            refused = result.progress.step.event is Event.REFUSED
            if result.shown.ends or (refused and not turn.replayed):
                break
            if turn.replayed and in_doubt(release, session, answers[number:], keys):
                break
            if reads_back(release, session):
                break
            step = advance(release, session, answer, keys, at.date())
            progress = result.progress._replace(step=step)
            result = self._settle(turn, release, progress, at, asked=asked)
        return result

    def _settle(
        self,
        turn: TurnInHand,
        release: Release,
        progress: DialogueProgress,
        at: datetime,
        *,
        asked: bool = False,
    ) -> TurnResult:
        channel, subscriber = turn.channel, turn.said.subscriber
        party = Party(
            subscriber,
            turn.origin or turn.key.hex(),
            channel.name,
            channel.deadline_seconds,
            by_sms=channel.can_text(subscriber),
        )
        reserve = reserve_seconds(channel)
        progress = self.settle_calls.settle(
            release,
            progress,
            party,
            lambda: turn.seconds_left(self.clock.monotonic()) - reserve,
        )
        if progress.failure:
            session = progress.step.session
            shown = closing(release, session, progress.failure, progress.values)
        else:
            code = channel.service_code or turn.said.service_code
            shown = show(release, progress.shown, channel.keys, channel.page, code, at=at)
        return TurnResult(release, progress, shown, turn.origin, asked=asked)
