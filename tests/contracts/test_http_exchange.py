"""An exchange with a system we do not trust: pinned, capped in size and time, civil in failing."""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.handler_calls.http_exchange import LARGEST_REPLY, Request, exchange
from gateway.adapters.handler_calls.public_addresses import is_public, reachable
from gateway.domain.faults_and_errors.errors import DeadlineExceeded, HandlerFailed, ServiceFailed
from tests.ministry import Ministry, ministry, says
from tests.ports import free_port

LOOPBACK = ("127.0.0.0/8",)
PRIVATE = "10231456"


@pytest.fixture
def other() -> Iterator[Ministry]:
    """A system on loopback."""
    with ministry() as running:
        yield running


def request(url: str, **changes: object) -> Request:
    """Returns a GET of a system that may be on loopback, within five seconds."""
    told: dict[str, object] = {
        "method": "GET",
        "headers": {},
        "timeout_seconds": 5.0,
        "allow_private": LOOPBACK,
        **changes,
    }
    return Request(url=url, **told)  # type: ignore[arg-type]


def test_a_reply_is_handed_on_whole(other: Ministry) -> None:
    other.answers["/a"] = (200, {"found": True})

    reply = exchange(request(f"{other.url}/a?b=c", headers={"X-Token": "t"}))

    assert (200, b'{"found": true}') == (reply.status, reply.body)
    assert "/a?b=c" == other.asked[0].target
    assert "t" == other.asked[0].headers["x-token"]
    assert f"127.0.0.1:{other.port}" == other.asked[0].headers["host"]


def test_a_body_is_sent(other: Ministry) -> None:
    other.answers["/a"] = (201, {})

    reply = exchange(request(f"{other.url}/a", method="POST", body=b"{}"))

    assert 201 == reply.status
    assert ("POST", b"{}") == (other.asked[0].method, other.asked[0].body)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "0.0.0.0"]
)
def test_what_is_not_public_is_not_reached(host: str, other: Ministry) -> None:
    with pytest.raises(HandlerFailed, match="not public"):
        exchange(request(f"http://{host}:{other.port}/a", allow_private=()))

    assert [] == other.asked


def test_a_name_is_looked_up_once_and_the_address_kept(other: Ministry) -> None:
    looked_up: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[str]:
        """Says another address the second time, as an attacker's name server does."""
        looked_up.append(host)
        return ["127.0.0.1"] if len(looked_up) == 1 else ["10.0.0.1"]

    other.answers["/a"] = (200, {})

    reply = exchange(request(f"http://ministry.example:{other.port}/a"), rebinding)

    assert 200 == reply.status
    assert ["ministry.example"] == looked_up
    assert f"ministry.example:{other.port}" == other.asked[0].headers["host"]


def test_one_address_that_is_not_public_is_one_too_many(other: Ministry) -> None:
    def look_up(host: str, port: int) -> Sequence[str]:
        return ["8.8.8.8", "10.0.0.1"]

    with pytest.raises(HandlerFailed, match="not public"):
        exchange(request(f"http://ministry.example:{other.port}/a"), look_up)


def test_a_host_with_several_addresses_is_reached_at_the_one_that_answers(other: Ministry) -> None:
    other.answers["/a"] = (200, {})

    reply = exchange(
        request(f"http://ministry.example:{other.port}/a"),
        lambda host, port: ["127.0.0.2", "127.0.0.3", "127.0.0.1"],
    )

    assert 200 == reply.status
    assert 1 == len(other.asked)


def test_a_request_that_was_sent_is_not_sent_to_another_address(other: Ministry) -> None:
    other.answers["/a"] = says(b"")

    with pytest.raises(HandlerFailed):
        exchange(
            request(f"http://ministry.example:{other.port}/a", method="POST"),
            lambda host, port: ["127.0.0.1", "127.0.0.1"],
        )

    assert 1 == len(other.asked)


def test_a_redirect_is_followed_and_looked_at_again(other: Ministry) -> None:
    other.redirects("/a", "/b?c=d")
    other.answers["/b"] = (200, {})

    reply = exchange(request(f"{other.url}/a", headers={"X-Token": "t"}))

    assert 200 == reply.status
    assert ["/a", "/b?c=d"] == [each.target for each in other.asked]
    assert "t" == other.asked[1].headers["x-token"]


@pytest.mark.parametrize("location", ["http://10.0.0.1/", "http://169.254.169.254/latest/"])
def test_a_redirect_into_a_private_network_is_refused(location: str, other: Ministry) -> None:
    other.redirects("/a", location)

    with pytest.raises(HandlerFailed, match="not public"):
        exchange(request(f"{other.url}/a"))


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "gopher://x/", "http://a:b@127.0.0.1/", "http://[127.0.0.1/"]
)
def test_a_redirect_to_something_else_is_refused(location: str, other: Ministry) -> None:
    other.redirects("/a", location)

    with pytest.raises(HandlerFailed, match="no web address"):
        exchange(request(f"{other.url}/a"))


def test_another_origin_gets_no_headers_of_ours(other: Ministry) -> None:
    with ministry() as elsewhere:
        elsewhere.answers["/b"] = (200, {})
        other.redirects("/a", f"{elsewhere.url}/b")

        exchange(request(f"{other.url}/a", headers={"Authorization": "Bearer t"}))

        assert "authorization" in other.asked[0].headers
        assert "authorization" not in elsewhere.asked[0].headers


