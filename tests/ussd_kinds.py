"""Every kind of USSD there is, behind one caller: what a turn holds, and where its screen goes.

A small deployment with a ministry's system behind it, real stores, and channels of each kind: on
the development phone, and on each provider that has USSD, played by its stand-in. A caller's turns
go through the very webhooks, in the wire format of the channel's provider.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from gateway.adapters.handler_calls.slow_call_worker import CallsWorker
from gateway.adapters.providers.registry import PROVIDERS
from gateway.adapters.providers.shared.standin import Standin
from gateway.adapters.providers.shared.wire import WireRequest
from gateway.adapters.redis.sessions import RedisSessions
from gateway.adapters.sql.schema import metadata
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import AnswerAlone, UssdReply, UssdTurn
from gateway.standin.app import EXTENSION
from gateway.standin.app import create_app as create_standin
from gateway.standin.config import for_channels
from gateway.standin.exchange import Exchange
from gateway.standin.server import running
from gateway.use_cases.ports import LoadedTurn
from gateway.web.app import create_app
from tests.ministry import Ministry, ministry
from tests.polling import PATIENCE_SECONDS, eventually
from tests.small_deployment import small_deployment

CALLER = Msisdn("+254700000123")
CODE = "*384*1#"
#: Shorter than in life; a turn is late a second after it.
DEADLINE = 2.0

#: The channels of each kind, and how they are configured.
KINDS = {
    "reply-all": "provider: simulator",
    "reply-newest": "{provider: simulator, turns: newest}",
    "push-newest": "{provider: simulator, turns: newest, pushes: true, api_url: STANDIN}",
    "push-all": "{provider: simulator, pushes: true, api_url: STANDIN}",
    "africastalking": "{provider: africastalking, username: sandbox, api_key: $AT_API_KEY, "
    "api_url: STANDIN}",
    "preset": "{provider: http, preset: hubtel-ussd, api_url: STANDIN}",
    "preset-untold": "{provider: http, preset: oltranz-ussd, api_url: STANDIN}",
    "hsenid": "{provider: hsenid, operator: mspace, application_id: APP_1, "
    "password: $TAP_PASSWORD, api_url: STANDIN}",
    "smpp": "{provider: smpp, host: smsc.example, system_id: gateway, password: $SMPP_PASSWORD, "
    "api_url: STANDIN}",
}

SECRETS = {"AT_API_KEY": "invented", "TAP_PASSWORD": "invented", "SMPP_PASSWORD": "secret"}

STEPS = """\
service: steps
shortcut: 44
title: Steps
resume: 30m
screens:
  region:
    text: Which region?
    choice: {1: {label: Amboro, next: name}, 2: {label: Keluwa, next: name},
             3: {label: Tisoke, next: name}}
  name: {input: name, text: "Name in {region}?", next: age}
  age: {input: integer, min: 1, max: 120, text: "Your age?", next: thanks}
  thanks: {end: "Thank you, {name}, {age}, of {region}."}
