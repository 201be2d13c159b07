"""An MO from its keyword to its reply in the outbox: the worker that routes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
from sqlalchemy import Engine, create_engine, text

from bench.figures import Findings, Spread, Target, say
from bench.house import BIN, House
from bench.servers import ROOT, Failed, cpu_seconds, running

MOST_MS = 1.0
#: A run that is not through by then has lost something.
MOST_SECONDS = 120.0
CHANNEL = "at"


def measure(house: House, rounds: int, messages: int) -> Findings:
    """Returns CPU per MO and MOs a second of one worker of the queue `inbound`."""
    database = Path(house.environ["GATEWAY_HOME"]) / "data" / "gateway.db"
    engine = create_engine(f"sqlite:///{database}")
    work = [str(BIN / "gateway"), "work", "inbound"]
    found: list[tuple[float, float, float]] = []
    with running(work, house.folder, dict(house.environ)) as worker:
        _run(house, worker, engine, 0, 50)  # the first loads what routing needs
        for number in range(1, rounds + 1):
            found.append(_run(house, worker, engine, number, messages))
            stored, routed, per_second = found[-1]
            say(
                f"round {number}/{rounds}  {per_second:,.0f} MOs/s, "
                f"{routed:.2f} ms to route, {stored:.2f} to store before"
            )
    engine.dispose()
    stored, routed, per_second = (Spread.of(each) for each in zip(*found, strict=True))
    findings = Findings(
        f"{messages:,} MOs from keyword to reply", ("MOs/s", "CPU ms/MO to route", "to store")
    )
    findings.rows.append((per_second.shown(0), routed.shown(2), stored.shown(2)))
    findings.targets.append(
        Target(
            what="CPU per MO from keyword to reply", found=routed.median, bound=MOST_MS,
            at_least=False, unit=" ms",
        )
    )  # fmt: skip
    findings.notes = ["each from a new number; keyword, two lines, eight digits, and a handler"]
    findings.raw = {"stored": stored.median, "routed": routed.median}
    return findings


def _run(
    house: House, worker: psutil.Process, engine: Engine, number: int, messages: int
) -> tuple[float, float, float]:
    """Returns the CPU of storing and of routing in ms for each MO, and MOs a second."""
    before, cpu = _replied(engine), cpu_seconds(worker)
    done = subprocess.run(
        [sys.executable, "-m", "bench.text_in", CHANNEL, str(messages), str(number)],
        env=dict(house.environ), cwd=ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"Nothing was stored: {done.stderr.strip()[-400:]}")
    began = time.perf_counter()
    while _replied(engine) < before + messages:
        if time.perf_counter() - began > MOST_SECONDS:
            raise Failed("Not every MO was answered.")
        time.sleep(0.05)
    taken = time.perf_counter() - began
    stored = json.loads(done.stdout)["cpu"]
    return (
        stored / messages * 1e3,
        (cpu_seconds(worker) - cpu) / messages * 1e3,
        messages / taken,
    )


def _replied(engine: Engine) -> int:
    counted = text("SELECT count(*) FROM outbound_sms WHERE in_reply_to IS NOT NULL")
    with engine.connect() as connection:
        return int(connection.execute(counted).scalar_one())
