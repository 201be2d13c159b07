"""The gateway in small: SQLite stores, sessions in memory, handlers in threads, the sample menu."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from sqlalchemy import Engine

from gateway.adapters.memory.rate_counter import ProcessRateCounter
from gateway.adapters.memory.stores import MemoryCounters
from gateway.adapters.releases.in_process import ServedReleases
from gateway.composition.gateway import Gateway
from gateway.composition.parts import Parts
from gateway.deployment.routing_settings import RoutingSettings
from gateway.domain.handler_contract.service_call import (
    HandlerContract,
    ListField,
    Outcome,
    ServiceCall,
    TextField,
)
from gateway.domain.menu.screens import ServiceScreen
from gateway.domain.telecom.channel import Channel
from gateway.domain.telecom.delivery import DeliveryStatus
from gateway.domain.telecom.identity import Identity
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms, Lane, NewSms, Purpose
from gateway.domain.telecom.ussd import UssdReply, UssdTurn
from gateway.use_cases.inbound.cut_loops import TWIN_SECONDS
from gateway.use_cases.ports import Handler, Toolkit
from gateway.use_cases.ussd.spare_turns import SpareTurns
from tests.clock import FixedClock
from tests.domain.menus import SAMPLE
from tests.domain.talks import sample_outcome
from tests.due_mos import due_mos
from tests.fakes import (
    Failing,
    RecordingJobs,
    ScriptedProvider,
    WatchedSessions,
    WindowThrottle,
)
from tests.handlers.desk import DeskInMemory
from tests.polling import PATIENCE_SECONDS
from tests.wiring import PUBLIC_URL, deployment_of, stores_with

#: Country code 999 is assigned to no country.
CALLER = Msisdn("+999700000123")
OTHER_CALLER = Msisdn("+999700000456")
CODE = "*384*2026#"
CHANNEL = Channel(
    name="ke",
    provider="simulator",
    service_code=CODE,
    address="2026",
    max_per_second=5,
    in_flight=3,
)

_PLACES = {"places": ListField(rows=12, fields={"id": TextField(30), "name": TextField(30)})}
_CONTRACTS = {
    "list_regions": HandlerContract(outcomes={"found": _PLACES, "none": {}}),
    "list_districts": HandlerContract(outcomes={"found": _PLACES, "none": {}}),
    "open_case": HandlerContract(outcomes={"opened": {"number": TextField(11)}}),
    "exam_results": HandlerContract(outcomes={"found": {"grade": TextField(3)}, "unknown": {}}),
}


class Rig:
    """One gateway in small, on the channel `ke`; a subclass may add `others`, and routes to them.

    `calls` are the calls that reached handlers, in order; `cases` the number each key was given.
    With `hang` set handlers wait for `released`, with `failure` they raise it, with `takes_seconds`
    the clock moves while they run. `before_call` is done first.
    """

    others: tuple[Channel, ...] = ()
    routing = RoutingSettings()

    def __init__(self, engine: Engine, clock: FixedClock) -> None:
        self.clock = clock
        self._engine = engine
        self.calls: list[ServiceCall] = []
        self.cases: dict[str, str] = {}
        self._one_case = threading.Lock()
        self.hang = False
        self.released = threading.Event()
        self.failure: BaseException | None = None
        self.takes_seconds = 0.0
        self.before_call: Callable[[], object] = lambda: None
        self.counters = MemoryCounters()
        self.jobs = RecordingJobs()
        self.sessions = WatchedSessions(clock)
        self.releases = ServedReleases(SAMPLE)
        self.throttle = WindowThrottle(clock)
        self.channels = {each.name: each for each in (CHANNEL, *self.others)}
        self.providers = {name: ScriptedProvider() for name in self.channels}
        self.provider = self.providers[CHANNEL.name]
        self.pool = ThreadPoolExecutor(4)
        gateway = self.gateway = self._wired()
        self.inbox, self.outbox = gateway.sql.inbox, gateway.sql.outbox
        self.subscribers, self.points = gateway.sql.subscribers, gateway.sql.resume_points
        self.consents = gateway.sql.consents
        self.answer_ussd, self.end_session = gateway.ussd.answer, gateway.ussd.end
        self.nudge_dropped = gateway.ussd.nudge_dropped
        self.accept_sms, self.route_sms = gateway.inbound.accept, gateway.inbound.route
        self.route_pending = gateway.inbound.route_pending
        urls = {CHANNEL.name: f"{PUBLIC_URL}/delivery/ke"}
        self.send_sms = replace(gateway.outbound.send, delivery_urls=urls)
        self._received = 0
        self._said: set[tuple[Identity, str]] = set()

    def _wired(self) -> Gateway:
        stores = stores_with(
            self.clock,
            sessions=self.sessions,
            drops=self.sessions,
            throttle=self.throttle,
            arrivals=ProcessRateCounter(self.clock),
            counters=self.counters,
            jobs=self.jobs,
        )
        parts = Parts(
            engine=self._engine,
            stores=stores,
            releases=self.releases,
            channels=self.channels,
            providers=self.providers,
            toolkit=DeskInMemory({}),
            senders=self.pool,
        )
        handlers = {name: Handler(self._run, each) for name, each in _CONTRACTS.items()}
        deployment = deployment_of(handlers, *self.channels.values())
        settings = deployment.settings.model_copy(update={"routing": self.routing})
        return Gateway(replace(deployment, settings=settings), clock=self.clock, parts=parts)

    def _run(self, call: ServiceCall, desk: Toolkit) -> Outcome:
        self.before_call()
        self.calls.append(call)
        if self.hang:
            self.released.wait(PATIENCE_SECONDS)
        self.clock.advance(self.takes_seconds)
        if self.failure is not None:
            raise self.failure
        return sample_outcome(call.handler, call.answers, self._case_number(call))

    def _case_number(self, call: ServiceCall) -> str:
        with self._one_case:
            if call.handler == "open_case":
                self.cases.setdefault(call.key, f"100 {len(self.cases):03}")
            return self.cases.get(call.key, "")

    @property
    def handlers_run(self) -> list[str]:
        """Returns the names of the handlers that were run, in order."""
        return [call.handler for call in self.calls]

    def turn(
        self,
        text: str = "",
        *,
        session: str = "s-1",
        caller: Identity = CALLER,
        code: str = CODE,
        channel: Channel = CHANNEL,
        language: str = "",
    ) -> UssdReply:
        """Returns the reply to one USSD turn; `text` is all that was typed since dialling."""
        said = UssdTurn(
            session_id=session, subscriber=caller, service_code=code, text=text, language=language
        )
        return self.answer_ussd(channel, said)

    def loses_redis(self, *methods: str) -> None:
        """Lets these calls of the sessions' store fail from now on; all of them if none is told."""
        down = Failing(self.sessions, *(methods or ("load", "save", "remember_language")))
        self.answer_ussd = replace(self.answer_ussd, sessions=down)

    def finds_redis(self) -> None:
        """Lets Redis answer again; what it had is still there."""
        self.answer_ussd = replace(self.answer_ussd, sessions=self.sessions)

    def loses_spare_sessions(self) -> None:
        """Lets the database keep no session for Redis."""
        down = SpareTurns(spares=Failing(None, "load", "save"), clock=self.clock)
        self.answer_ussd = replace(self.answer_ussd, spare_turns=down)

    def turns(self, *answers: str, session: str = "s-1") -> UssdReply:
        """Returns the reply to the last of a dialogue's turns, the first being the dialling."""
        reply = self.turn(session=session)
        for number in range(1, len(answers) + 1):
            reply = self.turn("*".join(answers[:number]), session=session)
        return reply

    def texts(self, text: str, *, caller: Identity = CALLER, **told: str) -> list[str]:
        """Returns what one MO is answered: the texts that were queued because of it.

        Whoever sends the same again has read the answer before: some seconds have passed.
        """
        if (caller, text) in self._said:
            self.clock.advance(TWIN_SECONDS + 1)
        self._said.add((caller, text))
        before = len(self.queued(caller))
        self.receives(text, caller=caller, **told)
        self.route_pending()
        return [sms for sms, _ in self.queued(caller)[before:]]

    def receives(self, text: str, *, caller: Identity = CALLER, **told: str) -> None:
        """Takes in one MO."""
        self._received += 1
        sms = InboundSms(
            provider_ref=f"mo-{self._received}", subscriber=caller, to="2026", text=text, **told
        )
        self.accept_sms(CHANNEL, sms)

    def due(self) -> list[int]:
        """Returns the ids of the MOs that are due to be routed, oldest first."""
        return due_mos(self._engine, self.clock.now())

    def queued(self, caller: Identity = CALLER) -> list[tuple[str, DeliveryStatus]]:
        """Returns the MTs to a subscriber with their status, oldest first."""
        return [(sms.text, status) for sms, status in self._newest(caller)]

    def statuses(self, caller: Identity = CALLER) -> dict[str, str]:
        """Returns the status of each MT by its text."""
        return {text: status.value for text, status in self.queued(caller)}

    def _newest(self, caller: Identity) -> list[tuple[object, DeliveryStatus]]:
        return list(reversed(self.outbox.to_subscriber(caller, 100)))

    def accepts(self, *texts: str, **changes: object) -> Sequence[int]:
        """Queues MTs that nobody asked for at this moment; returns their ids."""
        notice = NewSms(
            channel=CHANNEL.name,
            subscriber=CALLER,
            text="",
            lane=Lane.BULK,
            purpose=Purpose.NOTICE,
            key="",
            topic="prices",
        )
        new = [notice._replace(**{"text": text, "key": text, **changes}) for text in texts]
        return self.outbox.add(new, self.clock.now())

    def count(self, name: str, **labels: str) -> int:
        """Returns how often something was counted with these labels, whatever the others are."""
        return sum(
            number
            for count, number in self.counters.snapshot().items()
            if count.name == name and labels.items() <= dict(count.labels).items()
        )


#: Handlers of the sample menu, all of which have a contract here.
assert {
    screen.handler for screen in SAMPLE.screens.values() if isinstance(screen, ServiceScreen)
} == set(_CONTRACTS)
