"""`gateway run` as a newcomer meets it: small, alone, and telling what happens."""

from __future__ import annotations

import math
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from gateway.standin.app import STRANGER
from tests.gateways import HOME
from tests.polling import eventually
from tests.ports import free_port
from tests.promises.running import Running, command_of, running

#: What the whole may hold in memory before anybody called, each shared page counted once.
MOST_MIB = 350


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Running]]:
    """Two gateways on one machine, at the same time; the other has its console elsewhere."""
    with ExitStack() as stack:
        one = stack.enter_context(running(tmp_path_factory.mktemp("one")))
        folder = tmp_path_factory.mktemp("other")
        config = folder / "gateway.yaml"
        settings = (HOME / "config" / "gateway.yaml").read_text("utf-8")
        listen = f"console:\n  listen: 127.0.0.1:{free_port()}\n"
        config.write_text(f"{settings}\n{listen}", "utf-8")
        other = stack.enter_context(running(folder, GATEWAY_CONFIG=str(config)))
        yield one, other


def test_two_gateways_each_send_through_a_stand_in_of_their_own(
    both: tuple[Running, Running],
) -> None:
    for gateway, phone in zip(both, ("+254711000001", "+254711000002"), strict=True):
        gateway.text("at-ke", phone, "HELP")

    eventually(lambda: all(gateway.at_provider() for gateway in both))
    assert [["+254711000001"], ["+254711000002"]] == [
        [sms["to"] for sms in gateway.at_provider()] for gateway in both
    ]


@pytest.mark.parametrize("path", ["", "/0123456789ab"], ids=["no word", "a wrong word"])
def test_a_stand_in_refuses_the_sms_of_another_gateway_and_says_what_to_write(
    both: tuple[Running, Running], path: str
) -> None:
    gateway = both[0]
    before = len(gateway.at_provider())

    answer = gateway.pool.request("POST", f"{gateway.standin_url}{path}/version1/messaging")

    assert (403, STRANGER) == (answer.status, answer.json()["error"])
    assert before == len(gateway.at_provider())


def test_the_root_of_the_host_leads_to_the_phone(both: tuple[Running, Running]) -> None:
    gateway = both[0]

    answer = gateway.pool.request("GET", f"{gateway.url}/")
    page = gateway.pool.request("GET", f"{gateway.url}{answer.headers['Location']}")

    assert (302, 200) == (answer.status, page.status)
    assert b"*384*2026#" in page.data


def test_a_console_of_its_own_address_is_there_and_nothing_else_is(
    both: tuple[Running, Running],
) -> None:
    link = both[1].way_in()
    own, path = link.removesuffix("/").partition("/console/")[::2]

    def told(url: str) -> tuple[int, str]:
        answer = both[1].pool.request("GET", url, redirect=False)
        page = answer.data.decode()
        return answer.status, answer.headers.get("Location") or page

    assert own != both[1].url
    status, page = told(link)
    assert (status, "first administrator" in page) == (200, True)
    assert (
        "default-src 'none'" in both[1].pool.request("GET", link).headers["Content-Security-Policy"]
    )
    for elsewhere in ("/", "/phone/", "/health/ready", "/metrics"):
        assert told(f"{own}{elsewhere}") == (302, "/console/"), elsewhere
    assert told(f"{both[1].url}/console/{path}")[0] == 404
    assert told(f"{both[0].url}/console/sign-in")[0] == 200, "without one it is on the web server's"


def test_the_whole_of_it_is_small(tmp_path: Path) -> None:
    # One of its own: a process that has worked holds more, and who has depends on the tests before.
    with running(tmp_path) as gateway:
        eventually(lambda: gateway.inside.vital_signs.gauges().ticker_idle < math.inf)
        run = psutil.Process(gateway.process.pid)
        pss = [each.memory_full_info().pss for each in (run, *run.children(recursive=True))]
        threads = run.num_threads()

    assert sum(pss) <= MOST_MIB * 2**20
    assert 1 == threads  # it forks, and a lock of another thread would stay locked


def test_ps_shows_what_each_process_does(both: tuple[Running, Running]) -> None:
    shown = {" ".join(command_of(pid)).strip() for pid in both[0].pids()}

    assert {"gateway work inbound", "gateway work ticker", "gateway serve"} <= shown


def test_a_crash_and_the_end_are_told_on_the_console(tmp_path: Path) -> None:
    with running(tmp_path) as gateway:
        eventually(lambda: "is running" in gateway.said())
        gateway.kill("work", "reply")

    log = tmp_path / "data" / "logs" / "reply.log"
    assert (
        "The worker for 'reply' was killed by signal 9 (SIGKILL). "
        f"What it said is in {log}. It is started again in 0.5 s.\n"
    ) in gateway.said()
    assert gateway.said().endswith(
        "Stopping … What is in hand is finished first. Ctrl-C again stops everything at once.\n"
        "Everything has stopped.\n"
    )
    assert 1 == gateway.said().count(signal.SIGKILL.name)
