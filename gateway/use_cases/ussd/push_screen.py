"""Answer a USSD turn whose provider takes the screen in a call of its own.

The turn's webhook was acknowledged before: nobody waits for what is returned here. A screen is
handed over at most once, in the order of its session's turns, and within the turn's deadline. Where
nobody knows whether it was shown, the session ends civilly: none is ever handed over again.
"""

from __future__ import annotations

import enum
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import assert_never

from gateway.domain.dialogue.screen_rendering import sentence
from gateway.domain.faults_and_errors.errors import OutcomeUnknown, SendFailed, StoreUnavailable
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.use_cases.ports import Clock, Counters, Keyring, Provider, Releases, Subscribers
from gateway.use_cases.ports.time_left import within
from gateway.use_cases.ports.ussd import After, Entry, Screens
from gateway.use_cases.ussd.answer_ussd import AnswerUssd
from gateway.use_cases.ussd.dialogue import session_key

log = logging.getLogger(__name__)

#: The part of the deadline that is kept back for the civil end of a session whose screen was not
#: taken.
END_PART = 1 / 8
#: In less time no screen is handed over: its outcome would be unknown more often than not.
LEAST_SECONDS = 0.2
#: How long a turn waits before it asks again whether the screen before was taken.
PAUSE_SECONDS = 0.05
#: A process that has not settled a turn so long after its deadline has died.
GRACE_SECONDS = 2.0


class ScreenOutcome(enum.StrEnum):
    """What came of handing a screen over: only `UNKNOWN` may have been shown without our knowing.

    `LATE` was not handed over, since the turn's time was up.
    """

    TAKEN = "taken"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    LATE = "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pushed:
    """A turn in hand: `claim` names this attempt at it, `began` is on the monotonic clock."""

    channel: Channel
    said: UssdTurn
    key: bytes
    claim: bytes
    began: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PushScreen:
    """The use case, with the ports it needs."""

    answer: AnswerUssd
    screens: Screens
    providers: Mapping[str, Provider]
    releases: Releases
    subscribers: Subscribers
    keyring: Keyring
    clock: Clock
    counters: Counters

    def __call__(self, channel: Channel, said: UssdTurn, began: float) -> None:
        """Answers the turn, and hands its screen over.

        The deadline counts from when the turn `began` to be dealt with, on the monotonic clock. It
        raises what the answer raises beyond StoreUnavailable, once the session was ended civilly.
        Without Redis nobody could tell a turn that is delivered again: its session ends civilly.
        """
        turn = _Pushed(
            channel=channel,
            said=said,
            key=session_key(self.keyring, channel, said),
            claim=secrets.token_bytes(8),
            began=began,
        )
        with within(lambda: self._left(turn)):
            try:
                entry = self._entered(turn)
            except StoreUnavailable:
                self._hand_over(turn, self._civil_end(turn))
                return
            match entry:
                case Entry.OURS:
                    self._answered(turn)
                case Entry.LOST:
                    self._end(turn)
                case Entry.GIVEN | Entry.BUSY:
                    self.counters.add("ussd_screens_spared", channel=channel.name)
                case _:
                    assert_never(entry)

    def _entered(self, turn: _Pushed) -> Entry:
        """Returns what the turn finds, once the screen before is settled; BUSY if it never was."""
        said = turn.said
        name = self.keyring.index("seen", said.name) if said.name else b""
        keep = turn.channel.session_seconds + turn.channel.deadline_seconds
        while True:
            until = self._left(turn) + GRACE_SECONDS
            entry = self.screens.enter(
                turn.key, name, turn.claim, begins=not said.goes_on, until=until, keep=keep
            )
            if entry is not Entry.BUSY or self._left(turn) <= PAUSE_SECONDS:
                return entry
            self.clock.sleep(PAUSE_SECONDS)

    def _answered(self, turn: _Pushed) -> None:
        try:
            reply = self.answer(turn.channel, turn.said, turn.began)
        except Exception:
            self._end(turn)
            raise
        if not self._may_hand_over(turn):  # this process slept so long that another ended it
            self.counters.add("ussd_screens_spared", channel=turn.channel.name)
            return
        outcome = self._hand_over(turn, reply, turn.channel.deadline_seconds * END_PART)
        if outcome is ScreenOutcome.TAKEN or reply.ends:
            self._settle(turn, After.OVER if reply.ends else After.SHOWN)
        else:
            self._end(turn)

    def _may_hand_over(self, turn: _Pushed) -> bool:
        """Returns whether the session is still ours; without Redis nobody else has taken it."""
        with suppress(StoreUnavailable):
            return self.screens.hand_over(turn.key, turn.claim)
        return True

    def _end(self, turn: _Pushed) -> None:
        """Ends the session civilly; if not even that is taken, its next turn tries once more."""
        outcome = self._hand_over(turn, self._civil_end(turn))
        self._settle(turn, After.OVER if outcome is ScreenOutcome.TAKEN else After.LOST)

    def _hand_over(self, turn: _Pushed, reply: UssdReply, kept_back: float = 0.0) -> ScreenOutcome:
        """Returns what came of a screen; some seconds may be kept back for the end."""
        seconds = self._left(turn) - (0.0 if reply.ends else kept_back)
        outcome = ScreenOutcome.LATE
        if seconds >= LEAST_SECONDS:
            outcome = self._attempt(turn, reply, seconds)
        channel = turn.channel.name
        self.counters.add("ussd_screens", channel=channel, outcome=outcome.value)
        if outcome is ScreenOutcome.TAKEN:
            passed = self.clock.monotonic() - turn.began
            self.counters.observe("screen_seconds", passed, channel=channel)
        return outcome

    def _attempt(self, turn: _Pushed, reply: UssdReply, seconds: float) -> ScreenOutcome:
        try:
            self.providers[turn.channel.name].push_ussd(turn.said, reply, seconds)
        except OutcomeUnknown:
            return ScreenOutcome.UNKNOWN
        except SendFailed as failure:
            if failure.alert:
                log.error("Channel %s refuses every screen: %s", turn.channel.name, failure)
            return ScreenOutcome.REFUSED
        except Exception as error:
            # A fault of ours in mid-call: nobody knows what the provider has done, and the type
            # alone is kept, since an exception's words may quote the number or the text.
            log.error("Handing a screen over raised %s", type(error).__name__)
            return ScreenOutcome.UNKNOWN
        return ScreenOutcome.TAKEN

    def _settle(self, turn: _Pushed, after: After) -> None:
        with suppress(StoreUnavailable):  # then the next turn finds it unsettled, and ends it
            self.screens.settle(turn.key, turn.claim, after)

    def _civil_end(self, turn: _Pushed) -> UssdReply:
        release, language = self.releases.current(), turn.said.language
        with suppress(StoreUnavailable):
            language = self.subscribers.language(turn.said.subscriber) or language
        spoken = language if language in release.languages else release.default_language
        return UssdReply(text=sentence(release, spoken, "try_again"), ends=True)

    def _left(self, turn: _Pushed) -> float:
        """Returns what is left of the deadline, in seconds."""
        return turn.began + turn.channel.deadline_seconds - self.clock.monotonic()
