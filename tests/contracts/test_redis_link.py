"""The link to Redis replaces what breaks, waits never long, and says nothing it should not."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from redis.connection import parse_url
from redis.exceptions import RedisError

from gateway.adapters.redis.link import RedisLink, Script, queue_client
from gateway.adapters.redis.wire import Wire
from gateway.domain.faults_and_errors.errors import StoreUnavailable
from tests import servers
from tests.clock import FixedClock
from tests.polling import PATIENCE_SECONDS, eventually


@pytest.fixture
def valkey(valkey_server: str) -> str:
    """Without the check of what is left there: these keys are the tests' own."""
    servers.empty_valkey(valkey_server)
    return valkey_server


@pytest.fixture
def link(valkey: str) -> RedisLink:
    return RedisLink(valkey)


@pytest.fixture
def silent_server() -> Iterator[str]:
    """The URL of a server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://:secret-password@127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.mark.parametrize(
    ("command", "reply"),
    [
        (("SET", "k", "v"), b"OK"),
        (("GET", "none"), None),
        (("INCR", "n"), 1),
        (("MGET", b"a", b"b"), [None, None]),
        (("GET", b"\x00\r\n$5"), None),
        (("ECHO", b"\r\n*1\r\n"), b"\r\n*1\r\n"),
        (("ECHO", b"x" * 100_000), b"x" * 100_000),
    ],
)
def test_replies_come_as_plain_values(
    link: RedisLink, command: tuple[str | bytes, ...], reply: object
) -> None:
    assert link.call(*command) == reply


def test_a_connection_the_server_closed_is_replaced(link: RedisLink) -> None:
    link.call("SET", "k", "v")
    link.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no")

    assert link.call("GET", "k") == b"v"


def test_each_thread_has_its_own_connection(link: RedisLink) -> None:
    ids = [link.call("CLIENT", "ID"), link.call("CLIENT", "ID")]

    thread = threading.Thread(target=lambda: ids.append(link.call("CLIENT", "ID")))
    thread.start()
    thread.join()

    assert ids[0] == ids[1]
    assert ids[2] != ids[0]


def test_whoever_closes_it_closes_the_connection_of_every_thread(
    link: RedisLink, valkey: str
) -> None:
    ids = {link.call("CLIENT", "ID")}
    goes_on, has_asked = threading.Event(), threading.Event()

    def asks() -> None:
        ids.add(link.call("CLIENT", "ID"))
        has_asked.set()
        goes_on.wait(PATIENCE_SECONDS)

    thread = threading.Thread(target=asks)
    thread.start()
    try:
        assert has_asked.wait(PATIENCE_SECONDS)
        watcher = RedisLink(valkey)

        def connected() -> set[int]:
            listed = watcher.call("CLIENT", "LIST").splitlines()
            return ids & {int(each.split()[0].removeprefix(b"id=")) for each in listed}

        assert len(ids) == 2
        assert connected() == ids
        link.close()
        eventually(lambda: not connected())
        assert link.call("PING") == b"PONG"
    finally:
        goes_on.set()
        thread.join()


@pytest.mark.parametrize("stopped_by", [KeyboardInterrupt, OSError, TimeoutError])
def test_an_exchange_that_is_broken_off_leaves_no_connection_open(
    valkey: str, stopped_by: type[BaseException]
) -> None:
    options = {**parse_url(valkey)}
    wire = Wire(options.pop("connection_class"), options, 1.0)
    connected = wire._socket
    wire._socket = Mock(recv=Mock(side_effect=stopped_by))

    with pytest.raises((KeyboardInterrupt, RedisError)):
        wire.exchange((b"PING",))

    assert connected.fileno() == -1


def test_a_fork_does_not_share_its_parents_connection(link: RedisLink) -> None:
    parents = link.call("CLIENT", "ID")

    child = os.fork()
    if child == 0:
        os._exit(0 if link.call("CLIENT", "ID") != parents else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    assert link.call("CLIENT", "ID") == parents


def test_an_exchange_interrupted_between_command_and_reply_leaves_no_reply_for_the_next(
    link: RedisLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        feed = gets = Mock(side_effect=KeyboardInterrupt)

    link.call("SET", "k", "v")
    monkeypatch.setattr(link._kept.wire, "_reader", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        link.call("ECHO", "for a stranger")

    assert link.call("GET", "k") == b"v"


def test_a_refused_connection_is_told_with_its_address(tmp_path: Path) -> None:
    link = RedisLink(f"unix://{tmp_path}/none.sock")

    with pytest.raises(StoreUnavailable, match=r"none\.sock cannot be used: ConnectionError"):
        link.call("PING")


def test_a_server_that_hangs_is_left_alone_for_a_second(
    silent_server: str, clock: FixedClock
) -> None:
    link = RedisLink(silent_server, answer_seconds=0.02, monotonic=clock.monotonic)
    with pytest.raises(StoreUnavailable, match="no answer in time"):
        link.call("PING")

    with pytest.raises(StoreUnavailable, match="a moment ago"):
        link.call("PING")
    clock.advance(1.0)

    with pytest.raises(StoreUnavailable, match="no answer in time"):
        link.call("PING")


def test_errors_show_no_password(silent_server: str) -> None:
    link = RedisLink(silent_server, answer_seconds=0.02)

    with pytest.raises(StoreUnavailable) as caught:
        link.call("PING")

    assert "secret-password" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize(
    "command",
    [("NOSUCHCOMMAND", "+254700000001"), ("INCR", "text"), ("EVAL", "+254700000001", 0)],
    ids=["unknown command", "wrong type", "broken script"],
)
def test_what_the_server_refuses_is_told_without_what_was_sent(
    link: RedisLink, command: tuple[str | int, ...]
) -> None:
    link.call("SET", "text", "+254700000001")

    with pytest.raises(StoreUnavailable) as caught:
        link.call(*command)

    assert "254700000001" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert link.call("ECHO", "still in step") == b"still in step"


@pytest.mark.parametrize(
    ("setting", "value", "well", "told"),
    [
        ("maxmemory", "1", "0", r"OOM\. Its memory is full"),
        ("min-replicas-to-write", "1", "0", r"NOREPLICAS\. It has too few replicas"),
    ],
)
def test_a_server_that_answers_and_takes_no_writes_is_found_out(
    link: RedisLink, setting: str, value: str, well: str, told: str
) -> None:
    link.check()
    link.call("CONFIG", "SET", setting, value)
    try:
        assert link.call("PING") == b"PONG"
        with pytest.raises(StoreUnavailable, match=f"cannot be used: {told}"):
            link.check()
    finally:
        link.call("CONFIG", "SET", setting, well)
    link.check()


def test_a_replica_is_found_out(link: RedisLink) -> None:
    link.call("REPLICAOF", "127.0.0.1", "1")
    try:
        with pytest.raises(StoreUnavailable, match=r"cannot be used: READONLY\. It is a replica"):
            link.check()
    finally:
        link.call("REPLICAOF", "NO", "ONE")
    link.check()


def test_a_script_is_sent_once_and_named_afterwards(link: RedisLink) -> None:
    script = Script("return {KEYS[1], ARGV[1]}")
    link.call("CONFIG", "RESETSTAT")

    replies = [link.run(script, (b"k",), "v"), link.run(script, (b"k",), "v")]

    assert replies == [[b"k", b"v"], [b"k", b"v"]]
    stats = link.call("INFO", "commandstats").decode()
    assert "cmdstat_eval:calls=1," in stats


@pytest.mark.parametrize("url", ["http://localhost", "localhost:6379", ""])
def test_a_url_of_another_scheme_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="must specify one of the following schemes"):
        RedisLink(url)


def test_the_queues_client_waits_without_a_limit(valkey: str) -> None:
    with queue_client(valkey) as client:
        assert client.connection_pool.connection_kwargs["socket_timeout"] is None
        assert client.blpop(["nothing"], timeout=0.01) is None


def answering(*pieces: bytes) -> Iterator[str]:
    """The URL of a server that answers one command with these octets, piece by piece."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.recv(4096)
                for piece in pieces:
                    connection.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        thread.join()


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        ((b"-LOADING Valkey is loading the dataset in memory\r\n",), "LOADING"),
        ((b"-READONLY You can't write against a read only replica.\r\n",), "READONLY"),
        ((b"-OOM command not allowed\r\n",), "OOM"),
        ((b"-MOVED 3999 127.0.0.1:6381\r\n",), "MOVED"),
        ((b"!rubbish\r\n",), "ConnectionError"),
        ((b"$5\r\nab",), "ConnectionError"),
    ],
    ids=["loading", "read only", "out of memory", "of a cluster", "no reply", "half a reply"],
)
def test_what_is_no_answer_is_told_as_such(pieces: tuple[bytes, ...], told: str) -> None:
    server = contextlib.contextmanager(answering)
    with server(*pieces) as url, pytest.raises(StoreUnavailable, match=told):
        RedisLink(url).call("GET", "k")


def test_a_reply_may_come_in_pieces() -> None:
    server = contextlib.contextmanager(answering)
    with server(b"*2\r\n$3\r\na", b"bc\r\n:", b"7\r\n") as url:
        assert [b"abc", 7] == RedisLink(url).call("ANY")
