"""RapidSMS at work: a site with its message log, under gunicorn, that sends through a Kannel."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.house import GTHREAD
from bench.servers import ROOT, Failed, free_port, running, wait_for

#: What its environment has.
REQUIREMENTS = ("django<5.2", "rapidsms==2.2.0", "gunicorn")


@dataclass(frozen=True, slots=True)
class RapidSms:
    """A site that runs: where, and its SQLite file."""

    process: psutil.Process
    port: int
    database: Path


@contextmanager
def site(folder: Path, python: Path, kannel: int, *, reports: bool) -> Iterator[RapidSms]:
    """Yields a site; with `reports` it asks the Kannel for one of each SMS. Raises Failed."""
    port, database = free_port(), folder / f"rapidsms-{'reports' if reports else 'alone'}.db"
    environ = {
        "PATH": str(python.parent), "PYTHONPATH": str(ROOT), "BENCH_DATABASE": str(database),
        "BENCH_KANNEL": f"http://127.0.0.1:{kannel}",
        "BENCH_SELF": f"http://127.0.0.1:{port}" if reports else "",
        "DJANGO_SETTINGS_MODULE": "bench.peers.rapidsms_site",
    }  # fmt: skip
    migrated = subprocess.run(
        [str(python), "-m", "django", "migrate", "-v0"],
        env=environ, cwd=folder, capture_output=True, text=True,
    )  # fmt: skip
    if migrated.returncode:
        raise Failed(f"RapidSMS cannot be set up: {migrated.stderr.strip()[-400:]}")
    command = [
        str(python.parent / "gunicorn"), *GTHREAD, "--log-level", "error",
        "--bind", f"127.0.0.1:{port}", "bench.peers.rapidsms_site:create()",
    ]  # fmt: skip
    with running(command, folder, environ) as process:
        wait_for(port, process)
        yield RapidSms(process, port, database)