def test_redirects_in_a_ring_end(other: Ministry) -> None:
    other.redirects("/a", "/a")

    with pytest.raises(HandlerFailed, match="too often"):
        exchange(request(f"{other.url}/a"))

    assert 4 == len(other.asked)


def test_what_writes_is_not_sent_elsewhere(other: Ministry) -> None:
    other.redirects("/a", "/b", 307)

    reply = exchange(request(f"{other.url}/a", method="POST", body=b""))

    assert 307 == reply.status
    assert ["/a"] == [each.target for each in other.asked]


@pytest.mark.parametrize(
    ("size", "taken"),
    [(LARGEST_REPLY, True), (LARGEST_REPLY + 1, False), (LARGEST_REPLY * 4, False)],
)
def test_a_reply_has_a_greatest_size(size: int, taken: bool, other: Ministry) -> None:
    other.answers["/a"] = (200, b"x" * size)

    if taken:
        assert size == len(exchange(request(f"{other.url}/a")).body)
        return
    with pytest.raises(HandlerFailed, match="256 KiB"):
        exchange(request(f"{other.url}/a"))


def test_a_system_that_does_not_answer_is_given_its_time_and_no_more(other: Ministry) -> None:
    other.hangs("/a")

    began = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        exchange(request(f"{other.url}/a", timeout_seconds=0.2))

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("in_head", [True, False])
def test_a_system_that_drips_is_cut_off_in_time(in_head: bool) -> None:
    """Each byte comes in time: only the whole can be too late."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def drip() -> None:
            connection, _ = listener.accept()
            with connection:
                head = b"HTTP/1.1 200 OK\r\n" if in_head else b"HTTP/1.1 200 OK\r\n\r\n"
                connection.sendall(head)
                while not stop.wait(0.02):
                    try:
                        connection.sendall(b"X")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"

        began = time.monotonic()
        with pytest.raises(DeadlineExceeded):
            exchange(request(url, timeout_seconds=0.3))
        took = time.monotonic() - began

        stop.set()
        thread.join()
    assert 0.25 < took < 2


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 " + b"9" * 5000,
    ],
)
def test_what_is_no_whole_reply_fails(said: bytes, other: Ministry) -> None:
    other.answers["/a"] = says(said)

    with pytest.raises(ServiceFailed) as caught:
        exchange(request(f"{other.url}/a?candidate={PRIVATE}"))

    assert PRIVATE not in str(caught.value)


def test_a_port_where_nobody_listens_fails() -> None:
    with pytest.raises(HandlerFailed, match="nobody at its address"):
        exchange(request(f"http://127.0.0.1:{free_port()}/"))


def test_a_certificate_must_be_right(other: Ministry) -> None:
    with pytest.raises(HandlerFailed):
        exchange(request(other.url.replace("http:", "https:") + "/a"))


def test_a_request_does_not_show_what_a_citizen_typed() -> None:
    shown = repr(request(f"https://x.example/{PRIVATE}", headers={"A": PRIVATE}))

    assert PRIVATE not in shown


#: Seconds for a look-up that answers at once.
ENOUGH = 30.0


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "41.90.64.1", "2a00:1450:4001:80b::200e"],
)
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "fe80::1%eth0",
        "192.0.0.8", "192.0.0.9", "192.0.0.170", "192.88.99.1", "198.18.0.1", "192.0.2.1",
        "240.0.0.1", "2001:1::1", "2001:db8::1", "::10.0.0.1", "::ffff:0:10.0.0.1",
        "64:ff9b:1::a00:1", "fec0::1",
    ],
)  # fmt: skip
def test_private_addresses_are_known_in_whatever_form(address: str) -> None:
    with pytest.raises(HandlerFailed, match="not public"):
        reachable("ministry.example", 443, (), ENOUGH, lambda host, port: [address])


def test_only_the_network_that_is_allowed_is_reached() -> None:
    allowed = ("10.20.0.0/16",)

    assert ["10.20.1.1"] == reachable(
        "a.example", 80, allowed, ENOUGH, lambda host, port: ["10.20.1.1"]
    )
    with pytest.raises(HandlerFailed, match="not public"):
        reachable("a.example", 80, allowed, ENOUGH, lambda host, port: ["10.21.1.1"])


def test_a_name_that_nobody_tells_takes_no_longer_than_the_call() -> None:
    told = threading.Event()

    def slow(host: str, port: int) -> Sequence[str]:
        told.wait(timeout=30)
        return ["8.8.8.8"]

    with pytest.raises(DeadlineExceeded, match="not looked up in time"):
        reachable("a.example", 80, (), 0.01, slow)
    told.set()


def test_a_name_without_an_address_fails() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror

    with pytest.raises(HandlerFailed, match="has no address"):
        reachable("a.example", 80, (), ENOUGH, unknown)


@given(st.ip_addresses(network="10.0.0.0/8") | st.ip_addresses(network="169.254.0.0/16"))
def test_no_address_of_a_private_network_passes(address: ipaddress.IPv4Address) -> None:
    for written in (str(address), f"::ffff:{address}"):
        with pytest.raises(HandlerFailed):
            reachable("a.example", 80, (), ENOUGH, lambda host, port, told=written: [told])  # type: ignore[misc]
