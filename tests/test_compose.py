"""`compose.yaml`: what it says is what starts, and its services work together as processes."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import urllib3
import yaml

from gateway.adapters.redis.rq_jobs import QUEUES
from gateway.deployment.load import load
from gateway.domain.telecom.msisdn import Msisdn
from gateway.web.handset_client import handset, over_http
from tests import servers
from tests.gateways import HOME, MASTER_KEY
from tests.polling import eventually
from tests.ports import free_port

COMPOSE = yaml.safe_load((HOME / "compose.yaml").read_text("utf-8"))
SERVICES: Mapping[str, Any] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"] == "citizen-gateway"}
PRODUCTION = HOME / "config" / "production.yaml"
#: Where each container shows its numbers.
METRICS = "0.0.0.0:9384"
PHONE = Msisdn.from_e164("+254712345678")

#: What stands in `.env` for a trial with the stand-in.
TRIAL = {
    "GATEWAY_KEY": MASTER_KEY,
    "POSTGRES_PASSWORD": "secret",
    "AT_API_KEY": "trial",
    "TWILIO_AUTH_TOKEN": "trial",
}


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """Returns a value as compose puts variables in; raises KeyError for one that is required."""

    def value(found: re.Match[str]) -> str:
        if given := values.get(found["name"]):
            return given
        if found["sign"] == ":-":
            return found["rest"] or ""
        raise KeyError(found["rest"] or found["name"])

    pattern = r"\$\{(?P<name>\w+)(?:(?P<sign>:-|:\?)(?P<rest>[^}]*))?\}"
    return re.sub(pattern, value, text)


def environment(service: str, values: Mapping[str, str]) -> dict[str, str]:
    written = OURS[service]["environment"]
    return {name: interpolated(str(text), values) for name, text in written.items()}


@dataclass(frozen=True)
class Machine:
    """The services of compose.yaml as processes of this machine."""

    folder: Path
    stores: Mapping[str, str]
    port: int
    standin_port: int
    metrics_port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def metrics_url(self) -> str:
        return f"http://127.0.0.1:{self.metrics_port}"

    @property
    def standin_url(self) -> str:
        return f"http://127.0.0.1:{self.standin_port}"

    def environ(self, service: str) -> dict[str, str]:
        """Returns what a service finds; stores and ports are those of this machine."""
        values = {**TRIAL, "GATEWAY_API_URL": self.standin_url, "GATEWAY_PUBLIC_URL": self.url}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            **environment(service, values),
            **self.stores,
            "GATEWAY_PORT": str(self.port),
            "GATEWAY_METRICS": str(self.metrics_port or ""),
            "GATEWAY_DATA": str(self.folder / "data"),
            "PYTHONWARNINGS": "default",
        }

    def command(self, service: str) -> list[str]:
        program, *arguments = shlex.split(OURS[service]["command"])
        start = {"gateway": ["-m", "gateway.cli"], "python": []}[program]
        here = {"8385": str(self.standin_port), METRICS: "127.0.0.1:0"}
        given = [here.get(each, each) for each in arguments]
        return [sys.executable, *start, *given]

    def once(self, service: str) -> str:
        """Returns what a service says that ends by itself."""
        done = subprocess.run(
            self.command(service), cwd=HOME, env=self.environ(service), capture_output=True,
            encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert 0 == done.returncode, done.stdout + done.stderr
        return done.stdout

    @contextmanager
    def kept(self, service: str) -> Iterator[None]:
        """Keeps a service going."""
        with (self.folder / f"{service}.log").open("wb") as log:
            process = subprocess.Popen(
                self.command(service), cwd=HOME, env=self.environ(service), stdout=log, stderr=log
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(30)

    def answers(self, url: str) -> bool:
        try:
            return urllib3.request("GET", url, retries=False, timeout=5).status == 200
        except urllib3.exceptions.HTTPError:
            return False


@pytest.fixture
def stores(postgres_server: str, valkey: str) -> Iterator[Mapping[str, str]]:
    """A database and a Redis that nobody has used yet."""
    with servers.new_schema(postgres_server) as url:
        yield {"DATABASE_URL": url, "REDIS_URL": valkey}


def test_a_trial_of_compose_answers_a_dial_and_its_sms_arrives_at_the_standin(
    tmp_path: Path, stores: Mapping[str, str]
) -> None:
    port = free_port(room=3)
    machine = Machine(tmp_path, stores, port, port + 1, port + 2)
    assert "Applied: " in machine.once("migrate")
    assert "facilities: " in machine.once("data")
    assert "is published" in machine.once("menu")
    _do_nothing_when_they_are_run_again(machine)

    with ExitStack() as running:
        for service in ("standin", "web", "inbound", "reply"):
            running.enter_context(machine.kept(service))
        eventually(lambda: machine.answers(f"{machine.metrics_url}/health/ready"), seconds=60)
        eventually(lambda: machine.answers(f"{machine.standin_url}/messages"), seconds=60)
        deployment = load({**machine.environ("web"), "GATEWAY_HOME": str(HOME)})
        phone = handset(deployment, "at-ke", over_http(machine.url))

        assert not machine.answers(f"{machine.url}/metrics")
        dialled = phone.turn(PHONE, "compose-1", "")
        phone.text(PHONE, "CLINIC")
        arrived = eventually_some(f"{machine.standin_url}/messages")

    assert "1" in dialled.text
    assert [PHONE.e164] == [sms["to"] for sms in arrived]
    assert "region" in arrived[0]["text"]


def eventually_some(url: str) -> list[dict[str, str]]:
    """Returns what the stand-in was sent, once it was sent something."""
    found: list[dict[str, str]] = []

    def look() -> bool:
        found[:] = urllib3.request("GET", url).json()["messages"]
        return bool(found)

    eventually(look, seconds=40)
    return found


def _do_nothing_when_they_are_run_again(machine: Machine) -> None:
    """The steps before are at their end; to publish once more for this would take a while."""
    assert "up to date" in machine.once("migrate")
    assert "Nothing was loaded" in machine.once("data")
    assert "Nothing is published now" in machine.once("menu")


def test_it_starts_with_the_production_sample_whose_secrets_it_hands_on() -> None:
    named = set(re.findall(r"\$([A-Z_]+)$", PRODUCTION.read_text("utf-8"), re.MULTILINE))

    for service in OURS:
        found = environment(service, TRIAL)
        assert "config/production.yaml" == found["GATEWAY_CONFIG"]
        assert named - {"TWILIO_PREVIOUS_AUTH_TOKEN"} <= set(found)


@pytest.mark.parametrize("missing", ["GATEWAY_KEY", "POSTGRES_PASSWORD"])
def test_compose_refuses_to_start_without_what_it_needs(missing: str) -> None:
    values = {name: value for name, value in TRIAL.items() if name != missing}

    with pytest.raises(KeyError, match=r"\.env"):
        environment("web", values)


def test_there_is_a_worker_for_each_queue_and_a_ticker() -> None:
    commands = {each["command"] for each in OURS.values()}

    workers = {f"gateway work {queue} --metrics {METRICS}" for queue in (*QUEUES, "ticker")}
    assert workers <= commands


def test_prometheus_asks_every_service_that_shows_its_numbers() -> None:
    scrape = yaml.safe_load(
        (HOME / "deploy" / "prometheus" / "scrape-compose.yml").read_text("utf-8")
    )
    (found,) = scrape["scrape_configs"][0]["dns_sd_configs"]

    shows = {name for name, each in OURS.items() if METRICS in each["command"]} | {"web"}
    assert shows == set(found["names"])
    assert METRICS.endswith(f":{found['port']}")
    assert f"GATEWAY_METRICS={METRICS}" in (HOME / "Dockerfile").read_text("utf-8")


def test_every_service_of_ours_has_a_root_that_it_cannot_write_to() -> None:
    for name, service in OURS.items():
        assert service["read_only"], name
        owned = "/tmp/gateway:uid=10001,gid=10001,mode=0700"
        assert ["/tmp", owned] == service["tmpfs"], name
        assert ["ALL"] == service["cap_drop"], name


def test_a_volume_belongs_to_the_account_that_writes_to_it() -> None:
    recipe = (HOME / "Dockerfile").read_text("utf-8")
    (made,) = re.findall(r"install -d -o gateway -g gateway -m 0700 (.+)", recipe)
    mounted = {
        each.partition(":")[2] for service in OURS.values() for each in service.get("volumes", ())
    }

    assert mounted == set(made.split()) - {"/tmp/gateway"}
    assert "GATEWAY_DATA=/tmp/gateway" in recipe


def test_only_the_web_server_is_asked_whether_it_is_well() -> None:
    asked = [name for name, each in OURS.items() if not each.get("healthcheck", {}).get("disable")]

    assert ["web"] == asked


def test_nothing_starts_before_what_it_needs_is_there() -> None:
    needs = {name: set(each["depends_on"]) for name, each in OURS.items()}

    assert {"database"} == needs["migrate"]
    assert {"migrate"} == needs["data"]
    assert {"data"} == needs["menu"]
    for name in set(OURS) - {"migrate", "data", "menu"}:
        assert {"menu", "redis"} == needs[name]


def test_no_port_is_open_to_other_machines() -> None:
    ports = [port for each in SERVICES.values() for port in each.get("ports", [])]

    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
