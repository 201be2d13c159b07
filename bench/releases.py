"""How long a large menu takes to be checked, published and served, and what it holds of memory."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from bench import large_menu
from bench.figures import Findings, Spread, Target, say
from bench.house import BIN, House
from bench.servers import Failed

SCREENS = 5000
MOST_STORED_SECONDS = 2.0
MOST_FILES_SECONDS = 6.0

#: Prints the MiB that a process holds more once it has read the live release.
_MEMORY = """\
import psutil
from gateway.adapters.system.clock import SystemClock
from gateway.adapters.sql import engine
from gateway.deployment.load import load
from gateway.composition.releases import release_store
deployment = load()
store = release_store(deployment, engine.create(deployment.settings.database_url))
live = store.current(SystemClock().now())
before = psutil.Process().memory_full_info().uss
release = store.load(live)
print((psutil.Process().memory_full_info().uss - before) / 2**20)
"""


def measure(house: House, rounds: int) -> Findings:
    """Returns wall and CPU time of a start from files and from a stored release, and its memory."""
    home = large_menu.write(house.folder / "large", SCREENS)
    environ = {
        **house.environ,
        "GATEWAY_HOME": str(home),
        "GATEWAY_DATA": str(home / "data"),
        "GATEWAY_DATABASE_URL": f"sqlite:///{home / 'gateway.db'}",
        "GATEWAY_CONFIG": "config/gateway.yaml",
    }
    _run(environ, str(BIN / "gateway"), "migrate")
    check = _rounds("check", rounds, environ, str(BIN / "gateway"), "menus", "check")
    files = _rounds("first turn from files", rounds, environ, *_FIRST_TURN)
    publish = _rounds("publish", 1, environ, str(BIN / "gateway"), "menus", "publish")
    stored = _rounds("first turn from the stored release", rounds, environ, *_FIRST_TURN)
    memory = float(_run(environ, sys.executable, "-c", _MEMORY))
    findings = Findings(f"Releases of {SCREENS} screens", ("what", "wall s", "CPU s", "USS MiB"))
    findings.rows = [
        ("gateway menus check", *_spreads(check), ""),
        ("gateway menus publish", *_spreads(publish), ""),
        ("cold start to the first turn, from files", *_spreads(files), ""),
        ("cold start to the first turn, from a stored release", *_spreads(stored), ""),
        ("the compiled release", "", "", f"{memory:.0f}"),
    ]
    findings.targets = [
        _target("cold start from files", files, MOST_FILES_SECONDS),
        _target("cold start from a stored release", stored, MOST_STORED_SECONDS),
    ]
    findings.raw = {"check": check, "files": files, "stored": stored, "memory_mib": memory}
    return findings


_FIRST_TURN = (sys.executable, "-m", "bench.first_turn")


def _rounds(
    name: str, rounds: int, environ: Mapping[str, str], *command: str
) -> list[tuple[float, float]]:
    found = []
    for number in range(1, rounds + 1):
        before, began = _children_cpu(), time.perf_counter()
        _run(environ, *command)
        found.append((time.perf_counter() - began, _children_cpu() - before))
        say(f"round {number}/{rounds}  {name}: {found[-1][0]:.2f} s")
    return found


def _run(environ: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command, env=dict(environ), capture_output=True, text=True, timeout=300,
        cwd=Path(__file__).parents[1],
    )  # fmt: skip
    if done.returncode:
        raise Failed(f"{' '.join(command)} failed: {(done.stdout + done.stderr).strip()[-400:]}")
    return done.stdout


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _spreads(found: list[tuple[float, float]]) -> tuple[str, str]:
    walls, cpus = zip(*found, strict=True)
    return Spread.of(walls).shown(2), Spread.of(cpus).shown(2)


def _target(what: str, found: list[tuple[float, float]], bound: float) -> Target:
    median = Spread.of([wall for wall, _ in found]).median
    return Target(what=what, found=median, bound=bound, at_least=False, unit=" s")
