"""A USSD turn over HTTP, beside a Flask application that does nothing in the same server."""

from __future__ import annotations

from contextlib import ExitStack

from bench.figures import Findings
from bench.house import House, served, under_granian, under_gunicorn
from bench.rounds import HEADS, correctness, first_wrong, play_interleaved, ratio, raw
from bench.servers import unshared_mib

NOOP = "bench.noop:create"
GATEWAY = "gateway.web.wsgi:create"
NOOP_TARGET = "/ussd/ussd"

#: The settings of granian that are compared to choose the defaults of `gateway serve`.
SHAPES = ((1, 1), (1, 8), (2, 1), (2, 2), (2, 4), (2, 8), (2, 24))


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns turns a second and CPU per turn on both servers, with what they may cost."""
    from gateway.deployment.load import load

    shape = load(house.environ).settings.server
    with ExitStack() as running:
        enter = running.enter_context
        ours = enter(served(house, f"gateway serve (granian {shape.workers}x{shape.threads})"))
        twin = enter(
            under_granian(
                house, f"Flask no-op, granian {shape.workers}x{shape.threads}", NOOP, NOOP_TARGET,
                workers=shape.workers, threads=shape.threads,
            )
        )  # fmt: skip
        target = house.ussd_target
        gthread = enter(under_gunicorn(house, "gateway, gunicorn gthread 2x4", GATEWAY, target))
        anchor = enter(
            under_gunicorn(house, "Flask no-op, gunicorn gthread 2x4", NOOP, NOOP_TARGET)
        )
        sites = [ours, twin, gthread, anchor]
        played = play_interleaved(sites, rounds, seconds, house.valkey)
        findings = Findings("A USSD turn over HTTP", HEADS)
        findings.rows = [played[s.name].row(unshared_mib(s.process)) for s in sites]
    a, b, c, d = (played[site.name] for site in sites)
    findings.targets = [
        ratio(b, a, "server_us", what="granian: CPU of the no-op / CPU of a turn", bound=0.42),
        ratio(a, b, "per_second", what="granian: turns/s / no-ops/s", bound=0.42),
        ratio(d, c, "server_us", what="gthread: CPU of the no-op / CPU of a turn", bound=0.5),
        ratio(c, d, "per_second", what="gthread: turns/s / no-ops/s", bound=0.42),
        ratio(
            a, d, "server_us", what="CPU of a turn, gateway serve / no-op under gthread",
            bound=1.0, at_least=False,
        ),
        *correctness(played),
    ]  # fmt: skip
    first_wrong(played, findings)
    findings.raw = raw(played)
    return findings


def measure_shapes(house: House, rounds: int, seconds: float) -> Findings:
    """Returns the same turn under granian with other numbers of workers and threads."""
    with ExitStack() as running:
        sites = [
            running.enter_context(
                under_granian(
                    house, f"granian {workers}x{threads}", GATEWAY, house.ussd_target,
                    workers=workers, threads=threads,
                )
            )
            for workers, threads in SHAPES
        ]  # fmt: skip
        played = play_interleaved(sites, rounds, seconds, house.valkey)
        findings = Findings("The same turn, granian by workers x threads", HEADS)
        findings.rows = [played[s.name].row(unshared_mib(s.process)) for s in sites]
    findings.targets = correctness(played)
    first_wrong(played, findings)
    findings.raw = raw(played)
    return findings
