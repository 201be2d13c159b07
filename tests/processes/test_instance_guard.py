"""A second gateway on the same data, or on a taken port, is refused with what to do."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from gateway.cli.processes.startup_checks import check_port_free, hold_folder, hold_port
from gateway.deployment.listen_address import LOCK_FILE, port_of_running
from gateway.deployment.load import load
from gateway.domain.faults_and_errors.errors import Refused
from tests import water_deployment
from tests.polling import PATIENCE_SECONDS, eventually
from tests.ports import free_port

REPOSITORY = Path(__file__).resolve().parents[2]

HOLDER = """
import sys, time
from pathlib import Path
from gateway.cli.processes.startup_checks import hold_folder

with hold_folder(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(600)
"""


def test_a_folder_is_held_by_one_and_then_free(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    said = re.escape(f"already runs on {folder} (process {os.getpid()})")

    with hold_folder(folder), pytest.raises(Refused, match=said), hold_folder(folder):
        pass

    with hold_folder(folder):
        pass


@pytest.mark.parametrize(
    ("held", "given", "port"),
    [
        ((os.getpid(), 9000), {}, 9000),
        ((os.getpid(), 9000), {"GATEWAY_PORT": "9100"}, 9100),
        ((os.getpid(), 0), {}, 8384),
        ((2**22 + 1, 9000), {}, 8384),  # no Linux has such a process: it was killed
        ((), {}, 8384),
        (("what", "else"), {}, 8384),
    ],
)
def test_a_command_beside_finds_the_gateway_that_runs_on_its_port(
    tmp_path: Path, held: tuple[object, ...], given: dict[str, str], port: int
) -> None:
    environ = water_deployment.write(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / LOCK_FILE).write_text("\n".join(map(str, held)), "utf-8")

    deployment = load({**environ, **given})

    assert f"http://127.0.0.1:{port}/ussd/phone" in deployment.webhook_urls("phone")["ussd"]
    assert port + 1 == deployment.settings.standin.port


def test_who_holds_a_folder_says_on_which_port_and_no_longer_afterwards(tmp_path: Path) -> None:
    with hold_folder(tmp_path, 9000):
        during = port_of_running(tmp_path)

    assert (9000, None) == (during, port_of_running(tmp_path))


def test_two_folders_are_two_gateways(tmp_path: Path) -> None:
    with hold_folder(tmp_path / "one"), hold_folder(tmp_path / "two"):
        pass


def test_a_folder_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], cwd=REPOSITORY, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Refused, match=f"process {holder.pid}"), hold_folder(tmp_path):
            pass

        holder.send_signal(signal.SIGKILL)
        holder.wait(PATIENCE_SECONDS)

    with hold_folder(tmp_path):
        pass


def test_a_program_we_start_does_not_hold_the_folder_after_us(tmp_path: Path) -> None:
    with hold_folder(tmp_path):
        child = subprocess.Popen(["sleep", "60"])
    try:
        with hold_folder(tmp_path):
            pass
    finally:
        child.kill()
        child.wait()


@pytest.mark.parametrize("reuse", ["nothing", "SO_REUSEADDR", "SO_REUSEPORT"])
def test_a_taken_port_is_refused(reuse: str) -> None:
    with socket.socket() as listener:
        if reuse != "nothing":
            listener.setsockopt(socket.SOL_SOCKET, getattr(socket, reuse), 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]

        with pytest.raises(Refused, match=f"port {port}: the port is taken. Stop what listens"):
            check_port_free("127.0.0.1", port, "server.port")


def test_a_port_that_was_just_given_up_is_free() -> None:
    port = free_port()
    with (
        socket.create_server(("127.0.0.1", port)) as listener,
        socket.create_connection(("127.0.0.1", port)),
    ):
        accepted, _ = listener.accept()
        accepted.close()  # the server's side closes first, and waits: TIME_WAIT

    check_port_free("127.0.0.1", port, "server.port")


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_refused(host: str) -> None:
    with pytest.raises(Refused, match=f"Cannot listen on {host}, port 8080"):
        check_port_free(host, 8080, "server.port")


def test_waiting_gives_up() -> None:
    with pytest.raises(AssertionError, match="did not come to hold"):
        eventually(lambda: False, seconds=0.0)


def test_a_port_is_held_by_one_server_and_then_free() -> None:
    port = free_port()

    with (
        hold_port("127.0.0.1", port, "GATEWAY_PORT"),
        pytest.raises(Refused, match="choose another in GATEWAY_PORT"),
        hold_port("127.0.0.1", port, "GATEWAY_PORT"),
    ):
        pass

    with hold_port("127.0.0.1", port, "GATEWAY_PORT"):
        pass


def test_a_port_on_which_somebody_listens_and_would_share_is_refused() -> None:
    with socket.socket() as sharing:
        sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sharing.bind(("127.0.0.1", 0))
        sharing.listen()
        port = sharing.getsockname()[1]

        with pytest.raises(Refused, match="the port is taken"), hold_port("127.0.0.1", port, "x"):
            pass


def test_of_two_that_hold_a_port_at_the_same_moment_one_is_refused() -> None:
    port, began = free_port(), threading.Barrier(8)
    held, refused, over = list[int](), list[str](), threading.Barrier(8)

    def hold(number: int) -> None:
        began.wait(timeout=30)
        try:
            with hold_port("127.0.0.1", port, "GATEWAY_PORT"):
                held.append(number)
                over.wait(timeout=30)
        except Refused as error:
            refused.append(str(error))
            over.wait(timeout=30)

    threads = [threading.Thread(target=hold, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (1, 7) == (len(held), len(refused))
