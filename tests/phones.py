"""Phones for dialogue tests: they dial and text, and show what a citizen would see.

The engine and the use cases are the real ones; handlers answer at once from a desk in memory, and a
session goes through JSON between two turns, as it does between two requests.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol

from gateway.adapters.menu_files.load import load
from gateway.domain.commands.keywords import read
from gateway.domain.commands.openings import Opening
from gateway.domain.dialogue.screen_rendering import phrase
from gateway.domain.dialogue.session import Session, StoredTurn
from gateway.domain.handler_contract.service_call import Outcome, ServiceCall
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.ussd import UssdTurn
from gateway.use_cases.handler_calls.settle_calls import Party, SettleCalls
from gateway.use_cases.inbound.sms_dialogue import SmsDialogue
from gateway.use_cases.ports import Handler
from gateway.use_cases.ussd.dialogue import TurnInHand, UssdDialogue
from tests.clock import FixedClock
from tests.handlers.desk import CALLER, HANDLERS, HOME, DeskInMemory, look_ups_of, run
from tests.session_samples import KEYRING

SERVICE_CODE = "*384*2026#"
CHANNEL = Channel(name="phone", provider="simulator", service_code=SERVICE_CODE, address="2026")


class Phone(Protocol):
    """What shows a page after each thing sent; `ended` once the gateway has closed the dialogue."""

    ended: bool

    def send(self, typed: str) -> str:
        """Returns the page shown after the first dialling or texting, or after an answer."""


@cache
def reference_look_ups() -> Mapping[str, Handler]:
    """Returns the look-ups of the reference menus as handlers."""
    return look_ups_of(load(HOME / "menus", HANDLERS, [CHANNEL]))


@dataclass
class Runner:
    """Runs handlers at once, over one desk, and holds them to their contract."""

    desk: DeskInMemory
    release: Release

    def run(self, call: ServiceCall, seconds: float) -> Outcome:
        return run(call, self.desk, look_ups_of(self.release))


@dataclass
class OneRelease:
    """The Releases port with a single release."""

    release: Release

    def current(self) -> Release:
        return self.release

    def find(self, release_id: str) -> Release | None:
        return self.release if release_id == self.release.id else None


@dataclass
class UssdPhone:
    """A phone that dials; the first thing sent is what is dialled."""

    release: Release
    desk: DeskInMemory
    language: str = ""
    ended: bool = False
    clock: FixedClock = field(default_factory=FixedClock)
    _kept: StoredTurn | None = field(default=None, repr=False)

    def send(self, typed: str) -> str:
        talk = UssdDialogue(
            releases=OneRelease(self.release),
            settle_calls=SettleCalls(
                runner=Runner(self.desk, self.release), clock=self.clock, keyring=KEYRING
            ),
            clock=self.clock,
        )
        said = UssdTurn(
            session_id="s-1",
            subscriber=CALLER,
            service_code=SERVICE_CODE if self._kept else typed,
            text=typed if self._kept else "",
        )
        turn = TurnInHand(
            channel=CHANNEL,
            said=said,
            key=b"key",
            subscriber=b"subscriber",
            began=self.clock.monotonic(),
        )
        if self._kept is None:
            answered = talk.begin(turn, self.language, turn.all_answers)
        else:
            answered = talk.go_on(turn, self._kept, typed)
        self.ended = answered.shown.ends
        self._kept = StoredTurn(
            session=through_json(answered.shown.session),
            reply_text=answered.shown.text,
            reply_ends=answered.shown.ends,
            seen_length=0,
            seen_hash="",
        )
        return answered.shown.text


@dataclass
class SmsPhone:
    """A phone that texts; what it shows is the reply."""

    release: Release
    desk: DeskInMemory
    language: str = ""
    ended: bool = False
    clock: FixedClock = field(default_factory=FixedClock)
    _session: Session | None = field(default=None, repr=False)
    _sent: int = 0

    def send(self, typed: str) -> str:
        self._sent += 1
        reader = SmsDialogue(
            settle_calls=SettleCalls(
                runner=Runner(self.desk, self.release), clock=self.clock, keyring=KEYRING
            ),
            seconds_left=lambda: 25.0,
        )
        caller = Party(CALLER, f"mo-{self._sent}")
        if self._session is not None:
            spoken = reader.go_on(self.release, self.release, CHANNEL, caller, self._session, typed)
        else:
            wanted = read(self.release, typed)
            if wanted.opening not in (Opening.SERVICE, Opening.MENU):
                language = self.language or self.release.default_language
                values = {"service_code": SERVICE_CODE}
                return phrase(self.release, language, "not_understood", values)
            spoken = reader.open(self.release, CHANNEL, caller, wanted, self.language)
        self._session = through_json(spoken.session) if spoken.session else None
        self.ended = spoken.session is None
        return spoken.text


#: The value of `surface:` in a dialogue.
PHONES: Mapping[str, type[UssdPhone | SmsPhone]] = {"ussd": UssdPhone, "sms": SmsPhone}


def through_json(session: Session) -> Session:
    """Returns the session as it comes back from a store."""
    return Session.from_plain(json.loads(json.dumps(session.to_plain())))