"""

HOME = "Services\n1. Water tanks\n2. Steps"
LOST = UssdReply(text="try again", ends=True)


@dataclass
class Caller:
    """One session of one phone; `answers` is all that was typed since dialling."""

    line: Line
    session: str = "s-1"
    subscriber: Msisdn = CALLER
    answers: list[str] = field(default_factory=list)
    turns: int = 0
    last: WireRequest | None = None

    def request(self, *, begins: bool = False, code: str = CODE, name: str = "") -> WireRequest:
        """Returns the turn whose answer was typed last, as the network sends it."""
        newest = self.line.standin.sends_newest(self.line.settings)
        alone = AnswerAlone(begins, name or f"{self.session}-t{self.turns}") if newest else None
        turn = UssdTurn(
            session_id=self.session,
            subscriber=self.subscriber,
            service_code=code,
            text=("" if begins else self.answers[-1]) if newest else "*".join(self.answers),
            alone=alone,
        )
        return self.line.standin.turn(self.line.settings, self.line.url, turn)

    def dial(self, code: str = CODE) -> UssdReply:
        """Returns the first screen."""
        return self._turn(self.request(begins=True, code=code))

    def type(self, answer: str) -> UssdReply:
        """Returns the screen after an answer."""
        self.turns += 1
        self.answers.append(answer)
        return self._turn(self.request())

    def again(self) -> UssdReply | None:
        """Returns what is shown when the network delivers the last turn again; None for nothing."""
        assert self.last is not None
        status, body = self.line.post(self.last)
        assert 200 == status
        return self.line.shown_now(self.session, body)

    def _turn(self, request: WireRequest) -> UssdReply:
        self.last = request
        began = time.monotonic()
        status, body = self.line.post(request)
        assert 200 == status, body
        if self.line.pushes:
            assert time.monotonic() - began < DEADLINE, "The webhook was not acknowledged at once."
        reply = self.line.shown(self.session, body)
        assert time.monotonic() - began < DEADLINE + 1, "The deadline was missed."
        return reply


@dataclass
class Line:
    """A channel of one kind, the gateway it leads to, and what stands around it."""

    kind: str
    gateway: Gateway
    client: FlaskClient
    exchange: Exchange
    water: Ministry

    @property
    def settings(self) -> Any:
        return self.gateway.deployment.channels[self.kind]

    @property
    def standin(self) -> Standin[Any]:
        return PROVIDERS[self.settings.provider].load_standin()

    @property
    def url(self) -> str:
        return self.gateway.deployment.webhook_urls(self.kind)["ussd"]

    @property
    def pushes(self) -> bool:
        return bool(self.settings.pushes_screens)

    @property
    def repeats_all(self) -> bool:
        return not self.standin.sends_newest(self.settings)

    @property
    def begins_again(self) -> UssdReply:
        """The page after a session was lost: where nobody tells that one begins, it begins."""
        return UssdReply(text=HOME, ends=False) if self.kind == "preset-untold" else LOST

    def caller(self, session: str = "s-1", subscriber: Msisdn = CALLER) -> Caller:
        return Caller(self, session, subscriber)

    def post(self, request: WireRequest) -> tuple[int, str]:
        client = self.client.application.test_client()
        answer = client.post(request.target, headers=dict(request.headers), data=request.body)
        return answer.status_code, answer.get_data(as_text=True)

    def shown(self, session: str, body: str) -> UssdReply:
        """Returns the screen that a turn came to: in its answer, or in a call of its own."""
        if not self.pushes:
            return self.standin.page_for(self.settings, body)
        self.standin.acknowledged(body)
        screen = self.exchange.screens.next(session, DEADLINE + 1)
        assert screen is not None, "No screen came."
        return screen

    def shown_now(self, session: str, body: str) -> UssdReply | None:
        """Returns the screen that stands in an answer, or that was handed over by now."""
        if not self.pushes:
            return self.standin.page_for(self.settings, body)
        self.standin.acknowledged(body)
        assert self.gateway.ussd.pushing.wait(PATIENCE_SECONDS)
        return self.exchange.screens.next(session, 0)

    def sms(self) -> list[str]:
        """Returns the MTs to the caller, newest first."""
        return [sms.text for sms, _ in self.gateway.sql.outbox.to_subscriber(CALLER, 20)]

    def counted(self, name: str, **labels: str) -> int:
        """Returns what a counter of the channel shows."""
        wanted = labels | {"channel": self.kind}
        page = self.client.get("/metrics").get_data(as_text=True)
        return sum(
            int(sample.value)
            for family in text_string_to_metric_families(page)
            for sample in family.samples
            if sample.name == f"gateway_{name}_total"
            and wanted.items() <= dict(sample.labels).items()
        )


@contextlib.contextmanager
def line_of(kind: str, folder: Path, valkey: str) -> Iterator[Line]:
    """Yields a line of one kind, with a worker beside it."""
    with ministry() as water:
        environ = {
            **small_deployment(folder, water, valkey, extra="slow: true", deadline=DEADLINE),
            **SECRETS,
        }
        (folder / "menus" / "steps.yaml").write_text(STEPS, "utf-8")
        main = folder / "menus" / "main.yaml"
        menu = main.read_text("utf-8").replace("tanks}", "tanks}, 2: {open: steps}")
        main.write_text(menu, "utf-8")
        config = folder / "config" / "gateway.yaml"

        def write(standin: str) -> None:
            settings = KINDS[kind].strip("{}").replace("STANDIN", standin)
            # A preset of USSD alone sends no SMS: another channel does.
            texts = "preset" not in kind
            address = 'address: "384", ' if texts else ""
            other = "" if texts else '  phone: {provider: simulator, address: "384"}\n'
            config.write_text(
                "name: Small\nnational_region: KE\nchannels:\n"
                f'  {kind}: {{{settings}, service_code: "{CODE}", {address}'
                f"deadline_seconds: {DEADLINE}}}\n{other}",
                "utf-8",
            )

        write('"http://127.0.0.1:1"')
        standin = create_standin(for_channels(load(environ).channels, {}))
        with running(standin) as standin_url:
            write(f'"{standin_url}"')
            with _opened(environ) as gateway:
                client = create_app(gateway).test_client()
                try:
                    yield Line(kind, gateway, client, standin.extensions[EXTENSION], water)
                finally:
                    water.released.set()


@contextlib.contextmanager
def _opened(environ: dict[str, str]) -> Iterator[Gateway]:
    gateway = Gateway(load(environ))
    metadata.create_all(gateway.engine)
    worker, stop = CallsWorker(gateway.handler_calls.run_slow), threading.Event()

    def work() -> None:
        while not stop.wait(0.02):
            with contextlib.suppress(StoreUnavailable):
                worker()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield gateway
    finally:
        stop.set()
        thread.join()
        worker.close()
        gateway.close()


@contextlib.contextmanager
def at_once(line: Line, parties: int) -> Iterator[None]:
    """Lets no turn go on until so many have loaded their session, or were spared an answer."""
    load, loaded = RedisSessions.load, []
    before = line.counted("ussd_screens_spared")

    def together(self: RedisSessions, *asked: Any) -> LoadedTurn:
        found = load(self, *asked)
        loaded.append(asked)
        eventually(
            lambda: len(loaded) + line.counted("ussd_screens_spared") - before >= parties,
        )
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RedisSessions, "load", together)
        yield


def same_session(caller: Caller, answer: str) -> Caller:
    """Returns the same phone in the same session, about to give another answer."""
    return replace(caller, answers=[*caller.answers, answer], turns=caller.turns + 1)
