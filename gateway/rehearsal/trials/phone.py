"""The phone of a trial: it dials, types and texts, and its network does what it is told to."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import assert_never

from gateway.adapters.memory.sessions import MemorySessions
from gateway.domain.dialogue.session import Session
from gateway.domain.telecom.ussd import AnswerAlone, UssdEnd, UssdReply, UssdTurn
from gateway.domain.trials.moves import Deed, Move, OnTheWay
from gateway.domain.trials.trial import Note
from gateway.rehearsal.phones import Line, SmsPhone
from gateway.use_cases.releases.play_golden_dialogue import Page
from gateway.use_cases.ussd.dialogue import session_key


@dataclass(slots=True)
class TrialPhone:
    """A phone on a line; with `newest` each turn is the newest answer alone.

    `is_open` says that it has a session of USSD on its screen.
    """

    line: Line
    newest: bool = False
    is_open: bool = False
    note: Note | None = None
    _dialled: str = ""
    _typed: list[str] = field(default_factory=list)
    _sessions: int = 0
    _last: UssdTurn | None = None
    _before: UssdTurn | None = None
    _texts: SmsPhone = field(init=False)

    def __post_init__(self) -> None:
        self._texts = SmsPhone(self.line)

    def does(self, move: Move) -> Page | None:
        """Returns the page that the phone shows after a move; None where it shows none.

        `note` says why, or what the network could not do.
        """
        self.note = None
        match move.deed:
            case Deed.DIAL:
                return self._dial(move.said, move.on_the_way)
            case Deed.REDIAL:
                return self._dial(self._dialled, move.on_the_way)
            case Deed.TYPE:
                return self._type(move.said, move.on_the_way)
            case Deed.TEXT:
                return self._text(move.said, move.on_the_way)
            case Deed.LOSE:
                self._lose()
            case Deed.TIME_OUT:
                self.line.clock.sleep(self.line.channel.session_seconds + 1)
                self.is_open = False
            case Deed.WAIT:
                self._wait(move.minutes)
            case Deed.OUTCOME:
                pass  # of the back ends
            case _:
                assert_never(move.deed)
        return None

    def session(self) -> Session | None:
        """Returns where the newest dialogue stands: that of the session, else that of SMS."""
        gateway, channel = self.line.gateway, self.line.channel
        if self.is_open and self._last is not None:
            key = session_key(gateway.keyring, channel, self._last)
            index = gateway.keyring.index_of(self.line.caller)
            kept = gateway.stores.sessions.load(key, index, channel.name).kept
            return None if kept is None else kept.session
        now = self.line.clock.now()
        return gateway.sql.inbox.conversation(channel.name, self.line.caller, now).session

    def _dial(self, code: str, way: OnTheWay) -> Page | None:
        own = self.line.channel.service_code or ""
        code = code or own
        if not own or not (code == own or code.startswith(f"{own.rstrip('#')}*")):
            self.note = Note.CANNOT_DIAL
            return None
        self._dialled, self._typed = code, []
        self._sessions += 1
        return self._turn(None, way)

    def _type(self, said: str, way: OnTheWay) -> Page | None:
        if not self.is_open:
            self.note = Note.NOT_DIALLED
            return None
        self._typed.append(said)
        return self._turn(said, way)

    def _turn(self, answer: str | None, way: OnTheWay) -> Page:
        said = self._said(answer)
        before, self._before, self._last = self._before, said, said
        if answer is None:
            before = None  # of another session
        shown = len(self._shown())
        reply = self._delivered(said, before, way)
        of = next(iter(self._shown()[shown:][-1:]), None)
        self.is_open = not reply.ends
        return Page(text=reply.text, ends=reply.ends, of=of)

    def _delivered(self, said: UssdTurn, before: UssdTurn | None, way: OnTheWay) -> UssdReply:
        answer, channel = self.line.gateway.ussd.answer, self.line.channel
        match way:
            case OnTheWay.WELL | OnTheWay.SLOW:
                return answer(channel, said)
            case OnTheWay.TWICE:
                answer(channel, said)
                return answer(channel, said)  # the phone shows what came last
            case OnTheWay.LATE:
                reply = answer(channel, said)
                if before is None:
                    self.note = Note.NOTHING_BEFORE
                else:
                    answer(channel, before)
                return reply
            case OnTheWay.CUT:
                if said.alone is not None or len(self._typed) < 2:
                    self.note = Note.NOTHING_TO_CUT
                    return answer(channel, said)
                return answer(channel, said._replace(text="*".join(self._typed[1:])))
            case _:
                assert_never(way)

    def _said(self, answer: str | None) -> UssdTurn:
        turn = UssdTurn(
            session_id=f"trial-{self._sessions}",
            subscriber=self.line.caller,
            service_code=self._dialled,
            text="*".join(self._typed),
        )
        if not self.newest:
            return turn
        name = f"{self._sessions}.{len(self._typed)}"
        alone = AnswerAlone(begins=answer is None, turn_id=name)
        return turn._replace(text=answer or "", alone=alone)

    def _text(self, said: str, way: OnTheWay) -> Page | None:
        if not self.line.channel.address:
            self.note = Note.CANNOT_TEXT
            return None
        page = self._texts.answer(said)
        if way is OnTheWay.TWICE:  # the same SMS again, under the name that it has at the provider
            page = replace(page, sms=(*page.sms, *self._texts.again()))
        elif way in (OnTheWay.CUT, OnTheWay.LATE):
            self.note = Note.NOTHING_TO_CUT if way is OnTheWay.CUT else Note.NOTHING_BEFORE
        return page

    def _lose(self) -> None:
        if not self.is_open or self._last is None:
            self.note = Note.NOT_DIALLED
            return
        self.is_open = False
        told = UssdEnd(
            session_id=self._last.session_id,
            subscriber=self.line.caller,
            service_code=self._dialled,
            status="dropped",
            alone=self._last.alone is not None,
        )
        self.line.gateway.ussd.end(self.line.channel, told)

    def _wait(self, minutes: int) -> None:
        if 60 * minutes > self.line.channel.session_seconds:
            self.is_open = False
        self.line.wait(minutes)
        self.line.gateway.ussd.nudge_dropped()
        self.line.gateway.upkeep.send_reminders()

    def _shown(self) -> list[tuple[str, str]]:
        sessions = self.line.gateway.stores.sessions
        records = sessions.records if isinstance(sessions, MemorySessions) else ()
        return [(each.language, f"{each.service}.{each.screen}") for each in records]
