"""The same turns by ussd-airflow-engine, in the same gunicorn, interleaved with ours."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from bench.figures import Findings
from bench.house import House, under_gunicorn
from bench.rounds import HEADS, correctness, first_wrong, play_interleaved, ratio, raw
from bench.servers import ROOT, unshared_mib

#: It needs older companions, so it cannot share our environment.
REQUIREMENTS = ("flask", "gunicorn", "ussd-airflow-engine", "marshmallow<4", "redis<6")
LEAST_RATIO = 5.0
#: So much less CPU a turn shall take than theirs.
LEAST_CPU_RATIO = 7.0

#: Its screens: the same words as ours, without our keys for back and home.
DIALOGUE = (
    "CON Public services\n1. Services\n2. Language\n",
    "CON Services\n1. Permit status\n2. Opening hours\n",
    "CON Enter your 8-digit ID number\n",
    "END Permit {id} is {state}",
)


def measure(house: House, rounds: int, seconds: float, python: Path) -> Findings:
    """Returns turns a second of both, each under gunicorn gthread 2x4 with sessions in Redis."""
    with ExitStack() as running:
        ours = running.enter_context(
            under_gunicorn(house, "gateway", "gateway.web.wsgi:create", house.ussd_target)
        )
        theirs = running.enter_context(
            under_gunicorn(
                house, "ussd-airflow-engine", "bench.peers.airflow_app:create", "/ussd/ussd",
                dialogue=DIALOGUE, gunicorn=python.parent / "gunicorn",
                environ={
                    "PYTHONPATH": str(ROOT),
                    "BENCH_REDIS_URL": house.environ["GATEWAY_REDIS_URL"],
                },
            )
        )  # fmt: skip
        sites = [ours, theirs]
        played = play_interleaved(sites, rounds, seconds, house.valkey)
        findings = Findings("Beside ussd-airflow-engine, gunicorn gthread 2x4", HEADS)
        findings.rows = [played[s.name].row(unshared_mib(s.process)) for s in sites]
    findings.targets = [
        ratio(
            played["gateway"], played["ussd-airflow-engine"], "per_second",
            what="turns/s, gateway / peer", bound=LEAST_RATIO,
        ),
        ratio(
            played["ussd-airflow-engine"], played["gateway"], "server_us",
            what="CPU of a turn, peer / gateway", bound=LEAST_CPU_RATIO,
        ),
        *correctness(played),
    ]  # fmt: skip
    first_wrong(played, findings)
    findings.raw = raw(played)
    return findings
