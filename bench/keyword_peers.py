"""The same keyword and its reply by RapidSMS: from the MO's webhook to the provider.

Ours takes the MO on `gateway serve`, routes it through a menu to a handler, and sends the reply
through the SDK; RapidSMS takes it from a Kannel, answers it by a keyword handler, and sends the
reply there. Neither is sent a delivery report. CPU is that of all processes of each, SQLite within.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from sqlalchemy import Engine, create_engine, text

from bench.figures import Findings, Spread, Target, interleaved, say
from bench.house import BIN, House, served
from bench.peers import rapidsms
from bench.peers.asked import Asked, Peer
from bench.sending_peers import sent_by_kannel
from bench.servers import free_port, running, wait_for
from gateway.adapters.providers.africastalking import wire
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.sms import InboundSms

#: So much less CPU than RapidSMS.
LEAST = 4.0
CHANNEL = "at"
QUEUES = ("inbound", "reply")
#: The first load what is needed, and open the connections that are kept.
WARM = 100


def measure(house: House, rounds: int, messages: int, python: Path) -> Findings:
    """Returns the CPU of a keyword and its reply by each, in interleaved rounds; raises Failed."""
    with ExitStack() as stack:
        kannel = free_port()
        command = [sys.executable, "-m", "bench.peers.kannel", str(kannel)]
        wait_for(kannel, stack.enter_context(running(command, house.folder, house.environ)))
        peers = [_ours(house, stack, messages), _rapidsms(house, stack, python, kannel, messages)]
        asked_before = {peer.name: WARM for peer in peers}
        for peer in peers:
            peer.run(WARM)
        by_name: dict[str, Peer] = {peer.name: peer for peer in peers}
        found: dict[str, list[float]] = {peer.name: [] for peer in peers}
        for number, order in enumerate(interleaved(list(by_name), rounds), 1):
            for name in order:
                found[name].append(by_name[name].run(messages, asked_before[name]))
                asked_before[name] += messages
                say(f"round {number}/{rounds}  {name}: {found[name][-1]:.2f} ms an MO")
    ours, theirs = (found[peer.name] for peer in peers)
    findings = Findings("A keyword and its reply, beside RapidSMS", ("by", "CPU ms/MO"))
    findings.rows = [(name, Spread.of(values).shown(2)) for name, values in found.items()]
    spread = Spread.of([one / other for one, other in zip(theirs, ours, strict=True)])
    findings.targets = [
        Target(
            what=f"CPU of a keyword and its reply, RapidSMS / gateway ({spread.shown(1)})",
            found=spread.median, bound=LEAST, at_least=True,
        )
    ]  # fmt: skip
    findings.notes = [f"{messages:,} MOs in a round, each from a new number, 8 callers at a time"]
    findings.raw = dict(found)
    return findings


def _ours(house: House, stack: ExitStack, messages: int) -> Peer:
    port = free_port()
    accounts = house.folder / "keyword-standin.json"
    secret = house.environ["BENCH_SECRET"]
    known = {"africastalking": {"bench": {"api_key": secret}}, "reports": "none"}
    accounts.write_text(json.dumps(known), "utf-8")
    standin = [
        sys.executable, "-m", "gateway.standin", "--port", str(house.standin_port),
        "--gateway-url", f"http://127.0.0.1:{port}", "--config", str(accounts),
    ]  # fmt: skip
    wait_for(house.standin_port, stack.enter_context(running(standin, house.folder, house.environ)))
    web = stack.enter_context(served(house, "web", port=port)).process
    workers = [
        stack.enter_context(
            running([str(BIN / "gateway"), "work", queue], house.folder, dict(house.environ))
        )
        for queue in QUEUES
    ]
    deployment = load(house.environ)
    url, address = deployment.webhook_urls(CHANNEL)["sms"], deployment.channels[CHANNEL].address
    salt = secrets.token_hex(4)
    database = Path(house.environ["GATEWAY_HOME"]) / "data" / "gateway.db"

    def asks(number: int) -> Asked:
        sms = InboundSms(
            provider_ref=f"{salt}-{number}", subscriber=Msisdn(_number(number)), to=address or "",
            text=f"PERMIT 1 {number:08}",
        )  # fmt: skip
        request = wire.sms(url, sms)
        kind = request.headers["Content-Type"]
        return Asked(request.target, request.body, request.method, kind)

    return Peer(
        name="gateway", processes=[web, *workers], port=port, asks=asks,
        through=partial(_sent, create_engine(f"sqlite:///{database}")), messages=messages,
    )  # fmt: skip


def _rapidsms(house: House, stack: ExitStack, python: Path, kannel: int, messages: int) -> Peer:
    site = stack.enter_context(rapidsms.site(house.folder, python, kannel, reports=False))

    def asks(number: int) -> Asked:
        words = {"id": _number(number), "text": f"PERMIT {number:08}"}
        return Asked(f"/backend/kannel/?{urlencode(words)}")

    through: Callable[[], int] = partial(sent_by_kannel, kannel)
    return Peer(
        name="RapidSMS", processes=[site.process], port=site.port, asks=asks, through=through,
        messages=messages,
    )  # fmt: skip


def _number(number: int) -> str:
    return f"+25473{number:07d}"


def _sent(engine: Engine) -> int:
    counted = text("SELECT count(*) FROM outbound_sms WHERE status = 'sent'")
    with engine.connect() as connection:
        return int(connection.execute(counted).scalar_one())
