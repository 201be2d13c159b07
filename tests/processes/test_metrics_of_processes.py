"""`gateway serve` and `work` as processes: what they count, and what they say of their lives."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
import redis
import urllib3
from prometheus_client.parser import text_string_to_metric_families
from rq import Worker

from gateway.adapters.sql import engine as database
from gateway.adapters.sql.schema import metadata
from gateway.composition.gateway import Gateway
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.domain.telecom.ussd import UssdReply
from gateway.web.app import create_app
from gateway.web.handset_client import handset, over_http
from tests import gateways, servers
from tests.polling import eventually
from tests.ports import free_port
from tests.private import is_private

CONFIG = (gateways.HOME / "config" / "gateway.yaml").read_text("utf-8")


@dataclass
class Node:
    """A machine with a data folder and processes on it, seen from outside."""

    folder: Path
    environ: Mapping[str, str]
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Starts a process of the gateway; what it logs stands in `log`."""
        log = self.folder / f"{len(self.processes)}.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "gateway.cli", *command],
                env=dict(self.environ), stdout=written, stderr=written, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def log(self, number: int = 0) -> list[dict[str, str]]:
        """Returns the lines that the process of a number has logged."""
        text = (self.folder / f"{number}.log").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def dials(self, session: str, text: str = "") -> UssdReply:
        """Returns the reply to a turn of a caller."""
        phone = handset(load(dict(self.environ)), "at-ke", over_http(self.url))
        return phone.turn(Msisdn.from_e164("+254711000001"), session, text)

    def metrics(self, port: int = 0) -> dict[str, float]:
        """Returns what `/metrics` shows, by name and labels."""
        url = f"http://127.0.0.1:{port or self.port}/metrics"
        answer = urllib3.request("GET", url, timeout=10, retries=False)
        assert 200 == answer.status
        text = answer.data.decode()
        assert not is_private(text)
        samples = (
            sample for family in text_string_to_metric_families(text) for sample in family.samples
        )
        return {
            " ".join(
                (each.name, *sorted("=".join(label) for label in each.labels.items()))
            ): each.value
            for each in samples
        }

    def turns(self, port: int = 0) -> float:
        """Returns how many turns were counted."""
        found = self.metrics(port).items()
        return sum(number for name, number in found if name.startswith("gateway_turns_total "))

    def status(self, path: str, port: int) -> int:
        """Returns how a path is answered; 0 when nobody listens."""
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            url = f"http://127.0.0.1:{port}{path}"
            return urllib3.request("GET", url, timeout=5, retries=False).status
        return 0

    def answers(self, port: int = 0) -> bool:
        """Returns whether a process lives that serves."""
        with contextlib.suppress(urllib3.exceptions.HTTPError):
            url = f"http://127.0.0.1:{port or self.port}/health/live"
            return bool(urllib3.request("GET", url, timeout=5, retries=False).status == 200)
        return False

    def web_workers(self, web: subprocess.Popen[bytes]) -> list[int]:
        """Returns the processes that answer requests."""
        return [each.pid for each in psutil.Process(web.pid).children()]


@pytest.fixture
def node(tmp_path: Path, valkey: str) -> Iterator[Node]:
    port = free_port()
    environ = {
        **os.environ,
        **gateways.environment(tmp_path, valkey),
        "GATEWAY_PORT": str(port),
        "GATEWAY_CONFIG": str(tmp_path / "gateway.yaml"),
    }
    (tmp_path / "gateway.yaml").write_text(f"{CONFIG}\nlog_access: true\n", encoding="utf-8")
    gateways.deployed(environ)
    made = Node(tmp_path, environ, port)
    yield made
    for process in made.processes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for number in range(len(made.processes)):
        assert [] == [line for line in made.log(number) if is_private(json.dumps(line))]


def test_the_counts_of_two_web_processes_are_one_and_survive_both(node: Node) -> None:
    web = node.start("serve")
    eventually(node.answers, seconds=60)
    number = 0
    while len(list((node.folder / "metrics").glob("*"))) < 2:  # each of the two has answered
        node.dials(f"s-{number}")
        number += 1
        assert number < 500

    assert number == node.turns()
    before = node.metrics()
    assert number == before["gateway_answer_seconds_count channel=at-ke"]

    workers = node.web_workers(web)
    for pid in workers:
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: not set(workers) & set(node.web_workers(web)), seconds=30)
    eventually(node.answers, seconds=60)

    assert number == node.turns()
    node.dials("afterwards")
    assert number + 1 == node.turns()
    assert 2 == len(list((node.folder / "metrics").glob("*")))


def test_a_worker_shows_its_numbers_on_a_port_of_its_own(node: Node, valkey: str) -> None:
    port = free_port()
    worker = node.start("work", "inbound", "--metrics", str(port))
    eventually(lambda: node.answers(port), seconds=60)

    assert 1 == node.metrics(port)["gateway_up store=redis"]
    with redis.Redis.from_url(valkey) as connection:
        eventually(lambda: Worker.count(connection=connection), seconds=60)
    worker.terminate()
    assert 0 == worker.wait(30)
    first, second, *_, last = [line["message"] for line in node.log()]
    assert "starts: a worker of the queue 'inbound'" in second
    assert f"http://127.0.0.1:{port}/metrics" in first
    assert last == "Stopped: a worker of the queue 'inbound'."


