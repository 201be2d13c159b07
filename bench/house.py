"""The deployment that is measured: files in a folder of its own, Valkey, SQLite, web servers."""

from __future__ import annotations

import base64
import contextlib
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import noop
from bench.load import Load
from bench.servers import ROOT, Failed, free_port, running, valkey, wait_for

BIN = Path(sys.executable).parent
#: Within a checkout.
DEPLOYMENT = Path("bench") / "deployment"

#: The right answer to each of the four turns; `{state}` follows from the number.
DIALOGUE = (
    "CON Public services\n1. Services\n8. Language / Lugha / Langue",
    "CON Services\n1. Permit status\n2. Opening hours\n0 Back 00 Home",
    "CON Enter your 8-digit ID number\n0 Back 00 Home",
    "END Permit {id} is {state}",
)
NOTHING = (noop.NOTHING,) * 4

GTHREAD = ("--worker-class", "gthread", "--workers", "2", "--threads", "4")


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A prepared deployment and the processes behind it."""

    folder: Path
    environ: Mapping[str, str]
    valkey: psutil.Process
    standin_port: int

    @property
    def ussd_target(self) -> str:
        """Returns path and query of the USSD webhook, secret included."""
        return self.target("ussd", "ussd")

    def target(self, channel: str, route: str) -> str:
        """Returns path and query of one webhook of a channel, secret included."""
        from gateway.deployment.load import load

        url = load(self.environ).webhook_urls(channel)[route]
        return "/" + url.split("/", 3)[3]

    def gateway(self, *arguments: str, **environ: str) -> None:
        """Runs one `gateway` command to its end; raises Failed."""
        done = subprocess.run(
            [str(BIN / "gateway"), *arguments], env={**self.environ, **environ},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        if done.returncode:
            said = (done.stdout + done.stderr).strip()[-400:]
            raise Failed(f"gateway {' '.join(arguments)} failed: {said}")


@dataclass(frozen=True, slots=True)
class Site:
    """A web server that runs: where, and what it answers."""

    name: str
    port: int
    process: psutil.Process
    load: Load


@contextlib.contextmanager
def prepared(folder: Path) -> Iterator[House]:
    """Yields the benched deployment in an empty folder, with a Valkey of its own."""
    with valkey(folder) as (redis_url, process):
        yield laid_out(folder, ROOT, redis_url, process)


def laid_out(folder: Path, root: Path, redis_url: str, store: psutil.Process) -> House:
    """Returns the deployment that the checkout at `root` benches, its database migrated.

    Everything that is run in the house is run with that checkout's code. Raises Failed.
    """
    home = folder / "home"
    shutil.copytree(root / DEPLOYMENT, home, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "menus" / "phrases.yaml", home / "menus")
    standin_port = free_port()
    (home / "data").mkdir()
    settings = home / "config" / "gateway.yaml"
    settings.write_text(settings.read_text().replace("BENCH_STANDIN_PORT", str(standin_port)))
    environ = {
        "PATH": str(BIN),
        "PYTHONPATH": str(root),
        "GATEWAY_HOME": str(home),
        "GATEWAY_REDIS_URL": redis_url,
        "GATEWAY_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
        "BENCH_SECRET": secrets.token_hex(16),
    }
    house = House(folder=folder, environ=environ, valkey=store, standin_port=standin_port)
    house.gateway("migrate")
    return house


@contextlib.contextmanager
def under_granian(
    house: House, name: str, factory: str, target: str, *, workers: int, threads: int
) -> Iterator[Site]:
    """Yields an application under granian, the server of `gateway serve`."""
    port = free_port()
    command = [
        str(BIN / "granian"), "--interface", "wsgi", "--factory", "--host", "127.0.0.1",
        "--port", str(port), "--workers", str(workers), "--blocking-threads", str(threads),
        "--no-log", factory,
    ]  # fmt: skip
    with running(command, house.folder, house.environ) as process:
        wait_for(port, process)
        yield Site(name, port, process, _load(port, target, _dialogue_of(factory)))


@contextlib.contextmanager
def under_gunicorn(
    house: House,
    name: str,
    factory: str,
    target: str,
    *,
    dialogue: tuple[str, ...] = (),
    gunicorn: Path = BIN / "gunicorn",
    environ: Mapping[str, str] | None = None,
) -> Iterator[Site]:
    """Yields an application under gunicorn with two workers of four threads."""
    port = free_port()
    command = [
        str(gunicorn), *GTHREAD, "--log-level", "error", "--bind", f"127.0.0.1:{port}",
        f"{factory}()",
    ]  # fmt: skip
    with running(command, house.folder, environ or house.environ) as process:
        wait_for(port, process)
        yield Site(name, port, process, _load(port, target, dialogue or _dialogue_of(factory)))


@contextlib.contextmanager
def served(house: House, name: str, *, port: int = 0) -> Iterator[Site]:
    """Yields `gateway serve` itself, with its own defaults."""
    port = port or free_port()
    environ = {**house.environ, "GATEWAY_PORT": str(port)}
    with running([str(BIN / "gateway"), "serve"], house.folder, environ) as process:
        wait_for(port, process)
        yield Site(name, port, process, _load(port, house.ussd_target, DIALOGUE))


def _dialogue_of(factory: str) -> tuple[str, ...]:
    return NOTHING if factory.startswith("bench.noop") else DIALOGUE


def _load(port: int, target: str, expected: tuple[str, ...]) -> Load:
    return Load(port=port, target=target, salt="", seconds=0, expected=expected)
