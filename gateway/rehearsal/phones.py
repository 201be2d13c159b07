"""The phones of a rehearsal: they dial and text a whole gateway, and read the SMS that come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from gateway.adapters.memory.sessions import MemorySessions
from gateway.adapters.sql.sms.inbox import SqlInbox
from gateway.adapters.system.clock import StandingClock
from gateway.adapters.system.keyring import Keyring
from gateway.composition.gateway import Gateway
from gateway.domain.dialogue.golden_dialogue import Surface
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdTurn
from gateway.use_cases.inbound.cut_loops import TWIN_SECONDS
from gateway.use_cases.ports import Routed
from gateway.use_cases.releases.play_golden_dialogue import Page, Phone

#: Country code 999 is assigned to no country.
CALLER = Msisdn.from_e164("+999700000123")

#: No turn brings more.
_MOST_SMS = 20


class StagePhone(Phone, Protocol):
    """A phone that knows which screens it has shown."""

    def visited(self) -> set[tuple[str, str]]:
        """Returns the screens shown, each with its language."""


def phone(gateway: Gateway, clock: StandingClock, surface: Surface, channel: Channel) -> StagePhone:
    """Returns a phone on a channel of a gateway."""
    line = Line(gateway=gateway, clock=clock, channel=channel)
    return UssdPhone(line) if surface is Surface.USSD else SmsPhone(line)


@dataclass(slots=True, kw_only=True)
class Line:
    """A gateway, one of its channels, and the SMS that have come so far."""

    gateway: Gateway
    clock: StandingClock
    channel: Channel
    caller: Msisdn = CALLER
    _read: int = 0

    def new_sms(self) -> tuple[str, ...]:
        """Returns the texts that came since the last look, oldest first."""
        sent = self.gateway.sql.outbox.to_subscriber(self.caller, _MOST_SMS)
        new = sorted((sms for sms, _ in sent if sms.id > self._read), key=lambda sms: sms.id)
        self._read = max((sms.id for sms in new), default=self._read)
        return tuple(sms.text for sms in new)

    def wait(self, minutes: int) -> None:
        """Lets time pass, and asks again what is kept."""
        self.clock.sleep(60.0 * minutes)
        self.gateway.upkeep.ask_again()


@dataclass(slots=True)
class UssdPhone:
    """A phone that dials; all that was typed since dialling goes with each turn."""

    line: Line
    _dialled: str = ""
    _typed: str = ""
    _sessions: int = 0

    def open(self, typed: str) -> Page:
        """Returns the page after dialling a code."""
        self._dialled, self._typed = typed, ""
        self._sessions += 1
        return self._turn()

    def answer(self, typed: str) -> Page:
        """Returns the page after an answer."""
        self._typed = f"{self._typed}*{typed}" if self._typed else typed
        return self._turn()

    def wait(self, minutes: int) -> None:
        """Lets time pass, and what the gateway does by itself be done."""
        self.line.wait(minutes)

    def visited(self) -> set[tuple[str, str]]:
        """Returns the screens shown, as the statistics of turns have them."""
        return set(self._shown())

    def _shown(self) -> list[tuple[str, str]]:
        sessions = self.line.gateway.stores.sessions
        records = sessions.records if isinstance(sessions, MemorySessions) else ()
        return [(each.language, f"{each.service}.{each.screen}") for each in records]

    def _turn(self) -> Page:
        said = UssdTurn(
            session_id=f"dialogue-{self._sessions}",
            subscriber=self.line.caller,
            service_code=self._dialled,
            text=self._typed,
        )
        before = len(self._shown())
        reply = self.line.gateway.ussd.answer(self.line.channel, said)
        of = next(iter(self._shown()[before:][-1:]), None)
        return Page(text=reply.text, ends=reply.ends, sms=self.line.new_sms(), of=of)


class _Listening(SqlInbox):
    """The inbox of a stage: it hears which screen each reply shows."""

    def __init__(self, engine: Engine, keyring: Keyring) -> None:
        super().__init__(engine, keyring)
        self.shown: set[tuple[str, str]] = set()
        self.newest: tuple[str, str] | None = None

    def finish_all(self, routed: Sequence[Routed], now: datetime) -> Sequence[bool]:
        """Stores what came of MOs, and hears what their replies show."""
        for each in routed:
            self.newest = each.shown
            if each.shown is not None:
                self.shown.add(each.shown)
        return super().finish_all(routed, now)


@dataclass(slots=True)
class SmsPhone:
    """A phone that texts; what it shows is the first reply, and any further SMS beside it."""

    line: Line
    _sent: int = 0
    _said: set[str] = field(default_factory=set)
    _last: InboundSms | None = None
    _inbox: _Listening = field(init=False)

    def __post_init__(self) -> None:
        gateway = self.line.gateway
        self._inbox = _Listening(gateway.engine, gateway.keyring)

    def open(self, typed: str) -> Page:
        """Returns the reply to the first text."""
        return self.answer(typed)

    def answer(self, typed: str) -> Page:
        """Returns the reply to a text; whoever sends the same again has read the reply before."""
        if typed in self._said:
            self.line.clock.sleep(TWIN_SECONDS + 1)
        self._said.add(typed)
        self._sent += 1
        self._inbox.newest = None
        earlier = self.line.new_sms()
        gateway, channel = self.line.gateway, self.line.channel
        sms = InboundSms(
            provider_ref=f"dialogue-{self._sent}",
            subscriber=self.line.caller,
            to=channel.address or "",
            text=typed,
        )
        self._last = sms
        gateway.inbound.accept(channel, sms)
        self._route()
        first, *further = self.line.new_sms() or ("",)
        now = self.line.clock.now()
        ends = self._inbox.conversation(channel.name, self.line.caller, now).session is None
        return Page(text=first, ends=ends, sms=(*earlier, *further), of=self._inbox.newest)

    def again(self) -> tuple[str, ...]:
        """Returns the SMS that come when the network delivers the newest text once more."""
        if self._last is not None:
            self.line.gateway.inbound.accept(self.line.channel, self._last)
            self._route()
        return self.line.new_sms()

    def _route(self) -> None:
        drain = self.line.gateway.inbound.route_pending
        replace(drain, route_sms=replace(drain.route_sms, inbox=self._inbox))()

    def wait(self, minutes: int) -> None:
        """Lets time pass, and what the gateway does by itself be done."""
        self.line.wait(minutes)

    def visited(self) -> set[tuple[str, str]]:
        """Returns the screens shown, as the routing of what was texted has them."""
        return self._inbox.shown
