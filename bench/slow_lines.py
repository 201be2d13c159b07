"""How long citizens wait while others hold 500 connections and are slow on purpose.

`python -m bench.slow_lines PORT TARGET KIND NUMBER` holds them until it is ended: what the server
gives up is opened again at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict

import psutil

from bench.figures import Findings, Spread, Target, say
from bench.house import House, Site, served
from bench.servers import ROOT, Failed, call, running

NUMBER = 500
MOST_P99_MS = 200.0
#: One session in 40 ms: a small country at its peak, and far below what the server can do.
SESSIONS_PER_SECOND = 25.0
CONNECTIONS = 64
HEADS = ("500 connections", "turns/s", "p50 ms", "p99 ms", "p99.9 ms", "wrong")

#: What each connection sends first, and what follows every second; `{target}` is the webhook.
_POST = "POST {target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
KINDS = {
    "none": ("", ""),
    "send their head slowly": ("POST {target} HTTP/1.1\r\nHost: x\r\n", "X-Slow: 1\r\n"),
    "send their body slowly": (_POST + "Content-Length: 60000\r\n\r\nsessionId=", "x"),
    "send chunks slowly": (_POST + "Transfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    "send a body without a secret": (
        "POST /ussd/ussd HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n", "x",
    ),
    "say nothing": ("", ""),
    "say nothing after one answer": ("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    "read their answers slowly": ("GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 60, ""),
}  # fmt: skip
ALL = "are slow in all these ways"
_DEAF = "read their answers slowly"
#: The others come back just now. Of all kinds together, an eighth is refused at once.
_MOST_OF_THEM = 0.75
#: Refused at once, by its head: nothing is held.
_REFUSED = "send a body without a secret"
#: A connection that the server has given up comes back after so long.
_OPENED_AGAIN_SECONDS = 1.0
#: The smallest that the kernel gives, so that what is not read fills it.
_RECEIVE_BYTES = 2304


def measure(house: House, rounds: int, seconds: float) -> Findings:
    """Returns the latencies of turns while such connections are held, by what they do."""
    findings = Findings("Waiting times beside slow connections", HEADS)
    kinds = [*KINDS, ALL]
    found: dict[str, list[float]] = {kind: [] for kind in kinds}
    results: dict[str, list[dict[str, object]]] = {kind: [] for kind in kinds}
    wrong = 0
    with served(house, "gateway serve") as site:
        call(site.load.anew(seconds=1.0))
        for number in range(1, rounds + 1):
            for kind in kinds:
                load = site.load.anew(
                    seconds=seconds, sessions_per_second=SESSIONS_PER_SECOND,
                    connections=CONNECTIONS,
                )  # fmt: skip
                with held(house, site, kind):
                    result = call(load)
                found[kind].append(result.p99)
                results[kind].append(asdict(result))
                wrong += result.wrong
                say(f"round {number}/{rounds}  {kind}: p99 {result.p99:.1f} ms")
                findings.rows.append(
                    (
                        kind,
                        f"{result.turns / result.seconds:,.0f}",
                        f"{result.p50:.1f}",
                        f"{result.p99:.1f}",
                        f"{result.p999:.1f}",
                        str(result.wrong),
                    )
                )
    worst = max((kind for kind in kinds if kind != "none"), key=lambda kind: max(found[kind]))
    findings.targets = [
        Target(
            what=f"p99 of a turn, the worst (500 that {worst})", found=max(found[worst]),
            bound=MOST_P99_MS, at_least=False, unit=" ms",
        ),
        Target(what="wrong answers", found=wrong, bound=0, at_least=False),
    ]  # fmt: skip
    findings.notes = [f"without any: p99 {Spread.of(found['none']).shown(1)} ms"]
    findings.raw = dict(results)
    return findings


@contextlib.contextmanager
def held(house: House, site: Site, kind: str, number: int = NUMBER) -> Iterator[None]:
    """Holds so many connections of a kind to a server, in a process of its own."""
    if kind == "none":
        yield
        return
    command = [
        sys.executable, "-m", "bench.slow_lines", str(site.port), site.load.target, kind,
        str(number),
    ]  # fmt: skip
    environ = {**house.environ, "PYTHONPATH": str(ROOT)}
    with running(command, house.folder, environ) as process:
        _wait_until_held(process, number if kind != _REFUSED else 1)
        yield


def _wait_until_held(process: psutil.Process, number: int) -> None:
    """Returns once nearly all are open; the server gives some up at any moment."""
    give_up_at = time.monotonic() + 30.0
    while time.monotonic() < give_up_at:
        lines = process.net_connections("tcp4")
        if sum(each.status == psutil.CONN_ESTABLISHED for each in lines) >= number * _MOST_OF_THEM:
            return
        time.sleep(0.1)
    raise Failed(f"{number} slow connections could not be opened.")


async def hold(port: int, target: str, kind: str) -> None:
    """Keeps one connection of a kind, and opens it again whenever the server has had enough."""
    first, then = (each.format(target=target).encode() for each in KINDS[kind])
    loop = asyncio.get_running_loop()
    while True:
        line = socket.socket()
        line.setblocking(False)
        if kind == _DEAF:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        with contextlib.suppress(OSError), line:
            await loop.sock_connect(line, ("127.0.0.1", port))
            await loop.sock_sendall(line, first)
            await _go_on(loop, line, then, deaf=kind == _DEAF)
        await asyncio.sleep(_OPENED_AGAIN_SECONDS)


async def _go_on(
    loop: asyncio.AbstractEventLoop, line: socket.socket, then: bytes, *, deaf: bool
) -> None:
    """Sends a little every second until the server hangs up; reads one byte of an answer at most.

    What the server says before it hangs up is read as it comes, but by who is slow in that.
    """
    while True:
        try:
            async with asyncio.timeout(1.0):
                while await loop.sock_recv(line, 1 if deaf else 4096):
                    if deaf:
                        await asyncio.sleep(1.0)
                    elif then:
                        return  # it was answered: 408, for instance
                return
        except TimeoutError:
            if then:
                await loop.sock_sendall(line, then)


async def _hold_all(port: int, target: str, kind: str, number: int) -> None:
    kinds = [each for each in KINDS if each != "none"] if kind == ALL else [kind]
    await asyncio.gather(
        *(hold(port, target, kinds[place % len(kinds)]) for place in range(number))
    )


if __name__ == "__main__":
    _, its_port, its_target, its_kind, its_number = sys.argv
    asyncio.run(_hold_all(int(its_port), its_target, its_kind, int(its_number)))
