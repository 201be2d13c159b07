"""The phones of a rehearsal: they dial and text a whole gateway, and read the SMS that come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol

from gateway.adapters.clock import StandingClock
from gateway.adapters.memory_sessions import MemorySessions
from gateway.domain.channel import Channel
from gateway.domain.dialogue import Surface
from gateway.domain.errors import Refused
from gateway.domain.menu import EndScreen, Release
from gateway.domain.msisdn import Msisdn
from gateway.domain.proposals import did_you_mean
from gateway.domain.sms import InboundSms
from gateway.domain.ussd import UssdTurn
from gateway.services.play_dialogue import Page, Phone
from gateway.wired import Gateway

#: Country code 999 is assigned to no country.
CALLER = Msisdn.from_e164("+999700000123")

#: No turn brings more.
_MOST_SMS = 20


class StagePhone(Phone, Protocol):
    """A phone that knows which screens it has shown."""

    def visited(self) -> set[tuple[str, str]]:
        """Returns the screens shown, each with its language."""


def phone(gateway: Gateway, clock: StandingClock, surface: Surface, channel: str) -> StagePhone:
    """Returns a phone on a channel, or on the first that fits; raises Refused without any."""
    fitting = {
        name: each
        for name, each in gateway.channels.items()
        if (each.service_code if surface is Surface.USSD else each.address)
    }
    simulated = [name for name, each in fitting.items() if each.provider == "simulator"]
    name = channel or next(iter([*simulated, *fitting]), "")
    if name not in fitting:
        proposal = did_you_mean(name, fitting)
        raise Refused(f"There is no channel '{name}' for {surface}.{proposal}")
    line = Line(gateway=gateway, clock=clock, channel=fitting[name])
    return UssdPhone(line) if surface is Surface.USSD else SmsPhone(line)


@dataclass(slots=True, kw_only=True)
class Line:
    """A gateway, one of its channels, and the SMS that have come so far."""

    gateway: Gateway
    clock: StandingClock
    channel: Channel
    _read: int = 0

    def new_sms(self) -> tuple[str, ...]:
        """Returns the texts that came since the last look, oldest first."""
        sent = self.gateway.outbox.to_subscriber(CALLER, _MOST_SMS)
        new = sorted((sms for sms, _ in sent if sms.id > self._read), key=lambda sms: sms.id)
        self._read = max((sms.id for sms in new), default=self._read)
        return tuple(sms.text for sms in new)


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
        """Lets time pass."""
        self.line.clock.sleep(60.0 * minutes)

    def visited(self) -> set[tuple[str, str]]:
        """Returns the screens shown, as the statistics of turns have them."""
        sessions = self.line.gateway.stores.sessions
        records = sessions.records if isinstance(sessions, MemorySessions) else ()
        return {(each.language, f"{each.service}.{each.screen}") for each in records}

    def _turn(self) -> Page:
        said = UssdTurn(
            session_id=f"dialogue-{self._sessions}",
            msisdn=CALLER,
            service_code=self._dialled,
            text=self._typed,
        )
        reply = self.line.gateway.answer_ussd(self.line.channel, said)
        return Page(text=reply.text, ends=reply.ends, sms=self.line.new_sms())


@dataclass(slots=True)
class SmsPhone:
    """A phone that texts; what it shows is the first reply, and any further SMS beside it."""

    line: Line
    _sent: int = 0
    _visited: set[tuple[str, str]] = field(default_factory=set)
    _language: str = ""

    def open(self, typed: str) -> Page:
        """Returns the reply to the first text."""
        return self.answer(typed)

    def answer(self, typed: str) -> Page:
        """Returns the reply to a text."""
        self._sent += 1
        gateway, channel = self.line.gateway, self.line.channel
        sms = InboundSms(
            provider_ref=f"dialogue-{self._sent}",
            msisdn=CALLER,
            to=channel.address or "",
            text=typed,
        )
        gateway.accept_sms(channel, sms)
        gateway.drain_inbox()
        first, *further = self.line.new_sms() or ("",)
        return Page(text=first, ends=not self._goes_on(first), sms=tuple(further))

    def wait(self, minutes: int) -> None:
        """Lets time pass."""
        self.line.clock.sleep(60.0 * minutes)

    def visited(self) -> set[tuple[str, str]]:
        """Returns the screens shown; of a dialogue that is over, the end with the same words."""
        return self._visited

    def _goes_on(self, reply: str) -> bool:
        gateway, channel = self.line.gateway, self.line.channel
        now = self.line.clock.now()
        session = gateway.accept_sms.inbox.conversation(channel.name, CALLER, now).session
        if session is not None:
            self._visited.add((session.language, session.at))
            return True
        self._visited |= ends_that_say(gateway.releases.current(), reply)
        return False


def ends_that_say(release: Release, text: str) -> set[tuple[str, str]]:
    """Returns the end screens, each with its language, that could have said this."""
    return {
        (language, screen.id)
        for screen in release.screens.values()
        if isinstance(screen, EndScreen)
        for language in release.languages
        if re.fullmatch(
            ".*".join(re.escape(piece) for piece in screen.text[language].pieces[::2]),
            text,
            re.DOTALL,
        )
    }
