"""A menu with a result that is not out, and a gateway in which it comes out when a test says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine

from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.menu_files.load import load
from gateway.adapters.releases.in_process import ServedReleases
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.domain.handler_contract.service_call import (
    Breaker,
    HandlerContract,
    Outcome,
    ServiceCall,
    TextField,
)
from gateway.domain.menu.release import Release
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.quiet_hours import QuietHours
from gateway.domain.telecom.sms import InboundSms
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.use_cases.ports import Clock, Handler, Toolkit
from tests.fakes import RecordingJobs
from tests.menus.sample import write
from tests.wiring import deployment_of, stores_with

ASHA, JUMA = Msisdn("+999700000001"), Msisdn("+999700000002")
NEVER_QUIET = QuietHours.parse("00:00-00:00", UTC)
CODE = "*384*2026#"
CHANNEL = Channel(name="ke", provider="simulator", service_code=CODE, address="2026")

MAIN = """\
languages: {en: English, sw: Kiswahili}
home: {text: {en: Services, sw: Huduma}, options: {1: {open: exam}, 8: {open: language}}}
"""
EXAM = """\
service: exam
shortcut: 31
title: {en: Exam results, sw: Matokeo}
keywords: {en: [RESULT], sw: [MATOKEO]}
screens:
  candidate:
    input: digits
    length: 4
    text: {en: "Number?", sw: "Namba?"}
    next: fetch
  fetch:
    handler: exam_results
    outcomes: {found: found, not_out: not_out}
  found:
    end: {en: "{candidate}: grade {grade}", sw: "{candidate}: daraja {grade}"}
  not_out:
    end: {en: "{candidate}: no result yet.", sw: "{candidate}: bado."}
    tell_me: {days: 30}
"""
FILES: Mapping[str, str] = {"main.yaml": MAIN, "exam.yaml": EXAM}
CONTRACT = HandlerContract(
    needs=("candidate",),
    outcomes={"found": {"grade": TextField(2)}, "not_out": {}},
    reads=("results",),
    breaker=Breaker(failures=2, rest_seconds=3600),
    keep_last=True,
)


class WaitingRig:
    """A gateway with that menu; `out` are the results that are out, by candidate.

    `failure` is what the handler raises; `asked` the candidates it was asked for, in order.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        folder: Path,
        *,
        channel: Channel = CHANNEL,
        others: Mapping[str, Handler] | None = None,
        files: Mapping[str, str] = FILES,
        **stores: object,
    ) -> None:
        self.out: dict[str, str] = {}
        self.failure: BaseException | None = None
        self.asked: list[str] = []
        self.loaded: dict[str, datetime] = {}
        self.quiet = NEVER_QUIET
        self.clock, self.channel, self._folder = clock, channel, folder
        self._handlers = {"exam_results": Handler(self._run, CONTRACT), **(others or {})}
        self.releases = ServedReleases(self.compiled(files))
        self.counters, self.jobs = MemoryCounters(), RecordingJobs()
        parts = Parts(
            engine=engine,
            stores=stores_with(clock, counters=self.counters, jobs=self.jobs, **stores),
            releases=self.releases,
            channels={channel.name: channel},
        )
        deployment = deployment_of(self._handlers, channel)
        self.gateway = Gateway(deployment, clock=clock, parts=parts)
        self.questions = self.gateway.sql.kept_questions
        self._sessions = 0

    def compiled(self, files: Mapping[str, str]) -> Release:
        """Returns the menu of some files."""
        self._folder.mkdir(exist_ok=True)
        for old in self._folder.glob("*.yaml"):
            old.unlink()
        return load(write(self._folder, files), self._handlers, [self.channel])

    def _run(self, call: ServiceCall, desk: Toolkit) -> Outcome:
        candidate = call.answers["candidate"]
        self.asked.append(candidate)
        if self.failure is not None:
            raise self.failure
        if candidate in self.out:
            return Outcome("found", {"grade": self.out[candidate]})
        return Outcome("not_out")

    def dials(self, *answers: str, caller: Identity = ASHA, ahead: str = "31") -> UssdReply:
        """Returns the reply to the last turn of a new session; `ahead` is dialled with the code."""
        self._sessions += 1
        code = f"*384*2026*{ahead}#" if ahead else CODE
        reply = UssdReply(text="", ends=False)
        for number in range(len(answers) + 1):
            turn = UssdTurn(
                session_id=f"s-{self._sessions}",
                subscriber=caller,
                service_code=code,
                text="*".join(answers[:number]),
            )
            reply = self.gateway.ussd.answer(self.channel, turn)
        return reply

    def texts(self, text: str, *, caller: Identity = ASHA) -> list[str]:
        """Returns what one MO is answered."""
        self._sessions += 1
        before = len(self.sms(caller))
        sms = InboundSms(
            provider_ref=f"mo-{self._sessions}", subscriber=caller, to="2026", text=text
        )
        self.gateway.inbound.accept(self.channel, sms)
        self.gateway.inbound.route_pending()
        return self.sms(caller)[before:]

    def waits(self, candidate: str = "1023", *, caller: Identity = ASHA) -> None:
        """Lets a citizen ask for a result that is not out, and ask to be told."""
        assert self.dials(candidate, "1", caller=caller).text.startswith("We will send you an SMS")

    def ticks(self) -> int:
        """Returns how many questions one step of the ticker settles."""
        ask_again = replace(self.gateway.upkeep.ask_again, loaded=lambda: self.loaded)
        return replace(ask_again, quiet=self.quiet)()

    def sms(self, caller: Identity = ASHA) -> list[str]:
        """Returns the MTs to a subscriber, oldest first."""
        sent = self.gateway.sql.outbox.to_subscriber(caller, 20)
        return [each.text for each, _ in sorted(sent, key=lambda pair: pair[0].id)]

    def came_to(self) -> list[str]:
        """Returns what asking again came to, in the order of the words."""
        counted = self.counters.counted().numbers
        return sorted(
            dict(count.labels)["outcome"]
            for count, number in counted.items()
            for _ in range(number)
            if count.name == "questions_asked"
        )
