"""How long commands and servers take to start, and what the processes hold of memory."""

from __future__ import annotations

import http.client
import secrets
import subprocess
import time
from collections.abc import Callable

import psutil

from bench.figures import Findings, Spread, Target, say
from bench.house import BIN, House, served
from bench.load import Load
from bench.servers import call, running, unshared_mib

#: Before memory is read, a worker shall have done what it does all day.
WARM_TURNS_SECONDS = 2.0
QUEUE_WORKER_SECONDS = 2.0
MOST_START_SECONDS = 2.0
MOST_WEB_MIB = 60.0


def measure(house: House, rounds: int) -> Findings:
    """Returns wall and CPU time to start, and the unshared memory of a web and a queue worker."""
    check = _rounds("gateway menus check", rounds, lambda: _command(house, "menus", "check"))
    start = _rounds("gateway serve to the first turn", rounds, lambda: _first_turn(house))
    web, queue = _web_worker(house), _queue_worker(house)
    findings = Findings("Start-up and memory", ("what", "wall s", "CPU s", "USS MiB"))
    findings.rows = [
        ("gateway menus check", *_spreads(check), ""),
        ("gateway serve, to the first answered turn", *_spreads(start), ""),
        ("web worker after some thousand turns", "", "", f"{web[0]:.0f}"),
        ("its supervisor", "", "", f"{web[-1]:.0f}"),
        ("queue worker", "", "", f"{queue[0]:.0f}"),
    ]
    findings.targets = [
        Target(
            what="cold start to the first turn",
            found=Spread.of([wall for wall, _ in start]).median,
            bound=MOST_START_SECONDS, at_least=False, unit=" s",
        ),
        Target(
            what="web worker USS", found=web[0], bound=MOST_WEB_MIB, at_least=False, unit=" MiB"
        ),
    ]  # fmt: skip
    findings.raw = {"menus_check": check, "serve": start, "web": web, "queue": queue}
    return findings


def _rounds(
    name: str, rounds: int, once: Callable[[], tuple[float, float]]
) -> list[tuple[float, float]]:
    found = []
    for number in range(1, rounds + 1):
        found.append(once())
        say(f"round {number}/{rounds}  {name}: {found[-1][0]:.2f} s")
    return found


def _spreads(found: list[tuple[float, float]]) -> tuple[str, str]:
    walls, cpus = zip(*found, strict=True)
    return Spread.of(walls).shown(2), Spread.of(cpus).shown(2)


def _command(house: House, *arguments: str) -> tuple[float, float]:
    before, began = _children_cpu(), time.perf_counter()
    house.gateway(*arguments)
    return time.perf_counter() - began, _children_cpu() - before


def _children_cpu() -> float:
    times = psutil.Process().cpu_times()
    return float(times.children_user + times.children_system)


def _first_turn(house: House) -> tuple[float, float]:
    began = time.perf_counter()
    with served(house, "gateway serve") as site:
        _one_turn(site.load)
        taken = time.perf_counter() - began
        tree = [site.process, *site.process.children(recursive=True)]
        cpu = sum(sum(each.cpu_times()[:2]) for each in tree)
    return taken, cpu


def _one_turn(load: Load) -> None:
    body = (
        f"sessionId=ATUid_{secrets.token_hex(8)}&phoneNumber=%2B254711000001&networkCode=63902"
        "&serviceCode=*384*2026%23&text="
    )
    connection = http.client.HTTPConnection("127.0.0.1", load.port, timeout=10)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", load.target, body, form)
    said = connection.getresponse().read().decode()
    connection.close()
    assert said == load.expected[0], said


def _web_worker(house: House) -> list[float]:
    with served(house, "gateway serve") as site:
        call(site.load.anew(seconds=WARM_TURNS_SECONDS))
        return unshared_mib(site.process)


def _queue_worker(house: House) -> list[float]:
    command = [str(BIN / "gateway"), "work", "bulk"]
    with running(command, house.folder, house.environ) as process:
        time.sleep(QUEUE_WORKER_SECONDS)
        if process.status() == psutil.STATUS_ZOMBIE:
            raise subprocess.SubprocessError("gateway work ended by itself.")
        return unshared_mib(process)