def test_a_web_server_shows_its_numbers_where_providers_do_not_call(node: Node) -> None:
    port = free_port()
    node.environ = {**node.environ, "GATEWAY_METRICS": str(port)}
    web = node.start("serve")
    eventually(node.answers, seconds=60)
    eventually(lambda: node.status("/health/ready", port) == 200, seconds=60)
    node.dials("s-1")

    assert 1 == node.turns(port)
    assert [404, 404] == [node.status(path, node.port) for path in ("/metrics", "/health/ready")]
    assert 200 == node.status("/health/live", node.port)

    (holder,) = {
        connection.pid
        for connection in psutil.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
    }
    assert holder in node.web_workers(web)
    os.kill(holder, signal.SIGKILL)
    eventually(lambda: node.status("/health/ready", port) == 200, seconds=60)
    assert 1 == node.turns(port)


def test_an_address_for_the_numbers_that_is_taken_is_refused(node: Node) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", "serve"],
            env={**node.environ, "GATEWAY_METRICS": str(port)}, capture_output=True,
            encoding="utf-8", timeout=60, check=False,
        )  # fmt: skip

    assert done.returncode
    assert f"port {port}: the port is taken" in done.stderr
    assert "GATEWAY_METRICS or server.metrics" in done.stderr


def test_a_process_says_what_it_starts_with_and_that_it_has_stopped(node: Node) -> None:
    web = node.start("serve")
    eventually(node.answers, seconds=60)
    node.dials("s-1")
    web.terminate()
    assert 0 == web.wait(30)

    first, *rest, last = node.log()
    assert first["message"].startswith("Gateway ")
    assert f"starts: the web server on 127.0.0.1, port {node.port}" in first["message"]
    assert "Channels: phone, at-ke, twilio." in first["message"]
    assert "The menu files are served" in first["message"]
    assert last["message"].startswith("Stopped: the web server")
    (line,) = [line for line in rest if "/ussd/at-ke" in line["message"]]
    assert ("POST", "ussd", "at-ke", 200) == (
        line["method"], line["route"], line["channel"], line["status"]
    )  # fmt: skip


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Callable[[str, str], Gateway]]:
    """Makes gateways with real clocks: how long something takes is what is tested."""
    made: list[Gateway] = []

    def build(redis_url: str, database_url: str = "") -> Gateway:
        environ = gateways.environment(tmp_path, redis_url, database_url)
        made.append(Gateway(load(environ)))
        return made[-1]

    yield build
    for each in made:
        each.close()


@contextlib.contextmanager
def stopped(words: str) -> Iterator[None]:
    """Freezes every process of a server that we have started, whose command holds these words."""
    ours = [
        each for each in psutil.Process().children(recursive=True)
        if words in " ".join(each.cmdline())
    ]  # fmt: skip
    assert ours
    every = [*ours, *(child for each in ours for child in each.children(recursive=True))]
    for each in every:
        each.suspend()
    try:
        yield
    finally:
        for each in every:
            each.resume()


def test_with_redis_and_the_database_gone_turns_are_counted_and_shown(
    tmp_path: Path, wired: Callable[[str, str], Gateway]
) -> None:
    gone = f"postgresql+psycopg://gateway@/x?host={tmp_path}/none"
    gateway = wired(f"unix://{tmp_path}/none.sock", gone)
    client = create_app(gateway).test_client()
    url = gateway.deployment.webhook_urls("at-ke")["ussd"].split("/", 3)[3]
    form = {"sessionId": "s1", "phoneNumber": "+254711000001", "serviceCode": "*384*2026#"}
    assert client.post(f"/{url}", data={**form, "text": ""}).text.startswith("CON ")

    page = client.get("/metrics").text

    assert 'gateway_turns_total{channel="at-ke",outcome="shown",service="language"} 1.0' in page
    assert 'gateway_ussd_replayed_total{channel="at-ke"} 1.0' in page
    assert 'gateway_answer_seconds_count{channel="at-ke"} 1.0' in page
    assert 'gateway_up{store="database"} 0.0' in page
    assert 'gateway_up{store="redis"} 0.0' in page


def test_a_database_that_hangs_holds_neither_metrics_nor_readiness(
    wired: Callable[[str, str], Gateway], valkey: str
) -> None:
    with servers.postgres() as url:
        engine = database.create(url)
        metadata.create_all(engine)
        engine.dispose()
        gateway = wired(valkey, url)
        client = create_app(gateway).test_client()
        gateway.counters.add("ussd_replayed", channel="at-ke")
        eventually(lambda: 'gateway_up{store="database"} 1.0' in client.get("/metrics").text)
        folder = url.partition("host=")[2]
        with stopped(folder):
            # What was read a moment ago is shown for another.
            eventually(lambda: 'gateway_up{store="database"} 0.0' in client.get("/metrics").text)
            began = time.monotonic()
            pages = [client.get("/metrics").text for _ in range(5)]
            ready = client.get("/health/ready")
            took = time.monotonic() - began

        assert took < 5 * 2.0
        for each in pages:
            assert 'gateway_up{store="database"} 0.0' in each
            assert 'gateway_up{store="redis"} 1.0' in each
            assert 'gateway_ussd_replayed_total{channel="at-ke"} 1.0' in each
        assert 503 == ready.status_code
        assert "The database does not answer in time." in ready.text
